import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { recordIdOf, recordLine, type NewRecord } from '../../../src/spar/datasets/newLines';
import type { AboutLine, Change, DatasetLine } from '../../../src/spar/datasets/schema';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import type { Measure } from '../../../src/spar/datasets/table/measures';
import type { RecordFilter, Sort } from '../../../src/spar/datasets/table/recordFilter';
import { temporaryFolder } from '../log/temporaryFolder';
import { change, decision, deletion, judgedAgain, pair, pairId, record } from './lines';

const byLine: Sort = { by: 'line', descending: false };

describe('DatasetTable', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  async function write(lines: readonly (DatasetLine | string)[]): Promise<void> {
    await mkdir(folder.path('datasets'), { recursive: true });
    await writeFile(path(), textOf(lines));
  }

  async function opened(lines: readonly (DatasetLine | string)[]): Promise<DatasetTable> {
    await write(lines);
    const table = await DatasetTable.open(path());
    await table.complete;
    return table;
  }

  async function query(
    table: DatasetTable,
    filter: RecordFilter,
    sort: Sort = byLine,
  ): Promise<readonly number[]> {
    return [...(await table.query(filter, sort))];
  }

  test('a row for each record in file order, with what its lines come to', async () => {
    const table = await opened([
      record(2),
      decision('a', '', { status: 'rejected' }),
      record(1),
      change('b', 'a', { tags: { add: ['odd', 'long'], remove: [] }, split: 'train' }),
    ]);
    expect(table.size).toBe(2);
    expect(table.rowOf(pairId)).toBe(1);
    expect(table.rowOf('0'.repeat(40))).toBeUndefined();
    expect(table.id(1)).toBe(pairId);
    expect(table.line(1)).toBe(3);
    expect([table.status(0), table.status(1)]).toEqual(['pending', 'rejected']);
    expect([table.tags(1), table.split(1), table.tags(0), table.split(0)]).toEqual([
      ['long', 'odd'],
      'train',
      [],
      null,
    ]);
    expect(table.measure(1, 'created')).toBe(Date.UTC(2026, 0, 1));
    expect(table.measure(1, 'value')).toBeNull();
    expect(table.measure(1, 'chosenWords')).toBe(4);
    expect(table.counts()).toMatchObject({ records: 2, pending: 1, rejected: 1, deleted: 0, missing: 0 });
    expect(table.facets().tags).toEqual(
      new Map([
        ['long', 1],
        ['odd', 1],
      ]),
    );
  });

  test('records are read in the order asked for, with their corrections', async () => {
    const table = await opened([record(1), record(2), change('a', '', { chosen: 'A new text' })]);
    const records = await table.read([1, 0]);
    expect(records.map(({ line, record: { chosen } }) => [line, chosen])).toEqual([
      [2, 'It is well 2'],
      [1, 'A new text'],
    ]);
    expect(table.measure(0, 'chosenWords')).toBe(3);
    expect(table.measure(0, 'chosenCharacters')).toBe(10);
  });

  test('text is found whatever its case and however it is escaped, in corrected texts too', async () => {
    const texts = [
      'plain Words',
      'a "quoted" back\\slash',
      'line\nbreak',
      'ÉCLAIR',
      'tab\there',
      '東京\u2028',
      'Σας',
    ];
    const lines = texts.map((chosen, number) =>
      recordLine({ ...pair(number), chosen }, '2026-01-01T00:00:00Z'),
    );
    const corrected = { ...change('a', ''), record: lines[0]!.id, chosen: 'Something else' };
    const ascii = JSON.stringify(lines[3]).replace('É', '\\u00c9');
    const table = await opened([...lines.slice(0, 3), ascii, ...lines.slice(4), corrected]);
    const found = (text: string): Promise<readonly number[]> => query(table, { text, fields: ['chosen'] });
    expect(await found('words')).toEqual([]);
    expect(await found('SOMETHING')).toEqual([0]);
    expect(await found('"QUOTED" back\\')).toEqual([1]);
    expect(await found('E\nB')).toEqual([2]);
    expect(await found('éclair')).toEqual([3]);
    expect(await found('tab\th')).toEqual([4]);
    expect(await found('京\u2028')).toEqual([5]);
    expect(await found('σας')).toEqual([6]);
    expect(await query(table, { text: 'say 4' })).toEqual([4]);
    expect(await query(table, { text: 'say 4', fields: ['rejected', 'critique'] })).toEqual([]);
    expect(await query(table, { text: '' })).toHaveLength(7);
  });

  test('filters and sorts by what is known of records', async () => {
    const values = [0.4, null, 1, 0.4];
    const lines = values.map((value, number) => recordLine(found(number, value), '2026-01-01T00:00:00.000Z'));
    const table = await opened(lines);
    expect(await query(table, {}, { by: 'value', descending: false })).toEqual([0, 3, 2, 1]);
    expect(await query(table, {}, { by: 'value', descending: true })).toEqual([2, 0, 3, 1]);
    expect(await query(table, {}, { by: 'source', descending: true })).toEqual([3, 2, 1, 0]);
    expect(await query(table, { ranges: [{ measure: 'value', min: 0.4, max: 0.9 }] })).toEqual([0, 3]);
    expect(await query(table, { models: [null] })).toEqual([0, 2]);
    expect(await query(table, { models: ['m', null] })).toEqual([0, 1, 2, 3]);
    expect(await query(table, { runs: ['run-1'], sources: ['file-1', 'file-2'] })).toEqual([1]);
    expect(await query(table, { constraints: ['punctuation:no_comma'] })).toEqual([0, 1, 2, 3]);
    expect(await query(table, { constraints: ['other'] })).toEqual([]);
    expect(await query(table, { ids: [lines[2]!.id, 'none'] })).toEqual([2]);
    expect(await query(table, { splits: ['train'] })).toEqual([]);
    expect(await query(table, { splits: ['train', null] })).toHaveLength(4);
    expect([table.measure(0, 'held'), table.measure(0, 'broken')]).toEqual([1, 0]);
    expect(table.facets()).toMatchObject({
      models: new Map([['m', 2]]),
      constraints: new Map([['punctuation:no_comma', 4]]),
    });
  });

  test('what was corrected or judged again is filtered and sorted by what it is now', async () => {
    const about = (number: number, rest: Partial<Change>) => ({
      ...change(String(number), '', rest),
      record: lines[number]!.id,
    });
    const lines = [0, 1, 2, 3].map((number) =>
      recordLine(
        { ...found(number, 1), metrics: { value: 1, yes: 5, interference: 0.5 } },
        '2026-01-01T00:00:00.000Z',
      ),
    );
    const edits = [
      about(1, { chosen: 'It is, well, another' }),
      about(2, { judgements: judgedAgain('m', 2) }),
      about(3, { rejected: 'It was 3' }),
    ];
    const measured = (table: DatasetTable) =>
      lines.map((_, row) =>
        (['value', 'yes', 'interference', 'distance', 'chosenWords', 'held', 'broken'] as const).map(
          (measure) => table.measure(row, measure),
        ),
      );
    const expectNow = async (table: DatasetTable): Promise<void> => {
      expect(measured(table)).toEqual([
        [1, 5, 0.5, 2 / 4, 4, 1, 0],
        [null, 0, 1, 1 / 4, 4, 0, 1],
        [0.4, 2, 0.5, 2 / 4, 4, 1, 0],
        [1, 5, null, 2 / 4, 4, 1, 0],
      ]);
      const ranges = (measure: Measure, min: number) => query(table, { ranges: [{ measure, min }] });
      expect(await ranges('value', 0)).toEqual([0, 2, 3]);
      expect(await ranges('broken', 1)).toEqual([1]);
      expect(await ranges('distance', 0.5)).toEqual([0, 2, 3]);
      expect(await query(table, {}, { by: 'value', descending: false })).toEqual([2, 0, 3, 1]);
      const read = await table.read([0, 1, 2, 3]);
      expect(read.map(({ record }) => record.metrics.value)).toEqual([1, null, 0.4, 1]);
    };
    await expectNow(await opened([...lines, ...edits]));
    const unsaved = await opened(lines);
    const asFound = measured(unsaved);
    unsaved.setPending(edits);
    await expectNow(unsaved);
    unsaved.setPending([]);
    expect(measured(unsaved)).toEqual(asFound);
    await appendFile(path(), textOf(edits));
    await unsaved.refresh();
    await expectNow(unsaved);
    const back = { ...change('9', '1', { chosen: null }), record: lines[1]!.id };
    unsaved.setPending([back]);
    expect(measured(unsaved)[1]).toEqual(asFound[1]);
  });

  test('edits that are not saved count, and are gone when they are taken back', async () => {
    const table = await opened([record(1), record(2), decision('a', '', { status: 'rejected' })]);
    const pending: readonly AboutLine[] = [
      decision('b', 'a', { status: 'accepted', chosen: 'Pending text' }),
      change('c', 'b', { tags: { add: ['new'], remove: [] } }),
    ];
    table.setPending(pending);
    expect(table.status(0)).toBe('accepted');
    expect(await query(table, { statuses: ['accepted'], tags: ['new'] })).toEqual([0]);
    expect(await query(table, { text: 'pending TEXT' })).toEqual([0]);
    expect((await table.read([0]))[0]!.record.chosen).toBe('Pending text');
    expect(table.measure(0, 'chosenWords')).toBe(2);
    expect(table.counts()).toMatchObject({ accepted: 1, pending: 1, rejected: 0 });
    table.setPending([deletion('d', 'a')]);
    expect(await query(table, {})).toEqual([1]);
    expect(await query(table, { deleted: true })).toEqual([0]);
    table.setPending([]);
    expect(table.status(0)).toBe('rejected');
  });

  test('what others append comes with a refresh; a replaced file is read anew', async () => {
    const table = await opened([record(1)]);
    expect(await table.refresh()).toEqual({ change: 'none' });
    await appendFile(path(), textOf([record(2), decision('a', '', { status: 'accepted' })]));
    expect(await table.refresh()).toEqual({ change: 'grown' });
    expect([table.size, table.status(0), table.line(1)]).toEqual([2, 'accepted', 2]);
    await write([record(3)]);
    await expect(table.read([0])).rejects.toMatchObject({ kind: 'changed' });
    expect(await table.refresh()).toEqual({ change: 'reread' });
    expect([table.size, table.id(0)]).toEqual([1, recordIdOf(pair(3))]);
  });

  test('lines that can’t be read are told, and aborting throws the reason', async () => {
    const table = await opened([record(1), 'no line', record(2)]);
    expect(table.problems.map(({ number, type }) => `${number} ${type}`)).toEqual(['2 damaged']);
    expect(table.line(1)).toBe(3);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(DatasetTable.open(path(), { signal })).rejects.toThrow('stopped');
    await expect(table.query({ text: 'well' }, byLine, signal)).rejects.toThrow('stopped');
    expect((await DatasetTable.open(folder.path('none.spar.jsonl'))).size).toBe(0);
  });
});

describe('the kept index of a table', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('pairs.spar.jsonl');
  const cacheFolder = (): string => folder.path('cache');

  /** Large enough to be kept: 7 MB. */
  async function writeLarge(): Promise<void> {
    const lines = Array.from({ length: 60 }, (_, number) =>
      recordLine(
        { ...pair(number), chosen: 'x'.repeat(100_000), metrics: { distance: 1 } },
        '2026-01-01T00:00:00Z',
      ),
    );
    const about = lines.slice(0, 20).flatMap(({ id }, number) => [
      { ...decision('a', '', { status: number % 2 === 0 ? 'accepted' : 'rejected' }), record: id },
      { ...change('b', 'a', { tags: { add: ['t'], remove: [] }, split: 'train' }), record: id },
    ]);
    const missing = { ...deletion('a', ''), record: recordIdOf(pair(1000)) };
    await writeFile(
      path(),
      textOf([...lines.slice(0, 30), ...about, 'no line', ...lines.slice(30), missing]),
    );
    await appendFile(path(), `${' '.repeat(1_000_000)}\n`);
  }

  async function opened(): Promise<{ readonly table: DatasetTable; readonly read: number }> {
    let read = 0;
    const onProgress = (bytes: number): void => void (read = bytes);
    const table = await DatasetTable.open(path(), { cacheFolder: cacheFolder(), onProgress });
    await table.kept;
    return { table, read };
  }

  async function seen(table: DatasetTable): Promise<unknown> {
    const rows = Array.from({ length: table.size }, (_, row) => row);
    const { counts, facets } = { counts: table.counts(), facets: table.facets() };
    return { counts, facets, problems: table.problems, records: await table.read(rows) };
  }

  test('saves reading, and says the same; without it, or damaged, the file is read', async () => {
    await writeLarge();
    const first = await opened();
    expect(first.read).toBeGreaterThan(6_000_000);
    const [index] = await readdir(cacheFolder());
    const second = await opened();
    expect(second.read).toBe(0);
    expect(await seen(second.table)).toEqual(await seen(first.table));
    const file = join(cacheFolder(), index!);
    const bytes = await readFile(file);
    bytes[bytes.length - 9]! ^= 1;
    for (const damaged of [bytes, bytes.subarray(0, 5000), bytes.subarray(0, 3), Buffer.alloc(0)]) {
      await writeFile(file, damaged);
      const again = await opened();
      expect(again.read).toBe(first.read);
      expect(again.table.counts()).toEqual(first.table.counts());
    }
    await rm(cacheFolder(), { recursive: true });
    expect((await opened()).read).toBe(first.read);
  });

  test('of a file that grew only the rest is read, of one that changed all', async () => {
    await writeLarge();
    const { table, read } = await opened();
    await appendFile(path(), textOf([{ ...decision('c', 'b', { status: 'pending' }), record: table.id(0) }]));
    const grown = await opened();
    expect(grown.read).toBeGreaterThan(read);
    expect(grown.table.status(0)).toBe('pending');
    expect(grown.table.size).toBe(table.size);
    await writeFile(path(), textOf([record(3)]));
    const changed = await opened();
    expect([changed.table.size, changed.table.id(0)]).toEqual([1, record(3).id]);
  });

  test('a place that can’t be written to costs nothing but the saving', async () => {
    await writeLarge();
    await writeFile(cacheFolder(), 'a file where the folder should be');
    expect((await opened()).table.size).toBe(60);
  });
});

function textOf(lines: readonly (DatasetLine | string)[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : datasetLineText(line)}\n`).join('');
}

function found(number: number, value: number | null): NewRecord {
  const check = {
    constraint: { id: 'c1', type: 'punctuation:no_comma', args: {}, text: 'no commas', span: null },
    result: { state: 'held' as const },
  };
  const step = { path: '0', origin: 'original', reflection: '', judgement: null, checks: [check] };
  const texts = pair(number);
  return {
    ...texts,
    evidence: { path: [{ ...step, text: texts.chosen }] },
    metrics: { value },
    model: number % 2 === 1 ? 'm' : null,
    source: { file: `file-${number}`, run: `run-${number}` },
  };
}
