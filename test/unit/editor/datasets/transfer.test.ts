import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  copyRecords,
  mergeDataset,
  moveRecords,
  undoTransfer,
} from '../../../../src/editor/datasets/transfer';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { recordIdOf } from '../../../../src/spar/datasets/newLines';
import { pair } from '../../datasets/lines';
import { temporaryFolder } from '../../log/temporaryFolder';

const id = (number: number): string => recordIdOf(pair(number));

describe('records between datasets', () => {
  const folder = temporaryFolder();
  const from = (): string => folder.path('datasets', 'a.spar.jsonl');
  const to = (): string => folder.path('datasets', 'b.spar.jsonl');
  const between = () => ({ from: from(), to: to() });
  const text = (file: string): Promise<string> => readFile(file, 'utf8');
  const show = async (file: string): Promise<string> => {
    const dataset = await DatasetFile.open(file);
    return [1, 2, 3]
      .map((number) => dataset.state(id(number)))
      .map((state) =>
        state === undefined ? '–' : state.deleted ? 'deleted' : `${state.status}${state.tags.join()}`,
      )
      .join(' ');
  };

  beforeEach(async () => {
    await mkdir(folder.path('datasets'));
    const a = await DatasetFile.open(from());
    await a.addRecord(pair(1), { status: 'accepted' });
    await a.change(id(1), { tags: { add: ['#good'] } });
    await a.addRecord(pair(2));
    const b = await DatasetFile.open(to());
    await b.addRecord(pair(3), { status: 'rejected' });
  });

  test('a merge appends every line that the other does not have, and undoing it gives its bytes back', async () => {
    const [before, source] = [await text(to()), await text(from())];
    await appendFile(from(), '{"spar":9,"kind":"record","id":"later"}\nno JSON\n');
    const merged = await mergeDataset(between());
    expect(merged).toMatchObject({ newRecords: 2, known: 0, left: [] });
    expect(await text(to())).toBe(`${before}${source}{"spar":9,"kind":"record","id":"later"}\nno JSON\n`);
    expect(await show(to())).toBe('accepted#good pending rejected');
    const again = await mergeDataset(between());
    expect(again).toMatchObject({ newRecords: 0, known: 6, added: { length: 0 } });
    await undoTransfer(merged);
    expect(await text(to())).toBe(before);
  });

  test('what others append between a merge and its undoing stays', async () => {
    const merged = await mergeDataset(between());
    const b = await DatasetFile.open(to());
    await b.decide(id(3), { status: 'accepted' });
    await undoTransfer(merged);
    expect(await show(to())).toBe('– – accepted');
  });

  test('an undo of a merge that was rewritten since changes nothing and says so', async () => {
    const merged = await mergeDataset(between());
    await writeFile(to(), (await text(to())).replace('"#good"', '"#bad!"'));
    const before = await text(to());
    await expect(undoTransfer(merged)).rejects.toThrow('no longer where they were put');
    expect(await text(to())).toBe(before);
  });

  test('bytes that are no text stay behind and are named', async () => {
    await appendFile(from(), Buffer.from([0x7b, 0xff, 0xfe, 0x0a]));
    expect(await mergeDataset(between())).toMatchObject({ newRecords: 2, left: [5] });
  });

  test('a merge that is stopped leaves the other as it was', async () => {
    const before = await text(to());
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(mergeDataset(between(), { signal: stop })).rejects.toThrow('stopped');
    expect(await text(to())).toBe(before);
  });

  test('a copy takes a record with its history, without those that are deleted', async () => {
    await (await DatasetFile.open(from())).delete(id(2));
    const copied = await copyRecords(between(), [id(1), id(2), id(1)]);
    expect(copied).toMatchObject({ newRecords: 1, added: { lines: 3 }, deletions: [] });
    expect(await show(to())).toBe('accepted#good – rejected');
    expect(await show(from())).toBe('accepted#good deleted –');
    await undoTransfer(copied);
    expect(await show(to())).toBe('– – rejected');
  });

  test('a moved record is deleted where it was, comes back by undoing, and can be moved back and forth', async () => {
    const moved = await moveRecords(between(), [id(1)]);
    expect([await show(from()), await show(to())]).toEqual(['deleted pending –', 'accepted#good – rejected']);
    await undoTransfer(moved);
    expect([await show(from()), await show(to())]).toEqual(['accepted#good pending –', '– – rejected']);
    await moveRecords(between(), [id(1)]);
    await (await DatasetFile.open(to())).decide(id(1), { status: 'rejected' });
    const back = await moveRecords({ from: to(), to: from() }, [id(1)]);
    expect([await show(from()), await show(to())]).toEqual(['rejected#good pending –', 'deleted – rejected']);
    await undoTransfer(back);
    expect([await show(from()), await show(to())]).toEqual(['deleted pending –', 'rejected#good – rejected']);
  });

  test('a new dataset comes into being with what is copied, and Git is told about it', async () => {
    const fresh = { from: from(), to: folder.path('other', 'new.spar.jsonl') };
    await copyRecords(fresh, [id(2)]);
    expect(await show(fresh.to)).toBe('– pending –');
    expect(await text(folder.path('other', '.gitattributes'))).toContain('merge=union');
  });
});
