import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatModel } from '../../../src/spar/models/chatModel';
import { shardsOf } from '../../../src/spar/selfplay/batch/answerSource';
import { goLive } from '../../../src/spar/selfplay/batch/goingLive';
import type { RefusedLines } from '../../../src/spar/selfplay/batch/collection';
import { writeResults } from '../../../src/spar/selfplay/results';
import { workOn, type RunEnding } from '../../../src/spar/selfplay/runner';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';
import { totalUsage } from '../../../src/spar/selfplay/totals';
import { rowsIn, seedOfChoice, simulatedLine, type SimulatedRow } from '../../support/simulator/batchEngine';
import { digestsOf, live, liveFiles, serve, step, throughFiles, world, type Responder } from './batchSupport';
import { answered, dependencies, instructions, play } from './support';

let folder: string;
let count = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-batch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a run by batch files', () => {
  test('ends with the files of a live run, and asks for nothing twice', async () => {
    const items = instructions(10);
    const asked: string[] = [];
    const onServed = ({ body }: SimulatedRow): void => void asked.push(JSON.stringify(body));
    const { rounds, store } = await throughFiles({ within: folder, items }, { onServed });
    const files = await digestsOf(join(folder, 'run'));
    expect(files['pairs.spar.jsonl']?.length).toBeGreaterThan(5);
    expect(files['refiner.jsonl']?.length).toBeGreaterThan(5);
    expect(files).toEqual(await liveFiles(folder, items));
    expect(new Set(asked).size).toBe(asked.length);
    expect(rounds).toBeGreaterThan(3);
    expect(rounds).toBeLessThan(40);
    expect(totalUsage(store.spent).requests).toBe(asked.length);
  });

  test('ends alike whatever the settings, the order, the doubles and the losses of answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          voting: fc.constantFrom('settled' as const, 'screen' as const, 'all' as const),
          algorithm: fc.constantFrom('breadth-first' as const, 'depth-first' as const, 'chain' as const),
          draw: fc.constantFrom('as-needed' as const, 'all' as const),
          stop: fc.constantFrom('level' as const, 'first' as const),
          rows: fc.integer({ min: 4, max: 40 }),
          lost: fc.constantFrom(0, 0.2),
          seed: fc.nat(),
        }),
        async ({ voting, algorithm, draw, stop, rows, lost, seed }) => {
          const name = `${count++}`;
          const settings = {
            draw,
            completeShare: 1,
            search: { ...defaultRunSettings.search, voting, algorithm, stop, depth: 2 },
          };
          const items = seed % 2 === 0 ? instructions(3) : answered(3);
          let turn = seed;
          const random = (): number => (turn = (turn * 48_271 + 1) % 2_147_483_647) / 2_147_483_647;
          // Lost rows are asked for again; of one draw at most two are, so that none fails.
          const losses = new Map<string, number>();
          const fault = ({ body }: SimulatedRow) => {
            const key = JSON.stringify(body);
            if (random() >= lost || (losses.get(key) ?? 0) > 1) return undefined;
            losses.set(key, (losses.get(key) ?? 0) + 1);
            return random() < 0.5
              ? ({ kind: 'missing' } as const)
              : ({ kind: 'status', status: 500, message: 'simulated' } as const);
          };
          await throughFiles(
            { within: folder, run: `${name}/run`, items, settings, options: { limits: { rows } } },
            { fault },
            (lines) => [...lines, ...lines.slice(0, 2)].sort(() => random() - 0.5),
          );
          const own = join(folder, name, 'live', 'run');
          await play({ folder: own, items, model: live, settings });
          expect(await digestsOf(join(folder, name, 'run'))).toEqual(await digestsOf(own));
        },
      ),
      { numRuns: 3 },
    );
  });

  test('goes on live, and back, without paying twice', async () => {
    const items = instructions(8);
    const served: string[] = [];
    const responder: Responder = (request) => {
      served.push(JSON.stringify(request));
      return world(request);
    };
    const pause = new AbortController();
    let isPausing = false;
    const recorded: ChatModel = {
      ...live,
      complete: async (request, options) => {
        request.seeds.forEach((_, choice) => {
          const seed = seedOfChoice(request.seeds[0] ?? 0, choice);
          served.push(JSON.stringify({ messages: request.messages, seed }));
        });
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (isPausing) pause.abort();
        return live.complete(request, options);
      },
    };
    for (let at = 0; at < 3; at += 1) {
      await step({ within: folder, items });
      await serve({ within: folder, responder });
    }
    // What the third round asked for is taken in before the run goes on live.
    await step({ within: folder, items });
    const goOnLive = async (control: object) => {
      const run = join(folder, 'run');
      const store = await RunStore.open(run);
      const start = await goLive(store, new AbortController().signal);
      const given = dependencies({ folder: run, items, model: recorded }, store, defaultRunSettings);
      const ending = await workOn(
        { ...given, ...(start.kind === 'answers' ? { answers: start.answers } : {}) },
        { signal: new AbortController().signal, ...control },
      );
      await writeResults(store);
      await store.close();
      return ending;
    };
    const before = served.length;
    isPausing = true;
    expect(await goOnLive({ pause: pause.signal })).toEqual({ kind: 'paused', reason: { kind: 'asked' } });
    expect(served.length).toBeGreaterThan(before);
    isPausing = false;
    // Rows that were written and not run were withdrawn; nobody runs them.
    await rm(join(folder, 'run', 'batches', '000004.requests.jsonl'));
    const { ending } = await step({ within: folder, items });
    expect(ending).toMatchObject({ reason: { kind: 'answers' } });
    await serve({ within: folder, responder });
    await step({ within: folder, items });
    expect((await goOnLive({})).kind).toBe('finished');
    expect(new Set(served).size).toBe(served.length);
    expect(await digestsOf(join(folder, 'run'))).toEqual(await liveFiles(folder, items));
  });

  test('takes what comes in parts, and asks again for what is missing', async () => {
    const items = answered(10);
    await step({ within: folder, items });
    const batches = join(folder, 'run', 'batches');
    const [first] = (await readdir(batches)).filter((name) => name.endsWith('.requests.jsonl'));
    const rows = await rowsIn(join(batches, first ?? ''));
    const lines = rows.flatMap((row) => simulatedLine(row, { responder: world })?.line ?? []);
    await mkdir(join(batches, '000001.answers'));
    await writeFile(join(batches, '000001.answers', 'part-0.json'), `${lines.slice(0, 3).join('\n')}\n`);
    await writeFile(join(batches, '000001.answers.2.jsonl'), `${lines.slice(3, 6).join('\n')}\n`);
    const { ending } = await step({ within: folder, items });
    expect(ending).toMatchObject({ kind: 'paused', reason: { kind: 'answers' } });
    const again = (await rowsIn(join(batches, '000002.requests.jsonl'))).map(({ body }) =>
      JSON.stringify(body),
    );
    expect(rows.slice(6).every(({ body }) => again.includes(JSON.stringify(body)))).toBe(true);
    expect(rows.slice(0, 6).some(({ body }) => again.includes(JSON.stringify(body)))).toBe(false);
    await throughFiles({ within: folder, items });
    expect(await digestsOf(join(folder, 'run'))).toEqual(await liveFiles(folder, items));
  });

  test('a row that fails again and again fails its item with the reason, and a retry asks again', async () => {
    const items = answered(6);
    let isDown = true;
    const fault = ({ body }: SimulatedRow) =>
      isDown && JSON.stringify(body).includes('item 3 ')
        ? ({ kind: 'status', status: 503, message: 'simulated overload' } as const)
        : undefined;
    const { store, rounds } = await throughFiles({ within: folder, items }, { fault });
    const [failure] = store.failures.values();
    expect(failure).toMatchObject({ index: 3, status: 'failed' });
    expect(failure?.reason).toContain('“simulated overload”');
    expect(failure?.reason).toContain('3 batch files');
    expect(rounds).toBeGreaterThan(2);
    isDown = false;
    // As a kill amid an append leaves it.
    await appendFile(
      join(folder, 'run', 'batches', 'replies', '000000.jsonl'),
      '{"spar":1,"item":5,"key":"ab',
    );
    const open = await RunStore.open(join(folder, 'run'));
    await open.retry([3]);
    await open.close();
    await shardsOf(join(folder, 'run')).forgive([3]);
    await throughFiles({ within: folder, items });
    const [own, other] = [await digestsOf(join(folder, 'run')), await liveFiles(folder, items)];
    // Its pair comes after those that were there.
    expect(own['pairs.spar.jsonl']?.toSorted()).toEqual(other['pairs.spar.jsonl']?.toSorted());
    expect(own['refiner.jsonl']).toEqual(other['refiner.jsonl']);
  });

  test('a refusal ends its item at once; a refused parameter is left out from then on', async () => {
    const items = answered(4);
    const fault = ({ body }: SimulatedRow) => {
      if ('seed' in body)
        return { kind: 'status', status: 400, message: "Unknown parameter: 'seed'." } as const;
      if ('max_tokens' in body)
        return { kind: 'status', status: 400, message: 'max_tokens is not supported.' } as const;
      return JSON.stringify(body).includes('item 2 ')
        ? ({ kind: 'status', status: 400, message: 'maximum context length is 8 tokens' } as const)
        : undefined;
    };
    const { store } = await throughFiles({ within: folder, items }, { fault });
    expect(store.totals.finished).toBe(4);
    expect([...store.failures.keys()]).toEqual([2]);
    const batches = join(folder, 'run', 'batches');
    const last = (await readdir(batches)).filter((name) => name.endsWith('.requests.jsonl')).at(-1) ?? '';
    const [row] = await rowsIn(join(batches, last));
    expect(row?.body).not.toHaveProperty('seed');
    expect(row?.body).toHaveProperty('max_completion_tokens');
  });

  test('what is said to one row alone changes nothing for others', async () => {
    const items = answered(5);
    const tooLong =
      "'max_tokens' or 'max_completion_tokens' is too large: 1024. This model's maximum context length is 8 tokens.";
    const refusals = new Map([
      ['item 1 ', { status: 400, message: tooLong }],
      ['item 2 ', { status: 400, message: 'Nothing is said about a temperature.' }],
      ['item 3 ', { status: 403, message: 'flagged' }],
    ]);
    const fault = ({ body }: SimulatedRow) => {
      const found = [...refusals].find(([item]) => JSON.stringify(body).includes(item));
      return found === undefined ? undefined : ({ kind: 'status', ...found[1] } as const);
    };
    const { store } = await throughFiles({ within: folder, items }, { fault });
    expect([...store.failures.keys()].sort()).toEqual([1, 2, 3]);
    expect(store.totals.finished).toBe(5);
    const batches = join(folder, 'run', 'batches');
    for (const name of await readdir(batches))
      if (name.endsWith('.requests.jsonl'))
        for (const { body } of await rowsIn(join(batches, name)))
          expect(Object.keys(body)).toEqual(expect.arrayContaining(['max_tokens', 'temperature']));
  });

  test('an engine that serves no row pauses the run, and going on asks again', async () => {
    const items = answered(3);
    await step({ within: folder, items });
    const fault = () => ({ kind: 'status', status: 404, message: 'no such model' }) as const;
    await serve({ within: folder, fault });
    const { ending } = await step({ within: folder, items });
    expect(ending).toMatchObject({ reason: { kind: 'endpoint' } });
    const again = await step({ within: folder, items });
    expect(again.ending).toMatchObject({ reason: { kind: 'answers', items: 3 } });
    await throughFiles({ within: folder, items });
    expect(await digestsOf(join(folder, 'run'))).toEqual(await liveFiles(folder, items));
  });

  test('killed between reading answers and closing their file, it goes on', async () => {
    const items = answered(4);
    await step({ within: folder, items });
    await serve({ within: folder });
    await step({ within: folder, items });
    const journal = join(folder, 'run', 'batches', 'journal.jsonl');
    const lines = (await readFile(journal, 'utf8')).split('\n');
    const read = lines.findIndex((line) => line.includes('"kind":"read"'));
    expect(read).toBeGreaterThan(0);
    await writeFile(journal, `${lines.slice(0, read + 1).join('\n')}\n`);
    await throughFiles({ within: folder, items });
    expect(await digestsOf(join(folder, 'run'))).toEqual(await liveFiles(folder, items));
  });

  test('empty replies are asked for again, then taken for what is meant; too few choices are filled up', async () => {
    const items = instructions(3);
    const fault = ({ body }: SimulatedRow) =>
      JSON.stringify(body).includes('item 1 ')
        ? ({ kind: 'empty' } as const)
        : ({ kind: 'choices', count: 1 } as const);
    const { store } = await throughFiles({ within: folder, items }, { fault });
    expect(store.totals.finished).toBe(3);
    expect(store.failures.size).toBe(0);
    expect(store.totals.statuses.undetermined).toBe(1);
  });

  test('hostile answers cost nothing but themselves', async () => {
    const items = answered(5);
    await step({ within: folder, items });
    const [row] = await rowsIn(join(folder, 'run', 'batches', '000001.requests.jsonl'));
    const id = row?.customId ?? '';
    const hostile = [
      'not json',
      '[]',
      'null',
      '{"custom_id":5}',
      '{"custom_id":"spar-000009-0-0000000000000000","response":{"status_code":200,"body":{}}}',
      `{"custom_id":"${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}","response":{"status_code":200,"body":{"choices":[{"message":{"content":"x"}}]}}}`,
      '{"__proto__":{"custom_id":"x"}}',
      `{"custom_id":"${'x'.repeat(100_000)}"}`,
    ];
    const told: RefusedLines[] = [];
    await serve({ within: folder }, (lines) => [...hostile, ...lines]);
    await writeFile(
      join(folder, 'run', 'batches', '000001.answers.b.jsonl'),
      Buffer.from([0xff, 0xfe, 10, 123]),
    );
    const options = { onRefused: (refused: RefusedLines) => void told.push(refused) };
    await step({ within: folder, items, options });
    expect(told[0]?.count).toBe(hostile.length + 2);
    expect(told[0]?.first.map(({ line, reason }) => `${line}: ${reason}`)).toMatchInlineSnapshot(`
      [
        "1: not valid UTF-8",
        "2: not a JSON object; the file ends there, it may be cut",
        "1: not a JSON object",
        "2: not a JSON object",
        "3: not a JSON object",
        "4: it has no custom_id",
        "5: it answers a row of 000009.requests.jsonl",
        "6: its custom_id is of no row that was asked",
        "7: it has no custom_id",
        "8: its custom_id is none of this run",
      ]
    `);
    await throughFiles({ within: folder, items });
    expect(await digestsOf(join(folder, 'run'))).toEqual(await liveFiles(folder, items));
  });

  test('a limit on tokens leaves rows out before they are asked for', async () => {
    const items = answered(10);
    const limits = { tokens: 15_000 };
    let asked = 0;
    const onServed = (): void => void (asked += 1);
    let ending: RunEnding = { kind: 'finished' };
    let spent = 0;
    for (let at = 0; at < 50; at += 1) {
      const stepped = await step({ within: folder, items, settings: { limits } });
      ({ ending } = stepped);
      const { promptTokens, completionTokens } = totalUsage(stepped.store.spent);
      spent = promptTokens + completionTokens;
      if (ending.kind === 'finished' || ending.reason.kind !== 'answers') break;
      await serve({ within: folder, onServed });
    }
    expect(ending).toEqual({ kind: 'paused', reason: { kind: 'limit', limit: 'tokens' } });
    expect(asked).toBeGreaterThan(0);
    expect(spent).toBeLessThan(1.3 * limits.tokens);
    await throughFiles({ within: folder, items, settings: { limits: {} } });
    expect(await digestsOf(join(folder, 'run'))).toEqual(await liveFiles(folder, items));
  });

  test('a reading whose line is lost, and answers that are written anew, cost nothing twice', async () => {
    const items = answered(4);
    await step({ within: folder, items });
    await serve({ within: folder });
    const batches = join(folder, 'run', 'batches');
    const [answers, journal] = [join(batches, '000001.answers.jsonl'), join(batches, 'journal.jsonl')];
    const whole = await readFile(answers, 'utf8');
    const [first = '', ...others] = whole.trim().split('\n');
    const spentWith = async (texts: readonly string[]) => {
      await writeFile(answers, texts.map((text) => `${text}\n`).join(''));
      return totalUsage((await step({ within: folder, items })).store.spent);
    };
    const loseReadings = async () => {
      const lines = (await readFile(journal, 'utf8')).split('\n');
      await writeFile(
        journal,
        lines.map((line) => (line.includes('"kind":"read"') ? '\0' : line)).join('\n'),
      );
    };
    await spentWith([first]);
    // The others come late.
    const all = await spentWith([first, ...others]);
    expect(all.requests).toBe(1 + others.length);
    await loseReadings();
    expect(await spentWith([first, ...others])).toEqual(all);
    expect(await spentWith([first])).toEqual(all);
    expect(await spentWith([first, ...others])).toEqual(all);
  });

  test('what a stopped pass left is written anew, and a crash between read and booked loses no cost', async () => {
    const items = answered(8);
    await step({ within: folder, items });
    const batches = join(folder, 'run', 'batches');
    await serve({ within: folder });
    await writeFile(join(batches, '000002.requests.jsonl'), 'of a pass that was killed\n');
    await writeFile(join(batches, '000002.index.jsonl.part'), '{');
    const { store } = await step({ within: folder, items });
    expect(await readFile(join(batches, '000002.requests.jsonl'), 'utf8')).toContain(
      '"custom_id":"spar-000002-0-',
    );
    // The run's own note of what was spent is lost.
    const journal = join(folder, 'run', 'journal.jsonl');
    const lines = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, lines.filter((line) => !line.includes('"kind":"spent"')).join('\n'));
    const { store: again } = await step({ within: folder, items });
    expect(totalUsage(again.spent)).toEqual(totalUsage(store.spent));
    expect(totalUsage(again.spent).requests).toBeGreaterThan(0);
  });
});
