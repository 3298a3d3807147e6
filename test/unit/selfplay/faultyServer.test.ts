import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createModelPool } from '../../../src/spar/models/pool/pool';
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
import { answered, controlOf, dependencies, filesOf, play } from './support';

const items = answered(500);
/** Single replies: what a server makes of a count is its own, and not the same when it is asked again. */
const settings: RunSettings = {
  ...defaultRunSettings,
  completeShare: 0,
  search: { ...defaultRunSettings.search, algorithm: 'chain', depth: 1, votes: 1, auditShare: 0 },
};

const json = (body: unknown): Fault => ({
  kind: 'raw',
  contentType: 'application/json',
  body: JSON.stringify(body),
});
const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '' } };

/** All equally often. */
const faults: readonly Fault[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 429, headers: { 'retry-after-ms': '20' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502, body: 'Bad gateway' },
  { kind: 'close' },
  { kind: 'cut' },
  { kind: 'hang' },
  { kind: 'html' },
  { kind: 'end-early' },
  json({ choices: [] }),
  json({ choices: [choice] }),
];

/** Fails 30 % of the calls. Which attempt at a request fails how depends on nothing but the request. */
class FaultyServer {
  readonly counts = new Map<string, number>();
  private readonly attempts = new Map<string, number>();

  faultOf({ method, body }: SimulatedCall): Fault | undefined {
    if (method !== 'POST') return undefined;
    const text = JSON.stringify(body);
    const attempt = this.attempts.get(text) ?? 0;
    this.attempts.set(text, attempt + 1);
    const drawn = mixed(hash(text), attempt);
    if (drawn % 1000 >= 300) return undefined;
    const fault = faults[Math.floor(drawn / 1000) % faults.length]!;
    const name = JSON.stringify(fault);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return fault;
  }
}

const folder = temporaryFolder();

test('a run over a server that fails 30 % of all calls ends as over one that fails none', async () => {
  await mkdir(folder.path('whole'));
  const model = new WorldModel();
  const undisturbed = await play({ folder: folder.path('whole', 'run'), items, model, settings });
  expect(undisturbed.store.totals.pairs).toBeGreaterThan(100);

  const faulty = new FaultyServer();
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
    // A busy machine may take as long as a server that hangs.
    retry: { baseDelayMs: 1, maxDelayMs: 20, attempts: { timeout: 30 } },
  });
  const store = await RunStore.create(folder.path('run'), { settings });
  const trial = { folder: folder.path('run'), items, model, settings };
  const ports = { ...dependencies(trial, store, settings), actor: pool, refiner: pool };
  const ending = await workOn(ports, controlOf(trial));
  await writeResults(store);
  await store.close();
  await server.close();

  expect(ending).toEqual({ kind: 'finished' });
  expect(faulty.counts.size).toBe(faults.length);
  expect(Math.min(...faulty.counts.values())).toBeGreaterThan(20);
  expect(store.totals.reasons).toEqual([]);
  expect(store.totals.statuses).toEqual(undisturbed.store.totals.statuses);
  expect(await filesOf(folder.path('run'))).toEqual(await filesOf(folder.path('whole', 'run')));
}, 120_000);

function hash(text: string): number {
  let value = 2166136261;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return value >>> 0;
}
