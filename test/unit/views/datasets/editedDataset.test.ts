import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { datasetLineText, parseDatasetLine } from '../../../../src/spar/datasets/datasetLine';
import type { DatasetEdit } from '../../../../src/spar/datasets/edits';
import { foldLines } from '../../../../src/spar/datasets/recordState';
import type { AboutLine } from '../../../../src/spar/datasets/schema';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { DatasetTable } from '../../../../src/spar/datasets/table/datasetTable';
import { appendLines } from '../../../../src/spar/log/appendLines';
import { EditedDataset, type EditStep } from '../../../../src/views/datasets/editor/editedDataset';
import { curatedRecord, datasetText, decisionOn } from '../../../support/curationDataset';

let folder = '';
let path = '';
const [first, second] = [curatedRecord(1), curatedRecord(2)];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-edited-'));
  path = join(folder, 'pairs.spar.jsonl');
  await writeFile(path, datasetText([first, second]));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Broken {
  isBroken: boolean;
}

async function open(disk: Broken = { isBroken: false }): Promise<EditedDataset> {
  let second = 0;
  return new EditedDataset({
    path,
    table: await DatasetTable.open(path),
    append: async (lines) => {
      if (disk.isBroken) throw new Error('the disk is full');
      await appendLines(path, lines.map(datasetLineText));
    },
    now: () => new Date(Date.UTC(2026, 9, 3, 0, 0, second++)),
  });
}

const accept = (id: string): DatasetEdit => ({ type: 'decide', id, decision: { status: 'accepted' } });
const reject = (id: string): DatasetEdit => ({ type: 'decide', id, decision: { status: 'rejected' } });

async function step(dataset: EditedDataset, ...edits: readonly DatasetEdit[]): Promise<EditStep> {
  const made = await dataset.apply(edits);
  if (made === null) throw new Error('No edit was made.');
  return made;
}

async function savedLines(): Promise<readonly AboutLine[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const parsed = parseDatasetLine(line);
    if (parsed.type !== 'line') throw new Error(`not a line: ${line}`);
    return parsed.line.kind === 'record' ? [] : [parsed.line];
  });
}

function says(line: AboutLine): string {
  if (line.kind === 'decision') return `${line.status}${line.undoes === undefined ? '' : ' (undo)'}`;
  return line.kind;
}

/** As a new reader of the file sees a record. */
async function statusOnDisk(id: string): Promise<string> {
  return foldLines((await savedLines()).filter(({ record }) => record === id)).status;
}

describe('edits of a dataset', () => {
  it('count at once, and are in the file only after a save, in one append', async () => {
    const before = await readFile(path, 'utf8');
    const dataset = await open();
    await step(dataset, accept(first.id), accept(second.id));
    expect(dataset.table.status(0)).toBe('accepted');
    expect(dataset.isUnsaved(first.id)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(before);
    const lines = dataset.pending;
    await dataset.save();
    expect(await readFile(path, 'utf8')).toBe(
      before + lines.map((line) => `${datasetLineText(line)}\n`).join(''),
    );
    expect(dataset.pending).toEqual([]);
    expect(dataset.table.status(1)).toBe('accepted');
  });

  it('are dropped by undo before a save', async () => {
    const before = await readFile(path, 'utf8');
    const dataset = await open();
    const made = await step(dataset, accept(first.id));
    await made.undo();
    expect(dataset.pending).toEqual([]);
    expect(dataset.table.status(0)).toBe('pending');
    await dataset.save();
    expect(await readFile(path, 'utf8')).toBe(before);
    await made.redo();
    expect(dataset.table.status(0)).toBe('accepted');
  });

  it('are taken back by lines of their own after a save', async () => {
    const dataset = await open();
    const accepted = await step(dataset, accept(first.id));
    await dataset.save();
    await accepted.undo();
    expect(dataset.table.status(0)).toBe('pending');
    expect(dataset.pending.map(says)).toEqual(['pending (undo)']);
    await accepted.redo();
    expect(dataset.pending).toEqual([]);
    await accepted.undo();
    await dataset.save();
    expect((await savedLines()).map(says)).toEqual(['accepted', 'pending (undo)']);
    await accepted.redo();
    await dataset.save();
    expect((await savedLines()).map(says)).toEqual(['accepted', 'pending (undo)', 'accepted']);
    expect(await statusOnDisk(first.id)).toBe('accepted');
  });

  it('bring back what held before: tags, split and texts', async () => {
    const dataset = await open();
    const change = { tags: { add: ['good', 'short'] }, split: 'train', chosen: 'Other words.' };
    await step(dataset, { type: 'change', id: first.id, change: { tags: { add: ['good'] }, split: 'test' } });
    const made = await step(dataset, { type: 'change', id: first.id, change });
    await dataset.save();
    expect(dataset.table.tags(0)).toEqual(['good', 'short']);
    await made.undo();
    expect(dataset.table.tags(0)).toEqual(['good']);
    expect(dataset.table.split(0)).toBe('test');
    const [found] = await dataset.table.read([0]);
    expect(found?.record.chosen).toBe(first.chosen);
  });

  it('are dropped by revert; those undone after their save hold again', async () => {
    const dataset = await open();
    const saved = await step(dataset, accept(first.id));
    await dataset.save();
    await saved.undo();
    await step(dataset, reject(second.id));
    await dataset.revert();
    expect(dataset.pending).toEqual([]);
    expect([dataset.table.status(0), dataset.table.status(1)]).toEqual(['accepted', 'pending']);
    await saved.undo();
    expect(dataset.table.status(0)).toBe('pending');
  });

  it('wait on where a save fails, and are saved once by the next', async () => {
    const disk = { isBroken: true };
    const dataset = await open(disk);
    const made = await step(dataset, accept(first.id));
    await expect(dataset.save()).rejects.toThrow('the disk is full');
    expect(dataset.pending).toHaveLength(1);
    expect(dataset.table.status(0)).toBe('accepted');
    await made.undo();
    await made.redo();
    disk.isBroken = false;
    await dataset.save();
    await dataset.save();
    expect((await savedLines()).map(says)).toEqual(['accepted']);
  });

  it('merge with what others append: knowing nothing of each other they are contested, until settled', async () => {
    const dataset = await open();
    let changes = 0;
    dataset.onDidChange(() => (changes += 1));
    await step(dataset, accept(first.id));
    await appendFile(
      path,
      datasetText([decisionOn(1, 'rejected', { id: 'other' }), decisionOn(2, 'accepted', { id: 'more' })]),
    );
    const seen = changes;
    await dataset.refresh();
    expect(changes).toBeGreaterThan(seen);
    expect([dataset.table.status(0), dataset.table.status(1)]).toEqual(['contested', 'accepted']);
    await step(dataset, accept(first.id));
    expect(dataset.table.status(0)).toBe('accepted');
    await dataset.save();
    expect((await savedLines()).map(says)).toEqual(['rejected', 'accepted', 'accepted', 'accepted']);
    expect(await statusOnDisk(first.id)).toBe('accepted');
  });

  it('are made of the file as it is now where another program replaced it', async () => {
    const file = await DatasetFile.open(path);
    await file.decide(first.id, { status: 'rejected' });
    await file.decide(first.id, { status: 'accepted' });
    const dataset = await open();
    const before = dataset.linesAbout(first.id);
    await file.change(second.id, { tags: { add: ['theirs'] } });
    await file.compact();
    const made = await step(dataset, reject(first.id), accept(second.id));
    expect(dataset.table.status(0)).toBe('rejected');
    expect(dataset.table.tags(1)).toEqual(['theirs']);
    await file.decide(second.id, { status: 'rejected' });
    await file.compact();
    await made.undo();
    expect(dataset.table.status(0)).toBe('accepted');
    expect(before.length).toBe(2);
    expect(dataset.pending).toEqual([]);
  });

  it('come back from an earlier window, without what was saved meanwhile', async () => {
    const earlier = await open();
    await step(earlier, accept(first.id));
    await step(earlier, reject(second.id));
    const lines = earlier.pending;
    await appendLines(path, lines.slice(0, 1).map(datasetLineText));
    const dataset = await open();
    dataset.restore(lines);
    expect(dataset.pending.map(says)).toEqual(['rejected']);
    await dataset.save();
    expect((await savedLines()).map(says)).toEqual(['accepted', 'rejected']);
  });

  it('show the same before a save, after it, and to a new reader, whatever was done and undone', async () => {
    const ids = [first.id, second.id];
    const edit = fc.record({
      on: fc.nat(1),
      what: fc.constantFrom('accept', 'reject', 'tag', 'split', 'delete'),
    });
    const action = fc.oneof(
      fc.record({ do: fc.constant('edit' as const), edit }),
      fc.constant({ do: 'undo' as const }),
      fc.constant({ do: 'redo' as const }),
      fc.constant({ do: 'save' as const }),
    );
    const editOf = ({ on, what }: { on: number; what: string }): DatasetEdit => {
      const id = ids[on] ?? first.id;
      if (what === 'accept') return accept(id);
      if (what === 'reject') return reject(id);
      if (what === 'tag') return { type: 'change', id, change: { tags: { add: ['t'] } } };
      return what === 'split' ? { type: 'change', id, change: { split: 'train' } } : { type: 'delete', id };
    };
    const seen = (dataset: { readonly table: EditedDataset['table'] }): unknown =>
      ids.map((id) => {
        const row = dataset.table.rowOf(id) ?? 0;
        const { table } = dataset;
        return [table.status(row), table.isDeleted(row), table.tags(row), table.split(row)];
      });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 14 }), async (actions) => {
        await writeFile(path, datasetText([first, second]));
        const dataset = await open();
        /** What held before each step that can be undone. */
        const done: { step: EditStep; before: unknown }[] = [];
        const undone: { step: EditStep; after: unknown }[] = [];
        for (const each of actions) {
          const before = seen(dataset);
          if (each.do === 'edit') {
            done.push({ step: await step(dataset, editOf(each.edit)), before });
            undone.length = 0;
          } else if (each.do === 'save') {
            await dataset.save();
            expect(seen(dataset)).toEqual(before);
          } else if (each.do === 'undo') {
            const last = done.pop();
            if (last === undefined) continue;
            await last.step.undo();
            undone.push({ step: last.step, after: before });
            expect(seen(dataset)).toEqual(last.before);
          } else {
            const next = undone.pop();
            if (next === undefined) continue;
            await next.step.redo();
            done.push({ step: next.step, before });
            expect(seen(dataset)).toEqual(next.after);
          }
        }
        const shown = seen(dataset);
        await dataset.save();
        expect(seen(dataset)).toEqual(shown);
        expect(seen({ table: await DatasetTable.open(path) })).toEqual(shown);
        dataset.dispose();
      }),
      { numRuns: 30 },
    );
  });
});
