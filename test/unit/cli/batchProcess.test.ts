import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rowsIn, simulatedLine } from '../../support/simulator/batchEngine';
import type { BatchBehaviour, SimulatedBatches } from '../../support/simulator/batches';
import { withBatchServer } from '../../support/simulator/batchServer';
import { worldItems, worldReply } from '../../support/world';
import { endOf, SparProcess, type Ended } from './bundle';
import { withSimulator } from './texts';

let spar: SparProcess;
let count = 0;
let place: string;

beforeAll(async () => {
  spar = await SparProcess.build();
  const prompts = worldItems(4).map(({ instruction }) => JSON.stringify({ instruction }));
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

const world = ({ messages, seed }: Parameters<typeof worldReply>[0]): string =>
  worldReply({ messages, seed }).text;

const withProvider = <Result>(
  behaviour: BatchBehaviour,
  use: (url: string, provider: SimulatedBatches) => Promise<Result>,
): Promise<Result> => withBatchServer({ ...behaviour, responder: world }, use);

function runArgs(...more: readonly string[]): readonly string[] {
  return [
    'run',
    '--input',
    'prompts.jsonl',
    '--output',
    `${place}/run`,
    '--model',
    'simulated',
    '--engine',
    'batch',
    ...more,
  ];
}

const quick = ['--poll', '1s'];

async function filesOf(run: string): Promise<Readonly<Record<string, string>>> {
  const names = ['pairs.spar.jsonl', 'refiner.jsonl', 'held-back.jsonl', 'problems.jsonl'];
  const texts = await Promise.all(names.map((name) => readFile(join(spar.folder, run, name), 'utf8')));
  const times = /\d{4}-\d\d-\d\dT[\d:.]+Z/gu;
  return Object.fromEntries(names.map((name, at) => [name, (texts[at] ?? '').replace(times, 'TIME')]));
}

async function liveFiles(...more: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const run = `${place}/live/run`;
  const ended = await withSimulator({ responder: world }, ({ url }) =>
    spar.run([
      'run',
      '--input',
      'prompts.jsonl',
      '--output',
      run,
      '--model',
      'simulated',
      '--base-url',
      url,
      ...more,
    ]),
  );
  expect(ended).toMatchObject({ code: 0 });
  return filesOf(run);
}

/** Does what the printed commands say, with a simulated engine. */
async function obey({ stdout }: Ended): Promise<void> {
  const commands = [...stdout.matchAll(/vllm run-batch -i (\S+) -o (\S+) --model simulated/gu)];
  expect(commands.length).toBeGreaterThan(0);
  for (const [, input = '', output = ''] of commands) {
    const rows = await rowsIn(join(spar.folder, input));
    const lines = rows.flatMap((row) => simulatedLine(row, { responder: world })?.line ?? []);
    await writeFile(join(spar.folder, output), `${lines.join('\n')}\n`);
  }
}

describe('spar run --engine batch as a process', { timeout: 120_000 }, () => {
  test('leaves files, says which command to run, and goes on with the answers', async () => {
    let ended = await spar.run(runArgs('--depth', '1', '--voting', 'all', '--samples', '2'));
    for (let rounds = 0; ended.code === 5; rounds += 1) {
      expect(rounds).toBeLessThan(60);
      expect(ended.stdout).toMatch(/^Paused\. \d+ items? waits? for answers that come in batch files\./u);
      expect(ended.stdout).toContain(`then go on: spar run --continue ${place}/run`);
      // What an engine takes for a file nobody knows.
      expect(ended.stdout).toMatch(/\nLeft: \d+ items?, [^\n]* tokens\n/u);
      await obey(ended);
      ended = await spar.run(['run', `--continue=${place}/run`]);
    }
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const live = await liveFiles('--depth', '1', '--voting', 'all', '--samples', '2');
    expect(await filesOf(`${place}/run`)).toEqual(live);
    // What came in files can be replayed as well.
    const replayed = await spar.run(['replay', `${place}/run`, '--voting', 'settled', '--json']);
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    const told = JSON.parse(replayed.stdout) as { before: { pairs: number } };
    expect(told.before.pairs).toBeGreaterThan(0);
    expect(told).toMatchObject({ after: told.before, undecided: { items: 0 }, usage: { sequences: 0 } });
  });

  test('a batch that is rejected beside one that is served is submitted again', async () => {
    // As where a provider takes only so much at once.
    const ending = (batch: number) => (batch === 1 ? 'failed' : 'completed');
    const small = ['--depth', '1', '--samples', '1'];
    await withProvider({ ending }, async (url, provider) => {
      const ended = await spar.run(runArgs('--base-url', url, '--batch-rows', '2', ...quick, ...small));
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const [first, second, third] = provider.batches.map(({ metadata, status }) => [metadata, status]);
      expect([first?.[1], second?.[1], third?.[1]]).toEqual(['completed', 'failed', 'completed']);
      expect(third?.[0]).toEqual(second?.[0]);
      expect(new Set(provider.served).size).toBe(provider.served.length);
    });
    expect(await filesOf(`${place}/run`)).toEqual(await liveFiles(...small));
  });

  test('submits to a provider: rows fail, batches expire, answers come out of order', async () => {
    const failed = new Set<string>();
    const fault: BatchBehaviour['fault'] = ({ body, row }) => {
      const text = JSON.stringify(body);
      if (row % 3 !== 0 || failed.has(text)) return undefined;
      failed.add(text);
      return row % 2 === 0 ? { kind: 'missing' } : { kind: 'status', status: 500, message: 'simulated' };
    };
    const ending = (batch: number) => (batch === 1 ? 'expired' : 'completed');
    await withProvider({ fault, ending }, async (url, provider) => {
      const ended = await spar.run(runArgs('--base-url', url, '--batch-rows', '40', ...quick));
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(new Set(provider.served).size).toBe(provider.served.length);
      expect(provider.batches[0]?.metadata).toEqual({ spar_run: 'run', spar_file: '000001.requests.jsonl' });
    });
    expect(await filesOf(`${place}/run`)).toEqual(await liveFiles());
  });

  test('killed between upload and batch, and between batch and its answer, it neither loses nor pays twice', async () => {
    const child: { now: ReturnType<SparProcess['start']> | null } = { now: null };
    const seen: string[] = [];
    const breaks: BatchBehaviour['breaks'] = (what) => {
      seen.push(what);
      // The first upload, and the first batch that is made after it.
      const isFirst = seen.filter((other) => other === what).length === 1;
      if (isFirst) child.now?.kill('SIGKILL');
      return isFirst;
    };
    await withProvider({ breaks }, async (url, provider) => {
      child.now = spar.start(runArgs('--base-url', url, ...quick));
      await endOf(child.now);
      expect(provider.batches).toHaveLength(0);
      child.now = spar.start(['resume', `${place}/run`, ...quick]);
      await endOf(child.now);
      expect(provider.batches).toHaveLength(1);
      child.now = null;
      const ended = await spar.run(['resume', `${place}/run`, ...quick]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(new Set(provider.batches.map(({ input }) => input)).size).toBe(provider.batches.length);
      expect(new Set(provider.served).size).toBe(provider.served.length);
    });
    expect(await filesOf(`${place}/run`)).toEqual(await liveFiles());
  });

  // Windows has no such signals; there Ctrl+C comes from the console.
  test.runIf(process.platform !== 'win32')(
    'Ctrl+C while batches are waited for: they go on, and what came of them is taken later',
    async () => {
      let onLook: () => void = () => undefined;
      const looked = new Promise<void>((resolve) => (onLook = resolve));
      let outcome: 'never' | 'completed' = 'never';
      const ending = (): typeof outcome => {
        onLook();
        return outcome;
      };
      await withProvider({ ending }, async (url, provider) => {
        const child = spar.start(runArgs('--base-url', url, '--depth', '1', '--poll', '1h'));
        const ended = endOf(child);
        await looked;
        child.kill('SIGINT');
        const { code, stdout } = await ended;
        expect(code).toBe(130);
        expect(stdout).toContain('which goes on without this program: batch_simulated_0');
        outcome = 'completed';
        expect(await spar.run(['resume', `${place}/run`, ...quick])).toMatchObject({ code: 0, stderr: '' });
        expect(new Set(provider.batches.map(({ input }) => input)).size).toBe(provider.batches.length);
        expect(new Set(provider.served).size).toBe(provider.served.length);
      });
    },
  );

  test('ends while batches go on, refuses to go on live beside them, and cancels them', async () => {
    let ending: 'never' | 'completed' = 'never';
    await withProvider({ ending: () => ending }, async (url, provider) => {
      const ended = await spar.run(runArgs('--base-url', url, '--no-wait'));
      expect(ended).toMatchObject({ code: 5, stderr: '' });
      expect(ended.stdout).toContain('batch_simulated_0');
      expect(ended.stdout).toContain(`spar resume ${place}/run --cancel`);
      const status = await spar.run(['status', `${place}/run`, '--json']);
      expect(JSON.parse(status.stdout)).toMatchObject({ batches: [{ file: 1, batch: 'batch_simulated_0' }] });
      const live = await spar.run(['resume', `${place}/run`, '--engine', 'live']);
      expect(live.code).toBe(1);
      expect(live.stdout).toContain('would pay for what they hold twice');
      const cancelled = await spar.run(['resume', `${place}/run`, '--cancel', ...quick]);
      expect(cancelled.code).toBe(130);
      expect(provider.batches.map(({ status: state }) => state)).toEqual(['cancelled']);
      expect(provider.served.length).toBeGreaterThan(0);
      ending = 'completed';
      const whole = await spar.run(['resume', `${place}/run`, ...quick]);
      expect(whole).toMatchObject({ code: 0 });
      expect(new Set(provider.served).size).toBe(provider.served.length);
    });
    expect(await filesOf(`${place}/run`)).toEqual(await liveFiles());
  });

  test('begun live and gone on with by files, it waits for them and does not ask live', async () => {
    const run = `${place}/run`;
    const args = [
      'run',
      '--input',
      'prompts.jsonl',
      '--output',
      run,
      '--model',
      'simulated',
      '--limit',
      '1',
      '--depth',
      '1',
    ];
    await withSimulator({ responder: world }, async ({ url }) => {
      expect(await spar.run([...args, '--base-url', url])).toMatchObject({ code: 0 });
      const files = ['--engine', 'batch', '--batch-to', 'files', '--limit', 'none'];
      const ended = await spar.run(['resume', run, ...files]);
      expect(ended.code).toBe(5);
      const waits = await spar.run(['resume', run]);
      expect(waits.code).toBe(5);
      expect(waits.stdout).toContain(`then go on: spar run --continue ${run}`);
      const live = await spar.run(['resume', run, '--engine', 'live']);
      expect(live.code).toBe(0);
      expect(live.stderr).toContain('000001.requests.jsonl');
    });
  });

  test('goes on by the engine that it was gone on with last', async () => {
    const run = `${place}/run`;
    expect(await spar.run(runArgs('--depth', '1', '--samples', '1'))).toMatchObject({ code: 5 });
    await withSimulator({ responder: world }, async ({ url }) => {
      const live = ['--engine', 'live', '--base-url', url];
      expect(await spar.run(['resume', run, ...live, '--limit', '1'])).toMatchObject({ code: 0 });
      const ended = await spar.run(['resume', run, '--limit', 'none', '--base-url', url]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toContain('4 of 4 items');
    });
    expect(await filesOf(run)).toEqual(await liveFiles('--depth', '1', '--samples', '1'));
  });

  test('a rejected batch and an endpoint without batches are told, with what to do', async () => {
    await withProvider({ ending: () => 'failed' }, async (url) => {
      const ended = await spar.run(runArgs('--base-url', url, ...quick));
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain(
        'rejected the batch of 000001.requests.jsonl: “line 1: Simulated rejection”',
      );
    });
    const plain = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(404).end('Not Found'));
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/v1`;
    const args = ['--input', 'prompts.jsonl', '--output', `${place}/b`, '--model', 'simulated'];
    const ended = await spar.run(['run', ...args, '--base-url', url, '--engine', 'batch']);
    plain.closeAllConnections();
    await new Promise((resolve) => plain.close(resolve));
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('add --batch-to files');
    expect(await readdir(join(spar.folder, place, 'b', 'batches'))).toContain('000001.requests.jsonl');
  });
});
