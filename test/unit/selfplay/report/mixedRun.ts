import type { ChatModel } from '../../../../src/spar/models/chatModel';
import { ModelError } from '../../../../src/spar/models/modelError';
import { instructionText } from '../../../../src/spar/refiner/instruction';
import { workOn } from '../../../../src/spar/selfplay/runner';
import { RunStore } from '../../../../src/spar/selfplay/runStore';
import { defaultRunSettings } from '../../../../src/spar/selfplay/settings';
import { controlOf, dependencies, instructions, SlowWorld, type Trial } from '../support';

const price = { promptPerMillion: 1, completionPerMillion: 2, currency: 'EUR' };

/** What a run of the editor or the terminal keeps beside its settings. */
export const source = {
  begun: '2026-11-23T10:00:00.000Z',
  input: { path: '/data/prompts.jsonl', name: 'prompts.jsonl', sha256: 'a'.repeat(64), columns: null },
  actor: { model: 'small', baseUrls: ['http://localhost:1/v1'] },
  refiner: null,
  guard: ['/data/ifeval.jsonl'],
};

export interface MixedRun {
  /** Usable rows; at least 16. */
  readonly count?: number;
  /** The input's path. */
  readonly input?: string;
  /** Why items fail. */
  readonly failure?: string;
  /** What instructions get when they are made harder. */
  readonly addition?: string;
  /** Requests of the second half of the items wait for it. */
  readonly until?: Promise<void>;
}

/**
 * A run over the simulated world with ends of many kinds: row 2 is refused; the items on lines 5, 6 and 9 (and on every
 * sixteenth after those) are held back, dropped and failed.
 */
export async function mixedRun(folder: string, options: MixedRun = {}): Promise<RunStore> {
  const { count = 16, input = source.input.path, addition = 'Now' } = options;
  const { failure = 'Too long for <b>this</b> model.', until = Promise.resolve() } = options;
  const numberOf = (text: string): number => Number(/item (\d+) /u.exec(text)?.[1]);
  const ended = (text: string): number => numberOf(text) % 16;
  const [first, ...rest] = instructions(count);
  const moved = rest.map((item) => ({ ...item, place: item.place + 1 }));
  const world = new SlowWorld(
    () => 0,
    ({ messages }) =>
      ended(messages[0]?.content ?? '') === 7
        ? new ModelError({ kind: 'context-length', message: failure })
        : null,
  );
  const model: ChatModel = {
    id: world.id,
    maxConcurrency: world.maxConcurrency,
    complete: async (request, asked) => {
      if (numberOf(request.messages[0]?.content ?? '') >= count / 2) await until;
      return world.complete(request, asked);
    },
  };
  const trial: Trial = {
    folder,
    items: [first!, { place: 2, reason: 'It asks for nothing.' }, ...moved],
    model,
  };
  const search = { ...defaultRunSettings.search, price };
  const settings = { ...defaultRunSettings, search, evolve: true, seed: 5 };
  const kept = { ...settings, source: { ...source, input: { ...source.input, path: input } } };
  const store = await RunStore.create(folder, { settings: kept });
  await workOn(
    {
      ...dependencies(trial, store, settings),
      evolve: ({ instruction }) =>
        Promise.resolve(
          ended(instructionText(instruction)) === 4
            ? { ok: false, reason: 'It says the same.' }
            : { ok: true, instruction: `${instructionText(instruction)}. ${addition}` },
        ),
      overlapOf: (text) => (ended(text) === 3 ? 'ifeval.jsonl:9: Simulated item' : null),
    },
    controlOf(trial),
  );
  await store.close();
  return store;
}
