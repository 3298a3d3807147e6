import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowView } from '../../../../src/views/datasets/editor/protocol';
import { readFilter, readRequest, readSort } from '../../../../src/views/datasets/editor/requests';
import { activeFilters, countWords, withList } from '../../../../src/views/datasets/webview/pageState';
import { RowWindow } from '../../../../src/views/datasets/webview/rowWindow';
import { ScrollPlace } from '../../../../src/views/datasets/webview/scrollPlace';
import { Selection } from '../../../../src/views/datasets/webview/selection';

describe('rows in a scrolled view', () => {
  it('are all reachable, a million of them too, and shown as a whole when they are the active one', () => {
    const place = fc.record({
      count: fc.integer({ min: 1, max: 2_000_000 }),
      view: fc.integer({ min: 30, max: 2000 }),
    });
    fc.assert(
      fc.property(
        place,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        ({ count, view }, share, any) => {
          const rows = new ScrollPlace(26, count, view);
          expect(rows.height).toBeLessThanOrEqual(12_000_000);
          const row = any % count;
          const at = rows.showing(row, share * Math.max(0, rows.height - view));
          const top = row * 26 - rows.offset(at);
          expect(top).toBeGreaterThanOrEqual(-0.6);
          expect(top + 26).toBeLessThanOrEqual(Math.max(view, 26) + 0.6);
          const { from, to } = rows.visible(at);
          expect(from).toBeLessThanOrEqual(row);
          expect(to).toBeGreaterThan(row);
          expect(to - from).toBeLessThanOrEqual(view / 26 + 3);
        },
      ),
    );
  });
});

describe('the window of rows', () => {
  const row = (id: string): RowView => ({ id }) as RowView;

  it('asks for what is missing once, a block at a time, and shows old rows until the new ones come', () => {
    const asked: string[] = [];
    const rows = new RowWindow((result, from, to) => asked.push(`${result}: ${from}–${to}`));
    rows.begin(1, true);
    rows.want(90, 120, 150);
    rows.want(95, 125, 150);
    expect(asked).toEqual(['1: 0–100', '1: 100–150']);
    rows.take(1, 100, [row('a'), row('b')]);
    expect(rows.row(101)).toEqual({ view: row('b'), isStale: false });
    rows.begin(2, true);
    expect(rows.row(101)).toEqual({ view: row('b'), isStale: true });
    rows.take(1, 0, [row('late')]);
    expect(rows.row(0)).toBeUndefined();
    rows.want(100, 101, 150);
    rows.take(2, 100, [row('c')]);
    expect(rows.row(100)).toEqual({ view: row('c'), isStale: false });
    rows.want(0, 1, 150);
    rows.forgetAsked();
    rows.want(0, 1, 150);
    expect(asked.slice(2)).toEqual(['2: 100–150', '2: 0–100', '2: 0–100']);
  });

  it('keeps the last rows that it had through results whose rows never came', () => {
    const rows = new RowWindow(() => undefined);
    rows.begin(1, true);
    rows.want(0, 10, 10);
    rows.take(1, 0, [row('a')]);
    for (const result of [2, 3, 4]) {
      rows.begin(result, true);
      rows.want(0, 10, 10);
      expect(rows.row(0)).toEqual({ view: row('a'), isStale: true });
    }
    rows.begin(5, false);
    expect(rows.row(0)).toBeUndefined();
  });
});

describe('the selection', () => {
  it('is about the shown record, what is selected, or all', () => {
    const selection = new Selection();
    expect(selection.target(null)).toBeNull();
    expect(selection.target('a')).toEqual({ ids: ['a'] });
    selection.toggle('b');
    selection.toggle('c');
    expect(selection.target('a')).toEqual({ ids: ['b', 'c'] });
    selection.toggle('b');
    expect(selection.target('a')).toEqual({ ids: ['c'] });
    selection.selectAll();
    expect([selection.target('a'), selection.size(9), selection.has('z')]).toEqual([{ all: true }, 9, true]);
    selection.toggle('d');
    expect(selection.target('a')).toEqual({ ids: ['d'] });
  });
});

describe('filters in words', () => {
  it('can be taken off one by one', () => {
    const filter = {
      text: 'x',
      statuses: ['pending', 'accepted'] as const,
      splits: [null],
      ranges: [{ measure: 'value' as const, min: 0.5, max: 1 }],
      deleted: true,
    };
    const chips = activeFilters(filter);
    expect(chips.map(({ label }) => label)).toEqual([
      'pending',
      'accepted',
      'split none',
      'value ≥ 0.5 and ≤ 1',
      'deleted',
    ]);
    expect(chips[0]?.without).toEqual({ ...filter, statuses: ['accepted'] });
    expect(chips[2]?.without.splits).toBeUndefined();
    expect(withList({ tags: ['a'] }, 'tags', [])).toEqual({});
  });

  it('say how many records are left', () => {
    const counts = { count: 1234, total: 1_000_000, isComplete: true, isFiltered: true };
    expect(countWords(counts)).toBe('1,234 of 1,000,000');
    expect(countWords({ ...counts, isComplete: false, isFiltered: false })).toBe(
      '1,000,000 records · still reading…',
    );
    expect(countWords({ ...counts, count: 1, total: 1, isFiltered: false })).toBe('1 record');
  });
});

describe('messages of the page', () => {
  it('are read, whatever comes, and never throw', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readRequest(value)).toBeNull();
        expect(Object.keys(readSort(value))).toEqual(['by', 'descending']);
      }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('text', 'tags', 'statuses', 'ranges', 'splits', 'finding'),
          fc.anything(),
        ),
        (value) => {
          const filter = readFilter(value);
          expect(readFilter(JSON.parse(JSON.stringify(filter)))).toEqual(filter);
        },
      ),
    );
  });

  it('keep what they say', () => {
    const filter = {
      text: 'a',
      fields: ['chosen'],
      statuses: ['accepted', 'contested'],
      tags: ['t'],
      splits: ['train', null],
      models: [null],
      ranges: [{ measure: 'distance', max: 0.2 }],
      finding: 'duplicate',
      similarTo: 'b',
      deleted: true,
    };
    const sort = { by: 'value', descending: true };
    for (const request of [
      { type: 'query', filter, sort },
      { type: 'rows', result: 1, from: 0, to: 100 },
      { type: 'pair', id: 'a', whole: true },
      { type: 'act', action: 'accept', target: { ids: ['a'] } },
      { type: 'act', action: 'judge', target: { all: true } },
      { type: 'edit', id: 'a', field: 'chosen', text: '' },
      { type: 'settle', id: 'a', conflict: 0, side: 1 },
      { type: 'fix', id: 'a', finding: 2 },
      { type: 'run', command: 'save' },
    ])
      expect(readRequest(request)).toEqual(request);
    for (const bad of [
      { type: 'act', action: 'quit', target: { all: true } },
      { type: 'act', action: 'accept', target: { ids: [1] } },
      { type: 'rows', result: 1, from: -1, to: 5 },
      { type: 'edit', id: 'a', field: 'critique', text: 'x' },
      { type: 'run', command: 'workbench.action.quit' },
    ])
      expect(readRequest(bad)).toBeNull();
  });
});
