import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingIn, undecided } from '../../../src/spar/models/notRecorded';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { worldItems, worldReply } from '../../support/world';
import { SparProcess } from './bundle';
import { withSimulator } from './texts';

let spar: SparProcess;

const world: SimulatorOptions = {
  responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
};

beforeAll(async () => {
  spar = await SparProcess.build();
  const prompts = worldItems(20).map(({ instruction }) => JSON.stringify({ instruction }));
  await writeFile(join(spar.folder, 'prompts.jsonl'), `${prompts.join('\n')}\n`);
  await withSimulator(world, async ({ url }) => {
    const model = ['--model', 'simulated', '--base-url', url];
    const run = ['run', '--input', 'prompts.jsonl', '--output', 'run', ...model];
    expect(await spar.run(run)).toMatchObject({ code: 0 });
  });
}, 60_000);
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

interface Told {
  readonly state: string;
  readonly changed: Readonly<Record<string, { readonly from: string; readonly to: string }>>;
  readonly before: { readonly pairs: number };
  readonly after: { readonly pairs: number; readonly statuses: Readonly<Record<string, number>> };
  readonly undecided: { readonly items: number; readonly missing: Readonly<Record<string, number>> };
  readonly usage: { readonly sequences: number };
}

async function replay(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly told: Told }> {
  const { code, stdout, stderr } = await spar.run(['replay', 'run', '--json', ...args]);
  expect(stderr).toBe('');
  return { code, told: JSON.parse(stdout) as Told };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(spar.folder, folder), { recursive: true });
  return names.sort();
}

async function pairsOf(folder: string): Promise<string> {
  return readFile(join(spar.folder, folder, 'pairs.spar.jsonl'), 'utf8');
}

async function textsOf(folder: string): Promise<readonly unknown[]> {
  return (await pairsOf(folder))
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { rejected, chosen } = JSON.parse(line) as Record<string, unknown>;
      return [rejected, chosen];
    });
}

// The server of the recorded run is gone: nothing but what it recorded can be used.
describe('spar replay as a process', { timeout: 60_000 }, () => {
  test('under the same settings comes to the same pairs, and changes nothing in the run', async () => {
    const before = await filesIn('run');
    const { code, told } = await replay('--output', 'same');
    expect(code).toBe(0);
    expect(told).toMatchObject({ state: 'finished', changed: {}, undecided: { items: 0 } });
    expect(told.usage.sequences).toBe(0);
    expect(told.after.pairs).toBe(told.before.pairs);
    const named = (text: string): string => text.replaceAll('"run":"same"', '"run":"run"');
    expect(named(await pairsOf('same'))).toBe(await pairsOf('run'));
    expect(await filesIn('run')).toEqual(before);
    expect(await spar.run(['status', 'same'])).toMatchObject({ code: 0 });
  });

  test('a higher gate leaves some items undecided, says what is missing, and keeps no folder', async () => {
    const { code, told } = await replay('--gate', '0.8');
    expect(code).toBe(3);
    expect(told.changed).toEqual({ gate: { from: '0.5', to: '0.8' } });
    expect(told.after.pairs).toBeLessThan(told.before.pairs);
    expect(told.undecided.items).toBeGreaterThan(0);
    const missing = Object.values(told.undecided.missing).reduce((sum, count) => sum + count, 0);
    expect(missing).toBeGreaterThanOrEqual(told.undecided.items);
    const { stdout } = await spar.run(['replay', 'run', '--gate', '0.8']);
    expect(stdout).toContain('with gate 0.8 (was 0.5). Nothing was sent.');
    expect(stdout).toMatch(/undecided +0 +\d+/u);
    expect(stdout).toContain('--draw-missing --output DIR');
  });

  test('what is missing is drawn on request alone, and what is recorded is not asked for again', async () => {
    const { told: free } = await replay('--gate', '0.8', '--output', 'free');
    await withSimulator(world, async (simulator) => {
      // The run's plan names its server, so this one takes its place.
      const settings = join(spar.folder, 'run', 'settings.json');
      const kept = await readFile(settings, 'utf8');
      await writeFile(settings, kept.replace(/http:\/\/[\d.]+:\d+[^"]*/gu, simulator.url));
      const { code, told } = await replay('--gate', '0.8', '--draw-missing', '--output', 'drawn');
      expect(code).toBe(0);
      expect(told.undecided.items).toBe(0);
      const drawn = simulator.totals().sequences;
      expect(told.usage.sequences).toBe(drawn);
      const model = ['--model', 'simulated', '--base-url', simulator.url];
      const whole = ['run', '--input', 'prompts.jsonl', '--output', 'whole', '--gate', '0.8', ...model];
      expect(await spar.run(whole)).toMatchObject({ code: 0 });
      expect(drawn).toBeGreaterThan(0);
      expect(drawn).toBeLessThan((simulator.totals().sequences - drawn) / 2);
      expect(told.after.pairs).toBeGreaterThan(free.after.pairs);
      const decided = await textsOf('free');
      expect(decided.length).toBeGreaterThan(0);
      expect(await textsOf('drawn')).toEqual(expect.arrayContaining([...decided]));
    });
  });

  test('of a replay takes what its run recorded, and says so where that is gone', async () => {
    expect((await replay('--output', 'first')).code).toBe(0);
    const again = await spar.run(['replay', 'first', '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ undecided: { items: 0 }, usage: { sequences: 0 } });
    await rename(join(spar.folder, 'run'), join(spar.folder, 'away'));
    const { code, stderr } = await spar.run(['replay', 'first']);
    await rename(join(spar.folder, 'away'), join(spar.folder, 'run'));
    expect(code).toBe(1);
    expect(stderr).toContain('Could not read the run that is replayed');
  });

  test('wrong use is told', async () => {
    expect(await spar.run(['replay'])).toMatchObject({ code: 2 });
    expect(await spar.run(['replay', 'run', '--seed', '3'])).toMatchObject({ code: 2 });
    const drawn = await spar.run(['replay', 'run', '--draw-missing']);
    expect(drawn).toMatchObject({ code: 2 });
    expect(drawn.stderr).toContain('--draw-missing needs --output DIR');
    const over = await spar.run(['replay', 'run', '--output', 'run']);
    expect(over).toMatchObject({ code: 1 });
    expect(over.stderr).toContain('holds a run already');
    expect(await spar.run(['replay', 'nothing'])).toMatchObject({ code: 1 });
  });
});

test('what is said to be missing is read back', () => {
  for (const what of ['votes', 'refinements', 'answers', 'replies'])
    for (const count of [1, 2, 30]) expect(missingIn(undecided(count, what))).toEqual({ count, what });
  expect(missingIn('Nobody could judge it.')).toBeNull();
});
