import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { datasetLineText, parseDatasetLine } from '../../../src/spar/datasets/datasetLine';
import { DatasetReader } from '../../../src/spar/datasets/datasetReader';
import { eachOnce } from '../../../src/spar/datasets/eachOnce';
import { DatasetFold, type RecordPlace } from '../../../src/spar/datasets/fold';
import { compactLines, foldLines } from '../../../src/spar/datasets/recordState';
import type { AboutLine, DatasetRecord } from '../../../src/spar/datasets/schema';
import { temporaryFolder } from '../log/temporaryFolder';
import { change, decision, deletion, record } from './lines';

/** One line of a file; `text` may be none of a dataset. */
interface Line extends RecordPlace {
  readonly text: string;
}

/** What lines come to, said in the plainest way: all of them held as objects, and all worked out anew at each question. */
class PlainFold {
  private readonly records = new Map<string, Line & { readonly created: number }>();
  private readonly lines = new Map<string, AboutLine[]>();
  private readonly unknown = new Set<string>();

  constructor(lines: readonly Line[]) {
    for (const line of lines) {
      const parsed = parseDatasetLine(line.text);
      if (parsed.type === 'unknown' && parsed.record !== null) this.unknown.add(parsed.record);
      if (parsed.type !== 'line') continue;
      if (parsed.line.kind === 'record') this.take(parsed.line, line);
      else this.lines.set(parsed.line.record, [...(this.lines.get(parsed.line.record) ?? []), parsed.line]);
    }
  }

  private take({ id, created }: DatasetRecord, line: Line): void {
    const found = { ...line, created: Date.parse(created) };
    const known = this.records.get(id);
    const order = (a: typeof found): readonly number[] => [a.created, a.length, crc32(a.text), a.offset];
    const isBefore = known === undefined || compare(order(found), order(known)) < 0;
    if (isBefore) this.records.set(id, found);
  }

  /** All that a fold says of the records of these ids, and of all together. */
  said(ids: readonly string[]) {
    const states = ids.map((id) => ({ id, isThere: this.records.has(id), state: this.state(id) }));
    const alive = states.filter(({ isThere, state }) => isThere && !state.deleted);
    const withStatus = (status: string): number =>
      alive.filter(({ state }) => state.status === status).length;
    return {
      records: ids.map((id) => {
        const place = this.records.get(id);
        const lines = this.lines.get(id);
        const isKnown = place !== undefined || lines !== undefined || this.unknown.has(id);
        return {
          state: isKnown ? this.state(id) : undefined,
          place: place === undefined ? undefined : { offset: place.offset, length: place.length },
          lines: eachOnce(lines ?? []),
          compacted: [true, false].map((forgetsDeleted) => this.compacted(id, forgetsDeleted)),
        };
      }),
      there: ids.filter((id) => this.records.has(id)).sort(),
      missing: ids
        .filter((id) => !this.records.has(id) && (this.lines.has(id) || this.unknown.has(id)))
        .sort(),
      counts: {
        records: alive.length,
        accepted: withStatus('accepted'),
        rejected: withStatus('rejected'),
        pending: withStatus('pending'),
        contested: withStatus('contested'),
        deleted: states.filter(({ state }) => state.deleted).length,
        missing: states.filter(({ id, isThere, state }) => !isThere && !state.deleted && this.lines.has(id))
          .length,
        tags: counted(alive.flatMap(({ state }) => state.tags)),
        splits: counted(alive.flatMap(({ state }) => state.split ?? [])),
      },
    };
  }

  private state(id: string) {
    return foldLines(eachOnce(this.lines.get(id) ?? []));
  }

  private compacted(id: string, forgetsDeleted: boolean) {
    const lines = eachOnce(this.lines.get(id) ?? []);
    if (lines.length === 0) return { keepRecord: true, lines: [] };
    const compact = this.unknown.has(id) ? null : compactLines(lines, { forgetsDeleted });
    const isForgotten = forgetsDeleted && this.state(id).deleted;
    return { keepRecord: compact === null || !isForgotten, lines: compact ?? lines };
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((number, index) => number - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    [...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]),
  );
}

function said(fold: DatasetFold, ids: readonly string[]): ReturnType<PlainFold['said']> {
  const counts = fold.counts();
  const sorted = (map: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
    new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    records: ids.map((id) => ({
      state: fold.state(id),
      place: fold.place(id),
      lines: fold.linesAbout(id),
      compacted: [true, false].map((forgetsDeleted) => {
        const { keepRecord, lines } = fold.compacted(id, { forgetsDeleted });
        return { keepRecord, lines };
      }),
    })),
    there: [...fold.records()].sort(),
    missing: [...fold.missing()],
    counts: { ...counts, tags: sorted(counts.tags), splits: sorted(counts.splits) },
  };
}

const numbers = [1, 2, 3, 4];
const ids = numbers.map((number) => record(number).id);
const number = fc.constantFrom(...numbers);
const lineIds = Array.from('abcdef');
const after = fc.subarray(lineIds).map((names) => names.join(''));

const about: fc.Arbitrary<AboutLine> = fc
  .tuple(
    number,
    fc.constantFrom(...lineIds),
    after,
    fc.constantFrom<(id: string, after: string) => AboutLine>(
      (id, seen) => decision(id, seen, { status: 'accepted' }),
      (id, seen) => decision(id, seen, { status: 'rejected', chosen: 'Another, naïve text.' }),
      (id, seen) => change(id, seen, { tags: { add: ['short'], remove: ['long'] } }),
      (id, seen) => change(id, seen, { split: 'train', chosen: '東京' }),
      (id, seen) => change(id, seen, { rejected: 'x'.repeat(5000) }),
      deletion,
    ),
  )
  .map(([of, id, seen, said]) => ({ ...said(id, seen), record: record(of).id }));

/** Lines as they are written here, and what comes of merges by hand, newer versions and damage. */
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: about.map((line) => datasetLineText(line)) },
  { weight: 3, arbitrary: number.map((of) => datasetLineText(record(of))) },
  number.map((of) => datasetLineText(record(of, '2025-12-31T23:00:00.000-01:00'))),
  number.map((of) => datasetLineText({ ...record(of), model: 'another' })),
  number.map((of) => `\ufeff${datasetLineText(record(of))}`),
  about.map((line) => `\ufeff${datasetLineText(line)} \r`),
  number.map((of) => `{"spar":2,"kind":"change","record":"${record(of).id}"}`),
  fc.constantFrom(
    '{"spar":2,"kind":"change","record":"one of a newer kind"}',
    'no line at all',
    '{"spar":1}',
    '',
  ),
  about.map((line) => datasetLineText(line).slice(0, -1)),
);

/** Doubled and shuffled, as merges leave them. */
const texts = fc
  .array(text, { maxLength: 24 })
  .chain((once) =>
    fc.shuffledSubarray([...once, ...once], { minLength: once.length, maxLength: 2 * once.length }),
  );

describe('a fold', () => {
  const folder = temporaryFolder();
  const file = (): string => folder.path('folded', 'pairs.spar.jsonl');

  beforeEach(() => void mkdirSync(folder.path('folded'), { recursive: true }));

  /** Where each text is once all are written, and what the file holds. */
  function written(
    lines: readonly string[],
    from = 0,
  ): { readonly bytes: string; readonly lines: readonly Line[] } {
    let offset = from;
    const placed = lines.map((whole) => {
      const at = offset;
      offset += Buffer.byteLength(whole) + 1;
      const line = whole.replace(/\r$/u, '');
      return { text: line.replace(/^\ufeff/u, ''), offset: at, length: Buffer.byteLength(line) };
    });
    return { bytes: lines.map((whole) => `${whole}\n`).join(''), lines: placed };
  }

  function folded(lines: readonly Line[], source: ConstructorParameters<typeof DatasetFold>[0]): DatasetFold {
    const fold = new DatasetFold(source);
    for (const { text: line, offset, length } of lines) {
      const parsed = parseDatasetLine(line);
      if (parsed.type === 'unknown' && parsed.record !== null) fold.addUnknown(parsed.record);
      if (parsed.type !== 'line') continue;
      if (parsed.line.kind === 'record') {
        const { id, created } = parsed.line;
        fold.addRecord({ id, created, offset, length, checksum: crc32(line) });
      } else fold.addAbout(parsed.line, { text: line, place: { offset, length } });
    }
    return fold;
  }

  test('says the same as one that holds all lines as objects, its own kept or read again', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(0, 700, 1 << 20), (lines, mostKept) => {
        const made = written(lines);
        writeFileSync(file(), made.bytes);
        const expected = new PlainFold(made.lines).said(ids);
        expect(said(folded(made.lines, {}), ids)).toEqual(expected);
        expect(said(folded(made.lines, { file: file(), mostKept }), ids)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('of a file that grows, torn or whole, comes to what all of it says', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(2000), { maxLength: 4 }), async (lines, cuts) => {
        const { bytes, lines: placed } = written(lines);
        const whole = Buffer.from(bytes);
        writeFileSync(file(), '');
        const reader = new DatasetReader(file());
        let at = 0;
        for (const cut of [...cuts, whole.length]) {
          const next = Math.min(whole.length, cut === whole.length ? cut : at + cut);
          appendFileSync(file(), whole.subarray(at, next));
          at = next;
          await reader.refresh();
        }
        expect(said(reader.fold, ids)).toEqual(new PlainFold(placed).said(ids));
      }),
      { numRuns: 60 },
    );
  });

  test('tells where a line that it has to read again is another one by now', () => {
    const { bytes, lines } = written([datasetLineText(decision('a', ''))]);
    writeFileSync(file(), bytes);
    const fold = folded(lines, { file: file(), mostKept: 0 });
    writeFileSync(file(), bytes.replace('accepted', 'rejected'));
    const [id = ''] = ids;
    expect(() => fold.state(id)).toThrow(expect.objectContaining({ name: 'LogError', kind: 'changed' }));
    writeFileSync(file(), bytes);
    expect(fold.state(id)).toMatchObject({ status: 'accepted' });
  });
});
