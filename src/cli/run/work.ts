import type { BatchOptions } from '../../spar/selfplay/batch/rounds';
import { conductRun, type BatchConduct, type Conclusion } from '../../spar/selfplay/plan/conduct';
import type { InputScan } from '../../spar/selfplay/plan/inputScan';
import { concurrencies } from '../../spar/selfplay/plan/inFlight';
import type { BatchEngine, RunPlan } from '../../spar/selfplay/plan/runPlan';
import type { RunEnding } from '../../spar/selfplay/runner';
import type { RunStore } from '../../spar/selfplay/runStore';
import { countWords } from '../../spar/text/amountWords';
import { exitCodes } from '../exitCodes';
import { openModels } from '../modelFlags';
import { harmlessLine } from '../output/paint';
import { RewrittenLines } from '../output/rewrittenLines';
import { progressWords } from '../output/runWords';
import type { Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';
import { batchConduct, batchWords, openBatches } from './batch';
import { printStatus } from './print';
import { keepHeapSmall } from './smallHeap';

export interface TerminalRun {
  readonly store: RunStore;
  /** With the limits that hold now. */
  readonly plan: RunPlan;
  readonly scan: InputScan;
  /** The command, for what it says: `spar run`. */
  readonly command: string;
  /** How batches are waited for. */
  readonly waiting?: Pick<BatchOptions, 'wait' | 'pollMs' | 'cancel'>;
}

export interface Work extends TerminalRun {
  readonly json: boolean;
}

/**
 * Works on an open run to an ending, writes its results and prints how it stands; the exit code. Does not close it.
 *
 * @throws LogError; `signal.reason`.
 */
export async function workOnRun(work: Work, surroundings: Surroundings): Promise<number> {
  const { store, plan, command, json } = work;
  const { terminal } = surroundings;
  const { ending, status, results, rest } = await conductInTerminal(work, surroundings);
  if (results === null)
    terminal.stderr.write(
      `${command}: refiner.jsonl, held-back.jsonl and problems.jsonl are written at the next ending.\n`,
    );
  const batches = await openBatches(store.folder);
  printStatus({ folder: store.folder, status, plan, rest, results, batches }, { terminal, json });
  return exitCodeOf(ending);
}

/** Works on an open run to an ending, with its progress on the terminal. @throws as `workOnRun`. */
export async function conductInTerminal(
  run: TerminalRun,
  { terminal, interruption, signal }: Surroundings,
): Promise<Conclusion> {
  const { store, plan, scan, command } = run;
  keepHeapSmall();
  const force = new AbortController();
  void interruption.secondTime.then(() => force.abort(new Error('interrupted twice')));
  const { replay, engine } = plan.source;
  const lines = new RewrittenLines(terminal.stderr, { stop: signal });
  const models =
    replay?.draws === false
      ? { actor: null, refiner: null }
      : replay === undefined && engine !== undefined
        ? { actor: null, refiner: null, batch: batchOf(run, engine, { terminal, lines }) }
        : await openModels(plan.source, concurrencies(plan.source), terminal);
  const pools = new Set([models.actor, models.refiner].filter((pool) => pool !== null));
  const inFlight = (): number | null =>
    pools.size === 0 ? null : [...pools].reduce((sum, pool) => sum + pool.inFlight, 0);
  const { price } = plan.search;
  return conductRun(
    { store, plan, scan, ...models },
    {
      signal: force.signal,
      pause: signal,
      onProgress: (progress) => lines.show(() => progressWords(progress, { price, inFlight: inFlight() })),
      onWarning: (words) => {
        lines.clear();
        terminal.stderr.write(`${command}: ${harmlessLine(words, 400)}\n`);
      },
    },
  ).finally(() => lines.clear());
}

function batchOf(
  { store, plan, command, waiting = {} }: TerminalRun,
  engine: BatchEngine,
  { terminal, lines }: { readonly terminal: Terminal; readonly lines: RewrittenLines },
): BatchConduct {
  const say = (words: string): void => {
    terminal.stderr.write(`${command}: ${harmlessLine(words, 400)}\n`);
  };
  const since = new Since();
  const options: BatchOptions = {
    ...waiting,
    onBatches: (progress) => {
      const waited = since.change(`${progress.round} ${progress.doing}`);
      lines.show(() => batchWords(progress, { store, waited }));
    },
    onRefused: ({ count, first }) => {
      lines.clear();
      for (const { source, line, reason } of first) say(`${source}:${line}: ${reason}`);
      if (count > first.length) say(`and ${countWords(count - first.length)} more lines that can’t be used`);
    },
    onWarning: (words) => {
      lines.clear();
      say(words);
    },
  };
  return batchConduct(plan.source, engine, { terminal, options });
}

/** How long something is as it is. */
class Since {
  private what: string | null = null;
  private at = 0;

  /** Milliseconds since it was first so. */
  change(what: string): number {
    if (what !== this.what) this.at = performance.now();
    this.what = what;
    return performance.now() - this.at;
  }
}

/** What `spar` answers its caller about the end of a run. */
export function exitCodeOf(ending: RunEnding): number {
  if (ending.kind === 'finished') return exitCodes.done;
  switch (ending.reason.kind) {
    case 'asked':
      return exitCodes.interrupted;
    case 'limit':
      return exitCodes.stopped;
    case 'endpoint':
    case 'disk':
      return exitCodes.failed;
    case 'answers':
      return exitCodes.waiting;
  }
}
