import type { ExportResult } from '../../spar/datasets/export/exportDataset';
import { harmless, harmlessLine, paintFor } from '../output/paint';
import type { Terminal } from '../terminal';
import type { ExportArguments } from './arguments';

/** Prints what was exported: one JSON object, or words for a person. */
export function printExported(
  result: ExportResult,
  options: Extract<ExportArguments, { readonly kind: 'export' }>,
  { stdout, stderr, environment }: Terminal,
): void {
  if (options.json) {
    stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const paint = paintFor(stdout, environment);
  const left = result.leftOut.map(({ count, words }) => `  ${count} left out: ${words}`);
  if (result.rows === 0) {
    const { accepted, pending, rejected, contested, deleted } = result.counts;
    const found = `${accepted} accepted, ${pending} pending, ${rejected} rejected, ${contested} contested, ${deleted} deleted`;
    const advice =
      accepted === 0 && pending > 0 ? ' Review the pending ones first, or add --status pending.' : '';
    stderr.write(`spar export: Nothing qualifies (${found}), so no file was written.${advice}\n`);
    stderr.write(left.map((line) => `${line}\n`).join(''));
    return;
  }
  stdout.write(
    [
      `${countOf(result.rows, 'row')} of ${countOf(result.counts.exported, 'record')}`,
      ...result.splits.map(
        ({ file, rows, instructions }) =>
          `  ${harmlessLine(file, 100)}: ${countOf(rows, 'row')}, ${countOf(instructions, 'instruction')}`,
      ),
      ...left.map((line) => paint.ink('faint', line)),
      `Files in ${harmlessLine(result.outputFolder, 200)}: ${result.files.map(({ name }) => name).join(', ')}`,
      ...(result.training === null
        ? []
        : ['To train on it:', ...result.training.text.split('\n').map((line) => `  ${line}`)]),
      '',
    ].join('\n'),
  );
  for (const note of result.notes) stderr.write(`spar export: ${harmless(note)}\n`);
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** How far it is, on one line of a terminal. */
export function progressOf({ stderr }: Terminal): {
  readonly tell: (read: number, total: number) => void;
  readonly clear: () => void;
} {
  let shown = -1;
  return {
    tell: (read, total) => {
      const percent = total === 0 ? 100 : Math.floor((read / total) * 100);
      if (!stderr.isTTY || percent === shown) return;
      shown = percent;
      stderr.write(`\r\u001b[K${percent} % read · Ctrl+C stops`);
    },
    clear: () => {
      if (shown !== -1) stderr.write('\r\u001b[K');
      shown = -1;
    },
  };
}
