import { harmlessLine, paintFor } from '../output/paint';
import type { Terminal } from '../terminal';
import type { ImportArguments } from './arguments';
import type { ImportedFiles } from './importFiles';

/** Places of a reason that are named one by one. */
const mostPlaces = 5;
const mostReasons = 12;

/** Prints what was imported, or would be: one JSON object, or words for a person with what was refused. */
export function printImported(
  { plan, imported }: ImportedFiles,
  { json, dryRun }: ImportArguments,
  { stdout, stderr, environment }: Terminal,
): void {
  const { rows, records, mapped, duplicates, refused, unpaired } = plan;
  const pairs = imported?.added ?? records.length;
  if (json) {
    const result = {
      dataset: plan.dataset,
      dryRun,
      rows,
      pairs,
      status: plan.status,
      tags: plan.tags,
      mapped,
      duplicates,
      refused,
      unpaired: unpaired.length,
    };
    stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const paint = paintFor(stdout, environment);
  const { inInput, inDataset, deleted } = duplicates;
  const repeats = [
    [inDataset, 'in the dataset already'],
    [inInput, 'twice in the input'],
    [deleted, 'deleted from the dataset earlier; they stay deleted'],
  ] as const;
  stdout.write(
    [
      `${rows} rows: ${mapped.map(({ shape, rows: count }) => `${count} ${shape}`).join(', ') || 'none of a known shape'}`,
      ...repeats.flatMap(([count, words]) => (count > 0 ? [`  ${count} pairs ${words}`] : [])),
      paint.ink(
        'good',
        `${pairs} pairs ${dryRun ? 'would be imported' : 'imported'} into ${harmlessLine(plan.dataset, 200)}, ${plan.status}`,
      ),
      '',
    ].join('\n'),
  );
  if (refused.length === 0) return;
  const count = refused.reduce((sum, reason) => sum + reason.count, 0);
  const lines = refused.slice(0, mostReasons).map((reason) => {
    const places = reason.places
      .slice(0, mostPlaces)
      .map(({ file, row }) => `${harmlessLine(file, 60)}:${row}`)
      .join(', ');
    const more = reason.count > mostPlaces ? ', …' : '';
    return `  ${reason.count}: ${harmlessLine(reason.reason, 200)}\n     ${places}${more}\n`;
  });
  const more = refused.length > mostReasons ? `  and ${refused.length - mostReasons} other reasons\n` : '';
  stderr.write(`spar import: ${count} refused:\n${lines.join('')}${more}`);
}
