import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepHeapSmall } from '../src/cli/run/smallHeap';
import { createModelPool } from '../src/spar/models/pool/pool';
import { defaultPrompts } from '../src/spar/refiner/prompts';
import { readItems } from '../src/spar/selfplay/intake/readItems';
import { workOn } from '../src/spar/selfplay/runner';
import { RunStore, selfplayFiles } from '../src/spar/selfplay/runStore';
import type { RunSettings } from '../src/spar/selfplay/settings';
import { totalUsage } from '../src/spar/selfplay/totals';
import { isRight, worldItems } from '../test/support/world';

export interface BenchRun {
  readonly folder: string;
  readonly input: string;
  readonly url: string;
  readonly settings: RunSettings;
  readonly concurrency: 'auto' | number;
}

export interface RunFigures {
  readonly ending: string;
  readonly seconds: number;
  /** Until the run was open, of `seconds`. */
  readonly openingSeconds: number;
  readonly processorSeconds: number;
  /** Most that was resident, in MB. */
  readonly resident: number;
  readonly items: number;
  readonly pairs: number;
  /** Pairs whose chosen side truly follows its instruction, and whose rejected side truly does not. */
  readonly rightPairs: number;
  readonly tokens: number;
  /** Milliseconds an item, of the second tenth of the items and of the last one; null of a run of a moment. */
  readonly pace: { readonly early: number; readonly late: number } | null;
}

/** Begins a run or goes on with it, through the live engine as `spar run` has it. */
export async function playRun({ folder, input, url, settings, concurrency }: BenchRun): Promise<RunFigures> {
  let resident = process.memoryUsage.rss();
  const marks: Mark[] = [];
  const processor = process.cpuUsage();
  const began = performance.now();
  const store = await RunStore.create(folder, { settings }).catch(() => RunStore.open(folder));
  const watch = setInterval(() => {
    resident = Math.max(resident, process.memoryUsage.rss());
    marks.push({ at: performance.now(), finished: store.totals.finished });
  }, 50);
  const opened = performance.now();
  const pool = createModelPool({
    endpoints: [{ baseUrl: url, model: 'simulated', apiKey: null }],
    concurrency,
  });
  const ending = await workOn(
    {
      store,
      settings,
      rows: (signal) => readItems(input, { signal }),
      actor: pool,
      refiner: pool,
      prompts: defaultPrompts,
      evolve: () => Promise.resolve({ ok: false, reason: 'not asked for' }),
      constraintsOf: () => [],
      overlapOf: () => null,
      input: 'prompts.jsonl',
      created: new Date('2026-11-23T10:00:00.000Z'),
    },
    { signal: new AbortController().signal },
  );
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  const { user, system } = process.cpuUsage(processor);
  const { finished, pairs } = store.totals;
  const { promptTokens, completionTokens } = totalUsage(store.spent);
  await store.close();
  return {
    ending: ending.kind,
    seconds,
    openingSeconds: (opened - began) / 1000,
    processorSeconds: (user + system) / 1e6,
    resident: Math.max(resident, process.memoryUsage.rss()) / 2 ** 20,
    items: finished,
    pairs,
    rightPairs: await rightPairsOf(folder),
    tokens: promptTokens + completionTokens,
    pace: paceOf(marks, finished),
  };
}

interface Mark {
  readonly at: number;
  readonly finished: number;
}

/** The first tenth meets code for the first time. */
function paceOf(marks: readonly Mark[], items: number): RunFigures['pace'] {
  const between = (from: number, to: number): number => {
    const [first, last] = [from, to].map((share) => marks.find(({ finished }) => finished >= share * items));
    if (first === undefined || last === undefined || last.finished === first.finished) return Number.NaN;
    return (last.at - first.at) / (last.finished - first.finished);
  };
  const [early, late] = [between(0.1, 0.2), between(0.89, 0.99)];
  return Number.isNaN(early + late) ? null : { early, late };
}

/** `playRun` in a process of its own, so that its memory and processor time are its own. */
export async function playRunApart(run: BenchRun): Promise<RunFigures> {
  const child = fork(fileURLToPath(import.meta.url), ['--play-run', JSON.stringify(run)], {
    // Source maps would be held in memory with the first error.
    execArgv: [],
  });
  const ended = once(child, 'exit');
  const [figures] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => [{ ending: 'failed' }]),
  ])) as [RunFigures];
  if (figures.ending !== 'finished') throw new Error(`The run of the bench has ${figures.ending}.`);
  await ended;
  return figures;
}

/** True where this process is one that plays a run, which then does. */
export async function isRunProcess(): Promise<boolean> {
  const [flag, run] = process.argv.slice(2);
  if (flag !== '--play-run' || run === undefined) return false;
  // As the terminal does.
  keepHeapSmall();
  const figures = await playRun(JSON.parse(run) as BenchRun);
  process.send?.(figures, () => process.disconnect());
  return true;
}

/** Writes instructions of the simulated world, each with a failing answer where told; the file. */
export async function writeInput(file: string, count: number, isAnswered: boolean): Promise<string> {
  const stream = createWriteStream(file);
  for (const { instruction, response } of worldItems(count)) {
    const line = JSON.stringify(isAnswered ? { instruction, response } : { instruction });
    if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  return file;
}

async function rightPairsOf(folder: string): Promise<number> {
  const text = await readFile(join(folder, selfplayFiles.pairs), 'utf8').catch(() => '');
  let right = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { chosen, rejected } = JSON.parse(line) as { readonly chosen?: string; readonly rejected?: string };
    if (typeof chosen !== 'string' || typeof rejected !== 'string') continue;
    if (isRight(chosen) && !isRight(rejected)) right += 1;
  }
  return right;
}
