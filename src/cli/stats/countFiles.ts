import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { datasetStatistics, type DatasetStatistics } from '../../spar/datasets/statistics/statistics';
import { requireFile } from '../requireFile';
import type { Terminal } from '../terminal';
import type { StatsArguments } from './command';

/**
 * Counts the files together and writes the page where one is wanted.
 *
 * @throws Error for a file that is not there; LogError; `signal.reason`. No file is written or changed then.
 */
export async function countFiles(
  { files, html }: StatsArguments,
  { stderr }: Terminal,
  signal: AbortSignal,
): Promise<DatasetStatistics> {
  for (const file of files) await requireFile(file);
  if (html !== null) await refuseInputs(html, files);
  try {
    const statistics = await datasetStatistics(files, {
      signal,
      onProgress: (read, all) => {
        if (stderr.isTTY && all > 0)
          stderr.write(`\r\u001b[KCounting… ${Math.floor((read / all) * 100)} % · Ctrl+C stops`);
      },
    });
    if (html !== null) await writePage(html, statistics, signal);
    return statistics;
  } finally {
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  }
}

async function writePage(file: string, statistics: DatasetStatistics, signal: AbortSignal): Promise<void> {
  const [{ statisticsReport }, { writeReportPage }] = await Promise.all([
    import('../../spar/datasets/statistics/makeReport'),
    import('../output/reportPage'),
  ]);
  await writeReportPage(statisticsReport(statistics), { file, kind: 'statistics', signal });
}

/** The page replaces what stands there, which must not be what is read. */
async function refuseInputs(html: string, files: readonly string[]): Promise<void> {
  if (html === '-') throw new Error('--html must name a file; there is no output to “-”.');
  const real = async (file: string): Promise<string> => realpath(file).catch(() => resolve(file));
  const target = await real(html);
  for (const file of files) {
    if ((await real(file)) === target)
      throw new Error(`--html is ${file}, which is read. Name another file; nothing was changed.`);
  }
}
