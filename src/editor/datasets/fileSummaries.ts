import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../spar/log/logError';
import { errorWords } from '../errorWords';
import type { DatasetSummary } from './summary';
import type { KeptSummaries, SummariesPorts } from './summaries';

/** Counts of datasets on the disk, kept in a folder of the editor's storage; null keeps them in this window only. */
export function fileSummaries(storage: string | null): SummariesPorts {
  const cacheFile = storage === null ? null : join(storage, 'datasetCounts.json');
  return {
    versionOf,
    summarise: async (file, signal): Promise<DatasetSummary> => {
      const [{ DatasetTable }, { summaryOf }] = await Promise.all([
        import('../../spar/datasets/table/datasetTable'),
        import('./summary'),
      ]);
      const cache = storage === null ? {} : { cacheFolder: storage };
      const table = await DatasetTable.open(file, { signal, ...cache });
      try {
        await table.complete;
        return summaryOf(table.counts(), table.problems, table.problemCount);
      } finally {
        table.dispose();
      }
    },
    load: async () => (cacheFile === null ? {} : keptIn(cacheFile)),
    save: async (kept) => {
      if (cacheFile === null) return;
      const { writeFileDurably } = await import('../../spar/log/durable');
      await mkdir(dirname(cacheFile), { recursive: true });
      await writeFileDurably(cacheFile, JSON.stringify({ format: cacheFormat, kept }));
    },
    reasonOf: (error) => errorWords(error).message,
  };
}

const cacheFormat = 1;

async function versionOf(file: string): Promise<string | null> {
  try {
    const { size, mtimeNs, ino } = await stat(file, { bigint: true });
    return `${size}/${mtimeNs}/${ino}`;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The editor's own file; one that can't be read or is of another format is made anew. */
async function keptIn(file: string): Promise<KeptSummaries> {
  try {
    const { format, kept } = JSON.parse(await readFile(file, 'utf8')) as { format?: unknown; kept?: unknown };
    return format === cacheFormat && typeof kept === 'object' && kept !== null ? (kept as KeptSummaries) : {};
  } catch {
    return {};
  }
}
