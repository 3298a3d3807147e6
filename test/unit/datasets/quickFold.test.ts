import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCurated } from '../../../src/spar/datasets/curated';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { temporaryFolder } from '../log/temporaryFolder';
import { decision, deletion, record } from './lines';

/** Lines as they are written here, some of them broken behind their head, some of them there twice. */
const line = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((number) => datasetLineText(record(number))),
  fc.integer({ min: 1, max: 6 }).map((number) => datasetLineText(record(number, '2026-03-01T00:00:00.000Z'))),
  fc.integer({ min: 1, max: 6 }).map((number) => datasetLineText(record(number)).slice(0, -9)),
  fc
    .integer({ min: 1, max: 6 })
    .map((number) => datasetLineText(record(number)).replace('"rejected"', '"x"')),
  fc.constantFrom(
    datasetLineText(decision('a', '', { status: 'accepted' })),
    datasetLineText(decision('b', 'a', { status: 'rejected' })),
    datasetLineText(deletion('c', 'a')),
    '{"spar":2,"kind":"record"}',
    'no line at all',
  ),
);

describe('records of which only the head is read at first', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  /** What each record comes to, and the numbers of the lines that can't be read, by the store, which reads all. */
  async function known() {
    const dataset = await DatasetFile.open(path());
    const ids = [...dataset.records()].sort();
    const states = new Map(ids.map((id) => [id, dataset.state(id)]));
    return { states, problems: dataset.problems.map(({ type, reason }) => `${type} ${reason}`).sort() };
  }

  test('come to the same as when all of them are, and compaction keeps what it can not read', async () => {
    await mkdir(folder.path('datasets'), { recursive: true });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        await writeFile(path(), lines.map((text) => `${text}\n`).join(''));
        const before = await known();
        const problems: string[] = [];
        const read = new Map<string, unknown>();
        const options = {
          includeDeleted: true,
          onProblem: ({ type, reason }: { readonly type: string; readonly reason: string }) =>
            void problems.push(`${type} ${reason}`),
        };
        for await (const batch of readCurated(path(), options))
          for (const { record, state } of batch) read.set(record.id, state);
        expect(new Map([...read].sort(([a], [b]) => (a < b ? -1 : 1)))).toEqual(before.states);
        expect(problems.sort()).toEqual(before.problems);

        await (await DatasetFile.open(path())).compact();
        const after = await known();
        expect(after.problems).toEqual(before.problems);
        const outcomes = ({ states }: typeof after): readonly string[] =>
          [...states].map(([id, state]) => `${id} ${state?.status} ${state?.deleted}`);
        expect(outcomes(after)).toEqual(outcomes(before));
      }),
      { numRuns: 60 },
    );
  });
});
