import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { foldUpTo } from '../../../src/spar/datasets/datasetReader';
import { correctedRecord } from '../../../src/spar/datasets/corrected';
import type { AboutLine, DatasetLine, DatasetRecord } from '../../../src/spar/datasets/schema';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import { isTextMeasure, textMeasures } from '../../../src/spar/datasets/table/recordFacts';
import { RangeReader } from '../../../src/spar/datasets/table/scan';
import { sortRows } from '../../../src/spar/datasets/table/sortRows';
import { eachCandidate, textPattern } from '../../../src/spar/datasets/table/textPattern';
import { textEvidence } from '../../../src/spar/datasets/textEvidence';
import { temporaryFolder } from '../log/temporaryFolder';
import { judgedAgain, record } from './lines';

/** Lines of all kinds about a few records, some of which are not there. */
function anyLines(): fc.Arbitrary<readonly (DatasetLine | string)[]> {
  const ids = [1, 2, 3, 4].map((number) => record(number).id);
  const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const stamp = fc.record({
    id: letter,
    record: fc.constantFrom(...ids),
    time: letter.map((one) => new Date(Date.UTC(2026, 0, one.charCodeAt(0) - 96)).toISOString()),
    after: fc.uniqueArray(letter, { maxLength: 3 }),
  });
  const text = fc.constantFrom('Some words', 'Other text', null);
  const words = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 });
  const about = fc.oneof(
    fc
      .tuple(stamp, fc.constantFrom('accepted', 'rejected', 'pending'), fc.option(text, { nil: undefined }))
      .map(([of, status, chosen]) => ({
        ...of,
        spar: 1,
        kind: 'decision',
        status,
        by: { kind: 'person' },
        ...(chosen === undefined ? {} : { chosen }),
      })),
    fc.tuple(stamp, words, words, text, text).map(([of, add, remove, rejected, split]) => ({
      ...of,
      spar: 1,
      kind: 'change',
      tags: { add, remove },
      rejected,
      split,
    })),
    fc.tuple(stamp, fc.option(fc.nat(5))).map(([of, yes]) => ({
      ...of,
      spar: 1,
      kind: 'change',
      judgements: yes === null ? null : judgedAgain('m', yes),
    })),
    stamp.map((of) => ({ ...of, spar: 1, kind: 'deletion' })),
  );
  const found = fc
    .tuple(
      fc.constantFrom(1, 2, 3),
      fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
      fc.constantFrom('model-1', 'model-2'),
    )
    .map(([number, created, model]) => ({ ...recordWithEvidence(number, created), model }));
  const odd = fc.constantFrom('', 'no line', '{"spar":2}', '{"spar":1,"kind":"record"}');
  return fc.array(fc.oneof(about as fc.Arbitrary<AboutLine>, about as fc.Arbitrary<AboutLine>, found, odd), {
    maxLength: 14,
  });
}

/** A pair whose texts rules checked. */
function recordWithEvidence(number: number, created?: string): DatasetRecord {
  const found = record(number, created);
  const constraint = { id: 'c', type: 'punctuation:no_comma', args: {}, text: 'no commas', span: null };
  const step = (path: string, text: string) => ({
    path,
    origin: 'refined',
    text,
    reflection: '',
    judgement: null,
  });
  const broken = { state: 'broken' as const, message: 'a comma', spans: [] };
  return {
    ...found,
    metrics: { ...found.metrics, value: 0.8, yes: 4, no: 1, interference: 0.5 },
    evidence: {
      path: [
        { ...step('0', found.rejected), checks: [{ constraint, result: broken }] },
        { ...step('1', found.chosen), checks: [{ constraint, result: { state: 'held' } }] },
      ],
    },
  };
}

describe('DatasetTable, whatever the lines', () => {
  const folder = temporaryFolder();

  async function write(lines: readonly (DatasetLine | string)[], isClosed = true): Promise<string> {
    await mkdir(folder.path('datasets'), { recursive: true });
    const path = folder.path('datasets', 'pairs.spar.jsonl');
    const texts = lines.map((line) => (typeof line === 'string' ? line : datasetLineText(line)));
    await writeFile(path, texts.join('\n') + (isClosed ? '\n' : ''));
    return path;
  }

  async function expectEqual(table: DatasetTable, path: string): Promise<void> {
    const fold = await foldUpTo(path, Number.POSITIVE_INFINITY);
    const rows = Array.from({ length: table.size }, (_, row) => row);
    const bytes = await readFile(path);
    for (const row of rows) {
      const { offset = 0, length = 0 } = fold.place(table.id(row)) ?? {};
      const line = JSON.parse(bytes.toString('utf8', offset, offset + length)) as DatasetRecord;
      expect([table.model(row), table.measure(row, 'created')]).toEqual([
        line.model,
        Date.parse(line.created),
      ]);
    }
    expect(rows.map((row) => table.id(row)).sort()).toEqual([...fold.records()].sort());
    expect(table.counts()).toEqual(fold.counts());
    for (const { record: read, state } of await table.read(rows)) {
      const row = table.rowOf(read.id) ?? -1;
      expect(state).toEqual(fold.state(read.id));
      expect(table.status(row)).toBe(state.status);
      expect(table.isDeleted(row)).toBe(state.deleted);
      expect(table.tags(row)).toEqual(state.tags);
      expect(table.split(row)).toBe(state.split);
      const found = [1, 2, 3].map((number) => recordWithEvidence(number)).find(({ id }) => id === read.id)!;
      const { metrics, chosen } = correctedRecord(found, state);
      expect([read.metrics, read.chosen]).toEqual([metrics, chosen]);
      const { checks } = textEvidence(read, state, 'chosen');
      const measured = Object.keys(textMeasures(read, checks)).filter(isTextMeasure);
      expect(Object.fromEntries(measured.map((name) => [name, table.measure(row, name)]))).toEqual(
        textMeasures(read, checks),
      );
    }
    expect(table.facets().tags).toEqual(fold.counts().tags);
  }

  test('says what folding all lines says, also when the rest comes later', async () => {
    const parts = fc.tuple(anyLines(), anyLines(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(parts, async ([first, second, isClosed]) => {
        const path = await write(first, isClosed || second.length > 0);
        const table = await DatasetTable.open(path);
        await table.complete;
        await expectEqual(table, path);
        await write([...first, ...second], isClosed);
        await table.refresh();
        await expectEqual(table, path);
      }),
      { numRuns: 80 },
    );
  });

  test('edits that are not saved come and go without a trace, also while the file grows', async () => {
    const isAbout = (line: DatasetLine | string): line is AboutLine =>
      typeof line !== 'string' && line.kind !== 'record';
    await fc.assert(
      fc.asyncProperty(fc.tuple(anyLines(), anyLines(), anyLines()), async ([first, second, edits]) => {
        const path = await write(first);
        const table = await DatasetTable.open(path);
        await table.complete;
        const pending = edits.filter(isAbout);
        table.setPending(pending);
        await write([...first, ...second]);
        await table.refresh();
        const shown = Array.from({ length: table.size }, (_, row) => [
          table.status(row),
          table.isDeleted(row),
        ]);
        const states = await table.read(shown.map((_, row) => row));
        expect(shown).toEqual(states.map(({ state }) => [state.status, state.deleted]));
        table.setPending([]);
        await expectEqual(table, path);
      }),
      { numRuns: 80 },
    );
  });

  test('ranges cut anywhere give each line once', async () => {
    const path = await write(
      [record(1), 'no line', '', record(2, '2026-01-01T00:00:00.000Z'), record(3)],
      false,
    );
    const handle = openSync(path, 'r');
    const reader = new RangeReader(handle);
    const { length } = `${[record(1), record(2), record(3)].map(datasetLineText).join('\n')}\nno line\n`;
    try {
      fc.assert(
        fc.property(fc.uniqueArray(fc.nat(length), { maxLength: 8 }), (cuts) => {
          const bounds = [0, ...cuts.filter((cut) => cut > 0 && cut < length).sort((a, b) => a - b), length];
          const segments = bounds
            .slice(1)
            .map((end, index) => reader.scan({ start: bounds[index] ?? 0, end, fileEnd: length }));
          const sum = (of: (segment: (typeof segments)[number]) => number): number =>
            segments.reduce((total, segment) => total + of(segment), 0);
          expect(sum(({ recordIds }) => recordIds.length / 20)).toBe(3);
          expect(sum(({ lines }) => lines)).toBe(4);
          expect(Math.max(...segments.map(({ end }) => end))).toBe(
            length - datasetLineText(record(3)).length,
          );
          expect(sum(({ problemCount }) => problemCount)).toBe(1);
        }),
        { numRuns: 200 },
      );
    } finally {
      closeSync(handle);
    }
  });
});

describe('textPattern', () => {
  const characters = fc.oneof(
    fc.constantFrom(...Array.from('aAkKiIsSxß"\\/\n\t\u0001\u2028éÉßẞΣσςİıK京ǅﬀ𐐀𐐨̇<&')),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
    fc.constantFrom('\ud800', '\udc00'),
  );
  const texts = fc.array(characters, { maxLength: 12 }).map((parts) => parts.join(''));

  function escapings(text: string): readonly string[] {
    const plain = JSON.stringify(text);
    const ascii = plain.replace(
      /[\u0080-\uffff]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return [plain, ascii, plain.replaceAll('/', '\\/'), plain.replaceAll('<', '\\u003C')];
  }

  test('passes over no line that holds the text, whatever its case and escapes', () => {
    const wish = fc.tuple(texts, texts, texts, fc.constantFrom('as it is', 'upper', 'lower'));
    fc.assert(
      fc.property(wish, ([before, wanted, after, form]) => {
        const cased = { upper: wanted.toUpperCase(), lower: wanted.toLowerCase(), 'as it is': wanted }[form];
        const lowered = wanted.toLowerCase();
        const text = before + cased + after;
        if (lowered === '' || !text.toLowerCase().includes(lowered)) return;
        for (const line of escapings(text)) {
          const bytes = Buffer.from(`{"other":1}\n{"text":${line}}\n{"other":2}\n`);
          const lines: string[] = [];
          eachCandidate(bytes, textPattern(lowered), (start, end) =>
            lines.push(bytes.toString('utf8', start, end)),
          );
          expect(lines).toContain(bytes.toString('utf8').split('\n')[1]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('passes over lines that do not hold it', () => {
    const bytes = Buffer.from(
      '{"text":"harbour"}\n{"text":"boats"}\n{"text":"\\u0068arbour"}\n{"text":"x"}\n',
    );
    const starts: number[] = [];
    eachCandidate(bytes, textPattern('harbour'), (start) => starts.push(start));
    expect(starts).toEqual([0, 36]);
  });
});

describe('sortRows', () => {
  test('orders as a comparison does, either way, with what is not known last', () => {
    const keys = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN, Infinity, -Infinity)));
    fc.assert(
      fc.property(keys, fc.boolean(), (values, descending) => {
        const rows = Uint32Array.from(values, (_, row) => row + 5);
        const sorted = sortRows(rows, Float64Array.from(values), descending);
        const key = (row: number): number => (values[row - 5] ?? 0) + 0;
        const expected = [...rows].sort((a, b) => {
          const [first, second] = [key(a), key(b)];
          if (Number.isNaN(first) || Number.isNaN(second))
            return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || a - b;
          const order = first < second ? -1 : first > second ? 1 : 0;
          return (descending ? -order : order) || a - b;
        });
        expect([...sorted]).toEqual(expected);
      }),
    );
  });
});
