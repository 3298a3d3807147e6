import { exitCodes } from '../exitCodes';
import { flag, parseFilesAndOptions, text, texts, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';
import { parseArguments, type ImportArguments } from './arguments';

const optionTypes = {
  dataset: text,
  'dry-run': flag,
  json: flag,
  status: text,
  tag: texts,
  format: text,
  unpaired: text,
} as const;

/** `spar import`: takes pairs out of files of other tools. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const afterInterruption = 'Nothing was imported.';
  return runCommand({ name: 'import', usage, parse, work, afterInterruption }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<ImportArguments> {
  return parseFilesAndOptions(args, optionTypes, parseArguments);
}

async function work(options: ImportArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ importFiles }, { printImported }] = await Promise.all([
    import('./importFiles'),
    import('./print'),
  ]);
  const imported = await importFiles(options, terminal, signal);
  printImported(imported, options, terminal);
  const { records, duplicates } = imported.plan;
  const isKnown = duplicates.inDataset > 0;
  return records.length === 0 && !isKnown ? exitCodes.unsolved : exitCodes.done;
}

const usage = `Takes preference pairs out of files of other tools and adds them to a dataset, in one append.

Usage: spar import --dataset FILE INPUT… [options]

  --dataset FILE    the dataset; made if need be
  INPUT             JSON lines, a JSON array, CSV, TSV or Parquet, in a shape of TRL, LLaMA-Factory, Axolotl,
                    OpenAI (Azure, Together, Fireworks), UltraFeedback, promptfoo or IFEval
  --dry-run         say what would be imported, and change nothing
  --status STATUS   of the new records: pending (default) or accepted
  --tag TAG         give the new records a tag; may be given several times
  --format NAME     how the rows lie in the files, where their names don't tell: jsonl, json, csv, tsv,
                    parquet; or the only shape of row to take: preference, openai-preference, kto,
                    ultrafeedback, promptfoo, …
  --unpaired FILE   write rows with an instruction and one answer here, as JSON lines to refine
  --json            print the result as one JSON object
  --help            this text

A pair has an instruction, a better and a worse answer. Of an UltraFeedback row these are the answers of the
highest and the lowest score. KTO's rows are joined by instruction. Answers to one prompt of IFEval are told
apart by code, if its input data is among the files. Other rows with one answer are refused and counted.
Pairs that the dataset has, deleted ones too, are not added again.

Exit code: 0 done, 1 failed, 2 wrong usage, 3 no pair in the files (nothing is changed), 130 interrupted.
`;
