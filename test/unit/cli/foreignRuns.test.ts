import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fail } from '../../../src/cli/fail';
import { main } from '../../../src/cli/main';
import { runFiles } from '../../../src/spar/log/runFolders';
import type { RunPlan } from '../../../src/spar/selfplay/plan/runPlan';
import { segmentFile } from '../../../src/spar/selfplay/replies';
import { RunStore, selfplayFiles } from '../../../src/spar/selfplay/runStore';
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

test.runIf(process.platform !== 'win32')(
  'a link in a run’s folder is told before anything is written',
  async () => {
    const run = await runOf('linked');
    // What was paid for, by its replies, is written into the journal as soon as the run is opened.
    const spent = { search: [9, 9, 9, 9, 0] };
    const reply = { spar: 1, item: 0, spent, key: 'k', finishReason: 'stop', text: 't' };
    await writeFile(segmentFile(join(run, selfplayFiles.replies), 1), `${JSON.stringify(reply)}\n`);
    const notes = join(folder, 'notes');
    await writeFile(notes, 'of the person\n');
    await symlink(notes, join(run, runFiles.journal));
    expect(await told('resume', run)).toContain(
      'follow the link “journal.jsonl”. If that is right, add --trust.',
    );
    expect(await readFile(notes, 'utf8')).toBe('of the person\n');
    await told('resume', run, '--trust');
    const after = await readFile(notes, 'utf8');
    expect(after).not.toBe('of the person\n');
    // That was about this time: a link may come into a run that is known.
    expect(await told('resume', run)).toContain('the link “journal.jsonl”, which no run makes.');
    expect(await readFile(notes, 'utf8')).toBe(after);
  },
);

test('what is said about batches is refused where a run goes on live', async () => {
  const run = await runOf('live');
  for (const option of [['--batch-rows', '5'], ['--no-wait']]) {
    const terminal = new FakeTerminal({ environment: { HOME: folder } });
    expect(await main(['resume', run, ...option], terminal)).toBe(2);
    expect(terminal.stderr.text).toBe(
      `spar resume: ${option[0] ?? ''} is for --engine batch, and the run goes on live. Add --engine batch, or leave it out.\n`,
    );
  }
  expect(await told('resume', run, '--engine', 'live', '--no-wait')).toContain('--no-wait is for --engine');
  expect(await told('replay', run, '--trust')).toContain('--trust is for --draw-missing.');
  expect(await told('replay', run, '--base-url', 'http://127.0.0.1:1')).toContain('--base-url is for --draw');
});
