import { harmlessLine, paintFor } from '../output/paint';
import type { Terminal } from '../terminal';
import type { RepairArguments } from './command';
import type { Repaired } from './repairFiles';

/** Entries that are named one by one. */
const mostNamed = 10;

/** Prints the summary: one JSON object, or words for a person with what was left out on standard error. */
export function printRepaired(repaired: Repaired, { json }: RepairArguments, terminal: Terminal): void {
  const { stdout, stderr, environment } = terminal;
  if (json) {
    stdout.write(`${JSON.stringify(resultOf(repaired), null, 2)}\n`);
    return;
  }
  const paint = paintFor(stdout, environment);
  const { rows, followedBefore, mended, better, untouched, medianChanged, output, missing } = repaired;
  const share =
    medianChanged === null ? '' : `, median ${(medianChanged * 100).toFixed(1)} % of words changed`;
  stdout.write(
    [
      `${rows} responses`,
      `  ${followedBefore} followed already`,
      `  ${paint.ink('good', `${mended} mended`)}${share}`,
      `  ${better} mended in part`,
      `  ${untouched} left as they are: rules can't mend them`,
      paint.ink('faint', `Rows: ${output}`),
      '',
    ].join('\n'),
  );
  if (missing.length === 0) return;
  const names = missing
    .slice(0, mostNamed)
    .map(({ line, prompt }) => `  line ${line}: ${harmlessLine(prompt, 70)}\n`);
  const more = missing.length > mostNamed ? `  and ${missing.length - mostNamed} more\n` : '';
  stderr.write(
    `spar repair: ${missing.length} prompts have no response and are left out:\n${names.join('')}${more}`,
  );
}

function resultOf(repaired: Repaired): unknown {
  const { followedBefore, medianChanged, ...rest } = repaired;
  return { ...rest, followed_before: followedBefore, median_changed: medianChanged };
}
