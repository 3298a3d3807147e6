import type { InputLook } from '../../spar/selfplay/intake/inspectInput';
import type { ChangedInput, InputProblem, InputScan } from '../../spar/selfplay/plan/inputScan';
import { countWords } from '../../spar/text/amountWords';
import { harmlessLine } from '../output/paint';

/** A sentence for a person about an input that can't be used. */
export function inputProblemWords(input: string, problem: InputProblem | ChangedInput): string {
  switch (problem.kind) {
    case 'empty':
      return `“${harmlessLine(input, 300)}” has no rows. Give a file with instructions.`;
    case 'unclear':
      return unclearWords(harmlessLine(input, 300), problem.look);
    case 'changed':
      return `“${harmlessLine(input, 300)}” has changed since the run was begun. Put the file back as it was, or begin another run.`;
    case 'unusable': {
      const { first } = problem;
      const why = first === null ? '' : ` Row ${first.place}: ${harmlessLine(first.reason, 300)}`;
      return `“${harmlessLine(input, 300)}” has no row that can be used.${why}`;
    }
  }
}

/** Lines for a person about rows that are left out. */
export function badRowWords(
  input: string,
  { badRows, badRowCount }: Pick<InputScan, 'badRows' | 'badRowCount'>,
): readonly string[] {
  const listed = badRows.map(
    ({ place, reason }) => `${harmlessLine(input, 200)}:${place}: ${harmlessLine(reason, 300)}`,
  );
  const more = badRowCount - badRows.length;
  return more > 0 ? [...listed, `and ${countWords(more)} more rows that can’t be used`] : listed;
}

function unclearWords(input: string, { columns, problem }: InputLook): string {
  if (columns.length === 0) return `“${input}” can’t be used: ${problem ?? 'its rows hold nothing.'}`;
  const list = columns
    .slice(0, 20)
    .map(
      ({ name, kind, example }) => `\n  ${harmlessLine(name, 40)} (${kind}): ${harmlessLine(example, 80)}`,
    );
  const more = columns.length > 20 ? `\n  and ${columns.length - 20} more` : '';
  return `It is not clear which column of “${input}” holds the instruction. Add --column instruction=NAME, and where rows bring them --column response=NAME, critique=NAME, system=NAME. Its columns:${list.join('')}${more}`;
}
