import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultPrompts } from '../../../src/spar/refiner/prompts';
import type { SimulatedCall, SimulatorOptions } from '../../support/simulator/protocol';
import { worldItems, worldReply } from '../../support/world';
import { SparProcess } from './bundle';
import { withSimulator } from './texts';

let spar: SparProcess;
let count = 0;
/** Of one test. */
let place: string;

beforeAll(async () => {
  spar = await SparProcess.build();
}, 60_000);
beforeEach(async () => {
  count += 1;
  place = `test${count}`;
  await mkdir(join(spar.folder, place));
});
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

/** As different as evaluation prompts are. */
const prompts = [
  'Describe the harbour of a northern town in winter',
  'Explain how bread rises and why salt matters',
  'List what a gardener does in early March',
  'Tell a child what an echo is',
  'Compare trams with buses for a hilly city',
  'Summarise the rules of curling',
  'Write a postcard from a lighthouse keeper',
  'Advise a friend who buys a first bicycle',
] as const;
const addition = 'Answer in three short lines, and name one colour.';

async function write(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(spar.folder, place, name), content);
  return `${place}/${name}`;
}

function read(name: string): Promise<string> {
  return readFile(join(spar.folder, place, name), 'utf8');
}

async function rowsOf(name: string): Promise<readonly { readonly place: number; readonly reason: string }[]> {
  const lines = (await read(name)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as { place: number; reason: string });
}

function lines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function contentOf({ body }: SimulatedCall): string {
  const [first] = body['messages'] as readonly { readonly content: string }[];
  return first?.content ?? '';
}

const world: SimulatorOptions = { responder: ({ messages, seed }) => worldReply({ messages, seed }).text };

describe('what goes into spar run', { timeout: 60_000 }, () => {
  test('tables, Parquet and plain text', async () => {
    const rows = worldItems(3).map(({ instruction, response }) => ({ instruction, response }));
    const table = ['instruction,response', ...rows.map((row) => `${row.instruction},${row.response}`)];
    const columnData = (['instruction', 'response'] as const).map((name) => ({
      name,
      data: rows.map((row) => row[name]),
    }));
    const inputs = [
      await write('rows.csv', table.join('\n')),
      await write('rows.parquet', new Uint8Array(parquetWriteBuffer({ columnData }))),
      await write('prompts.txt', rows.map(({ instruction }) => instruction).join('\n')),
    ];
    await withSimulator(world, async (simulator) => {
      for (const input of inputs) {
        const { code, stdout, stderr } = await spar.run([
          ...['run', '--input', input, '--output', `${input}-run`, '--json'],
          ...['--model', 'simulated', '--base-url', simulator.url],
        ]);
        expect({ input, code, stderr }).toEqual({ input, code: 0, stderr: '' });
        expect(JSON.parse(stdout)).toMatchObject({ items: { total: 3, finished: 3, badRows: 0 } });
      }
    });
    const pairs = await Promise.all(
      inputs.slice(0, 2).map(async (input) => {
        const found = (await readFile(join(spar.folder, `${input}-run`, 'pairs.spar.jsonl'), 'utf8')).trim();
        return found.split('\n').map((line) => (JSON.parse(line) as { chosen: string }).chosen);
      }),
    );
    expect(pairs[0]?.length).toBeGreaterThan(0);
    expect(new Set(pairs.map((texts) => texts.join('\n'))).size).toBe(1);
  });

  test('with bad rows, one in twenty: each is listed with its line, and the rest runs', async () => {
    const good = worldItems(200).map(({ instruction, response }) =>
      JSON.stringify({ instruction, response }),
    );
    const bad = ['{"instruction": ""}', 'no JSON', '{"instruction": 7}', '[]', '{"other": "column"}'];
    const rows = good.map((row, at) => (at % 20 === 13 ? (bad[Math.floor(at / 20) % 5] ?? '') : row));
    const wanted = rows.flatMap((_, at) => (at % 20 === 13 ? [at + 1] : []));
    const input = await write('rows.jsonl', `${rows.join('\n')}\n`);
    const { code, stdout, stderr } = await spar.run([
      ...['run', '--input', input, '--output', `${place}/run`, '--json'],
    ]);
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual(
      wanted.map(
        (line) => expect.stringMatching(new RegExp(`^spar run: .*rows\\.jsonl:${line}: \\S`, 'u')) as string,
      ),
    );
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'finished',
      items: { total: 190, finished: 190, badRows: 10 },
    });
    const listed = await rowsOf('run/problems.jsonl');
    expect(listed.map((row) => row.place)).toEqual(wanted);
    for (const { reason } of listed) expect(reason).toMatch(/\S/u);
  });
});

describe('stages of spar run', { timeout: 60_000 }, () => {
  test('makes instructions harder, drops and counts what is of no use, and holds back what is of an evaluation', async () => {
    const [kept, echoed, copied, imported] = [prompts[0], prompts[1], prompts[2], prompts[3]];
    const evaluation = `${prompts[6]}, and fold it into exactly four verses that all begin with the same letter`;
    const input = await write('prompts.txt', prompts.slice(0, 4).join('\n'));
    const guard = await write('evaluation.jsonl', lines([{ prompt: evaluation }, { prompt: imported }]));
    const evolvedOf = (asked: string): string => {
      if (asked.includes(echoed)) return `${echoed.toUpperCase()}!`;
      if (asked.includes(copied)) return evaluation;
      return `${kept}. ${addition}`;
    };
    const responder: SimulatorOptions['responder'] = ({ messages, seed }) => {
      const asked = messages[0]?.content ?? '';
      if (!asked.includes('Constraints to add:')) return worldReply({ messages, seed }).text;
      return `[[start]]\n${evolvedOf(asked)}\n[[end]]`;
    };
    await withSimulator({ responder }, async (simulator) => {
      const { code, stdout, stderr } = await spar.run([
        ...['run', '--input', input, '--output', `${place}/run`, '--json', '--guard', guard],
        ...['--model', 'simulated', '--base-url', simulator.url, '--select', 'all'],
        ...['--stages', 'evolve,sample,judge,select,search,collect'],
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const told = JSON.parse(stdout) as { items: Record<string, number>; reasons: unknown };
      expect(told.items).toMatchObject({ finished: 4, dropped: 1, 'held-back': 2 });
      expect(JSON.stringify(told.reasons)).toContain('The evolved instruction is the one it came from.');
      const asked = simulator.chats.map(contentOf);
      // Three tries for the one that said the same; none for the one that is an evaluation prompt itself.
      const evolving = asked.filter((content) => content.includes('Constraints to add:'));
      expect(evolving.filter((content) => content.includes(echoed))).toHaveLength(3);
      expect(asked.filter((content) => content.includes(imported))).toEqual([]);
      const others = asked.filter((content) => !evolving.includes(content));
      expect(others.length).toBeGreaterThan(0);
      for (const content of others) expect(content).toContain(`${kept}. ${addition}`);
    });
    expect(await rowsOf('run/held-back.jsonl')).toEqual([
      { place: 3, reason: expect.stringContaining('evaluation.jsonl:1: Write a postcard') as string },
      { place: 4, reason: expect.stringContaining('evaluation.jsonl:2: Tell a child') as string },
    ]);
    expect(await rowsOf('run/problems.jsonl')).toEqual([
      { place: 2, status: 'dropped', reason: 'The evolved instruction is the one it came from.' },
    ]);
    const pairs = (await read('run/pairs.spar.jsonl')).trim().split('\n');
    for (const pair of pairs)
      expect((JSON.parse(pair) as { instruction: string }).instruction).toBe(`${kept}. ${addition}`);
  });

  test('tells that answers are not used where instructions are made harder', async () => {
    const rows = worldItems(2).map(({ instruction, response }) => ({ instruction, response }));
    const input = await write('rows.jsonl', lines([...rows, { instruction: prompts[0] }]));
    const { code, stderr } = await spar.run([
      ...[
        'run',
        '--input',
        input,
        '--output',
        `${place}/run`,
        '--dry-run',
        '--stages',
        'evolve,sample,judge',
      ],
      ...['--model', 'simulated', '--base-url', 'http://127.0.0.1:9/v1'],
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^spar run: Answers that rows bring \(2 of 3\) are not used: [^\n]+\n$/u);
  });

  test('asks actor and refiner each in its own way', async () => {
    const input = await write('prompts.txt', prompts.join('\n'));
    await mkdir(join(spar.folder, place, 'own'));
    await write('own/judge.md', `In my own words.\n\n${defaultPrompts.judge}\n`);
    const latency = { baseMs: 5, perTokenMs: 0 };
    await withSimulator({ ...world, latency }, (actor) =>
      withSimulator({ ...world, latency }, async (refiner) => {
        const { code, stderr } = await spar.run([
          ...['run', '--input', input, '--output', `${place}/run`],
          ...['--actor', 'simulated', '--actor-base-url', actor.url, '--actor-concurrency', '4'],
          ...['--refiner', 'simulated', '--refiner-base-url', refiner.url, '--refiner-concurrency', '2'],
          ...['--sample-with', 'temperature=1,top-p=0.95', '--judge-with', 'temperature=0.2,max-tokens=512'],
          ...['--refine-with', 'max-tokens=1024', '--prompts', `${place}/own`],
        ]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const ways = (server: typeof actor): ReadonlySet<string> =>
          new Set(
            server.chats.map(({ body }) => {
              const { temperature, top_p: share = null, max_tokens: most, messages } = body;
              return JSON.stringify([(messages as unknown[]).length, temperature, share, most]);
            }),
          );
        expect(ways(actor)).toEqual(new Set(['[1,1,0.95,2048]']));
        expect(ways(refiner)).toEqual(new Set(['[1,0.2,null,512]', '[3,0.7,null,1024]']));
        for (const call of refiner.chats) expect(contentOf(call)).toMatch(/^In my own words\.\n/u);
        expect(refiner.totals().peakSequences).toBeLessThanOrEqual(2);
        expect(actor.totals().peakSequences).toBeGreaterThan(2);
        expect(actor.totals().peakSequences).toBeLessThanOrEqual(4);
      }),
    );
    const none = await spar.run([
      ...['run', '--input', input, '--output', `${place}/other`, '--prompts', place],
      ...['--model', 'simulated', '--base-url', 'http://127.0.0.1:9/v1'],
    ]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('holds no judge.md, refine.md or evolve.md');
  });

  test('at a limit of money it says what the rest costs, and goes on with that', async () => {
    const input = await write('prompts.txt', prompts.join('\n'));
    await withSimulator(world, async (simulator) => {
      const first = await spar.run([
        ...['run', '--input', input, '--output', `${place}/run`, '--concurrency', '2'],
        ...['--price', '10,20,EUR', '--cost-budget', '0.03'],
        ...['--model', 'simulated', '--base-url', simulator.url],
      ]);
      expect(first).toMatchObject({ code: 4, stderr: '' });
      expect(first.stdout).toContain('Paused. The cost budget is used up.');
      const [, more = ''] =
        /To finish: spar resume \S+ --cost-budget (\d+\.\d\d)\n/u.exec(first.stdout) ?? [];
      expect(Number(more)).toBeGreaterThan(0.03);
      const second = await spar.run(['resume', `${place}/run`, '--cost-budget', more]);
      expect(second).toMatchObject({ code: 0, stderr: '' });
    });
  });

  test('an item that fails can be tried again alone', async () => {
    const input = await write('prompts.txt', prompts.join('\n'));
    let isNarrow = true;
    const error = { message: 'Too long.', code: 'context_length_exceeded' };
    const faults: SimulatorOptions['faults'] = (call) =>
      isNarrow && call.method === 'POST' && contentOf(call).includes(prompts[4])
        ? { kind: 'status', status: 400, body: { error } }
        : undefined;
    await withSimulator({ ...world, faults }, async (simulator) => {
      const model = ['--model', 'simulated', '--base-url', simulator.url];
      const first = await spar.run(['run', '--input', input, '--output', `${place}/run`, ...model]);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout).toMatch(/To try what failed again: spar resume .*run --retry-failed\n/u);
      const [problem] = await rowsOf('run/problems.jsonl');
      expect(problem).toMatchObject({ place: 5, status: 'failed' });
      isNarrow = false;
      const asked = simulator.chats.length;
      const second = await spar.run(['resume', `${place}/run`, '--retry-failed']);
      expect(second).toMatchObject({ code: 0, stderr: 'spar resume: 1 failed item gets another try.\n' });
      expect(await rowsOf('run/problems.jsonl')).toEqual([]);
      const again = simulator.chats.slice(asked).map(contentOf);
      expect(again.length).toBeGreaterThan(0);
      for (const content of again) expect(content).toContain(prompts[4]);
    });
  });
});
