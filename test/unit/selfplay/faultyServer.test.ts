import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createModelPool } from '../../../src/spar/models/pool/pool';
import type { RunItem } from '../../../src/spar/selfplay/item';
import type { ItemStatus } from '../../../src/spar/selfplay/itemResult';
import { workOn } from '../../../src/spar/selfplay/runner';
import { writeResults } from '../../../src/spar/selfplay/results';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import type { Fault, SimulatedCall } from '../../support/simulator/protocol';
import { startSimulator } from '../../support/simulator/simulator';
import { mixed } from '../../support/simulator/tokens';
import { worldReply } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { temporaryFolder } from '../log/temporaryFolder';
import { answered, controlOf, dependencies, filesOf, instructions, play } from './support';

/** Single replies: what a server makes of a count is its own, and not the same when it is asked again. */
const single: RunSettings = {
  ...defaultRunSettings,
  completeShare: 0,
  search: { ...defaultRunSettings.search, algorithm: 'chain', depth: 1, votes: 1, auditShare: 0 },
};

type Choosing = Fault | ((call: SimulatedCall) => Fault);

const json = (body: unknown): Fault => ({
  kind: 'raw',
  contentType: 'application/json',
  body: JSON.stringify(body),
});
const choice = (content: string, index = 0) => ({
  index,
  finish_reason: 'stop',
  message: { role: 'assistant', content },
});
/** What the server would have answered first, and so many more. */
const choices =
  (count: number) =>
  ({ body }: SimulatedCall): Fault => {
    const { messages, seed } = body as unknown as Parameters<typeof worldReply>[0];
    const contents = Array.from({ length: count }, (_, at) => worldReply({ messages, seed: seed + at }).text);
    return json({ choices: contents.map((content, at) => choice(content, at)) });
  };

/** All equally often. */
const faults: readonly Choosing[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 429, headers: { 'retry-after-ms': '20' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502, body: 'Bad gateway' },
  { kind: 'close' },
  { kind: 'reset' },
  { kind: 'cut' },
  { kind: 'hang' },
  { kind: 'html' },
  { kind: 'end-early' },
  json({ choices: [] }),
  choices(2),
  json({ choices: [choice('')] }),
];

/** Fails 30 % of the calls. Which attempt at a request fails how depends on nothing but the request. */
class FaultyServer {
  /** By the fault's place in the list. */
  readonly counts = new Map<number, number>();
  private readonly attempts = new Map<string, number>();

  constructor(private readonly faults: readonly Choosing[]) {}

  faultOf(call: SimulatedCall): Fault | undefined {
    if (call.method !== 'POST') return undefined;
    const text = JSON.stringify(call.body);
    const attempt = this.attempts.get(text) ?? 0;
    this.attempts.set(text, attempt + 1);
    const drawn = mixed(hash(text), attempt);
    if (drawn % 1000 >= 300) return undefined;
    const at = Math.floor(drawn / 1000) % this.faults.length;
    this.counts.set(at, (this.counts.get(at) ?? 0) + 1);
    const fault = this.faults[at];
    return typeof fault === 'function' ? fault(call) : fault;
  }
}

const folder = temporaryFolder();

interface OverFaults {
  readonly items: readonly RunItem[];
  readonly settings: RunSettings;
  readonly faults: readonly Choosing[];
}

/** Works on a run of these items to its end while 30 % of the calls fail. */
async function playOverFaults({ items, settings, faults: own }: OverFaults) {
  const faulty = new FaultyServer(own);
  const server = await startSimulator({
    faults: (call) => faulty.faultOf(call),
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
  });
  const pool = createModelPool({
    endpoints: [
      {
        baseUrl: server.url,
        model: 'simulated',
        apiKey: null,
        firstByteTimeoutMs: 2500,
        replyTimeoutMs: 2500,
      },
    ],
    concurrency: 64,
    // A busy machine may take as long as a server that hangs, which counts beside the faults of the same request.
    retry: { baseDelayMs: 1, maxDelayMs: 20, attempts: { timeout: 30, server: 30, 'bad-reply': 30 } },
  });
  const store = await RunStore.create(folder.path('run'), { settings });
  const trial = { folder: folder.path('run'), items, model: new WorldModel(), settings };
  const ports = { ...dependencies(trial, store, settings), actor: pool, refiner: pool };
  const ending = await workOn(ports, controlOf(trial));
  await writeResults(store);
  const { items: ends } = await store.leftovers(allStatuses);
  await store.close();
  await server.close();
  expect(faulty.counts.size).toBe(own.length);
  return { ending, store, ends, counts: faulty.counts };
}

const allStatuses: readonly ItemStatus[] = [
  ...(['solved', 'unsolved', 'no-failing-answer', 'undetermined'] as const),
  ...(['judged', 'dropped', 'held-back', 'failed'] as const),
];

test('a run over a server that fails 30 % of all calls ends as over one that fails none', async () => {
  await mkdir(folder.path('whole'));
  const [items, settings] = [answered(500), single];
  const model = new WorldModel();
  const undisturbed = await play({ folder: folder.path('whole', 'run'), items, model, settings });
  expect(undisturbed.store.totals.pairs).toBeGreaterThan(100);

  const { ending, store, counts } = await playOverFaults({ items, settings, faults });

  expect(ending).toEqual({ kind: 'finished' });
  expect(Math.min(...counts.values())).toBeGreaterThan(20);
  expect(store.totals.reasons).toEqual([]);
  expect(store.totals.statuses).toEqual(undisturbed.store.totals.statuses);
  expect(await filesOf(folder.path('run'))).toEqual(await filesOf(folder.path('whole', 'run')));
}, 120_000);

test('where requests ask for several replies and get fewer or more, too, every item ends with a reason', async () => {
  const items = instructions(20);
  // Requests wait for each other here, and a server that hangs for all of them.
  const quick = faults.filter((fault) => typeof fault === 'function' || fault.kind !== 'hang');
  const several = [...quick, choices(1), choices(9)];
  const { ending, store, ends } = await playOverFaults({
    items,
    settings: { ...defaultRunSettings, draw: 'all' },
    faults: several,
  });
  expect(ending).toEqual({ kind: 'finished' });
  expect(store.totals.statuses.failed).toBeUndefined();
  expect(ends.map(({ index }) => index)).toEqual(items.map(({ index }) => index));
  expect(ends.every(({ reason }) => reason !== '' && !reason.includes('inside SPaR'))).toBe(true);
  expect(store.totals.pairs).toBeGreaterThan(8);
}, 120_000);

function hash(text: string): number {
  let value = 2166136261;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return value >>> 0;
}
