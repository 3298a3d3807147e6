import { requireFile } from '../requireFile';
import { compareVersions } from '../../spar/datasets/versions/compareVersions';
import type { VersionDifference } from '../../spar/datasets/versions/versionDifference';
import type { Terminal } from '../terminal';
import type { DiffArguments } from './command';

/** @throws Error for a file that is not there; LogError; `signal.reason`. */
export async function compareFiles(
  { earlier, later, limit }: DiffArguments,
  { stderr }: Terminal,
  signal: AbortSignal,
): Promise<VersionDifference> {
  await requireFile(earlier);
  await requireFile(later);
  try {
    return await compareVersions(earlier, later, {
      limit,
      signal,
      onProgress: (read, all) => {
        if (stderr.isTTY && all > 0)
          stderr.write(`\r\u001b[KComparing… ${Math.floor((read / all) * 100)} % · Ctrl+C stops`);
      },
    });
  } finally {
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  }
}
