import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fail } from '../../../src/cli/fail';
import { main } from '../../../src/cli/main';
import type { RunPlan } from '../../../src/spar/selfplay/plan/runPlan';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';
import { FakeTerminal } from './fakeTerminal';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-hostile-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const title = '\u001b]0;PWNED\u0007';
const clear = '\u001b[2J';
/** What a terminal obeys: neither tabs nor ends of lines. */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u;

const plan: RunPlan = {
  ...defaultRunSettings,
  search: {
    ...defaultRunSettings.search,
    price: { promptPerMillion: 1, completionPerMillion: 2, currency: title },
  },
  source: {
    begun: '2026-11-23T10:00:00.000Z',
    input: { path: '/nowhere', name: 'rows', sha256: '0'.repeat(64), columns: null },
    actor: null,
    refiner: null,
    concurrency: 8,
    guard: [],
    verifiers: null,
    dataset: null,
  },
};

async function runOf(name: string, source: Partial<RunPlan['source']> = {}): Promise<string> {
  const run = join(folder, name);
  await (
    await RunStore.create(run, { settings: { ...plan, source: { ...plan.source, ...source } } })
  ).close();
  return run;
}

async function told(...args: readonly string[]): Promise<string> {
  const terminal = new FakeTerminal({ environment: { HOME: folder } });
  await main(args, terminal);
  return `${terminal.stdout.text}${terminal.stderr.text}`;
}

test('a currency of a run’s folder gives a terminal no orders', async () => {
  const words = await told('status', await runOf('currency'));
  expect(words).toContain('PWNED');
  expect(words).not.toMatch(obeyed);
});

test('what a run’s folder names gives a terminal no orders where a command fails', async () => {
  const { input } = plan.source;
  const model = { model: `a${clear}`, baseUrls: [] };
  const runs = await Promise.all([
    runOf('input', { input: { ...input, path: `/nowhere${clear}` } }),
    runOf('model', { refiner: model }),
    runOf('editor', { refiner: { provider: 'editor', model: `of/${clear}` } }),
  ]);
  const [replayed, ...resumed] = await Promise.all([
    told('replay', runs[0]),
    ...runs.map((run) => told('resume', run)),
  ]);
  for (const words of [replayed, ...resumed]) {
    expect(words).toMatch(/^spar \w+: .*␛\[2J/u);
    expect(words).not.toMatch(obeyed);
  }
});

test('a reason keeps its lines', () => {
  const terminal = new FakeTerminal();
  expect(fail('spar run', `Its columns:\n  a${clear}`, terminal)).toBe(1);
  expect(terminal.stderr.text).toBe('spar run: Its columns:\n  a␛[2J\n');
});
