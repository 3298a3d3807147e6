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
  if (tree?.item != null)
    terminal.stdout.write(renderReport(tree, result, paintFor(terminal.stdout, terminal.environment)));
  if (saved !== null) terminal.stdout.write(`${saved}\n`);
  if (tree?.item == null || result.status === 'failed') {
    terminal.stderr.write(
      `spar refine: ${renderEnding(result, paintFor(terminal.stderr, terminal.environment))}\n`,
    );
  }
}
