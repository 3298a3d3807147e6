import { exitCodes } from '../exitCodes';
import { flag, parseFilesAndOptions, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface CompactArguments {
  readonly files: readonly string[];
  /** Only say what it would come to. */
  readonly dryRun: boolean;
  /** Deleted pairs lose their texts. */
  readonly forgetsDeleted: boolean;
  readonly json: boolean;
}

const optionTypes = { 'dry-run': flag, 'forget-deleted': flag, json: flag } as const;

/** `spar compact`: rewrites datasets in canonical form. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const afterInterruption = 'Each dataset is as it was or whole in its new form.';
  return runCommand({ name: 'compact', usage, parse, work: compact, afterInterruption }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<CompactArguments> {
  return parseFilesAndOptions(args, optionTypes, ({ files, given, problems }): CompactArguments => {
    if (files.length === 0) problems.push('Name a dataset: spar compact FILE….');
    const { 'dry-run': dryRun = false, 'forget-deleted': forgetsDeleted = false, json = false } = given;
    return { files, dryRun, forgetsDeleted, json };
  });
}

async function compact(options: CompactArguments, { terminal, signal }: Surroundings): Promise<number> {
  const { compactFiles } = await import('./compactFiles');
  await compactFiles(options, terminal, signal);
  return exitCodes.done;
}

const usage = `Rewrites datasets in canonical form: each pair once, followed by the decisions and changes that still count.

Usage: spar compact FILE… [--forget-deleted] [--dry-run] [--json]

  FILE              datasets (*.spar.jsonl)
  --forget-deleted  take the texts of deleted pairs out of the file
  --dry-run         only say what it would save; nothing is written
  --json            print the sizes before and after as one JSON object
  --help            this text

What later lines replaced is left out, and can't be undone any more. Deleted pairs stay in the
file, since another branch may have decided on them; with --forget-deleted they lose their texts for good, and a
merge with such a branch leaves its decision without a pair. Contradictions stay until a person settles them, and lines that can't be read stay where they are. A merge
with an old copy brings nothing back. Others may append meanwhile: their lines are carried over.

Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`;
