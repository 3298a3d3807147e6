import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../../src/spar/datasets/export/candidates';
import { formats } from '../../../../src/spar/datasets/export/formats';
import type { ExportRequest } from '../../../../src/spar/datasets/export/request';
import { encoder, metaText } from '../../../../src/spar/datasets/export/rowWriters';
import { recordLine } from '../../../../src/spar/datasets/newLines';
import { temporaryFolder } from '../../log/temporaryFolder';
import { damagedLines } from '../damagedLines';
import { change, decision, deletion, judgedAgain } from '../lines';
import { anyPair, type TestPair } from './pairs';

/** The same value as other writers have it. */
const writings: readonly ((line: object) => string)[] = [
  (line) => JSON.stringify(line),
  (line) => JSON.stringify(line),
  (line) => `${JSON.stringify(line)}\r`,
  (line) => `\ufeff${JSON.stringify(line)}`,
  (line) => JSON.stringify(line, null, ' ').replaceAll('\n', ''),
  (line) => JSON.stringify(Object.fromEntries(Object.entries(line).reverse())),
  (line) => JSON.stringify(line).replaceAll('/', '\\/'),
  (line) => JSON.stringify(line).replace(/[\u0080-\uffff]/gu, escaped),
  (line) => JSON.stringify(line).replaceAll('e', '\\u0065'),
  (line) => JSON.stringify(line).replaceAll(/:(\d)(?=[,}])/gu, ':$1.0'),
  (line) => `${JSON.stringify(line).slice(0, -1)},"more":{"chosen":"x"}}`,
  (line) => `${JSON.stringify(line).slice(0, -1)},"chosen":"other"}`,
  (line) => JSON.stringify(line).slice(0, -3),
];

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, at) => {
    return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** A pair as it is found, with what else its line says. */
const records = fc
  .tuple(
    anyPair,
    fc.constantFrom(null, 'model-1', 'm\u2028 "x"/', 'é'),
    fc.constantFrom<object | null>(
      null,
      { file: 'data/a.jsonl', row: 3, run: 'r1' },
      { run: 'é', file: 'a\u2028b', more: [1.5, { b: 1, 2: 'x' }] },
      { row: 0, item: 'a/"b', decision: { record: 'a'.repeat(40), line: 'l' } },
    ),
    fc.constantFrom<object>({}, { value: 0.35, interference: 0, more: 1 }, { yes: 3, value: 1e-7 }),
    fc.constantFrom<object>({}, { more: 1 }),
  )
  .map(([pair, model, source, metrics, lengths]) => {
    const record = recordLine({ ...pair, metrics: { distance: 0.25 } }, '2026-01-01T00:00:00.000Z');
    const all = { ...record.metrics, ...metrics };
    return { ...record, model, source, metrics: { ...all, lengths: { ...all.lengths, ...lengths } } };
  });

const abouts = fc.constantFrom<readonly object[]>(
  [],
  [],
  [decision('a', '')],
  [decision('a', '', { status: 'rejected' })],
  [decision('a', '', { by: { kind: 'policy', name: 'p\u2028' } }), change('b', 'a', { split: 'test' })],
  [change('a', '', { tags: { add: ['x', '\u2028'], remove: [] } })],
  [change('a', '', { chosen: 'Corrected.' })],
  [change('a', '', { judgements: judgedAgain('m', 3) })],
  [deletion('a', '')],
);

const lines = fc
  .array(fc.tuple(records, abouts, fc.constantFrom(...writings)), { minLength: 1, maxLength: 8 })
  .map((all) =>
    all.flatMap(([record, about, write]) => [
      write(record),
      ...about.map((line) => JSON.stringify({ ...line, record: record.id })),
    ]),
  );

describe('rows made from the bytes of lines', () => {
  const folder = temporaryFolder();

  /** Rows, sidecar and counts, by parsing each line and by its bytes. */
  async function bothWays(request: ExportRequest): Promise<readonly [unknown, unknown]> {
    const [slow, quick] = [await Candidates.of(request), await Candidates.of(request)];
    const encode = encoder(slow.format.ending);
    const parsed = { rows: '', meta: '', places: [] as unknown[] };
    for await (const batch of slow.read()) {
      for (const { row, meta, instruction, assigned } of batch) {
        parsed.rows += encode(row);
        parsed.meta += metaText(meta());
        parsed.places.push([instruction, assigned]);
      }
    }
    const found = { rows: '', meta: '', places: [] as unknown[] };
    for await (const { rows, meta, instructions, assigned } of quick.encoded(true)) {
      found.rows += rows.bytes.toString('utf8');
      found.meta += meta.bytes.toString('utf8');
      found.places.push(...instructions.map((instruction, row) => [instruction, assigned[row]]));
      expect([rows.count, meta.count]).toEqual([instructions.length, instructions.length]);
      if (rows.count > 0) expect(rows.end(rows.count - 1)).toBe(rows.bytes.length);
    }
    return [
      { ...found, counts: quick.counts(), left: quick.leftOut() },
      { ...parsed, counts: slow.counts(), left: slow.leftOut() },
    ];
  }

  it('are those that parsing gives, whatever the lines are and however they are written', async () => {
    const names = formats.map(({ name }) => name);
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom(...names), fc.boolean(), async (written, format, isTwo) => {
        mkdirSync(folder.path('datasets'), { recursive: true });
        const path = folder.path('datasets', 'pairs.spar.jsonl');
        writeFileSync(
          path,
          `${JSON.stringify(recordLine(firstPair, '2026-01-01T00:00:00Z'))}\n${written.join('\n')}`,
        );
        const request = { datasets: isTwo ? [path, path] : [path], format, seed: 7 };
        const [found, parsed] = await bothWays({ ...request, statuses: ['accepted', 'pending'] });
        expect(found).toEqual(parsed);
        rows += (found as { readonly places: readonly unknown[] }).places.length;
      }),
      { numRuns: 120 },
    );
    expect(rows).toBeGreaterThan(120);
  });

  it('are those that parsing gives where lines are damaged', async () => {
    const path = folder.path('damaged.spar.jsonl');
    const one = fc.tuple(damagedLines(), fc.constantFrom(...writings));
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (all) => {
        const first = JSON.stringify(recordLine(firstPair, '2026-01-01T00:00:00Z'));
        const written = all.map(([line, write]) =>
          typeof line === 'object' && line !== null ? write(line) : JSON.stringify(line),
        );
        writeFileSync(path, [first, ...written, ''].join('\n'));
        const [found, parsed] = await bothWays({
          ...{ datasets: [path], format: 'trl', statuses: ['accepted', 'pending'] },
        });
        expect(found).toEqual(parsed);
      }),
      { numRuns: 80 },
    );
  });
});

const firstPair: TestPair = { instruction: 'Say it.', rejected: 'No/', chosen: 'Yes\t😀' };
