import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Forecast } from '../../../src/spar/selfplay/forecast';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { worldItems, worldReply } from '../../support/world';
import { endOf, SparProcess, written } from './bundle';
import { withSimulator } from './texts';

let spar: SparProcess;
let count = 0;
/** Of one test; every run below it is called `run`, which its pairs name. */
let place: string;

beforeAll(async () => {
  spar = await SparProcess.build();
  const prompts = worldItems(20).map(({ instruction }) => JSON.stringify({ instruction }));
  await writeFile(join(spar.folder, 'prompts.jsonl'), `${prompts.join('\n')}\n`);
}, 60_000);
beforeEach(async () => {
  count += 1;
  place = `test${count}`;
  await mkdir(join(spar.folder, place));
});
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

/** The simulated world. */
function world(options: SimulatorOptions = {}): SimulatorOptions {
  return {
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
    ...options,
  };
}

function runArgs(url: string, ...more: readonly string[]): readonly string[] {
  return ['run', '--input', 'prompts.jsonl', '--output', `${place}/run`, ...modelOf(url), ...more];
}

function modelOf(url: string): readonly string[] {
  return ['--model', 'simulated', '--base-url', url];
}

async function filesOf(run: string): Promise<Readonly<Record<string, string>>> {
  const names = ['pairs.spar.jsonl', 'refiner.jsonl', 'held-back.jsonl', 'problems.jsonl'];
  const texts = await Promise.all(names.map((name) => readFile(join(spar.folder, run, name), 'utf8')));
  // Two runs begin at two times.
  const times = /\d{4}-\d\d-\d\dT[\d:.]+Z/gu;
  return Object.fromEntries(names.map((name, at) => [name, (texts[at] ?? '').replace(times, 'TIME')]));
}

/** Fields of what `--json` prints, as the guide names them. */
async function documentedFields(): Promise<readonly string[]> {
  const guide = await readFile('docs/runs.md', 'utf8');
  const [, section = ''] = /### What `--json` prints\n([\s\S]*?)\n## /u.exec(guide) ?? [];
  const cells = [...section.matchAll(/^\| (`[^|]+)\|/gmu)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/gu)].map(([, name = '']) => name)).sort();
}

/** What an undisturbed run writes. */
async function undisturbed(...more: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const own = place;
  place = `${own}/whole`;
  const ended = await withSimulator(world(), (simulator) => spar.run(runArgs(simulator.url, ...more)));
  expect(ended).toMatchObject({ code: 0 });
  const files = await filesOf(`${place}/run`);
  place = own;
  return files;
}

describe('spar run as a process', { timeout: 120_000 }, () => {
  test('makes pairs out of instructions, and tells how it stands', async () => {
    await withSimulator(world(), async (simulator) => {
      const { code, stdout, stderr } = await spar.run(runArgs(simulator.url, '--json'));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const told = JSON.parse(stdout) as { pairs: number; usage: { sequences: number } };
      expect(told).toMatchObject({
        state: 'finished',
        pause: null,
        items: { total: 20, finished: 20, badRows: 0 },
        rest: null,
      });
      expect(told.pairs).toBeGreaterThan(5);
      expect(told.usage.sequences).toBe(simulator.totals().sequences);
      const files = await filesOf(`${place}/run`);
      expect(files['pairs.spar.jsonl']?.trimEnd().split('\n')).toHaveLength(told.pairs);
      expect(files['refiner.jsonl']).toContain('"messages"');
      expect(files['problems.jsonl']).toBe('');
      const status = await spar.run(['status', `${place}/run`, '--json']);
      expect(status).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(status.stdout)).toMatchObject({ state: 'finished', pairs: told.pairs });
      expect(Object.keys(told).sort()).toEqual(await documentedFields());
    });
  });

  test('results that were damaged on the disk are worked out again, and nothing is sent', async () => {
    const files = await undisturbed();
    const run = join(place, 'whole', 'run');
    const outcomes = join(spar.folder, run, 'outcomes.jsonl');
    await writeFile(outcomes, `x${await readFile(outcomes, 'utf8')}`);
    // The server is gone.
    const { code, stderr } = await spar.run(['resume', run]);
    expect(stderr).toContain('20 results in outcomes.jsonl were damaged.');
    expect(code).toBe(0);
    expect(await filesOf(run)).toEqual(files);
    const report = await spar.run(['report', run, '--json']);
    expect(JSON.parse(report.stdout)).toMatchObject({
      state: 'finished',
      unread: { journal: 0, outcomes: 0 },
    });
  });

  test('--concurrency counts replies in flight, not requests', async () => {
    await withSimulator(world({ latency: { baseMs: 20, perTokenMs: 0 } }), async (simulator) => {
      const ended = await spar.run(runArgs(simulator.url, '--limit', '6', '--concurrency', '5'));
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(simulator.chats.some(({ body }) => Number(body['n']) > 1)).toBe(true);
      expect(simulator.totals().peakSequences).toBeLessThanOrEqual(5);
      expect(simulator.totals().peakSequences).toBeGreaterThan(2);
    });
  });

  test('a dry run sends nothing and writes nothing', async () => {
    await withSimulator(world(), async (simulator) => {
      const words = await spar.run(runArgs(simulator.url, '--dry-run', '--price', '1,2,USD'));
      expect(words).toMatchObject({ code: 0, stderr: '' });
      expect(words.stdout).toMatch(
        /^Dry run: nothing was sent, no file was written\.\nInput: 20 items, 0 of them/u,
      );
      expect(words.stdout).toMatch(/20 items, [\d,]+ to [\d,]+ replies, [\d,.a-z ]+ tokens, [\d.,]+ USD to/u);
      const batch = await spar.run(runArgs(simulator.url, '--dry-run', '--engine', 'batch'));
      expect(batch.stdout).toMatch(
        /\nEngine: files of at most 50,000 requests and 200 MB, submitted to the endpoint, round after round/u,
      );
      const { stdout } = await spar.run(runArgs(simulator.url, '--dry-run', '--json'));
      expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, forecast: { items: 20, basis: 'shape' } });
      expect(simulator.requests).toHaveLength(0);
    });
    expect(existsSync(join(spar.folder, place, 'run'))).toBe(false);
  });

  test('overwrites no file of another, and tells a file from a folder', async () => {
    await mkdir(join(spar.folder, place, 'run'));
    const own = join(spar.folder, place, 'run', 'refiner.jsonl');
    await writeFile(own, 'mine');
    const args = runArgs('http://127.0.0.1:9/v1');
    const refused = await spar.run(args);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'holds refiner.jsonl, which a run would write to. Choose another folder.',
    );
    expect(await readFile(own, 'utf8')).toBe('mine');
    await rm(join(spar.folder, place, 'run'), { recursive: true });
    await writeFile(join(spar.folder, place, 'run'), 'a file');
    const { code, stderr } = await spar.run(args);
    expect(code).toBe(1);
    expect(stderr).not.toContain('holds a run already');
    expect(stderr).toContain('run');
  });

  test('pauses at a budget, says what the rest takes, and goes on with a higher one', async () => {
    const whole = await undisturbed();
    await withSimulator(world(), async (simulator) => {
      const first = await spar.run(runArgs(simulator.url, '--token-budget', '60000', '--concurrency', '4'));
      expect(first).toMatchObject({ code: 4, stderr: '' });
      expect(first.stdout).toContain('Paused. The token budget is used up.');
      expect(first.stdout).toMatch(/Left: \d+ items, .*\nTo finish: spar resume .*run --token-budget \d+\n/u);
      const again = await spar.run(['resume', `${place}/run`]);
      expect(again).toMatchObject({ code: 4, stderr: '' });
      const last = await spar.run(['resume', `${place}/run`, '--token-budget', 'none']);
      expect(last).toMatchObject({ code: 0, stderr: '' });
      // What that took tells what another one will take, if its models and settings are the same.
      const next = ['--output', `${place}/next`, '--dry-run', '--json'];
      const { stdout } = await spar.run([
        ...runArgs(simulator.url).slice(0, 3),
        ...next,
        ...modelOf(simulator.url),
      ]);
      const { forecast } = JSON.parse(stdout) as { forecast: Forecast };
      expect(forecast).toMatchObject({ basis: 'earlier', earlier: { runs: 1, items: 20, isWhole: true } });
      expect(forecast.tokens.most).toBeLessThan(4 * forecast.tokens.least);
    });
    expect(await filesOf(`${place}/run`)).toEqual(whole);
  });

  test('asks the refiner at its own endpoint, with no key but its own', async () => {
    await withSimulator(world(), (actor) =>
      withSimulator(world({ apiKey: 'sk-refiner-key-1' }), async (refiner) => {
        const words = [
          ...['run', '--input', 'prompts.jsonl', '--output', `${place}/run`, '--limit', '3'],
          ...['--actor', 'simulated', '--actor-base-url', actor.url],
          ...['--refiner', 'simulated', '--refiner-base-url', refiner.url],
        ];
        const environment = { OPENAI_API_KEY: 'sk-actor-key-22', SPAR_REFINER_API_KEY: 'sk-refiner-key-1' };
        expect(await spar.run(words, { environment })).toMatchObject({ code: 0, stderr: '' });
        const keysOf = (server: typeof actor): ReadonlySet<unknown> =>
          new Set(server.chats.map(({ headers }) => headers.authorization));
        expect([keysOf(actor), keysOf(refiner)]).toEqual([
          new Set(['Bearer sk-actor-key-22']),
          new Set(['Bearer sk-refiner-key-1']),
        ]);
        expect(await readFile(join(spar.folder, place, 'run', 'settings.json'), 'utf8')).not.toContain('sk-');
      }),
    );
  });

  test('an endpoint that refuses the key pauses the run with exit code 1', async () => {
    await withSimulator(world({ apiKey: 'sk-another-key' }), async (simulator) => {
      const { code, stdout } = await spar.run(runArgs(simulator.url, '--json'));
      expect({ code, told: JSON.parse(stdout) as unknown }).toMatchObject({
        code: 1,
        told: { state: 'paused', pause: { kind: 'endpoint' }, items: { finished: 0 } },
      });
    });
  });

  test('lists bad rows with their places, and refuses what is not clear or has changed', async () => {
    const rows = worldItems(3).map(({ instruction, response }) => JSON.stringify({ instruction, response }));
    const own = join(spar.folder, place, 'rows.jsonl');
    await writeFile(own, [rows[0], '{"instruction": ""}', 'no JSON', rows[1], rows[2], ''].join('\n'));
    const words = ['run', '--input', `${place}/rows.jsonl`, '--output', `${place}/run`];
    const { code, stderr, stdout } = await spar.run(words);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^spar run: .*rows\.jsonl:2: .*\nspar run: .*rows\.jsonl:3: .*\n$/u);
    expect(stdout).toContain('  2 rows that can’t be used\n');
    expect(await spar.run(words)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds a run already. Go on with it by “spar resume') as string,
    });
    const limited = ['run', '--input', `${place}/rows.jsonl`, '--output', `${place}/limited`, '--limit', '1'];
    const first = await spar.run(limited);
    expect(first.stdout).toContain('1 of 1 items');
    expect(first.stdout).toMatch(/Rows beyond --limit are left\. .* spar resume .*limited --limit none\n/u);
    const status = await spar.run(['status', `${place}/limited`, '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ items: { total: 1, more: true } });
    const rest = await spar.run(['resume', `${place}/limited`, '--limit', 'none']);
    expect(rest.stdout).toContain('3 of 3 items');
    expect(rest.stdout).not.toContain('--limit');
    await writeFile(own, rows.join('\n'));
    expect(await spar.run(['resume', `${place}/run`])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has changed since the run was begun') as string,
    });
    await writeFile(own, '{"a":"Say hello to us.","b":"Say it to all of us."}\n');
    const unclear = await spar.run(['run', '--input', `${place}/rows.jsonl`, '--output', `${place}/other`]);
    expect(unclear).toMatchObject({ code: 1, stdout: '' });
    expect(unclear.stderr).toMatch(/Add --column instruction=NAME.*\n {2}a \(text\): Say hello to us\.\n/u);
  });

  test.for([
    ['run', '--input FILE is missing'],
    ['run --input a --output b --samples none', '--samples must be a whole number'],
    ['run --input a --output b --model m', '--model NAME needs --base-url URL'],
    ['run --input a --output b --model m --base-url http://u:p@h/v1', 'must hold no key or password'],
    ['run --input a --output b --stages sample,sing', '--stages takes names of'],
    ['run --input a --output b --stages sample', '--stages needs judge or search'],
    ['run --input a --output b --judge-with heat=1', '--judge-with takes temperature'],
    ['run --input a --output b --actor-concurrency 0', '--actor-concurrency must be auto'],
    ['run --input a --output b --cost-budget 3', '--cost-budget needs --price'],
    ['run --input a --output b --accept-when value', '--accept-when takes'],
    ['run --input a --output b --time-budget soon', '--time-budget must be a time'],
    ['run --input a --output b --column response=x', '--column instruction=NAME is missing'],
    ['resume', 'Name one run'],
    ['status a b', 'Name one run'],
  ])('wrong usage: spar %s', async ([words, problem]) => {
    const { code, stdout, stderr } = await spar.run((words ?? '').split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
  });

  test('says that there is no run', async () => {
    for (const command of ['resume', 'status']) {
      const { code, stderr } = await spar.run([command, `${place}/none`]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `spar ${command}: There is no run in “${place}/none”. Name the folder that --output of “spar run” named.\n`,
      });
    }
  });

  test('begins no run that could not be gone on with, since one of its files is not there', async () => {
    const guard = runArgs('http://127.0.0.1:9/v1', '--guard', 'none.jsonl');
    expect(await spar.run(guard)).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(join(spar.folder, place, 'run'))).toBe(false);
  });
});

describe('spar run that is stopped', { timeout: 120_000 }, () => {
  // Windows has no such signals; there Ctrl+C comes from the console.
  test.runIf(process.platform !== 'win32')(
    'Ctrl+C once: nothing is asked again, files are the same',
    async () => {
      // Without siblings no request is given up on the way because another one has passed.
      const chain = ['--algorithm', 'chain'];
      const whole = await undisturbed(...chain);
      let interrupt: () => void = () => undefined;
      const options = world({
        responder: async ({ messages, seed, call, choice }) => {
          if (call.index === 60 && choice === 0) interrupt();
          await new Promise((resolve) => setTimeout(resolve, 5));
          return worldReply({ messages, seed }).text;
        },
      });
      await withSimulator(options, async (simulator) => {
        const child = spar.start(runArgs(simulator.url, ...chain, '--concurrency', '6', '--json'));
        interrupt = () => child.kill('SIGINT');
        const { code, stdout } = await endOf(child);
        expect({ code, told: JSON.parse(stdout) as unknown }).toMatchObject({
          code: 130,
          told: { state: 'paused', pause: { kind: 'asked' } },
        });
        interrupt = () => undefined;
        expect(await spar.run(['resume', `${place}/run`])).toMatchObject({ code: 0, stderr: '' });
        const bodies = simulator.chats.map(({ body }) => JSON.stringify(body));
        expect(new Set(bodies).size).toBe(bodies.length);
      });
      expect(await filesOf(`${place}/run`)).toEqual(whole);
    },
  );

  test.runIf(process.platform !== 'win32')('Ctrl+C twice ends one whose server hangs', async () => {
    let onHang: () => void = () => undefined;
    const faults = (): { kind: 'hang' } => {
      onHang();
      return { kind: 'hang' };
    };
    await withSimulator({ faults }, async (simulator) => {
      const child = spar.start(runArgs(simulator.url, '--json'));
      const hangs = new Promise<void>((resolve) => (onHang = resolve));
      const ended = endOf(child);
      const stopping = written(child, /Stopping/u);
      await hangs;
      child.kill('SIGINT');
      await stopping;
      child.kill('SIGINT');
      const { code, stdout } = await ended;
      const { state, milliseconds } = JSON.parse(stdout) as { state: string; milliseconds: number };
      expect({ code, state }).toEqual({ code: 130, state: 'paused' });
      // After one alone it would wait for at least as long.
      expect(milliseconds).toBeLessThan(10_000);
    });
  });

  test('kill -9: it goes on to the same files; meanwhile it is locked, and its status can be read', async () => {
    const whole = await undisturbed();
    let calls = 0;
    let reached: () => void = () => undefined;
    let answer: () => void = () => undefined;
    // From then on the server keeps everybody waiting.
    const held = new Promise<void>((resolve) => (answer = resolve));
    const options = world({
      responder: async ({ messages, seed }) => {
        calls += 1;
        if (calls > 90) {
          reached();
          await held;
        }
        return worldReply({ messages, seed }).text;
      },
    });
    await withSimulator(options, async (simulator) => {
      const atCall = new Promise<void>((resolve) => (reached = resolve));
      const child = spar.start(runArgs(simulator.url, '--concurrency', '6'));
      await atCall;
      const second = await spar.run(['resume', `${place}/run`]);
      expect(second).toMatchObject({ code: 1, stdout: '' });
      expect(second.stderr).toContain('is open in another window or terminal');
      const status = await spar.run(['status', `${place}/run`, '--json']);
      expect(JSON.parse(status.stdout)).toMatchObject({ state: 'running', items: { total: 20 } });
      const ended = endOf(child);
      child.kill('SIGKILL');
      await ended;
      const after = await spar.run(['status', `${place}/run`]);
      expect(after.stdout).toMatch(/^Broken off without a word/u);
      answer();
      expect(await spar.run(['resume', `${place}/run`])).toMatchObject({ code: 0, stderr: '' });
    });
    expect(await filesOf(`${place}/run`)).toEqual(whole);
  });
});
