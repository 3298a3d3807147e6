import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { datasetNameOf, datasetPath } from '../../../src/spar/datasets/datasetNames';
import { correctedRecord } from '../../../src/spar/datasets/corrected';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { acquireLock } from '../../../src/spar/log/fileLock';
import { temporaryFolder } from '../log/temporaryFolder';
import { change, decision, deletion, pair, pairId, record } from './lines';

describe('DatasetFile', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');
  const text = (): Promise<string> => readFile(path(), 'utf8');
  const lineCount = async (): Promise<number> => (await text()).split('\n').length - 1;
  const show = (dataset: DatasetFile): string => {
    const { records, accepted, rejected, pending, contested, deleted, missing } = dataset.counts();
    return `${records}: +${accepted} -${rejected} ?${pending} !${contested}, ${deleted} deleted, ${missing} missing`;
  };

  async function write(lines: readonly string[]): Promise<void> {
    await mkdir(folder.path('datasets'), { recursive: true });
    await writeFile(path(), lines.map((line) => `${line}\n`).join(''));
  }

  test('an append is not taken for all that happened where another file came into the place', async () => {
    const dataset = await DatasetFile.open(path());
    for (const number of [1, 2]) await dataset.addRecord(pair(number));
    const text = await readFile(path(), 'utf8');
    const at = text.lastIndexOf('"spar":1');
    await writeFile(folder.path('other'), `${text.slice(0, at)}"spar":x${text.slice(at + 8)}`);
    await rename(folder.path('other'), path());
    await dataset.addRecord(pair(3));
    expect(dataset.problems).toMatchObject([{ type: 'damaged', number: 2 }]);
    await dataset.addRecord(pair(4));
    expect(show(dataset)).toBe('3: +0 -0 ?3 !0, 0 deleted, 0 missing');
    expect(show(await DatasetFile.open(path()))).toBe(show(dataset));
  });

  test('a new dataset comes into being with its first pair, and Git is told to merge it by lines', async () => {
    const dataset = await DatasetFile.open(path());
    expect(await readdir(folder.path())).toEqual([]);
    expect(await dataset.addRecord(pair(), { status: 'accepted' })).toEqual({ id: pairId, isNew: true });
    expect((await readdir(folder.path('datasets'))).sort()).toEqual(['.gitattributes', 'pairs.spar.jsonl']);
    expect(await readFile(folder.path('datasets', '.gitattributes'), 'utf8')).toBe(
      '*.spar.jsonl merge=union text eol=lf\n',
    );
    expect((await text()).split('\n').map((line) => line.slice(0, 24))).toEqual([
      '{"spar":1,"kind":"record',
      '{"spar":1,"kind":"decisi',
      '',
    ]);
    expect(dataset.state(pairId)).toMatchObject({ status: 'accepted', deleted: false });
    expect(await dataset.read(pairId)).toEqual({ ...record(), created: expect.any(String) as string });
    expect(show(await DatasetFile.open(path()))).toBe('1: +1 -0 ?0 !0, 0 deleted, 0 missing');
  });

  test('a wait for a dataset that another holds is given up when it is aborted, with nothing written', async () => {
    const dataset = await DatasetFile.open(path());
    await mkdir(folder.path('datasets'));
    const lock = await acquireLock(path());
    const stop = new AbortController();
    const adding = dataset.addRecord(pair(), undefined, stop.signal);
    stop.abort(new Error('interrupted'));
    await expect(adding).rejects.toThrow('interrupted');
    await lock.release();
    expect(await readdir(folder.path('datasets'))).toEqual([]);
    expect(await dataset.addRecord(pair())).toEqual({ id: pairId, isNew: true });
  });

  test('.gitattributes of the user is added to, or left where it speaks of datasets', async () => {
    await mkdir(folder.path('datasets'));
    const attributes = folder.path('datasets', '.gitattributes');
    await writeFile(attributes, '*.png binary');
    await (await DatasetFile.open(path())).addRecord(pair());
    expect(await readFile(attributes, 'utf8')).toBe('*.png binary\n*.spar.jsonl merge=union text eol=lf\n');
    await writeFile(attributes, '*.spar.jsonl merge=ours\n');
    await (await DatasetFile.open(folder.path('datasets', 'b.spar.jsonl'))).addRecord(pair());
    expect(await readFile(attributes, 'utf8')).toBe('*.spar.jsonl merge=ours\n');
  });

  test('a pair that is there gets only the decision; one that was deleted comes back', async () => {
    const dataset = await DatasetFile.open(path());
    await dataset.addRecord(pair());
    expect(await dataset.addRecord(pair(), { status: 'rejected' })).toEqual({ id: pairId, isNew: false });
    await dataset.addRecord(pair());
    expect(await lineCount()).toBe(2);
    await dataset.delete(pairId);
    expect(show(dataset)).toBe('0: +0 -0 ?0 !0, 1 deleted, 0 missing');
    await dataset.addRecord({ ...pair(), instruction: [{ role: 'user', content: 'Say 1.' }] });
    expect(show(dataset)).toBe('1: +0 -1 ?0 !0, 0 deleted, 0 missing');
  });

  test('decisions, changes and their undoing, each one line', async () => {
    const dataset = await DatasetFile.open(path());
    await dataset.addRecord(pair());
    await dataset.decide(pairId, { status: 'accepted', chosen: 'Edited.' });
    await dataset.change(pairId, { tags: { add: ['short'] }, split: 'train', rejected: 'Corrected.' });
    expect(dataset.state(pairId)).toMatchObject({
      status: 'accepted',
      chosen: 'Edited.',
      split: 'train',
      tags: ['short'],
    });
    expect(correctedRecord(record(), dataset.state(pairId)!)).toMatchObject({
      rejected: 'Corrected.',
      chosen: 'Edited.',
    });
    expect(await dataset.undo(pairId)).toBe(true);
    expect(dataset.state(pairId)).toMatchObject({
      status: 'accepted',
      chosen: 'Edited.',
      split: null,
      tags: [],
    });
    expect(await dataset.undo(pairId)).toBe(true);
    expect(dataset.state(pairId)).toMatchObject({ status: 'pending' });
    expect(dataset.state(pairId)).not.toHaveProperty('chosen');
    expect(await dataset.undo(pairId)).toBe(false);
    expect(await lineCount()).toBe(5);
    expect((await DatasetFile.open(path())).state(pairId)).toEqual(dataset.state(pairId));
  });

  test('undo gives a decision back to the policy, also where others contradict meanwhile', async () => {
    const policy = { kind: 'policy', name: 'sure' } as const;
    const dataset = await DatasetFile.open(path());
    await dataset.addRecord(pair(), { status: 'accepted', by: policy });
    const besides = await dataset.apply([{ type: 'decide', id: pairId, decision: { status: 'rejected' } }]);
    const lines = (await readFile(path(), 'utf8')).trimEnd().split('\n');
    // A branch that knew of the policy's decision alone.
    const other = { ...(JSON.parse(lines.at(-1) ?? '') as object), id: 'other', status: 'pending' };
    await appendFile(path(), `${JSON.stringify(other)}\n`);
    await dataset.refresh();
    expect(besides).toHaveLength(1);
    expect(dataset.state(pairId)?.status).toBe('contested');
    expect(await dataset.undo(pairId)).toBe(true);
    expect(dataset.state(pairId)?.decision).toMatchObject({ status: 'accepted', by: policy });
  });

  test('many edits are one append, each in knowledge of those before', async () => {
    const dataset = await DatasetFile.open(path());
    await dataset.apply([
      { type: 'add', record: pair(1) },
      { type: 'add', record: pair(2), decision: { status: 'accepted' } },
      { type: 'decide', id: pairId, decision: { status: 'accepted' } },
      { type: 'decide', id: pairId, decision: { status: 'rejected' } },
    ]);
    expect(show(dataset)).toBe('2: +1 -1 ?0 !0, 0 deleted, 0 missing');
    const calls = [
      dataset.decide(pairId, { status: 'accepted' }),
      dataset.decide(pairId, { status: 'rejected' }),
    ];
    await Promise.all(calls);
    expect(dataset.state(pairId)).toMatchObject({ status: 'rejected', conflicts: [] });
  });

  test('a long history is named by its latest lines and its heads, which name the rest', async () => {
    const history = Array.from({ length: 300 }, (_, n) => {
      const status = n % 2 === 0 ? ('accepted' as const) : ('rejected' as const);
      const time = new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();
      return { ...decision('a', ''), id: `d${n}`, time, status, after: n === 0 ? [] : [`d${n - 1}`] };
    });
    await write([record(), ...history].map(datasetLineText));
    const dataset = await DatasetFile.open(path());
    await dataset.decide(pairId, { status: 'pending' });
    expect(dataset.state(pairId)).toMatchObject({ status: 'pending', conflicts: [] });
    expect(dataset.history(pairId).at(-1)?.after).toHaveLength(200);
    await dataset.compact();
    expect(await lineCount()).toBe(2);
    expect(dataset.history(pairId)[0]?.after).toHaveLength(300);
  });

  test('two windows that decide differently, unaware of each other, leave it to a person', async () => {
    const one = await DatasetFile.open(path());
    await one.addRecord(pair());
    const two = await DatasetFile.open(path());
    await one.decide(pairId, { status: 'accepted' });
    await two.decide(pairId, { status: 'rejected' });
    expect(await one.refresh()).toEqual({ change: 'grown' });
    expect([show(one), show(two)]).toEqual(Array(2).fill('1: +0 -0 ?0 !1, 0 deleted, 0 missing'));
    const policy = { status: 'accepted', by: { kind: 'policy', name: 'verified' } } as const;
    await expect(one.decide(pairId, policy)).rejects.toMatchObject({ kind: 'unwritable' });
    await one.decide(pairId, { status: 'accepted' });
    expect(show(one)).toBe('1: +1 -0 ?0 !0, 0 deleted, 0 missing');
  });

  test('lines that can’t be read are told with their numbers, and kept by every write', async () => {
    const kept = [
      'nonsense',
      '{"spar":2,"kind":"record"}',
      '{"spar":1,"kind":"vote","record":"x"}',
      '{"spar":1,"kind":"decision"}',
    ];
    await write([...kept, datasetLineText(record())]);
    await appendFile(path(), Buffer.from([0xff, 0x0a]));
    await appendFile(path(), '{"spar":1,"kind":"rec');
    const dataset = await DatasetFile.open(path());
    expect(dataset.problems.map(({ type, number, reason }) => `${number} ${type}: ${reason}`)).toEqual([
      '1 damaged: not valid JSON',
      '2 unknown: written by a newer version of SPaR (format 2)',
      '3 unknown: of an unknown kind',
      expect.stringMatching(/^4 damaged: \w+: /u),
      '6 damaged: not valid UTF-8',
      '7 torn: not valid JSON',
    ]);
    await dataset.decide(pairId, { status: 'accepted' });
    expect(dataset.problems.at(-1)).toMatchObject({ type: 'damaged', number: 7 });
    await dataset.compact();
    expect((await text()).split('\n').slice(0, 4)).toEqual(kept);
    expect((await readFile(path())).includes(Buffer.from([0x0a, 0xff, 0x0a]))).toBe(true);
    expect(await text()).toContain('\n{"spar":1,"kind":"rec\n');
    expect([dataset.problemCount, show(dataset)]).toEqual([6, '1: +1 -0 ?0 !0, 0 deleted, 0 missing']);
  });

  test(
    'whatever byte a crash cuts the last line at, no other line is lost',
    { timeout: 60_000 },
    async () => {
      const lines = [
        datasetLineText(record()),
        datasetLineText(decision('a', '')),
        datasetLineText(change('b', 'a', { split: 'é' })),
      ];
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const start = bytes.length - Buffer.byteLength(lines[2]!) - 1;
      await mkdir(folder.path('datasets'));
      for (let cut = start; cut < bytes.length; cut += 1) {
        await writeFile(path(), bytes.subarray(0, cut));
        const dataset = await DatasetFile.open(path());
        const whole = cut === bytes.length - 1;
        expect(dataset.state(pairId)).toMatchObject({ status: 'accepted', split: whole ? 'é' : null });
        expect(dataset.problemCount).toBe(whole || cut === start ? 0 : 1);
      }
      const dataset = await DatasetFile.open(path());
      await dataset.decide(pairId, { status: 'rejected' });
      expect((await DatasetFile.open(path())).state(pairId)).toMatchObject({
        status: 'rejected',
        split: 'é',
      });
    },
  );

  test('lines about a record that is not there yet wait for it', async () => {
    await write([datasetLineText(decision('a', ''))]);
    const dataset = await DatasetFile.open(path());
    expect(show(dataset)).toBe('0: +0 -0 ?0 !0, 0 deleted, 1 missing');
    await expect(dataset.decide(pairId, { status: 'accepted' })).rejects.toMatchObject({ kind: 'not-found' });
    await appendFile(path(), `${datasetLineText(record())}\n`);
    await dataset.refresh();
    expect(show(dataset)).toBe('1: +1 -0 ?0 !0, 0 deleted, 0 missing');
  });

  test('of one pair found twice the earlier stands, in any order of lines', async () => {
    const twice = [record(1, '2026-01-02T00:00:00.000Z'), record(1, '2026-01-01T00:00:00.000Z')].map(
      datasetLineText,
    );
    for (const lines of [twice, [...twice].reverse(), [...twice, ...twice]]) {
      await write(lines);
      const dataset = await DatasetFile.open(path());
      expect([...dataset.records()]).toEqual([pairId]);
      expect(await dataset.read(pairId)).toEqual(record());
    }
  });

  test('takes in a file that was replaced, edited in place, or deleted', async () => {
    const dataset = await DatasetFile.open(path());
    await dataset.addRecord(pair(1));
    expect(await dataset.refresh()).toEqual({ change: 'none' });
    await writeFile(`${path()}.new`, `${datasetLineText(record(2))}\n${datasetLineText(record(3))}\n`);
    await rename(`${path()}.new`, path());
    expect(await dataset.refresh()).toEqual({ change: 'reread' });
    expect(show(dataset)).toBe('2: +0 -0 ?2 !0, 0 deleted, 0 missing');
    await write([datasetLineText(record(4))]);
    expect(await dataset.refresh()).toEqual({ change: 'reread' });
    expect(await dataset.read([...dataset.records()][0]!)).toEqual(record(4));
    await rm(path());
    expect(await dataset.refresh()).toEqual({ change: 'reread' });
    expect(show(dataset)).toBe('0: +0 -0 ?0 !0, 0 deleted, 0 missing');
  });

  test.each(['decide', 'undo'] as const)(
    'to %s, reads a file anew that was replaced while its lines are not held in memory',
    async (how) => {
      const dataset = await DatasetFile.open(path(), { mostKept: 0 });
      await dataset.addRecord(pair(1), { status: 'accepted' });
      const { id } = await dataset.addRecord(pair(2), { status: 'accepted' });
      const other = await DatasetFile.open(path());
      await other.decide(id, { status: 'rejected' });
      await other.compact();
      if (how === 'undo') expect(await dataset.undo(id)).toBe(true);
      else await dataset.decide(id, { status: 'pending', note: 'seen' });
      await other.refresh();
      expect(other.state(id)).toMatchObject({ status: 'pending', conflicts: [] });
    },
  );

  test('compaction keeps the state, and a merge with an old copy brings nothing back', async () => {
    await write(
      [
        record(),
        decision('a', ''),
        decision('b', 'a', { status: 'rejected' }),
        change('c', 'ab', { tags: { add: ['x'], remove: [] } }),
        decision('d', 'abc'),
        record(1, '2026-02-01T00:00:00.000Z'),
      ].map(datasetLineText),
    );
    const old = await text();
    const dataset = await DatasetFile.open(path());
    const before = dataset.state(pairId);
    await dataset.compact();
    expect(await lineCount()).toBe(3);
    expect(dataset.state(pairId)).toEqual({ ...before, decision: decision('d', 'abc') });
    const compacted = await text();
    for (const merged of [old + compacted, compacted + old]) {
      await writeFile(path(), merged);
      expect((await DatasetFile.open(path())).state(pairId)).toEqual(before);
    }
  });

  test('compaction keeps a deleted pair for other branches, or forgets its texts on request; it stays deleted', async () => {
    await write(
      [record(), decision('a', '', { chosen: 'Private.' }), deletion('b', 'a'), record(2)].map(
        datasetLineText,
      ),
    );
    const dataset = await DatasetFile.open(path());
    const old = await text();
    await dataset.compact();
    expect(await text()).toMatch(/Private.*Say 1|Say 1[^]*Private/u);
    expect(show(dataset)).toBe('1: +0 -0 ?1 !0, 1 deleted, 0 missing');
    await dataset.compact({ forgetsDeleted: true });
    expect(await text()).not.toMatch(/Private|Say 1/u);
    await appendFile(path(), old);
    expect(show(await DatasetFile.open(path()))).toBe('1: +0 -0 ?1 !0, 1 deleted, 0 missing');
  });

  test('never writes a secret or a pair that can’t be read again', async () => {
    const dataset = await DatasetFile.open(path());
    const secret = { ...pair(), search: { headers: { authorization: 'sk-1' } } };
    await expect(dataset.addRecord(secret)).rejects.toMatchObject({ kind: 'secret' });
    await expect(
      dataset.addRecord({ ...pair(), metrics: { value: Number.NaN, yes: -1 } }),
    ).rejects.toMatchObject({ kind: 'unwritable' });
    expect(await readdir(folder.path())).toEqual([]);
  });

  test('a dataset that can’t be written says so and loses nothing', async () => {
    await mkdir(path(), { recursive: true });
    await expect(DatasetFile.open(path())).rejects.toMatchObject({ name: 'LogError', kind: 'wrong-type' });
  });

  test('any texts come back as they were', { timeout: 60_000 }, async () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('\u2028', '\ud800', '\r\n', '\ufeff', '\0'),
    );
    const texts = fc.array(unit).map((parts) => parts.join(''));
    const dataset = await DatasetFile.open(path());
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (instruction, rejected, chosen) => {
        const { id } = await dataset.addRecord({ instruction, rejected, chosen });
        expect(await dataset.read(id)).toMatchObject({ instruction, rejected, chosen });
      }),
      { numRuns: 40 },
    );
    expect((await DatasetFile.open(path())).counts()).toEqual(dataset.counts());
  });
});

describe('datasetPath', () => {
  test('names a file in the folder', () => {
    expect(datasetPath('d', 'my pairs')).toEqual({
      ok: true,
      path: expect.stringMatching(/^d.my pairs\.spar\.jsonl$/u) as string,
    });
    expect(datasetPath('d', 'pairs.spar.jsonl')).toEqual(datasetPath('d', 'pairs'));
    expect(datasetNameOf('/a/b/pairs.spar.jsonl')).toBe('pairs');
  });

  test.each(['', '..', '../x', 'a/b', 'a\\b', 'C:x', 'nul', 'a.', '.spar.jsonl', '\u202ex'])(
    'refuses “%s”',
    (name) => {
      expect(datasetPath('d', name)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('Choose another name.') as string,
      });
    },
  );
});
