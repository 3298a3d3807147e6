import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from '../../../src/spar/models/chatModel';
import { withConcurrency } from '../../../src/spar/models/concurrency';
import { defaultPrompts } from '../../../src/spar/refiner/prompts';
import { contentId } from '../../../src/spar/search/seeds';
import type { BadRow, RunItem } from '../../../src/spar/selfplay/item';
import type { ItemPorts } from '../../../src/spar/selfplay/runItem';
import {
  workOn,
  type RunControl,
  type RunDependencies,
  type RunEnding,
  type RunModel,
} from '../../../src/spar/selfplay/runner';
import { writeResults } from '../../../src/spar/selfplay/results';
import { RunStore, selfplayFiles } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import { worldItems } from '../../support/world';
import { WorldModel } from '../../support/worldModel';

export const created = new Date('2026-11-23T10:00:00.000Z');

/** Instructions of the simulated world, without answers. */
export function instructions(count: number): readonly RunItem[] {
  return worldItems(count).map(({ instruction }, index) => itemOf(index, instruction));
}

/** Instructions with a failing answer each. */
export function answered(count: number): readonly RunItem[] {
  return worldItems(count).map(({ instruction, response }, index) => itemOf(index, instruction, [response]));
}

export function itemOf(index: number, instruction: string, responses: readonly string[] = []): RunItem {
  return {
    index,
    place: index + 1,
    id: contentId(instruction, ...responses),
    instruction,
    responses,
    critique: null,
    constraints: null,
  };
}

/** Of one item alone whose stages are asked of one model, by no clock. */
export function itemPorts(model: ChatModel): Omit<ItemPorts, 'settings'> {
  return {
    actor: model,
    refiner: model,
    prompts: defaultPrompts,
    evolve: () => Promise.reject(new Error('not asked')),
    constraintsOf: () => [],
    overlapOf: () => null,
    source: { file: 'in.jsonl', run: 'run' },
    signal: new AbortController().signal,
    now: () => 0,
  };
}

/** The simulated world behind a delay that differs from request to request. Records what was asked of it. */
export class SlowWorld implements ChatModel {
  readonly id = 'simulated';
  readonly maxConcurrency = 64;
  readonly asked: string[] = [];
  private readonly world = new WorldModel();

  constructor(
    private readonly delay: (count: number) => number = () => 0,
    private readonly fault: (request: ChatRequest, count: number) => Error | null = () => null,
  ) {}

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    const count = this.asked.length;
    await new Promise((resolve) => setTimeout(resolve, this.delay(count)));
    options.signal.throwIfAborted();
    const fault = this.fault(request, count);
    if (fault !== null) throw fault;
    for (const seed of request.seeds) this.asked.push(JSON.stringify([request.messages, seed]));
    return this.world.complete(request, options);
  }
}

/** Without priorities: so many sequences at once. */
export function runModel(model: ChatModel, limit = 16): RunModel {
  const bounded = withConcurrency(model, { limit });
  let begun = 0;
  return {
    at: () => bounded,
    hasRoom: async () => {
      begun += 1;
      await new Promise((resolve) => setTimeout(resolve, begun % 4 === 0 ? 1 : 0));
    },
  };
}

export interface Trial {
  readonly folder: string;
  readonly items: readonly (RunItem | BadRow)[];
  readonly model: ChatModel | null;
  readonly settings?: Partial<RunSettings>;
  readonly control?: Partial<RunControl>;
  readonly now?: () => Date;
}

/** Works on the run in a folder, from its beginning or on. */
export async function play(trial: Trial): Promise<{ readonly ending: RunEnding; readonly store: RunStore }> {
  const settings = { ...defaultRunSettings, ...trial.settings };
  const options = { segmentBytes: 20_000, ...(trial.now === undefined ? {} : { now: trial.now }) };
  const store = await RunStore.create(trial.folder, { settings }, options).catch(() =>
    RunStore.open(trial.folder, options),
  );
  try {
    const ending = await workOn(dependencies(trial, store, settings), controlOf(trial));
    await writeResults(store);
    return { ending, store };
  } finally {
    await store.close();
  }
}

export function dependencies(trial: Trial, store: RunStore, settings: RunSettings): RunDependencies {
  const model = trial.model === null ? null : runModel(trial.model);
  return {
    store,
    settings,
    // eslint-disable-next-line @typescript-eslint/require-await
    rows: async function* () {
      yield* trial.items;
    },
    actor: model,
    refiner: model,
    prompts: defaultPrompts,
    evolve: () => Promise.resolve({ ok: false, reason: 'not asked for' }),
    constraintsOf: () => [],
    overlapOf: () => null,
    input: 'prompts.jsonl',
    created,
  };
}

export function controlOf({ control }: Trial): RunControl {
  return { signal: new AbortController().signal, ...control };
}

export async function pairsOf(folder: string): Promise<string> {
  return readFile(join(folder, selfplayFiles.pairs), 'utf8').catch(() => '');
}

/** All files that a run leaves for others, by name. */
export async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const { pairs, refiner, heldBack, problems } = selfplayFiles;
  const read = async (name: string) => [name, await readFile(join(folder, name), 'utf8').catch(() => '')];
  return Object.fromEntries(
    (await Promise.all([pairs, refiner, heldBack, problems].map(read))) as [string, string][],
  );
}
