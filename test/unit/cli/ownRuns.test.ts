import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isOwnRun, noteOwnRun } from '../../../src/cli/keys/ownRuns';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-own-runs-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function runIn(name: string, settings = `{"name":"${name}"}\n`): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'settings.json'), settings);
  return join(folder, name);
}

test('knows a run by its settings, once for all, in a list for its person alone', async () => {
  const terminal = { environment: { XDG_STATE_HOME: join(folder, 'state'), HOME: '/nowhere' } };
  const run = await runIn('a');
  expect(await isOwnRun(run, terminal)).toBe(false);
  await noteOwnRun(run, terminal);
  await noteOwnRun(run, terminal);
  expect(await isOwnRun(run, terminal)).toBe(true);
  const list = join(folder, 'state', 'spar', 'own-runs.jsonl');
  expect((await readFile(list, 'utf8')).trimEnd().split('\n')).toHaveLength(1);
  if (process.platform !== 'win32') expect((await stat(list)).mode & 0o077).toBe(0);
  expect(await isOwnRun(await runIn('b'), terminal)).toBe(false);
  await runIn('a', '{"name":"another"}\n');
  expect(await isOwnRun(run, terminal)).toBe(false);
});

test('many at the same time, damaged lines, and a digest in the wrong place', async () => {
  const terminal = { environment: { HOME: join(folder, 'home') } };
  const runs = await Promise.all(Array.from({ length: 20 }, (_, at) => runIn(`many-${at}`)));
  await Promise.all(runs.map((run) => noteOwnRun(run, terminal)));
  expect(await Promise.all(runs.map((run) => isOwnRun(run, terminal)))).toEqual(runs.map(() => true));
  const list = join(folder, 'home', '.local', 'state', 'spar', 'own-runs.jsonl');
  const [first = ''] = (await readFile(list, 'utf8')).split('\n');
  const { settings, folder: place } = JSON.parse(first) as { settings: string; folder: string };
  await writeFile(list, `null\n{"folder":"${settings}"}\n${first.slice(0, -3)}\n`);
  expect(await isOwnRun(place, terminal)).toBe(false);
  await appendFile(list, `${first}\n`);
  expect(await isOwnRun(place, terminal)).toBe(true);
});

test('without a place for it, and for what is no run, nothing is known and nothing fails', async () => {
  const run = await runIn('c');
  for (const environment of [{}, { HOME: '' }, { HOME: 'relative' }]) {
    await noteOwnRun(run, { environment });
    expect(await isOwnRun(run, { environment })).toBe(false);
  }
  const terminal = { environment: { HOME: join(folder, 'home') } };
  await noteOwnRun(join(folder, 'none'), terminal);
  expect(await isOwnRun(join(folder, 'none'), terminal)).toBe(false);
});
