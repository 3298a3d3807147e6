import fc from 'fast-check';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportDataset } from '../../../../src/spar/datasets/export/exportDataset';
import { formats } from '../../../../src/spar/datasets/export/formats';
import { planImport } from '../../../../src/spar/datasets/import/plan';
import { runImport } from '../../../../src/spar/datasets/import/runImport';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { anyPair, type TestPair } from '../export/pairs';

const pairFormats = formats.filter(({ method }) => method !== 'supervised');

/** Exports pairs and imports the files again; ids that went out and ids that came back. */
async function roundTrip(
  pairs: readonly TestPair[],
  format: (typeof formats)[number],
): Promise<{ readonly out: readonly string[]; readonly back: readonly string[]; readonly refused: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'spar-trip-'));
  try {
    const path = join(folder, 'pairs.spar.jsonl');
    const dataset = await DatasetFile.open(path);
    await dataset.apply(pairs.map((record) => ({ type: 'add', record, decision: { status: 'accepted' } })));
    const outputFolder = join(folder, 'out');
    const split = [
      { name: 'train', share: 0.5 },
      { name: 'test', share: 0.5 },
    ];
    const result = await exportDataset({ datasets: [path], format: format.name, outputFolder, split });
    const ids: string[] = [];
    for (const { name } of result.splits) {
      const meta = await readFile(join(outputFolder, `${name}.meta.jsonl`), 'utf8');
      for (const line of meta.split('\n').slice(0, -1)) ids.push((JSON.parse(line) as { id: string }).id);
    }
    const left = result.leftOut.reduce((sum, { count }) => sum + count, 0);
    expect(new Set(ids).size + left).toBe(dataset.counts().records);
    const files = result.splits.filter(({ rows }) => rows > 0).map(({ file }) => join(outputFolder, file));
    const copy = join(folder, 'copy.spar.jsonl');
    const plan = await planImport(files, { dataset: copy });
    await runImport(plan);
    return {
      out: [...new Set(ids)].sort(),
      back: [...(await DatasetFile.open(copy)).records()].sort(),
      refused: plan.refused.length,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('what is exported', () => {
  it.each(pairFormats.map((format) => [format.name, format] as const))(
    'comes back as the same pairs: %s',
    { timeout: 60_000 },
    async (_name, format) => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(anyPair, { minLength: 40, maxLength: 80 }), async (pairs) => {
          const { out, back, refused } = await roundTrip(pairs, format);
          expect(back).toEqual(out);
          expect(refused).toBe(0);
        }),
        { numRuns: 2 },
      );
    },
  );

  it('comes back whole with a million characters', { timeout: 60_000 }, async () => {
    const pair = { instruction: 'Go on.', rejected: 'No.', chosen: `${'é😀'.repeat(400_000)}"\n,"\u2028` };
    for (const name of ['csv', 'parquet'] as const) {
      const { out, back } = await roundTrip(
        [pair],
        formats.find((format) => format.name === name)!,
      );
      expect(back).toEqual(out);
      expect(back).toHaveLength(1);
    }
  });
});
