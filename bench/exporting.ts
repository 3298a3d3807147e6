import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportDataset } from '../src/spar/datasets/export/exportDataset';
import type { ExportTarget } from '../src/spar/datasets/export/request';
import { makeDataset } from './datasetFile';

/** Of the dataset's bytes, a second. */
const leastSpeed = 50_000_000;

const half = [
  { name: 'train', share: 0.9 },
  { name: 'test', share: 0.1 },
];

const cases: readonly (Pick<ExportTarget, 'format'> & Partial<ExportTarget>)[] = [
  { format: 'trl' },
  { format: 'llama-factory', split: half },
  { format: 'csv' },
  { format: 'parquet' },
];

/** `npm run bench -- exporting [RECORDS]`: how fast a dataset is exported, beside a plain read of the same file. */
async function measureExporting(records: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'spar-bench-'));
  try {
    const path = join(folder, 'made.spar.jsonl');
    const { bytes } = makeDataset(path, records);
    const read = await seconds(async () => {
      let length = 0;
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
        length += (chunk as Buffer).length;
      if (length !== bytes) throw new Error('the file changed');
    });
    const megabytes = (speed: number): string => `${(speed / 1_000_000).toFixed(0)} MB/s`;
    console.log(
      `Export of ${records} records, ${(bytes / 1_000_000).toFixed(0)} MB; a plain read: ${megabytes(bytes / read)}`,
    );
    let isKept = true;
    for (const { format, ...options } of cases) {
      const target: ExportTarget = {
        datasets: [path],
        format,
        statuses: ['accepted', 'pending'],
        outputFolder: join(folder, format),
        ...options,
      };
      let rows = 0;
      const took = await seconds(async () => {
        ({ rows } = await exportDataset(target));
      });
      const speed = bytes / took;
      isKept &&= rows > 0 && speed >= leastSpeed;
      const resident = `${(process.memoryUsage().rss / 1_000_000).toFixed(0)} MB resident`;
      console.log(
        `  ${format.padEnd(14)} ${rows} rows, ${megabytes(speed)}, ${(took / read).toFixed(1)} × a plain read, ${resident}`,
      );
    }
    console.log(
      isKept ? `At least ${megabytes(leastSpeed)}: kept` : `At least ${megabytes(leastSpeed)}: MISSED`,
    );
    return isKept;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const [wished = '300000'] = process.argv.slice(2);
process.exitCode = (await measureExporting(Number(wished))) ? 0 : 1;
