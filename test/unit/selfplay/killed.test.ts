import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomFrom } from '../../../src/spar/search/seeds';
import { buildProgram, Program } from '../../support/program';
import { temporaryFolder } from '../log/temporaryFolder';
import { filesOf } from './support';

/** Goes on with the run in a folder; tells when it begins, each reply that it asks for, and how it ended. */
const source = `
  import { appendFileSync } from 'node:fs';
  import { replyKeys } from './src/spar/models/recorded';
  import { instructions, play, SlowWorld } from './test/unit/selfplay/support';

  const [folder = '', calls = ''] = process.argv.slice(2);
  class Watched extends SlowWorld {
    complete(request, options) {
      const keys = replyKeys(this.id, request);
      // What was asked is on the disk before an answer can be.
      appendFileSync(calls, keys.map((key) => key + '\\n').join(''));
      process.stdout.write('asked\\n'.repeat(keys.length));
      return super.complete(request, options);
    }
  }
  process.stdout.write('begun\\n');
  const model = new Watched((count) => 10 + (count % 10));
  play({ folder, items: instructions(40), model }).then(
    ({ ending }) => process.stdout.write('ended ' + ending.kind + '\\n'),
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
`;

/** Writes the results of a finished run again and again. */
const writing = `
  import { RunStore } from './src/spar/selfplay/runStore';
  import { writeResults } from './src/spar/selfplay/results';

  const work = async () => {
    const store = await RunStore.open(process.argv[2] ?? '');
    process.stdout.write('begun\\n');
    for (;;) await writeResults(store);
  };
  work().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
`;

const kills = 50;
const killsOfWriting = 8;
/** Milliseconds of the writing of results, at most. */
const longestWriting = 80;

const folder = temporaryFolder();

test(`killed at ${kills} points, a run ends as one that nobody killed, and asks for nothing that was recorded`, async () => {
  const program = folder.path('program.cjs');
  buildProgram(program, source);
  const [undisturbed, run] = [folder.path('whole', 'run'), folder.path('run')];
  await mkdir(folder.path('whole'));
  expect(await finished([program, undisturbed, folder.path('whole-calls')])).toBe('');
  // All kills together come to fewer replies than the run has, so each of them meets it at work.
  const most = ((4 / 3) * (await linesOf(folder.path('whole-calls'))).length) / kills;
  const random = randomFrom(20_241_211);
  for (let kill = 0; kill <= kills; kill += 1) {
    const [calls, before] = [folder.path(`calls-${kill}`), new Set(await recordedKeys(run))];
    if (kill === kills) expect(await finished([program, run, calls])).toBe('');
    else expect(await killedAtCall([program, run, calls], Math.floor(random() * most))).toBe(true);
    const asked = await linesOf(calls);
    expect(asked.filter((key) => before.has(key))).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
  }
  expect(await filesOf(run)).toEqual(await filesOf(undisturbed));
  const keys = await recordedKeys(run);
  expect(keys.length).toBeGreaterThan(500);
  expect(new Set(keys).size).toBe(keys.length);
}, 180_000);

test(`killed ${killsOfWriting} times as it writes its results, each file is the old or the new one`, async () => {
  const [program, writer] = [folder.path('program.cjs'), folder.path('writer.cjs')];
  buildProgram(program, source);
  buildProgram(writer, writing);
  const run = folder.path('run');
  expect(await finished([program, run, folder.path('calls')])).toBe('');
  const whole = await filesOf(run);
  const results = ['refiner.jsonl', 'held-back.jsonl', 'problems.jsonl'];
  const random = randomFrom(20_241_212);
  for (let kill = 0; kill < killsOfWriting; kill += 1) {
    for (const name of results) await writeFile(join(run, name), 'old\n');
    await killedAfter([writer, run], random() * longestWriting);
    for (const name of results)
      expect(['old\n', whole[name]]).toContain(await readFile(join(run, name), 'utf8'));
  }
  expect(await finished([program, run, folder.path('calls')])).toBe('');
  expect(await filesOf(run)).toEqual(whole);
  expect((await readdir(run)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 120_000);

type Command = readonly string[];

/** Runs the program to its end; what it complained of. */
async function finished(command: Command): Promise<string> {
  const running = new Program([process.execPath, ...command]);
  const { errors } = await running.ended;
  expect(running.told.at(-1)).toBe('ended finished');
  return errors;
}

/** Lets the program ask for so many replies; whether that was amid its work. */
async function killedAtCall(command: Command, count: number): Promise<boolean> {
  const running = new Program([process.execPath, ...command]);
  running.onLine(() => {
    // The first line tells that it begins.
    if (running.told.length > count) running.kill();
  });
  const { errors, signal } = await running.ended;
  expect(errors).toBe('');
  return signal === 'SIGKILL';
}

/** Lets the program work for so many milliseconds. */
async function killedAfter(command: Command, milliseconds: number): Promise<void> {
  const running = new Program([process.execPath, ...command]);
  await new Promise<void>((resolve) => {
    running.onLine((line) => line === 'begun' && resolve());
    void running.ended.then(() => resolve());
  });
  await Promise.race([running.ended, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
  running.kill();
  const { errors } = await running.ended;
  expect(errors).toBe('');
}

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** Hashes of the requests of all replies that were kept. */
async function recordedKeys(run: string): Promise<readonly string[]> {
  const replies = join(run, 'replies');
  const names = await readdir(replies).catch(() => []);
  const lines = (await Promise.all(names.map((name) => linesOf(join(replies, name))))).flat();
  return lines.flatMap((line) => {
    // A torn line has no end, and is no reply.
    const found = /^\{"spar":1,"item":\d+,(?:"spent":\{[^}]*\},)?"key":"([0-9a-f]{64})",.*\}$/u.exec(line);
    return found?.[1] ?? [];
  });
}
