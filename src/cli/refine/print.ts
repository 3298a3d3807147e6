import { paintFor } from '../output/paint';
import { renderEnding, renderReport } from '../output/report';
import type { Terminal } from '../terminal';
import type { RefineArguments } from './arguments';
import type { Refined } from './refine';

/** Prints a result: one JSON object, or words for a person, a failure among them on standard error. */
export function printRefined(refined: Refined, { json }: RefineArguments, terminal: Terminal): void {
  const { tree, result, saved } = refined;
  if (json) {
    terminal.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const { stdout, stderr, environment } = terminal;
  const hasReport = tree?.item != null;
  if (hasReport) stdout.write(renderReport(tree, result, paintFor(stdout, environment)));
  if (saved !== null) stdout.write(`${saved}\n`);
  // A report at a terminal says it already; one that goes to a file is not seen.
  if (result.status !== 'failed' && hasReport) return;
  if (!(hasReport && stdout.isTTY)) {
    stderr.write(`spar refine: ${renderEnding(result, paintFor(stderr, environment))}\n`);
  }
}
