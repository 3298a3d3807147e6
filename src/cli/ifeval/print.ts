import { shareOf, type ScorePair } from '../../spar/evaluation/ifeval/report';
import { harmlessLine, paintFor, type Paint } from '../output/paint';
import type { Terminal } from '../terminal';
import type { IfevalArguments } from './command';
import type { Evaluated } from './evaluateFiles';

/** Prints the report: one JSON object, or a table for a person with what was left out on standard error. */
export function printEvaluated(evaluated: Evaluated, { json }: IfevalArguments, terminal: Terminal): void {
  const { stdout, stderr, environment } = terminal;
  if (json) {
    stdout.write(`${JSON.stringify(resultOf(evaluated), null, 2)}\n`);
    return;
  }
  stdout.write(renderReport(evaluated, paintFor(stdout, environment)));
  for (const words of remarks(evaluated)) stderr.write(`spar ifeval: ${words}\n`);
}

function resultOf(evaluated: Evaluated): unknown {
  const { report, prompts, missing, bare, unchecked, repeated, unasked, files } = evaluated;
  const byName = (pairs: ReadonlyMap<string, ScorePair>): unknown =>
    Object.fromEntries([...pairs].map(([name, pair]) => [name, figuresOf(pair)]));
  return {
    prompts,
    evaluated: report.prompts.strict.total,
    prompt_level: figuresOf(report.prompts),
    instruction_level: figuresOf(report.instructions),
    families: byName(report.families),
    types: byName(report.types),
    missing,
    without_constraints: bare,
    unchecked,
    repeated_responses: repeated,
    unasked_responses: unasked,
    files,
  };
}

function figuresOf({ strict, loose }: ScorePair): unknown {
  return {
    total: strict.total,
    strict: { followed: strict.followed, share: shareOf(strict) },
    loose: { followed: loose.followed, share: shareOf(loose) },
  };
}

function renderReport({ report, files }: Evaluated, paint: Paint): string {
  const rows: readonly (readonly [string, ScorePair] | null)[] = [
    ['prompt level', report.prompts],
    ['instruction level', report.instructions],
    null,
    ...report.families,
    null,
    ...report.types,
  ];
  const names = rows.map((row) => (row === null ? '' : harmlessLine(row[0], 60)));
  const width = Math.max(...names.map((name) => name.length));
  const lines = rows.map((row, index) => {
    if (row === null) return '';
    const [, { strict, loose }] = row;
    const figures = [percent(shareOf(strict)), percent(shareOf(loose)), String(strict.total)];
    return [(names[index] ?? '').padEnd(width), ...figures.map((figure) => figure.padStart(10))].join('');
  });
  const heading = ['', 'strict', 'loose', 'of'].map((word, index) =>
    index === 0 ? word.padEnd(width) : word.padStart(10),
  );
  return `${paint.ink('strong', heading.join(''))}\n${lines.join('\n')}\n\n${paint.ink(
    'faint',
    `Verdicts: ${files.strict}, ${files.loose}`,
  )}\n`;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(2)} %`;
}

/** Entries that are named one by one. */
const mostNamed = 10;

function remarks({ prompts, missing, bare, unchecked, repeated, unasked }: Evaluated): readonly string[] {
  const missingNames = missing.map(({ line, prompt }) => `  line ${line}: ${harmlessLine(prompt, 70)}`);
  const uncheckedNames = unchecked.map(
    ({ line, type, reason }) => `  line ${line}: ${harmlessLine(type, 60)}: ${harmlessLine(reason, 100)}`,
  );
  return [
    missing.length === 0
      ? ''
      : `${missing.length} of ${prompts} prompts have no response and are left out:\n${named(missingNames)}`,
    bare.length === 0
      ? ''
      : `${bare.length} prompts have no instruction_id_list and are left out: lines ${named(bare.map(String), ', ')}`,
    unchecked.length === 0
      ? ''
      : `${unchecked.length} constraints can't be checked and count as not followed:\n${named(uncheckedNames)}`,
    repeated.length === 0
      ? ''
      : `${repeated.length} responses repeat an earlier prompt; the last one counts: lines ${named(repeated.map(String), ', ')}`,
    unasked === 0 ? '' : `${unasked} responses are to prompts that are not in the input data.`,
  ].filter((words) => words !== '');
}

function named(names: readonly string[], separator = '\n'): string {
  const more = names.length - mostNamed;
  const shown = names.slice(0, mostNamed).join(separator);
  return more > 0 ? `${shown}${separator}${separator === '\n' ? '  ' : ''}and ${more} more` : shown;
}
