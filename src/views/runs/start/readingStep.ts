import { basename } from 'node:path';
import * as vscode from 'vscode';
import { plain } from '../../../editor/datasets/pickDataset';
import type { Errors } from '../../../editor/errors';
import { askPick, awaitWork, type StepPlace, type StepResult } from '../../../editor/steps';
import { scanInput, type InputProblem } from '../../../spar/selfplay/plan/inputScan';
import { countWords } from '../../../spar/text/amountWords';
import type { StartChoices } from './choices';

/** Reads the input through while the person waits; what can't be used is told, and leads back to the choice of a file. */
export async function readInput(
  choices: StartChoices,
  { place, errors }: { readonly place: StepPlace; readonly errors: Errors },
): Promise<StepResult<StartChoices>> {
  const { input, columns, settings } = choices;
  if (input === null) return { kind: 'back' };
  const name = basename(input.path);
  try {
    const read = await awaitWork({
      ...place,
      placeholder: `Reading ${name}…`,
      work: (signal, tell) =>
        scanInput({
          input: input.path,
          columns,
          limit: settings.limits.items,
          signal,
          onProgress: (items) => tell(`Reading ${name}: ${countWords(items)} rows…`),
        }),
    });
    if (read.kind !== 'value') return read;
    const found = read.value;
    if (found.kind === 'usable') return { kind: 'value', value: { ...choices, scan: found } };
    if (found.kind === 'unclear' && found.look.columns.length > 0)
      return { kind: 'value', value: { ...choices, scan: null, unclear: found.look } };
    void errors.showProblem(problemWords(name, found), []);
  } catch (error) {
    void errors.show(error);
  }
  return { kind: 'back' };
}

function problemWords(name: string, problem: InputProblem): string {
  switch (problem.kind) {
    case 'empty':
      return `“${name}” has no rows. Choose a file with instructions.`;
    case 'unclear':
      return `“${name}” can’t be used: ${problem.look.problem ?? 'its rows hold nothing.'}`;
    case 'unusable': {
      const { first } = problem;
      const why = first === null ? '' : ` Row ${first.place}: ${first.reason}`;
      return `“${name}” has no row that can be used.${why}`;
    }
  }
}

interface RowItem extends vscode.QuickPickItem {
  /** Null: go on. */
  readonly line: number | null;
}

/** Tells of rows that can't be used; a row opens the file at its line. */
export async function tellBadRows(
  choices: StartChoices,
  place: StepPlace,
): Promise<StepResult<StartChoices>> {
  const { input, scan } = choices;
  if (input === null || scan === null) return { kind: 'back' };
  const { badRows, badRowCount, shape } = scan;
  const more = badRowCount - badRows.length;
  const items: readonly RowItem[] = [
    {
      label: `$(arrow-right) Go on with ${countWords(shape.items)} ${shape.items === 1 ? 'row' : 'rows'}`,
      description: `without ${badRowCount === 1 ? 'the one' : `the ${countWords(badRowCount)}`} that can’t be used`,
      line: null,
    },
    {
      label: more > 0 ? `The first ${badRows.length} of those left out` : 'Left out',
      kind: vscode.QuickPickItemKind.Separator,
      line: null,
    },
    ...badRows.map(({ place: line, reason }): RowItem => ({
      label: `$(warning) ${isOfLines(input.path) ? 'Line' : 'Row'} ${countWords(line)}`,
      description: plain(reason),
      line,
    })),
  ];
  const left = badRowCount === 1 ? 'it out and lists it' : 'them out and lists them';
  const placeholder = `${countWords(badRowCount)} of ${countWords(badRowCount + shape.items)} rows can’t be used; the run leaves ${left}`;
  const picked = await askPick({ ...place, placeholder, items });
  if (picked.kind !== 'value') return picked;
  const { line } = picked.value;
  if (line === null) return { kind: 'value', value: choices };
  await showLine(input.path, isOfLines(input.path) ? line : 1);
  return { kind: 'cancelled' };
}

/** In other files a row is no line. */
function isOfLines(path: string): boolean {
  return /\.(?:jsonl|ndjson|csv|tsv|te?xt)$/iu.test(path);
}

async function showLine(path: string, line: number): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  const uri = vscode.Uri.file(path);
  // The editor takes no text of more than 50 MB, and no Parquet.
  await vscode.commands.executeCommand('vscode.open', uri, { selection: new vscode.Range(at, at) });
}
