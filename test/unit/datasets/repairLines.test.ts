import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import { temporaryFolder } from '../log/temporaryFolder';
import { pair, pairId, record } from './lines';

describe('faults of a dataset', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('pairs.spar.jsonl');
  const [first, second] = [datasetLineText(record(1)), datasetLineText(record(2))];

  test('damaged lines are cut out or repaired, and no other byte changes', async () => {
    await writeFile(path(), `${first}\nno line\r\n{"spar":1,\n\n${second}\r\ntorn`);
    const dataset = await DatasetFile.open(path());
    expect(dataset.problems.map(({ number, type }) => `${number} ${type}`)).toEqual([
      '2 damaged',
      '3 damaged',
      '6 torn',
    ]);
    const [damaged, cut, torn] = dataset.problems;
    await dataset.repairLine(cut!, datasetLineText(record(3)));
    expect(await readFile(path(), 'utf8')).toBe(
      `${first}\nno line\r\n${datasetLineText(record(3))}\n\n${second}\r\ntorn\n`,
    );
    expect(dataset.counts().records).toBe(3);
    await expect(dataset.cutOutLines([torn!])).rejects.toMatchObject({ kind: 'changed' });
    await dataset.cutOutLines([...dataset.problems]);
    expect(dataset.problems).toEqual([]);
    expect(await readFile(path(), 'utf8')).toBe(`${first}\n${datasetLineText(record(3))}\n\n${second}\r\n`);
    await expect(dataset.cutOutLines([damaged!])).rejects.toMatchObject({ kind: 'changed' });
    expect(await readdir(folder.path())).toEqual(['pairs.spar.jsonl']);
  });

  test('a good line is never cut out, nor one of a newer version, nor is damage written', async () => {
    const newer = '{"spar":2,"kind":"record"}';
    const text = `${newer}\n${first}\nno line\n`;
    await writeFile(path(), text);
    const dataset = await DatasetFile.open(path());
    const [unknown, damaged] = dataset.problems;
    const good = { ...damaged!, offset: newer.length + 1, length: first.length };
    await expect(dataset.cutOutLines([unknown!])).rejects.toMatchObject({ kind: 'changed' });
    await expect(dataset.cutOutLines([damaged!, good])).rejects.toMatchObject({ kind: 'changed' });
    await expect(dataset.repairLine(damaged!, 'still none')).rejects.toMatchObject({ kind: 'unwritable' });
    await expect(dataset.repairLine(damaged!, `${second}\n${second}`)).rejects.toMatchObject({
      kind: 'unwritable',
    });
    expect(await readFile(path(), 'utf8')).toBe(text);
  });

  test('of a file that was deleted while it was open a decision is refused, a pair begins it anew', async () => {
    const dataset = await DatasetFile.open(path());
    await dataset.addRecord(pair());
    const table = await DatasetTable.open(path());
    await rm(path());
    await expect(dataset.decide(pairId, { status: 'accepted' })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(table.read([0])).rejects.toMatchObject({ kind: 'not-found' });
    expect(await table.refresh()).toEqual({ change: 'reread' });
    expect(table.size).toBe(0);
    expect(await readdir(folder.path())).not.toContain('pairs.spar.jsonl');
    await dataset.refresh();
    await dataset.addRecord(pair(), { status: 'accepted' });
    expect(dataset.counts()).toMatchObject({ records: 1, accepted: 1 });
  });

  test('a line of 50 MB is a record like any other, and a huge damaged one is only told', async () => {
    const huge = datasetLineText({ ...record(1), critique: 'x'.repeat(50_000_000) } as never);
    await writeFile(path(), `${huge}\n${second}\n"${'y'.repeat(9_000_000)}\n`);
    await appendFile(path(), `${datasetLineText(record(3))}\n`);
    const table = await DatasetTable.open(path());
    await table.complete;
    expect([table.size, table.id(0), table.line(2)]).toEqual([3, pairId, 4]);
    expect(table.problems.map(({ number, type }) => `${number} ${type}`)).toEqual(['3 damaged']);
    expect((await table.read([0, 2])).map(({ line }) => line)).toEqual([1, 4]);
    expect([...(await table.query({ text: 'say 3' }, { by: 'line', descending: false }))]).toEqual([2]);
  });
});
