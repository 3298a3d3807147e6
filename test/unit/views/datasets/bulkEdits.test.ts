import { readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import type { DatasetEdit } from '../../../../src/spar/datasets/edits';
import { decisionLine, recordLine } from '../../../../src/spar/datasets/newLines';
import { DatasetTable } from '../../../../src/spar/datasets/table/datasetTable';
import { appendLines } from '../../../../src/spar/log/appendLines';
import { EditedDataset, mostPending } from '../../../../src/views/datasets/editor/editedDataset';
import { pair } from '../../datasets/lines';
import { temporaryFolder } from '../../log/temporaryFolder';

const folder = temporaryFolder();
const path = (): string => folder.path('pairs.spar.jsonl');
const time = '2026-01-01T00:00:00.000Z';
const records = Array.from({ length: 1200 }, (_, number) => recordLine(pair(number), time));
const ids = records.map(({ id }) => id);

/** Every third record was decided before. */
const about = ids
  .filter((_, number) => number % 3 === 0)
  .map((id, number) =>
    decisionLine(id, { status: 'rejected' }, { id: `d${number}`, time, after: [], undoes: undefined }),
  );

beforeEach(() =>
  writeFile(path(), [...records, ...about].map((line) => `${datasetLineText(line)}\n`).join('')),
);

async function open(): Promise<EditedDataset> {
  const table = await DatasetTable.open(path());
  await table.complete;
  return new EditedDataset({
    path: path(),
    table,
    append: async (lines, options) => {
      await appendLines(path(), lines.map(datasetLineText), options);
    },
  });
}

function accepted({ table }: EditedDataset): number {
  return table.counts().accepted;
}

const accept = (id: string): DatasetEdit => ({ type: 'decide', id, decision: { status: 'accepted' } });

describe('edits of many records', () => {
  test(
    'are one step, told of on the way, saved in one append and taken back as one',
    { timeout: 60_000 },
    async () => {
      const dataset = await open();
      let changes = 0;
      dataset.onDidChange(() => (changes += 1));
      const shares: number[] = [];
      const step = await dataset.apply(ids.map(accept), { onProgress: (share) => shares.push(share) });
      expect([accepted(dataset), dataset.pendingCount, changes]).toEqual([1200, 1200, 1]);
      expect(shares).toEqual([500 / 1200, 1000 / 1200, 1]);
      await step?.undo();
      expect(dataset.table.counts()).toMatchObject({ accepted: 0, rejected: 400, pending: 800 });
      await step?.redo();
      // A decision of one's own, made in knowledge of those that were there.
      expect(dataset.linesAbout(ids[0]!).map(({ after }) => after)).toEqual([[], ['d0']]);
      const lines = dataset.pending;
      await dataset.save();
      expect([accepted(dataset), dataset.pendingCount]).toEqual([1200, 0]);
      const text = await readFile(path(), 'utf8');
      expect(text.endsWith(lines.map((line) => `${datasetLineText(line)}\n`).join(''))).toBe(true);
      await step?.undo();
      expect(dataset.table.counts()).toMatchObject({ accepted: 0, rejected: 400, pending: 800 });
      await dataset.save();
      expect((await open()).table.counts()).toMatchObject({ accepted: 0, rejected: 400, pending: 800 });
    },
  );

  test('are not made at all where they are stopped, or fail, on the way', { timeout: 60_000 }, async () => {
    const dataset = await open();
    await dataset.apply([accept(ids[1]!)]);
    const pending = [...dataset.pending];
    const stop = new AbortController();
    const stopped = dataset.apply(ids.map(accept), {
      signal: stop.signal,
      onProgress: (share) => {
        if (share > 0.5) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    const unknown = accept('0'.repeat(40));
    await expect(dataset.apply([...ids.slice(0, 900).map(accept), unknown])).rejects.toThrow('is not in');
    const tooMany = dataset.apply(new Array<DatasetEdit>(mostPending).fill(accept(ids[0]!)));
    await expect(tooMany).rejects.toThrow('At most 300,000 changes wait to be saved');
    expect(dataset.pending).toEqual(pending);
    expect(dataset.table.counts()).toMatchObject({ accepted: 1, rejected: 400, pending: 799 });
    expect([dataset.isUnsaved(ids[0]!), dataset.isUnsaved(ids[1]!)]).toEqual([false, true]);
  });

  test('come after edits that wait, and know of them', { timeout: 60_000 }, async () => {
    const dataset = await open();
    const tag =
      (name: string) =>
      (id: string): DatasetEdit => ({
        type: 'change',
        id,
        change: { tags: { add: [name] } },
      });
    const [first] = ids;
    await dataset.apply([tag('a')(first!)]);
    await dataset.apply([...ids.slice(0, 600).map(tag('b')), tag('c')(first!)]);
    expect(dataset.table.tags(0)).toEqual(['a', 'b', 'c']);
    const [, a, b, c] = dataset.linesAbout(first!);
    expect(c?.after).toEqual(
      [a, b]
        .map((line) => line?.id)
        .concat('d0')
        .sort(),
    );
    await dataset.revert();
    expect(dataset.table.tags(0)).toEqual([]);
  });
});
