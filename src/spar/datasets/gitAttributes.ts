import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileDurably } from '../log/durable';
import { errorCode, toLogError } from '../log/logError';
import { datasetEnding } from './datasetNames';

/**
 * Tells Git to merge datasets line by line, keeping the lines of both sides, and to leave their line ends
 * alone: their order never matters. Keeps what the folder's `.gitattributes` says, also about datasets.
 *
 * @throws LogError
 */
export async function ensureGitAttributes(folder: string): Promise<void> {
  const file = join(folder, '.gitattributes');
  try {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return '';
      throw error;
    });
    if (text.split(/\r?\n/u).some((line) => /^\s*"?[^#\s]*\.spar\.jsonl"?\s.*\bmerge\b/u.test(line))) return;
    const end = text.includes('\r\n') ? '\r\n' : '\n';
    const start = text === '' || text.endsWith('\n') ? text : text + end;
    await writeFileDurably(file, `${start}*${datasetEnding} merge=union text eol=lf${end}`);
  } catch (error) {
    throw toLogError(error, 'write Git’s settings for datasets', file);
  }
}
