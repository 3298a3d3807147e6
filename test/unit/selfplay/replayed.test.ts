import { expect, test } from 'vitest';
import type { ChatReply } from '../../../src/spar/models/chatModel';
import { recordedOnly } from '../../../src/spar/models/notRecorded';
import { withRecordedReplies, type ReplyStore } from '../../../src/spar/models/recorded';
import type { RunItem } from '../../../src/spar/selfplay/item';
import type { ItemResult } from '../../../src/spar/selfplay/itemResult';
import { runItem } from '../../../src/spar/selfplay/runItem';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import { WorldModel } from '../../support/worldModel';
import { instructions, itemPorts } from './support';

function memory(): { readonly store: ReplyStore; readonly replies: ReadonlyMap<string, ChatReply> } {
  const replies = new Map<string, ChatReply>();
  return {
    replies,
    store: { get: (key) => replies.get(key), put: (key, reply) => void replies.set(key, reply) },
  };
}

/** Votes decide everything: no rule knows these instructions. */
const base: RunSettings = { ...defaultRunSettings, samples: 3, completeShare: 0 };

function run(
  item: RunItem,
  settings: RunSettings,
  { store, live }: { readonly store: ReplyStore; readonly live: boolean },
): Promise<ItemResult> {
  const model = withRecordedReplies(live ? new WorldModel() : recordedOnly(new WorldModel().id), { store });
  return runItem(item, {
    settings,
    ...itemPorts(model),
  });
}

function withSearch(settings: RunSettings, search: Partial<RunSettings['search']>): RunSettings {
  return { ...settings, search: { ...settings.search, ...search } };
}

/** What was decided; how many of the votes were there to decide it may differ. */
function decisionsOf({ summary, pairs }: ItemResult): unknown {
  const { status, reason, answers, nodes } = summary;
  return {
    status,
    reason,
    answers,
    nodes,
    texts: pairs.map(({ record }) => [record.rejected, record.chosen]),
  };
}

const all = withSearch(base, { voting: 'all' });

const others: readonly (readonly [string, RunSettings, RunSettings])[] = [
  ['a higher gate', base, withSearch(base, { gate: 0.8 })],
  ['a lower gate, after all votes', all, withSearch(base, { gate: 0.3 })],
  ['fewer votes', base, withSearch(base, { votes: 3 })],
  ['settled votes, after all', all, base],
  ['a screen', base, withSearch(base, { voting: 'screen' })],
  ['the first that passes', base, withSearch(base, { stop: 'first' })],
  ['another search', base, withSearch(base, { beamWidth: 1, branchFactor: 2, depth: 2 })],
];

test.each(others)(
  'a replay under %s says what a run would, or is undecided',
  async (_, recorded, settings) => {
    let decided = 0;
    for (const item of instructions(24)) {
      const { store, replies } = memory();
      await run(item, recorded, { store, live: true });
      const before = replies.size;
      const replayed = await run(item, settings, { store, live: false });
      expect(replies.size).toBe(before);
      const { status, reason } = replayed.summary;
      if (reason.startsWith('Undecided: ')) {
        expect(status).toBe('undetermined');
        expect(reason).toMatch(/^Undecided: \d+ (votes?|refinements?|answers?|reply|replies) missing\.$/u);
        continue;
      }
      decided += 1;
      const live = await run(item, settings, { store, live: true });
      expect(decisionsOf(replayed)).toEqual(decisionsOf(live));
    }
    expect(decided).toBeGreaterThan(0);
  },
);

test('more votes than were drawn are missing, and counted', async () => {
  const [item] = instructions(1);
  if (item === undefined) throw new Error('no item');
  const { store } = memory();
  await run(item, base, { store, live: true });
  const { summary } = await run(item, withSearch(base, { votes: 9 }), { store, live: false });
  expect(summary).toMatchObject({ status: 'undetermined', reason: 'Undecided: 2 votes missing.' });
});

test('a replay under the same settings says the same of every item', async () => {
  for (const item of instructions(24)) {
    const { store } = memory();
    const live = await run(item, base, { store, live: true });
    const replayed = await run(item, base, { store, live: false });
    expect(replayed.pairs).toEqual(live.pairs);
    expect(replayed.summary).toEqual({ ...live.summary, usage: {} });
  }
});
