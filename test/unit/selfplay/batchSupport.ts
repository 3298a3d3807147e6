import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ChatModel } from '../../../src/spar/models/chatModel';
import { openAiBatches } from '../../../src/spar/models/batch/openaiBatches';
import { parseEndpoint } from '../../../src/spar/models/endpoint';
import {
  workInBatches,
  type BatchDependencies,
  type BatchOptions,
} from '../../../src/spar/selfplay/batch/rounds';
import { writeResults } from '../../../src/spar/selfplay/results';
import type { RunEnding } from '../../../src/spar/selfplay/runner';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import {
  rowsIn,
  seedOfChoice,
  simulatedLine,
  type SimulatedEngine,
} from '../../support/simulator/batchEngine';
import { worldReply } from '../../support/world';
import { controlOf, dependencies, filesOf, play, type instructions } from './support';

export type Items = ReturnType<typeof instructions>;
export type Responder = SimulatedEngine['responder'];

export const world: Responder = ({ messages, seed }) => worldReply({ messages, seed }).text;

/** A live model whose choices beyond the first have seeds of their own, as servers make them. */
export const live: ChatModel = {
  id: 'simulated',
  maxConcurrency: 64,
  complete: ({ messages, seeds }) =>
    Promise.resolve(
      seeds.map((_, choice) => ({
        text: world({ messages, seed: seedOfChoice(seeds[0] ?? 0, choice) }),
        finishReason: 'stop' as const,
      })),
    ),
};

/** Where a run lies; `run` unless told. */
export interface Place {
  readonly within: string;
  readonly run?: string;
}

export interface BatchTrial extends Place {
  readonly items: Items;
  readonly settings?: Partial<RunSettings>;
  readonly options?: BatchOptions;
  /** Files for any engine unless told. */
  readonly models?: BatchModels;
}

export type BatchModels = Pick<BatchDependencies, 'actor' | 'refiner' | 'providerAt'>;

const forAnyEngine: BatchModels = {
  actor: { model: 'simulated', baseUrl: null },
  refiner: { model: 'simulated', baseUrl: null },
  providerAt: () => {
    throw new Error('no provider');
  },
};

/** Waits for nothing. */
export const clock = {
  now: () => performance.now(),
  wait: async (_: number, signal: AbortSignal): Promise<void> => {
    await new Promise(setImmediate);
    signal.throwIfAborted();
  },
};

/** With the provider at an address. */
export function modelsAt(url: string): BatchModels {
  const target = { model: 'simulated', baseUrl: url };
  return {
    actor: target,
    refiner: target,
    providerAt: ({ baseUrl }) => {
      const parsed = parseEndpoint({ baseUrl, apiKey: null });
      if (!parsed.ok) throw new Error(parsed.reason);
      return openAiBatches({ endpoint: parsed.endpoint, model: 'simulated', clock });
    },
  };
}

/** One call of `spar run --engine batch` or `spar resume`. */
export async function step(
  trial: BatchTrial,
): Promise<{ readonly ending: RunEnding; readonly store: RunStore }> {
  const run = join(trial.within, trial.run ?? 'run');
  const settings = { ...defaultRunSettings, ...trial.settings };
  const store = await RunStore.create(run, { settings }).catch(() => RunStore.open(run));
  const given = dependencies({ folder: run, items: trial.items, model: null }, store, settings);
  try {
    const ending = await workInBatches(
      { ...given, ...(trial.models ?? forAnyEngine) },
      trial.options ?? {},
      controlOf({ folder: run, items: trial.items, model: null }),
    );
    await writeResults(store);
    return { ending, store };
  } finally {
    await store.close();
  }
}

/** Replaces the lines of the batches' journal that tell of something, as a damaged block of a disk would. */
export async function damageJournal({
  within,
  run = 'run',
  kind,
  by = '\0\0\0',
}: Place & { readonly kind: string; readonly by?: string | undefined }): Promise<void> {
  const path = join(within, run, 'batches', 'journal.jsonl');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const isOf = (line: string): boolean => line.includes(`"kind":"${kind}"`);
  expect(lines.some(isOf)).toBe(true);
  await writeFile(path, lines.map((line) => (isOf(line) ? by : line)).join('\n'));
}

/** Answers every file of requests that has no answers. @returns how many rows were served. */
export async function serve(
  { within, run = 'run', ...engine }: Partial<SimulatedEngine> & Place,
  arrange: (lines: readonly string[]) => readonly string[] = (lines) => lines,
): Promise<number> {
  const batches = join(within, run, 'batches');
  let served = 0;
  for (const name of await readdir(batches)) {
    const number = /^(\d+)\.requests\.jsonl$/u.exec(name)?.[1];
    const answers = join(batches, `${number ?? ''}.answers.jsonl`);
    if (number === undefined || existsSync(answers)) continue;
    const lines = (await rowsIn(join(batches, name))).flatMap((row) => {
      const made = simulatedLine(row, { responder: world, ...engine });
      served += made?.isError === false ? 1 : 0;
      return made === null ? [] : [made.line];
    });
    // An empty file is none: an engine that failed is run again.
    if (lines.length === 0) continue;
    await writeFile(
      answers,
      arrange(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  return served;
}

/** Steps and serves in turn until the run is finished; how many rounds there were. */
export async function throughFiles(
  trial: BatchTrial,
  engine: Partial<SimulatedEngine> = {},
  arrange?: (lines: readonly string[]) => readonly string[],
): Promise<{ readonly rounds: number; readonly store: RunStore; readonly rows: number }> {
  let rows = 0;
  for (let rounds = 0; rounds < 200; rounds += 1) {
    const { ending, store } = await step(trial);
    if (ending.kind === 'finished') return { rounds, store, rows };
    expect(ending.reason.kind).toBe('answers');
    const { within, run = 'run' } = trial;
    rows += await serve({ ...engine, within, run }, arrange);
  }
  throw new Error('It goes on without an end.');
}

export async function liveFiles(
  within: string,
  items: Items,
  settings: Partial<RunSettings> = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const own = join(within, 'live', 'run');
  const { ending } = await play({ folder: own, items, model: live, settings });
  expect(ending).toEqual({ kind: 'finished' });
  return digestsOf(own);
}

/** The lines of a run's files, each by its hash: whole texts would fill the screen. */
export async function digestsOf(run: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const files = Object.entries(await filesOf(run));
  const digest = (line: string): string => createHash('sha256').update(line).digest('hex').slice(0, 12);
  return Object.fromEntries(files.map(([name, text]) => [name, text.split('\n').map(digest)]));
}
