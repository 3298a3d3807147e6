import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSurelyLine } from '../../../src/spar/datasets/lineShape';
import { datasetLineSchema } from '../../../src/spar/datasets/schema';
import { damagedLines, full, plain } from './damagedLines';
import { deletion } from './lines';

describe('isSurelyLine', () => {
  test.each(full)('knows whole lines without the schema: %#', (line) => {
    expect(datasetLineSchema.safeParse(line).success).toBe(true);
    expect(isSurelyLine(plain(line) as object)).toBe(true);
  });

  test('says so of no line that the schema refuses, whatever one or two fields are', () => {
    let agreed = 0;
    let refused = 0;
    fc.assert(
      fc.property(damagedLines(), (line) => {
        if (typeof line !== 'object' || line === null) return;
        const isValid = datasetLineSchema.safeParse(line).success;
        const isSure = isSurelyLine(line);
        if (isSure) expect(isValid).toBe(true);
        if (isSure) agreed += 1;
        if (!isValid) refused += 1;
      }),
      { numRuns: 4000 },
    );
    expect(agreed).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });

  test('times are those that the schema knows', () => {
    const times = [
      '2026-01-01T00:00:00Z',
      '2026-02-29T00:00:00Z',
      '2024-02-29T00:00:00.5Z',
      '2026-04-31T00:00:00Z',
      '2026-12-31T23:59:59.999Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:00+02:00',
      '2026-01-01T00:00:00',
      '2026-01-01',
      '2026-01-01T00:00:00Z\n',
    ];
    for (const time of times) {
      const line = { ...deletion('a', ''), time };
      if (isSurelyLine(line)) expect(datasetLineSchema.safeParse(line).success).toBe(true);
    }
    expect(times.filter((time) => isSurelyLine({ ...deletion('a', ''), time }))).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-12-31T23:59:59.999Z',
    ]);
  });
});
