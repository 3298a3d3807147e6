import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDatasetLine } from '../../../src/spar/datasets/datasetLine';
import { foldLines } from '../../../src/spar/datasets/recordState';
import { AboutBytes } from '../../../src/spar/datasets/table/aboutBytes';
import { flag, flagsOf } from '../../../src/spar/datasets/table/tableState';
import { RecordBytes, textFields } from '../../../src/spar/datasets/table/recordBytes';
import { textOfLine } from '../../../src/spar/datasets/table/scan';
import { SegmentBuilder, type Segment } from '../../../src/spar/datasets/table/segment';
import { damagedLines, full } from './damagedLines';
import { change, judgedAgain } from './lines';

const range = { start: 0, end: 100, fileEnd: 100 };
const place = { offset: 7, length: 9, line: 3 };

/** What a line's bytes say without parsing; null where it has to be parsed. */
function found(bytes: Buffer): Segment | null {
  const builder = new SegmentBuilder(range);
  const [record, about] = [new RecordBytes(), new AboutBytes()];
  const line = Buffer.concat([bytes, Buffer.from('\n"', 'latin1')]);
  const isRecord = record.take(line, 0);
  if (isRecord) builder.foundRecord(record, place);
  else if (about.take(line, 0)) builder.foundAbout(about, place);
  else return null;
  const { at } = (isRecord ? record : about).json;
  const end = line.toString('latin1', at);
  return end === '\n"' || end === '\r\n"' ? builder.finish() : null;
}

/** What it says when it is parsed; null where it is no line. */
function parsed(bytes: Buffer): Segment | null {
  const builder = new SegmentBuilder(range);
  const text = textOfLine(bytes);
  const result = text === null ? null : parseDatasetLine(text);
  if (result?.type !== 'line') return null;
  if (result.line.kind === 'record') builder.record(result.line, place);
  else builder.about(result.line, place);
  return builder.finish();
}

/** Numbers and texts of a segment, whatever numbers its dictionaries gave. */
function readable({ texts, lists, records, ...rest }: Segment): unknown {
  // How it was read is all that may differ.
  return {
    ...rest,
    records: { ...records, usual: null },
    texts,
    lists: lists.map((list) => JSON.parse(list) as unknown),
  };
}

/** The same value as other writers have it. */
const writings: readonly ((line: unknown) => string)[] = [
  (line) => JSON.stringify(line),
  (line) => JSON.stringify(line, null, ' ').replaceAll('\n', ''),
  (line) => `${JSON.stringify(reversed(line))}\r`,
  (line) => JSON.stringify(line).replace(/[^ -~]/gu, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
  (line) => JSON.stringify(line).replaceAll('"e', '"\\u0065'),
  (line) => JSON.stringify(line).replace('b/"', 'b\\/"'),
  (line) => JSON.stringify(line).replace('a\\tb', '\\u0061\\u0009b'),
  (line) => JSON.stringify(line).replaceAll(/:(\d)(?=[,}])/gu, ':$1.0'),
  (line) => JSON.stringify(line).replaceAll(/:(\d)(?=[,}])/gu, ':1e0'),
  (line) =>
    JSON.stringify(line).replace('{', '{"more":[{"a":[1,-2.5e3,true,false,null,"\\ud83d\\ude00"]},[]],'),
];

/** With its fields the other way round. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  );
}

function expectSame(bytes: Buffer): boolean {
  const quick = found(bytes);
  if (quick === null) return false;
  const slow = parsed(bytes);
  expect(slow, bytes.toString()).not.toBeNull();
  if (slow !== null) expect(readable(quick), bytes.toString()).toEqual(readable(slow));
  return true;
}

describe('lines found in their bytes', () => {
  test('say what they say when they are parsed, whatever one or two fields are and however it is written', () => {
    let agreed = 0;
    fc.assert(
      fc.property(damagedLines(), fc.constantFrom(...writings), (line, write) => {
        const text = write(line);
        if (expectSame(Buffer.from(text, 'utf8'))) agreed += 1;
      }),
      { numRuns: 4000 },
    );
    expect(agreed).toBeGreaterThan(100);
  });

  test('say so too whatever bytes are damaged', () => {
    const bytes = Array.from('"\\{}[],:0159eE.+-tunT Z\t\r\u0000\u001fé', (one) => Buffer.from(one, 'utf8'));
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...bytes)), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.constantFrom(...full), damage, (line, edits) => {
        let text = Buffer.from(JSON.stringify(line), 'utf8');
        for (const [at, cut, put] of edits) {
          const from = at % (text.length + 1);
          text = Buffer.concat([text.subarray(0, from), put, text.subarray(from + cut)]);
        }
        // Whole lines are asked whether they are text before they are read by their bytes.
        if (textOfLine(text) !== null && !text.includes(10)) expectSame(text);
      }),
      { numRuns: 4000 },
    );
  });

  test('numbers are those that JSON.parse gives', () => {
    const numbers = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }).map(String),
      fc.tuple(fc.bigInt(0n, 10n ** 20n), fc.nat(19)).map(([digits, point]) => {
        return `0.${String(digits).padStart(20, '0').slice(point)}`;
      }),
    );
    const [before = '', after = ''] = JSON.stringify(full[0]).split(/"distance":[\d.]+/u);
    fc.assert(
      fc.property(numbers, (number) => {
        expect(expectSame(Buffer.from(`${before}"distance":${number}${after}`, 'utf8'))).toBe(true);
      }),
    );
  });

  test('are all but those that correct, judge or decide change by change', () => {
    const left = full.filter((line) => found(Buffer.from(JSON.stringify(line), 'utf8')) === null);
    const isSpecial = (line: unknown): boolean =>
      /"changes":|"kind":"change".*"rejected":/u.test(JSON.stringify(line));
    expect(left).toEqual(full.filter(isSpecial));
    expect(left.length).toBe(3);
  });

  test('of records say where the texts are that are searched', () => {
    const record = new RecordBytes();
    const bytes = Buffer.from(`${JSON.stringify(full[0])}\n`, 'utf8');
    expect(record.take(bytes, 0)).toBe(true);
    const { count, starts, ends, labels } = record.texts;
    const texts = Array.from({ length: count }, (_, index) => {
      const text = bytes.toString('utf8', starts[index], ends[index]);
      return `${textFields[labels[index] ?? 0]}: ${text}`;
    });
    expect(texts).toEqual([
      'instruction: Be brief.',
      'instruction: Say 1.',
      'rejected: It is, well, 1',
      'chosen: a\\tb/',
      'critique: ',
      'critique: Good.',
      'critique: Fixed.',
      'critique: ',
    ]);
  });

  test('have lists of their own even where these differ only before a long common end', () => {
    const builder = new SegmentBuilder(range);
    const about = new AboutBytes();
    const change = full.find((line) => /"kind":"change"/u.test(JSON.stringify(line)));
    const lists = ['a', 'b', 'a'].map((tag) => [`${tag}, of the second half of the year`, 'x'.repeat(40)]);
    for (const add of lists) {
      const { spar, kind, id, record, time, after } = change as Record<string, unknown>;
      const line = { spar, kind, id, record, time, after, tags: { add, remove: [] } };
      expect(about.take(Buffer.from(`${JSON.stringify(line)}\n`, 'utf8'), 0)).toBe(true);
      builder.foundAbout(about, place);
    }
    const segment = builder.finish();
    const found = Array.from(
      segment.abouts.tags,
      (list) => JSON.parse(segment.lists[list] ?? '[]') as unknown,
    );
    expect(found).toEqual(lists);
  });

  test('that write a text beside judgements are judged by none, as when lines are folded', () => {
    const judgements = judgedAgain('m', 4);
    const lines = [
      { judgements },
      { judgements, chosen: 'B' },
      { judgements, chosen: null },
      { judgements, instruction: 'B' },
    ].map((texts, index) => change(String(index), '', texts));
    const builder = new SegmentBuilder(range);
    for (const line of lines) builder.about(line, place);
    const flags = [...builder.finish().abouts.flags];
    expect(flags).toEqual([flag.judged, flag.corrected, 0, flag.corrected]);
    expect(flags).toEqual(lines.map((line) => flagsOf(foldLines([line]))));
  });
});
