import { closeSync, openSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordLine } from '../../../src/spar/datasets/newLines';
import type { DatasetRecord } from '../../../src/spar/datasets/schema';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import { RecordBytes, textFields } from '../../../src/spar/datasets/table/recordBytes';
import { RangeReader } from '../../../src/spar/datasets/table/scan';
import { holdsText } from '../../../src/spar/datasets/table/textMatch';
import { textPattern } from '../../../src/spar/datasets/table/textPattern';
import { matchingOffsets } from '../../../src/spar/datasets/table/textScan';
import { temporaryFolder } from '../log/temporaryFolder';
import { pair, record } from './lines';

describe('free text in a file', () => {
  const folder = temporaryFolder();
  const characters = fc.oneof(
    fc.constantFrom(...Array.from('aAnNuUkKiIsSß"\\/\n\t\u0001éÉΣςİK京𐐀𐐨')),
    fc.constantFrom('\\n', 'na', '\\u0061', '/a', 'textarea'),
  );
  const texts = fc.array(characters, { maxLength: 8 }).map((parts) => parts.join(''));
  const records = fc
    .tuple(texts, texts, texts, texts, texts, fc.boolean())
    .map(([instruction, rejected, chosen, critique, other, isConversation]): DatasetRecord => ({
      ...record(),
      instruction: isConversation
        ? [
            { role: 'system', content: instruction },
            { role: 'user', content: other },
          ]
        : instruction,
      ...{ rejected, chosen, model: other },
      evidence: {
        path: [
          {
            ...{ path: '0', origin: 'original', text: other, reflection: critique, checks: [] },
            judgement: {
              ...{ by: 'votes', value: 1, yes: 1, no: 0, notDrawn: 0, unparsed: 0, critique: instruction },
              votes: [{ draw: 1, verdict: 'yes', text: other }],
            },
          },
        ],
      },
    }));
  const writings = fc.constantFrom<(one: DatasetRecord) => string>(
    (one) => JSON.stringify(one),
    (one) => `${JSON.stringify(one)}\r`,
    (one) => JSON.stringify(one).replaceAll('/', '\\/'),
    (one) => JSON.stringify(one).replaceAll(/(?<!\\)((?:\\\\)*)a/gu, '$1\\u0061'),
    (one) => `{"chosen":"na",${JSON.stringify(one).slice(1)}`,
    (one) => `${JSON.stringify(one).slice(0, -1)},"instruction":"na"}`,
  );
  const lines = fc.array(
    fc.tuple(records, writings).map(([one, write]) => write(one)),
    {
      minLength: 1,
      maxLength: 4,
    },
  );

  /** As parsing every line finds it. */
  function expected(written: readonly string[], lowered: string, fields?: typeof textFields): number[] {
    let offset = 0;
    const found: number[] = [];
    for (const line of written) {
      if (holdsText(JSON.parse(line) as DatasetRecord, lowered, fields)) found.push(offset);
      offset += Buffer.byteLength(line) + 1;
    }
    return found;
  }

  const taken = new RecordBytes();

  /** Where lines begin whose bytes do not tell all. */
  function unusualOf(bytes: Buffer): Float64Array {
    const starts: number[] = [];
    for (let at = 0; at < bytes.length; at = bytes.indexOf(10, at) + 1) starts.push(at);
    return Float64Array.from(starts.filter((at) => !taken.take(bytes, at)));
  }

  test('is where parsing every line finds it', () => {
    const file = folder.path('texts.jsonl');
    const wish = fc.tuple(texts, fc.option(fc.subarray([...textFields], { minLength: 1 })), fc.nat(9));
    let found = 0;
    fc.assert(
      fc.property(lines, wish, (written, [text, fields, cut]) => {
        // Mostly a piece of what is there, in either case.
        const there = JSON.parse(written[0] ?? '') as DatasetRecord;
        const piece = cut < 3 ? there.rejected.slice(cut) : cut < 6 ? there.chosen.slice(0, cut) : text;
        const lowered = piece.toLowerCase();
        if (lowered === '') return;
        const bytes = Buffer.from(`${written.join('\n')}\n`, 'utf8');
        writeFileSync(file, bytes);
        const handle = openSync(file, 'r');
        try {
          const range = { start: 0, end: bytes.length, fileEnd: bytes.length };
          const reader = new RangeReader(handle);
          const unusual = unusualOf(bytes);
          const offsets = matchingOffsets(reader, range, { lowered, fields, unusual });
          expect([...offsets]).toEqual(expected(written, lowered, fields ?? undefined));
          found += offsets.length;
        } finally {
          closeSync(handle);
        }
      }),
      { numRuns: 1500 },
    );
    expect(found).toBeGreaterThan(300);
  });

  test('is found in a large dataset whatever its lines are, also with the index that was kept', async () => {
    const path = folder.path('large.spar.jsonl');
    const padding = 'x'.repeat(100_000);
    const made = Array.from({ length: 60 }, (_, number) => {
      const chosen = `${number % 3 === 0 ? 'The harbour' : 'A boat'} ${number}. ${padding}`;
      return recordLine({ ...pair(number), chosen, metrics: { distance: 1 } }, '2026-02-01T00:00:00Z');
    });
    const [first, second, third, ...rest] = made.map((one) => JSON.stringify(one));
    const lines = [
      // Hits that the rest of the line takes back, or makes good.
      `${first?.slice(0, -1)},"chosen":"A boat."}`,
      `{"chosen":"The harbour.",${second?.slice(1)}`,
      `${third?.slice(0, -1)},"chosen":"A ha\\u0072bour."}`,
      ...rest,
      // No lines of a dataset, though they begin like one.
      ...[...rest, rest.at(-1) ?? ''].map((line) => line.slice(0, -1)),
      // Of two lines of one pair the earlier one stands.
      JSON.stringify({ ...made[4], created: '2026-01-01T00:00:00Z', model: 'other' }),
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    const byLine = { by: 'line', descending: false } as const;
    for (let opened = 0; opened < 2; opened += 1) {
      const table = await DatasetTable.open(path, { cacheFolder: folder.path('cache') });
      await table.complete;
      await table.kept;
      expect(table.size).toBe(60);
      const rows = Array.from({ length: table.size }, (_, row) => row);
      const records = await table.read(rows);
      for (const text of ['harbour', 'a BOAT', 'boat 4']) {
        const holding = rows.filter((row) => {
          const one = records[row];
          return one !== undefined && holdsText(one.record, text.toLowerCase());
        });
        expect(holding.length).toBeGreaterThan(0);
        expect([...(await table.query({ text }, byLine))].sort((a, b) => a - b)).toEqual(holding);
      }
      table.dispose();
    }
  });

  test('is looked for once where the file is shorter than it was', () => {
    const path = folder.path('cut.jsonl');
    const line = JSON.stringify({ ...record(), chosen: 'The harbour.' });
    writeFileSync(path, `${line}\n${line.slice(0, 20)}`);
    const handle = openSync(path, 'r');
    try {
      const starts: number[] = [];
      const range = { start: 0, end: 1 << 16, fileEnd: 1 << 16 };
      const take = (_: Buffer, { offset }: { readonly offset: number }): void => void starts.push(offset);
      new RangeReader(handle).eachCandidate(range, textPattern('harbour'), take);
      expect(starts).toEqual([0, line.length + 1]);
    } finally {
      closeSync(handle);
    }
  });
});
