import { describe, expect, test } from 'vitest';
import type { ChatMessage, ChatRequest, Usage } from '../../../src/spar/models/chatModel';
import { instructionText } from '../../../src/spar/refiner/instruction';
import type { RunItem } from '../../../src/spar/selfplay/item';
import type { ItemResult } from '../../../src/spar/selfplay/itemResult';
import { runItem, type ItemPorts } from '../../../src/spar/selfplay/runItem';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import { detectConstraints } from '../../../src/spar/verifiers/detect';
import { defaultStatistics, worldItems, type WorldStatistics } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { answered, instructions, itemOf, itemPorts } from './support';

/** What the actor and the refiner of one item were asked. */
class Asked {
  constructor(private readonly requests: readonly ChatRequest[]) {}

  get samples(): readonly ChatRequest[] {
    return this.of((messages) => !messages[0]?.content.includes('<response>'));
  }

  get judgements(): readonly ChatRequest[] {
    return this.of((messages) => messages.length === 1 && messages[0]!.content.includes('<response>'));
  }

  get refinements(): readonly ChatRequest[] {
    return this.of((messages) => messages.length > 1);
  }

  private of(isWanted: (messages: readonly ChatMessage[]) => boolean): readonly ChatRequest[] {
    return this.requests.filter(({ messages }) => isWanted(messages));
  }
}

interface Played {
  readonly result: ItemResult;
  readonly asked: Asked;
}

type Ports = Partial<ItemPorts> & { readonly statistics?: WorldStatistics };

async function playItem(
  item: RunItem,
  settings: Partial<RunSettings> = {},
  { statistics, ...ports }: Ports = {},
): Promise<Played> {
  const model = new WorldModel(statistics);
  const result = await runItem(item, {
    settings: { ...defaultRunSettings, completeShare: 0, ...settings },
    ...itemPorts(model),
    ...ports,
  });
  return { result, asked: new Asked(model.requests) };
}

function playAll(
  items: readonly RunItem[],
  settings: Partial<RunSettings> = {},
  ports: Ports = {},
): Promise<readonly Played[]> {
  return Promise.all(items.map((item) => playItem(item, settings, ports)));
}

describe('what a row brings', () => {
  test('without an answer the actor gives at most K, each judged until one fails', async () => {
    const played = await playAll(instructions(20), { samples: 3 });
    for (const { asked, result } of played) {
      expect(asked.samples).toHaveLength(result.summary.answers.drawn);
      expect(result.summary.answers.drawn).toBeLessThanOrEqual(3);
      expect(result.summary.answers.failing).toBeLessThanOrEqual(1);
    }
    expect(new Set(played.map(({ result }) => result.summary.answers.drawn)).size).toBeGreaterThan(1);
  });

  test('with answers the actor is asked for none', async () => {
    for (const { asked, result } of await playAll(answered(10))) {
      expect(asked.samples).toEqual([]);
      expect(asked.judgements.length).toBeGreaterThan(0);
      expect(result.summary.usage.sample).toBeUndefined();
    }
  });

  test('with a critique the search begins with it, and the answer is not judged', async () => {
    const critique = 'It lacks what was asked for.\n\nFinal Judgement (Yes or No): No';
    for (const item of answered(10)) {
      const { asked, result } = await playItem({ ...item, critique });
      const [response = ''] = item.responses;
      expect(asked.samples).toEqual([]);
      expect(asked.judgements.filter(({ messages }) => messages[0]!.content.includes(response))).toEqual([]);
      expect(asked.refinements[0]?.messages[1]?.content).toBe(critique);
      expect(result.summary.answers).toEqual({ drawn: 1, failing: 1, passing: 0, unknown: 0 });
      expect(result.summary.usage.judge).toBeUndefined();
    }
  });

  test('what its critique finds good is not searched from', async () => {
    const [item] = answered(1);
    const critique = 'All is there.\n\nFinal Judgement (Yes or No): Yes';
    const { asked, result } = await playItem({ ...item!, critique });
    expect(asked.refinements).toEqual([]);
    expect(result.pairs).toEqual([]);
    expect(result.summary).toMatchObject({
      status: 'no-failing-answer',
      answers: { passing: 1, failing: 0 },
    });
  });
});

describe('stages that are switched off', () => {
  test('without judging every answer counts as failing, and is judged by its search alone', async () => {
    for (const { asked, result } of await playAll(answered(6), { judge: false })) {
      expect(result.summary.answers).toMatchObject({ drawn: 1, failing: 1 });
      expect(result.summary.usage.judge).toBeUndefined();
      expect(asked.refinements.length).toBeGreaterThan(0);
    }
  });

  test('without searching it ends with judged answers', async () => {
    const played = await playAll(answered(12), { refine: false });
    expect(played.map(({ result }) => result.summary.status)).toContain('judged');
    for (const { asked, result } of played) {
      expect(asked.refinements).toEqual([]);
      expect(result.pairs).toEqual([]);
    }
    expect(played.flatMap(({ result }) => result.examples).length).toBeGreaterThan(0);
  });
});

describe('which failing answers are searched from', () => {
  test('all of them, each to a pair of its own', async () => {
    const one = await playAll(instructions(12), { select: 'one', draw: 'all' });
    const all = await playAll(instructions(12), { select: 'all', draw: 'all' });
    for (const [at, { result }] of all.entries()) {
      const { summary, pairs } = result;
      // The same answers, judged alike.
      expect(summary.answers).toEqual(one[at]?.result.summary.answers);
      expect(one[at]?.result.pairs.length).toBeLessThanOrEqual(1);
      expect(pairs.length).toBeLessThanOrEqual(summary.answers.failing);
      expect(new Set(pairs.map(({ record }) => record.rejected)).size).toBe(pairs.length);
    }
    expect(all.some(({ result }) => result.pairs.length > 2)).toBe(true);
  });

  test('one of a row’s own answers, drawn by the seed', async () => {
    const rejected = async (seed: number): Promise<readonly (string | undefined)[]> => {
      const responses = worldItems(40).map(({ response }) => response);
      const items = Array.from({ length: 10 }, (_, at) => {
        const { instruction } = instructions(at + 1).at(-1)!;
        return itemOf(at, instructionText(instruction), responses.slice(4 * at, 4 * at + 4));
      });
      const played = await playAll(items, { seed });
      return played.map(({ result }) => result.pairs[0]?.record.rejected);
    };
    const first = await rejected(1);
    expect(await rejected(1)).toEqual(first);
    expect(await rejected(2)).not.toEqual(first);
  });
});

describe('the refiner’s examples', () => {
  /** What completing the votes of this share of the nodes took, and what came of the items. */
  async function completing(completeShare: number) {
    const played = await playAll(answered(80), { completeShare });
    const collected = played.map(({ result }) => result.summary.usage.collect?.sequences ?? 0);
    return {
      votes: collected.reduce((sum, count) => sum + count, 0),
      collected,
      texts: played.map(({ result }) => result.pairs.map(({ record }) => [record.rejected, record.chosen])),
      judgements: played.flatMap(({ result }) => result.examples).filter(({ kind }) => kind !== 'refinement'),
    };
  }

  test('rest on all votes about a seeded share of the nodes, which changes no pair', async () => {
    const [none, some, all] = [await completing(0), await completing(0.2), await completing(1)];
    expect(none.votes).toBe(0);
    expect(all.votes).toBeGreaterThan(300);
    expect(some.votes / all.votes).toBeGreaterThan(0.1);
    expect(some.votes / all.votes).toBeLessThan(0.3);
    expect(some.texts).toEqual(none.texts);
    expect(all.texts).toEqual(none.texts);
    expect((await completing(0.2)).collected).toEqual(some.collected);
    // Which is what they are for: votes that end early are seldom split.
    expect(some.judgements.length).toBeGreaterThan(none.judgements.length);
    expect(all.judgements.length).toBeGreaterThan(some.judgements.length);
    for (const { votes } of all.judgements) expect(votes?.notDrawn ?? 0).toBe(0);
  });
});

describe('a policy', () => {
  const statistics = { ...defaultStatistics, verifiable: 3 };
  const items = worldItems(40, statistics).map(({ instruction, response }, at) =>
    itemOf(at, instruction, [response]),
  );
  const ports = {
    statistics,
    constraintsOf: (instruction: string) => detectConstraints(instruction).constraints,
  };

  test('accepts what it asks for and nothing else, and stands on what it accepts', async () => {
    const policy = { name: 'spar run --accept-when …', value: 0.8, interference: 0.5, verified: false };
    const played = await playAll(items, { policy }, ports);
    let [accepted, left] = [0, 0];
    for (const { result } of played) {
      for (const [at, { decision }] of result.pairs.entries()) {
        const { value, interference } = result.summary.pairs[at]!;
        const isWanted = value !== null && value >= 0.8 && interference !== null && interference <= 0.5;
        expect(decision).toEqual(
          isWanted ? { status: 'accepted', by: { kind: 'policy', name: policy.name } } : null,
        );
        if (isWanted) accepted += 1;
        else left += 1;
      }
    }
    expect(accepted).toBeGreaterThan(0);
    expect(left).toBeGreaterThan(0);
  });

  test('that wants everything verified accepts nothing that code can’t check', async () => {
    const policy = { name: 'all verified', value: 0, interference: 1, verified: true };
    const played = await playAll(items, { policy }, ports);
    expect(played.flatMap(({ result }) => result.pairs).length).toBeGreaterThan(10);
    // Two of the five qualities are beyond code.
    expect(played.flatMap(({ result }) => result.pairs.filter(({ decision }) => decision !== null))).toEqual(
      [],
    );
  });
});

test('what is paid for is told by stage as it is paid', async () => {
  const told = new Map<string, number>();
  const onUsage = (stage: string, { sequences }: Usage): void => {
    told.set(stage, (told.get(stage) ?? 0) + sequences);
  };
  const [item] = instructions(1);
  const { result } = await playItem(item!, { completeShare: 1, samples: 8 }, { onUsage });
  const kept = Object.entries(result.summary.usage).map(([stage, { sequences }]) => [stage, sequences]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(kept));
});
