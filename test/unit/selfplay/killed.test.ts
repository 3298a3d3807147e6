import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomFrom } from '../../../src/spar/search/seeds';
import { buildProgram, Program } from '../../support/program';
import { temporaryFolder } from '../log/temporaryFolder';
import { filesOf } from './support';

/** Goes on with the run in a folder; tells when it begins and how it ended. */
const source = `
  import { instructions, play, SlowWorld } from './test/unit/selfplay/support';

  process.stdout.write('begun\\n');
  const model = new SlowWorld((count) => count % 3);
  play({ folder: process.argv[2] ?? '', items: instructions(40), model }).then(
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
/** Milliseconds that a process is left to work, at most. */
const longest = 300;

const folder = temporaryFolder();

test(`killed ${kills} times, a run ends as one that nobody killed, and no reply was recorded twice`, async () => {
  const program = folder.path('program.cjs');
  buildProgram(program, source);
  const [undisturbed, run] = [folder.path('whole', 'run'), folder.path('run')];
  await mkdir(folder.path('whole'));
  expect(await finished(program, undisturbed)).toBe('');
  const random = randomFrom(20_241_211);
  for (let kill = 0; kill < kills; kill += 1) await killed(program, run, random() * longest);
  expect(await finished(program, run)).toBe('');
  expect(await filesOf(run)).toEqual(await filesOf(undisturbed));
  const keys = await recordedKeys(join(run, 'replies'));
  expect(keys.length).toBeGreaterThan(500);
  expect(new Set(keys).size).toBe(keys.length);
}, 180_000);

test(`killed ${killsOfWriting} times as it writes its results, each file is the old or the new one`, async () => {
  const [program, writer] = [folder.path('program.cjs'), folder.path('writer.cjs')];
  buildProgram(program, source);
  buildProgram(writer, writing);
  const run = folder.path('run');
  expect(await finished(program, run)).toBe('');
  const whole = await filesOf(run);
  const results = ['refiner.jsonl', 'held-back.jsonl', 'problems.jsonl'];
  const random = randomFrom(20_241_212);
  for (let kill = 0; kill < killsOfWriting; kill += 1) {
    for (const name of results) await writeFile(join(run, name), 'old\n');
    await killed(writer, run, random() * longestWriting);
    for (const name of results)
      expect(['old\n', whole[name]]).toContain(await readFile(join(run, name), 'utf8'));
  }
  expect(await finished(program, run)).toBe('');
  expect(await filesOf(run)).toEqual(whole);
  expect((await readdir(run)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 120_000);

/** Runs the program to its end; what it complained of. */
async function finished(program: string, run: string): Promise<string> {
  const running = new Program([process.execPath, program, run]);
  const { errors } = await running.ended;
  expect(running.told.at(-1)).toBe('ended finished');
  return errors;
}

/** Lets the program work for so many milliseconds; late kills find a run that has only its results left to write. */
async function killed(program: string, run: string, milliseconds: number): Promise<void> {
  const running = new Program([process.execPath, program, run]);
  await new Promise<void>((resolve) => {
    running.onLine((line) => line === 'begun' && resolve());
    void running.ended.then(() => resolve());
  });
  await Promise.race([running.ended, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
  running.kill();
  const { errors } = await running.ended;
  expect(errors).toBe('');
}

/** Of all replies that were kept, by item and hash of the request. */
async function recordedKeys(replies: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    (await readdir(replies)).map((name) => readFile(join(replies, name), 'utf8')),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const found = /^\{"spar":1,"item":(\d+),"key":"([0-9a-f]{64})",.*\}$/u.exec(line);
      return found === null ? [] : [`${found[1] ?? ''} ${found[2] ?? ''}`];
    });
}
