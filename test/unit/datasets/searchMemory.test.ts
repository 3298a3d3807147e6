import { appendFile, rename, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { recordIdOf, recordLine } from '../../../src/spar/datasets/newLines';
import type { DatasetLine } from '../../../src/spar/datasets/schema';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import type { RecordFilter, Sort } from '../../../src/spar/datasets/table/recordFilter';
import { temporaryFolder } from '../log/temporaryFolder';
import { change, decision } from './lines';

const byLine: Sort = { by: 'line', descending: false };
const size = 700;
const long = 'lorem ipsum '.repeat(150);

describe('A search of a large file', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('pairs.spar.jsonl');

  async function opened(): Promise<DatasetTable> {
    const table = await DatasetTable.open(path());
    await table.complete;
    return table;
  }

  async function found(table: DatasetTable, filter: RecordFilter, sort = byLine): Promise<readonly number[]> {
    return [...(await table.query(filter, sort))];
  }

  test('is not made again for another order or another filter beside the text', async () => {
    await writeFile(path(), textOf(Array.from({ length: size }, (_, number) => line(number))));
    const table = await opened();
    const all = await found(table, { text: 'Harbour' });
    expect(all).toHaveLength(size / 10);
    await rename(path(), folder.path('elsewhere'));
    expect(await found(table, { text: 'harbour' }, { by: 'line', descending: true })).toEqual(
      all.toReversed(),
    );
    expect(await found(table, { text: 'harbour', statuses: ['accepted'] })).toEqual([]);
    await expect(found(table, { text: 'harbours' })).rejects.toThrow('pairs.spar.jsonl');
    await expect(found(table, { text: 'harbour', fields: ['chosen'] })).rejects.toThrow('pairs.spar.jsonl');
    await rename(folder.path('elsewhere'), path());
  });

  test('counts what was added, corrected and replaced since', async () => {
    await writeFile(path(), textOf(Array.from({ length: size }, (_, number) => line(number))));
    const table = await opened();
    const all = await found(table, { text: 'harbour' });
    table.setPending([about(1, change('p', '', { chosen: 'A harbour.' }))]);
    expect(await found(table, { text: 'harbour' })).toEqual([0, 1, ...all.slice(1)]);
    table.setPending([]);
    await appendFile(
      path(),
      textOf([
        line(size),
        line(size + 1),
        about(10, change('a', '', { instruction: 'Nothing.', rejected: 'No', chosen: 'Yes' })),
        about(20, decision('b', '', { status: 'accepted' })),
      ]),
    );
    await table.refresh();
    const now = [...all.filter((row) => row !== 10), size];
    expect(await found(table, { text: 'harbour' })).toEqual(now);
    expect(await found(table, { text: 'harbour', statuses: ['accepted'] })).toEqual([20]);
    // The same pair, found earlier: this line stands for it from now on.
    await appendFile(path(), textOf([line(30, '2020-01-01T00:00:00.000Z')]));
    await table.refresh();
    expect(await found(table, { text: 'harbour' })).toEqual([...now.filter((row) => row !== 30), 30]);
    await writeFile(path(), textOf(Array.from({ length: size }, (_, number) => line(number + 5))));
    await table.refresh();
    expect(await found(table, { text: 'harbour' })).toEqual(await found(await opened(), { text: 'harbour' }));
  });
});

function pairOf(number: number): { instruction: string; rejected: string; chosen: string } {
  const word = number % 10 === 0 ? 'harbour' : 'garden';
  return { instruction: `Say ${number} of the ${word}.`, rejected: `${long},`, chosen: long };
}

function line(number: number, created = '2026-01-01T00:00:00.000Z'): DatasetLine {
  return recordLine(pairOf(number), created);
}

function about(number: number, made: DatasetLine): never {
  return { ...made, record: recordIdOf(pairOf(number)) } as never;
}

function textOf(lines: readonly DatasetLine[]): string {
  return lines.map((one) => `${datasetLineText(one)}\n`).join('');
}
