import { getEventListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBatchAnswer } from '../../../src/spar/models/batch/format';
import { openAiBatches } from '../../../src/spar/models/batch/openaiBatches';
import type { BatchProvider, ProviderBatch } from '../../../src/spar/models/batch/provider';
import { parseEndpoint } from '../../../src/spar/models/endpoint';
import { ModelError } from '../../../src/spar/models/modelError';
import { shardsOf } from '../../../src/spar/selfplay/batch/answerSource';
import { BatchJournal, type BatchFile } from '../../../src/spar/selfplay/batch/batchJournal';
import { Noting, type Note } from '../../../src/spar/selfplay/batch/noting';
import { Submission } from '../../../src/spar/selfplay/batch/submission';
import { damageJournal, serve, step } from './batchSupport';
import { answered } from './support';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-batch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('questions of a pass leave nothing with the signal of the run', async () => {
  const taken: Note[] = [];
  const noting = new Noting({
    answersOf: () => undefined,
    stageOf: () => 'sample',
    take: (notes) => void taken.push(...notes),
    hasRoom: () => Promise.resolve(),
    tries: 3,
  });
  const { signal } = new AbortController();
  const model = noting.model({ model: 'simulated', baseUrl: null });
  const asked = [1, 2, 3].map((item) =>
    model.at(item).complete(
      {
        messages: [{ role: 'user', content: `question ${item}` }],
        seeds: [1],
        temperature: 1,
        maxTokens: 9,
      },
      { signal, onUsage: () => undefined },
    ),
  );
  const ends = await Promise.allSettled(asked);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(taken).toHaveLength(3);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('forgiving failures gives a run without batch files none', async () => {
  await shardsOf(folder).forgive([1, 2, 700]);
  expect(existsSync(join(folder, 'batches'))).toBe(false);
});

test('replies that are cut off are made good once, also where they were read before', async () => {
  const shards = shardsOf(folder);
  const reply = { text: 'whole', finishReason: 'stop' } as const;
  await shards.add([
    { item: 0, key: 'a', file: 1, reply },
    { item: 0, key: 'b', file: 1, reply },
  ]);
  const path = join(folder, 'batches', 'replies', '000000.jsonl');
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.slice(0, -9));
  const read = shardsOf(folder);
  expect((await read.of(0)).reply('b')).toBeUndefined();
  let times = 0;
  const mend = async () => {
    times += 1;
    await shardsOf(folder).add([{ item: 0, key: 'b', file: 1, reply }]);
  };
  read.mendBy(mend);
  expect((await read.of(0)).reply('b')).toEqual(reply);
  const later = shardsOf(folder);
  later.mendBy(mend);
  expect((await later.of(0)).reply('b')).toEqual(reply);
  expect(times).toBe(1);
});

test('a journal of a newer version is refused, and nothing is removed', async () => {
  await step({ within: folder, items: answered(1) });
  await damageJournal({
    within: folder,
    kind: 'round',
    by: '{"spar":2,"kind":"round","time":"2026-11-23T00:00:00.000Z"}',
  });
  await expect(step({ within: folder, items: answered(1) })).rejects.toThrow(
    'A newer version of SPaR wrote to',
  );
  expect(await readFile(join(folder, 'run', 'batches', '000001.requests.jsonl'), 'utf8')).not.toBe('');
});

test('a line of the journal that stands there twice undoes nothing', async () => {
  const trial = { within: folder, items: answered(1) };
  const files = async () => (await BatchJournal.read(join(folder, 'run', 'batches'))).files;
  await step(trial);
  await serve({ within: folder });
  await step(trial);
  const path = join(folder, 'run', 'batches', 'journal.jsonl');
  const before = await files();
  const [line = ''] = (await readFile(path, 'utf8')).split('\n');
  // Nor does one of a kind that only JavaScript's objects know.
  const strange = JSON.stringify({ ...JSON.parse(line), kind: 'constructor' });
  await appendFile(path, `${line}\n${strange}\n`);
  expect(await files()).toEqual(before);
});

test('a folder of batches where none can be made is refused, and nothing hangs', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const above = process.platform === 'linux' ? '/proc' : file;
  await expect(BatchJournal.open(join(above, 'batches'), {})).rejects.toMatchObject({ name: 'LogError' });
});

test('what has ended is not cancelled, and a provider that does not take it yet is asked again', async () => {
  const batch: ProviderBatch = {
    id: 'simulated',
    state: 'completed',
    stage: 'ended',
    inputFile: 'file',
    outputs: [],
    counts: null,
    problems: [],
  };
  let stage: ProviderBatch['stage'] = 'ended';
  let status = 409;
  let isListed = false;
  const cancelled: string[] = [];
  const never = (): never => {
    throw new Error('not asked for');
  };
  const provider: BatchProvider = {
    upload: never,
    knowsFile: never,
    create: never,
    find: () => Promise.resolve(isListed ? { ...batch, id: 'listed', stage } : null),
    download: never,
    retrieve: () =>
      status === 404
        ? Promise.reject(new ModelError({ kind: 'model-not-found', status, message: 'simulated' }))
        : Promise.resolve({ ...batch, stage }),
    cancel: (id) => {
      cancelled.push(id);
      return Promise.reject(new ModelError({ kind: 'server', status, message: 'simulated' }));
    },
  };
  const submission = new Submission({
    folder,
    run: 'run',
    journal: await BatchJournal.open(folder, {}),
    providerAt: () => provider,
    signal: new AbortController().signal,
  });
  const file: BatchFile & { readonly batch: string } = {
    file: 1,
    round: 1,
    model: 'simulated',
    baseUrl: 'http://localhost/v1',
    rows: 1,
    replies: 1,
    bytes: 1,
    without: [],
    uploaded: 'file',
    isCreating: false,
    batch: 'simulated',
    read: null,
    booked: {},
    isClosed: false,
  };
  expect(await submission.cancel(file)).toBe(true);
  expect(cancelled).toEqual([]);
  stage = 'working';
  expect(await submission.cancel(file)).toBe(false);
  expect(cancelled).toEqual(['simulated']);
  status = 500;
  await expect(submission.cancel(file)).rejects.toMatchObject({ status: 500 });
  // Unknown by its id: as it stands in the list, else later.
  status = 404;
  expect(await submission.cancel(file)).toBe(false);
  expect(cancelled.at(-1)).toBe('simulated');
  isListed = true;
  expect(await submission.cancel(file)).toBe(false);
  expect(cancelled.at(-1)).toBe('listed');
});

test('a batch that failed after rows were served has ended; what is told strangely stops nothing', async () => {
  const parsed = parseEndpoint({ baseUrl: 'http://localhost/v1', apiKey: null });
  if (!parsed.ok) throw new Error(parsed.reason);
  const answers: object[] = [
    { id: 'b', status: 'FAILED', output_file_id: 'file' },
    { id: 'b', status: 'failed', request_counts: { completed: 1 } },
    {
      id: 'b',
      status: 'failed',
      output_file_id: '',
      error_file_id: 'errors',
      errors: { data: [{ message: 'Too much at once.' }] },
      request_counts: { total: 3, completed: 0, failed: 3 },
    },
    { id: 'b', status: 'failed', errors: { data: 'x' }, request_counts: { completed: '5', total: -1 } },
    {
      id: 'b',
      status: 'failed',
      errors: { data: [null, { message: { a: 1 }, line: 'x' }] },
      request_counts: 7,
    },
  ];
  const provider = openAiBatches({
    endpoint: parsed.endpoint,
    model: 'simulated',
    fetch: () => Promise.resolve(Response.json(answers.shift())),
  });
  const { signal } = new AbortController();
  expect(await provider.retrieve('b', signal)).toMatchObject({ stage: 'ended', outputs: ['file'] });
  expect(await provider.retrieve('b', signal)).toMatchObject({ stage: 'ended', counts: { done: 1 } });
  // A file of errors alone is of a batch that was refused as a whole.
  expect(await provider.retrieve('b', signal)).toMatchObject({
    stage: 'rejected',
    problems: ['Too much at once.'],
  });
  expect(await provider.retrieve('b', signal)).toMatchObject({
    stage: 'rejected',
    problems: [],
    counts: { total: 0, done: 0, failed: 0 },
  });
  expect(await provider.retrieve('b', signal)).toMatchObject({
    problems: ['no reason given', 'no reason given'],
    counts: null,
  });
});

test('an error without anything in it beside a reply is none', () => {
  const body = { choices: [{ message: { content: 'text' } }] };
  const response = { status_code: 200, body };
  for (const error of [null, {}, { code: null, message: '' }, ''])
    expect(readBatchAnswer(JSON.stringify({ custom_id: 'x', response, error })).type).toBe('answer');
  for (const error of [{ code: 'x' }, { message: 'x' }, 'x'])
    expect(readBatchAnswer(JSON.stringify({ custom_id: 'x', response, error })).type).toBe('failure');
});
