import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import type { DatasetEdit } from '../../../../src/spar/datasets/edits';
import { recordLine } from '../../../../src/spar/datasets/newLines';
import { DatasetTable } from '../../../../src/spar/datasets/table/datasetTable';
import { appendLines } from '../../../../src/spar/log/appendLines';
import { EditedDataset } from '../../../../src/views/datasets/editor/editedDataset';
import { EditorSession } from '../../../../src/views/datasets/editor/editorSession';
import { JsonRowsTable } from '../../../../src/views/datasets/editor/jsonRowsTable';
import type { PairView, RowView } from '../../../../src/views/datasets/editor/protocol';
import { RecordingHost } from './recordingHost';
import { curatedRecord, datasetText, decisionOn, hostilePair } from '../../../support/curationDataset';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-session-'));
  path = join(folder, 'pairs.spar.jsonl');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const [zero, one, two] = [curatedRecord(0), curatedRecord(1), curatedRecord(2)];
const bySort = { by: 'line', descending: false } as const;

async function session(lines: readonly object[]): Promise<{ session: EditorSession; host: RecordingHost }> {
  await writeFile(path, datasetText(lines));
  const host = new RecordingHost();
  const dataset = new EditedDataset({
    path,
    table: await DatasetTable.open(path),
    append: async (added) => {
      await appendLines(path, added.map(datasetLineText));
    },
  });
  host.dataset = dataset;
  await dataset.table.complete;
  const made = new EditorSession(dataset, { kind: 'dataset', host });
  await made.take({ type: 'query', filter: {}, sort: bySort });
  return { session: made, host };
}

async function rowsOf({ session: asked, host }: { session: EditorSession; host: RecordingHost }) {
  const { result, count } = host.last('result');
  await asked.take({ type: 'rows', result, from: 0, to: count });
  return host.last('rows').rows;
}

async function pairOf(
  { session: asked, host }: { session: EditorSession; host: RecordingHost },
  id: string,
): Promise<PairView> {
  await asked.take({ type: 'pair', id, whole: false });
  const { pair } = host.last('pair');
  if (pair === null) throw new Error('There is no such pair.');
  return pair;
}

describe('a page of a dataset', () => {
  it('shows more of a file that is being read only when the page has the rows of what it was shown', async () => {
    const page = await session([zero, one]);
    const results = () => page.host.posted.filter(({ type }) => type === 'result').length;
    await page.session.readOn();
    expect(results()).toBe(1);
    await rowsOf(page);
    await page.session.readOn();
    expect(results()).toBe(2);
  });

  it('gets rows with what a person looks for', async () => {
    const page = await session([zero, one, decisionOn(1, 'accepted', { id: 'a' })]);
    expect(page.host.last('result')).toMatchObject({
      count: 2,
      total: 2,
      byStatus: { accepted: 1, pending: 1 },
      facets: { constraints: [{ value: 'punctuation:no_comma', count: 2 }] },
    });
    const rows = await rowsOf(page);
    expect(rows[1]).toMatchObject({
      id: one.id,
      line: 2,
      status: 'accepted',
      unsaved: false,
      instruction: 'Describe rivers in two sentences. Do not use any commas. Text 1.',
      change: [
        { kind: 'same', text: 'Old rivers are ' },
        { kind: 'removed', text: 'quiet, grey,' },
        { kind: 'added', text: 'quiet and grey' },
        { kind: 'same', text: ' and tall. Number 1 stands by the road.' },
      ],
      value: 1,
      votes: '5 of 5 yes',
      verifiers: '✓ 1 held',
      source: 'responses.jsonl:2',
      model: null,
    } satisfies Partial<RowView>);
  });

  it('gets a pair with what is broken where, the way to it and what was said about it', async () => {
    const page = await session([one, decisionOn(1, 'accepted', { id: 'a' })]);
    const pair = await pairOf(page, one.id);
    const marked = pair.pieces.filter(({ brokenInRejected }) => brokenInRejected !== undefined);
    expect(marked.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['removed ,', 'removed ,']);
    expect(marked[0]?.brokenInRejected).toBe('no commas: 2 commas');
    expect(pair.checks.map(({ rejected, chosen }) => [rejected.state, chosen.state])).toEqual([
      ['broken', 'held'],
    ]);
    expect(pair.path.map(({ path: at, origin, words }) => `${at} ${origin} ${words}`)).toEqual([
      '0 original value 0',
      '1.2 refined value 1, 5 of 5 yes',
    ]);
    expect(pair.history).toEqual(['2026-10-02 00:00 UTC: accepted by a person']);
    expect(pair.critiqueOfRejected).toContain('two commas');
  });

  it('filters, sorts and says where the shown record is now', async () => {
    const page = await session([zero, one, two]);
    await pairOf(page, two.id);
    await page.session.take({ type: 'query', filter: { text: 'BREAD' }, sort: bySort });
    expect(page.host.last('result')).toMatchObject({ count: 1, total: 3, position: 0 });
    await page.session.take({ type: 'query', filter: {}, sort: { by: 'line', descending: true } });
    expect((await rowsOf(page)).map(({ line }) => line)).toEqual([3, 2, 1]);
    await page.session.take({ type: 'query', filter: { models: [null] }, sort: bySort });
    expect(page.host.last('result')).toMatchObject({ count: 1, position: null });
  });

  it('looks for what is alike once, until it is found or another filter is wanted', async () => {
    const page = await session([zero, one]);
    page.host.givesUp = true;
    const alike = page.session.take({ type: 'query', filter: { similarTo: one.id }, sort: bySort });
    const again = page.session.requery();
    await expect.poll(() => page.host.asked).toEqual([`like ${one.id}`]);
    await page.session.take({ type: 'query', filter: { text: 'bread' }, sort: bySort });
    await Promise.all([alike, again]);
    expect(page.host.asked).toEqual([`like ${one.id}`, 'given up']);
    expect(page.host.posted.some(({ type }) => type === 'failed')).toBe(false);
    page.host.givesUp = false;
    await page.session.take({ type: 'query', filter: { similarTo: one.id }, sort: bySort });
    expect((await rowsOf(page)).map(({ id }) => id)).toEqual([one.id]);
  });

  it('goes back to the filter before where a person gave one up', async () => {
    const page = await session([zero, one]);
    page.host.like = () => Promise.reject(new DOMException('Stopped.', 'AbortError'));
    await page.session.take({ type: 'query', filter: { similarTo: one.id }, sort: bySort });
    expect(page.host.last('failed')).toEqual({ type: 'failed', request: 'query' });
    await page.session.requery();
    expect(page.host.last('result').count).toBe(2);
    expect(page.host.posted.filter(({ type }) => type === 'failed')).toHaveLength(1);
  });

  it('goes back to the filter whose records are shown, not to one that was never answered', async () => {
    const page = await session([zero, one]);
    page.host.givesUp = true;
    const alike = page.session.take({ type: 'query', filter: { similarTo: one.id }, sort: bySort });
    await expect.poll(() => page.host.asked).toEqual([`like ${one.id}`]);
    page.host.withFinding = () => Promise.reject(new Error('no findings'));
    await page.session.take({ type: 'query', filter: { finding: 'duplicate' }, sort: bySort });
    await alike;
    await page.session.requery();
    expect(page.host.last('result').count).toBe(2);
    expect(page.host.asked).toEqual([`like ${one.id}`, 'given up', 'failed: Error: no findings']);
  });

  it('acts on all that a filter leaves only once it is known what that is', async () => {
    const page = await session([zero, one]);
    page.host.givesUp = true;
    const alike = page.session.take({ type: 'query', filter: { similarTo: one.id }, sort: bySort });
    await page.session.take({ type: 'act', action: 'delete', target: { all: true } });
    expect(page.host.asked).toContainEqual(expect.stringContaining('The filter is still being applied.'));
    expect(page.host.dataset?.pendingCount).toBe(0);
    await page.session.take({ type: 'query', filter: {}, sort: bySort });
    await alike;
    await page.session.take({ type: 'act', action: 'delete', target: { all: true } });
    expect(page.host.dataset?.pendingCount).toBe(2);
  });

  it('takes no rows of a file for those of the one that replaced it', async () => {
    const decision = decisionOn(1, 'accepted', { id: 'a' });
    const page = await session([zero, one, decision]);
    await page.session.take({ type: 'query', filter: { statuses: ['accepted'] }, sort: bySort });
    const { result } = page.host.last('result');
    await rm(path);
    await writeFile(path, datasetText([one, decision, zero]));
    await page.host.dataset?.table.refresh();
    await page.session.take({ type: 'act', action: 'delete', target: { all: true } });
    expect(page.host.asked).toEqual([expect.stringContaining('Another program replaced the file.')]);
    expect(page.host.last('result').result).toBe(result + 1);
    expect((await rowsOf(page)).map(({ id }) => id)).toEqual([one.id]);
    await page.session.take({ type: 'act', action: 'delete', target: { all: true } });
    expect(page.host.dataset?.pending.map(({ record }) => record)).toEqual([one.id]);
  });

  it('acts on records by their ids, or on all that the filter leaves, and leaves out what is so already', async () => {
    const page = await session([zero, one, two, decisionOn(1, 'accepted', { id: 'a' })]);
    await page.session.take({ type: 'act', action: 'accept', target: { all: true } });
    expect(page.host.asked).toEqual(['Accept: 2']);
    expect(page.host.last('result').byStatus.accepted).toBe(3);
    await page.session.take({ type: 'act', action: 'delete', target: { ids: [zero.id, 'none'] } });
    expect(page.host.last('result')).toMatchObject({ count: 2, deleted: 1 });
    await page.session.take({ type: 'query', filter: { deleted: true }, sort: bySort });
    await page.session.take({ type: 'act', action: 'restore', target: { all: true } });
    expect(page.host.last('result')).toMatchObject({ count: 0, deleted: 0, total: 3 });
    page.host.wish = { do: 'tag', add: ['t'], remove: [] };
    await page.session.take({ type: 'act', action: 'tag', target: { ids: [one.id] } });
    await page.session.take({ type: 'act', action: 'tag', target: { ids: [one.id] } });
    expect(page.host.asked.slice(3)).toEqual(['ask tag of 1: ', 'Tag: 1', 'ask tag of 1: t']);
    await page.session.take({ type: 'act', action: 'judge', target: { ids: [one.id] } });
    expect(page.host.asked.at(-1)).toContain('Save the dataset first');
    await page.host.dataset?.save();
    await page.session.take({ type: 'act', action: 'judge', target: { ids: [one.id] } });
    expect(page.host.asked.at(-1)).toBe('judge 1');
  });

  it('edits texts, and gives back what is no instruction', async () => {
    const page = await session([one, recordLine({ ...hostilePair() }, '2026-01-01T00:00:00Z')]);
    await page.session.take({ type: 'edit', id: one.id, field: 'chosen', text: one.chosen });
    expect(page.host.asked).toEqual([]);
    await page.session.take({ type: 'edit', id: one.id, field: 'chosen', text: 'Old rivers are calm.' });
    const pair = await pairOf(page, one.id);
    expect([pair.corrected, pair.unsaved]).toEqual([['chosen'], true]);
    expect(pair.measures).toContainEqual(['Words', '13 → 4']);
    const other = (await rowsOf(page))[1]?.id ?? '';
    await page.session.take({ type: 'edit', id: other, field: 'instruction', text: '[{"role":"robot"}]' });
    expect(page.host.asked.at(-1)).toContain('JSON list');
    expect(page.host.last('text')).toMatchObject({ id: other, text: '[{"role":"robot"}]' });
    const turns = '[{"role":"user","content":"Say."}]';
    await page.session.take({ type: 'edit', id: other, field: 'instruction', text: turns });
    expect((await pairOf(page, other)).turns).toEqual([{ role: 'user', text: 'Say.' }]);
  });

  it('settles what is contested with the side that is taken', async () => {
    const lines = [decisionOn(1, 'accepted', { id: 'a' }), decisionOn(1, 'rejected', { id: 'b', minute: 1 })];
    const page = await session([one, ...lines]);
    const pair = await pairOf(page, one.id);
    expect(pair.conflicts).toEqual([
      {
        title: 'Status',
        sides: [
          { says: 'accepted', who: 'a person, 2026-10-02 00:00 UTC' },
          { says: 'rejected', who: 'a person, 2026-10-02 00:01 UTC' },
        ],
      },
    ]);
    await page.session.take({ type: 'settle', id: one.id, conflict: 0, side: 0 });
    const settled = await pairOf(page, one.id);
    expect([settled.status, settled.conflicts]).toEqual(['accepted', []]);
    await page.session.take({ type: 'settle', id: one.id, conflict: 3, side: 9 });
    expect(page.host.asked).toEqual(['Settle: 1']);
  });

  it('shows what lint found, and takes its fix', async () => {
    const page = await session([zero, one]);
    const fix: DatasetEdit[] = [{ type: 'delete', id: one.id }];
    const about = { record: one.id, line: 2, message: 'Twice.', fix, fixTitle: 'Delete it' };
    page.host.found.push({ code: 'empty-text', severity: 'error', ...about });
    expect((await pairOf(page, one.id)).findings).toMatchObject([{ message: 'Twice.', fix: 'Delete it' }]);
    await page.session.take({ type: 'query', filter: { finding: 'empty-text' }, sort: bySort });
    expect(page.host.last('result').count).toBe(1);
    await page.session.take({ type: 'fix', id: one.id, finding: 0 });
    expect(page.host.asked).toEqual(['Delete it: 1']);
    expect(page.host.last('result')).toMatchObject({ count: 0, deleted: 1 });
  });

  it('shows hostile texts without what deceives, and the first part of long ones until all is wanted', async () => {
    const hostile = recordLine(hostilePair(), '2026-01-01T00:00:00Z');
    const long = recordLine(
      { instruction: 'Write.', rejected: 'a '.repeat(100_000), chosen: 'b '.repeat(100_000) },
      '2026-01-01T00:00:00Z',
    );
    const page = await session([hostile, long]);
    const shown = JSON.stringify([await rowsOf(page), await pairOf(page, hostile.id)]);

    expect(shown).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/u);
    const part = await pairOf(page, long.id);
    expect(part.pieces.reduce((sum, { text }) => sum + text.length, 0)).toBe(100_000);
    expect(part.cut).toBe(299_999);
    await page.session.take({ type: 'pair', id: long.id, whole: true });
    expect(page.host.last('pair').pair?.cut).toBe(0);
    await page.session.take({ type: 'open-line', id: long.id });
    expect(page.host.asked).toEqual(['line 2']);
  });
});

describe('a page of another file', () => {
  it('reads rows of known shapes, names those of none, and edits nothing', async () => {
    const rows = [
      { prompt: 'Name a river.', chosen: 'The Rhine.', rejected: 'The Rhine, or so.' },
      {
        messages: [
          { role: 'user', content: 'Name a lake.' },
          { role: 'assistant', content: 'Como.' },
        ],
      },
      { other: 1 },
    ];
    const file = join(folder, 'rows.jsonl');
    await writeFile(file, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n{"torn`);
    const table = await JsonRowsTable.open(file);
    const host = new RecordingHost();
    const dataset = new EditedDataset({ path: file, table, append: () => Promise.reject(new Error('no')) });
    host.dataset = dataset;
    const made = new EditorSession(dataset, { kind: 'rows', host });
    await made.take({ type: 'query', filter: {}, sort: { by: 'rejectedWords', descending: true } });
    const page = { session: made, host };
    expect((await rowsOf(page)).map(({ instruction }) => instruction)).toEqual([
      'Name a river.',
      'Name a lake.',
    ]);
    expect(table.problems.map(({ number }) => number)).toEqual([3, 4]);
    await made.take({ type: 'query', filter: { text: 'como' }, sort: bySort });
    const pair = await pairOf(page, '2');
    expect(pair.pieces).toEqual([{ kind: 'same', text: 'Como.' }]);
    await made.take({ type: 'act', action: 'accept', target: { all: true } });
    await made.take({ type: 'edit', id: '2', field: 'chosen', text: 'x' });
    expect(host.asked).toEqual([]);
    await writeFile(file, `${JSON.stringify(rows[0])}\n`);
    await dataset.refresh();
    expect(table.size).toBe(1);
  });
});
