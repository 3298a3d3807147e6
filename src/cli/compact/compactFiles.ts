import { compactDataset, compactionSize, type CompactionSize } from '../../spar/datasets/compaction';
import { harmlessLine } from '../output/paint';
import { requireFile } from '../requireFile';
import type { Terminal } from '../terminal';
import type { CompactArguments } from './command';

/**
 * Compacts the files one after another and tells of each what that saved.
 *
 * @throws Error for one that is not there, before any is touched; LogError for the first that fails, which is as it was; those before it are done.
 */
export async function compactFiles(
  { files, dryRun, forgetsDeleted, json }: CompactArguments,
  { stdout }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const done: (CompactionSize & { readonly file: string })[] = [];
  for (const file of files) await requireFile(file);
  for (const file of files) {
    const options = { forgetsDeleted, signal };
    const size = await (dryRun ? compactionSize(file, options) : compactDataset(file, options));
    const { bytesBefore, bytesAfter, linesBefore, linesAfter } = size;
    done.push({ file, bytesBefore, bytesAfter, linesBefore, linesAfter });
    if (!json) stdout.write(`${harmlessLine(file, 400)}: ${sizeWords(size, dryRun)}\n`);
  }
  if (json) stdout.write(`${JSON.stringify({ dryRun, files: done }, null, 2)}\n`);
}

function sizeWords(size: CompactionSize, dryRun: boolean): string {
  const { bytesBefore, bytesAfter, linesBefore, linesAfter } = size;
  const isSame = linesBefore === linesAfter && bytesBefore === bytesAfter;
  if (isSame) return 'nothing to leave out';
  const number = (value: number): string => value.toLocaleString('en');
  return (
    `${number(linesBefore)} → ${number(linesAfter)} lines, ` +
    `${number(bytesBefore)} → ${number(bytesAfter)} bytes${dryRun ? ' (nothing was written)' : ''}`
  );
}
