import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { compactDataset } from '../../../src/spar/datasets/compaction';
import { readCurated, type CuratedOptions, type CuratedRecord } from '../../../src/spar/datasets/curated';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import type { LineProblem } from '../../../src/spar/datasets/datasetReader';
import type { DatasetLine } from '../../../src/spar/datasets/schema';
import { temporaryFolder } from '../log/temporaryFolder';
import { change, decision, deletion, pairId, record } from './lines';

describe('readCurated', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  async function write(lines: readonly (DatasetLine | string)[]): Promise<void> {
    await mkdir(folder.path('datasets'), { recursive: true });
    const texts = lines.map((line) => (typeof line === 'string' ? line : datasetLineText(line)));
    await writeFile(path(), texts.map((text) => `${text}\n`).join(''));
  }

  async function read(options: CuratedOptions = {}): Promise<readonly CuratedRecord[]> {
    const all: CuratedRecord[] = [];
    for await (const batch of readCurated(path(), options)) all.push(...batch);
    return all;
  }

  test('records come in file order with their corrections, whatever the order of the lines', async () => {
    await write([
      change('b', 'a', { chosen: 'Corrected.', tags: { add: ['short'], remove: [] } }),
      record(2),
      record(1),
      decision('a', '', { status: 'accepted' }),
    ]);
    const all = await read();
    expect(
      all.map(({ line, state, record: { chosen } }) => ({ line, status: state.status, chosen })),
    ).toEqual([
      { line: 2, status: 'pending', chosen: 'It is well 2' },
      { line: 3, status: 'accepted', chosen: 'Corrected.' },
    ]);
  });

  test('deleted records and other statuses are left out unless asked for', async () => {
    await write([record(2), record(1), deletion('a', '')]);
    expect((await read()).map(({ line }) => line)).toEqual([1]);
    expect((await read({ includeDeleted: true })).map(({ line }) => line)).toEqual([1, 2]);
    expect(await read({ statuses: ['accepted', 'contested'] })).toEqual([]);
  });

  test('a pair that is there twice is one record, the one found first', async () => {
    await write([record(1, '2026-02-01T00:00:00.000Z'), record(2), record(1)]);
    expect((await read()).map(({ line, record: { id } }) => [line, id === pairId])).toEqual([
      [2, false],
      [3, true],
    ]);
  });

  test('lines that can’t be read are told with their numbers, and progress reaches the end', async () => {
    await write([record(1), '{"spar":1,', '{"spar":2,"kind":"record"}', record(2)]);
    await appendFile(path(), '{"spar":1,"kind":"dec');
    const problems: LineProblem[] = [];
    const progress: number[] = [];
    const all = await read({
      onProblem: (problem) => problems.push(problem),
      onProgress: (bytes, total) => progress.push(bytes / total),
    });
    expect(all).toHaveLength(2);
    expect(problems.map(({ type, number }) => `${number} ${type}`)).toEqual([
      '2 damaged',
      '3 unknown',
      '5 torn',
    ]);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test('a line with two ids has the state of neither, and outlives a compaction that forgets', async () => {
    const forged = `${datasetLineText(record(1)).slice(0, -1)},"id":"${record(2).id}"}`;
    await write([forged, decision('a', '', { status: 'accepted' }), deletion('b', 'a')]);
    const problems: LineProblem[] = [];
    expect(await read({ includeDeleted: true, onProblem: (problem) => problems.push(problem) })).toEqual([]);
    expect(problems.map(({ number, reason }) => [number, reason])).toEqual([[1, 'it has two ids']]);
    await compactDataset(path(), { forgetsDeleted: true });
    expect(await readFile(path(), 'utf8')).toContain(forged);
  });

  test('no file, no records; an aborted reading throws its reason', async () => {
    expect(await read()).toEqual([]);
    await write([record(1)]);
    await expect(read({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  test('a file that is replaced while it is read is told', async () => {
    await write([record(1), record(2)]);
    const records = readCurated(path());
    await records.next();
    await write([record(3), record(4), record(5)]);
    await expect(records.next()).rejects.toMatchObject({ kind: 'changed' });
  });
});
