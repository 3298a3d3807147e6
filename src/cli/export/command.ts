import { exitCodes } from '../exitCodes';
import { flag, parseOptions, text, texts, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';
import { parseArguments, type ExportArguments } from './arguments';

const optionTypes = {
  dataset: texts,
  format: text,
  'output-dir': text,
  what: text,
  split: text,
  seed: text,
  status: text,
  name: text,
  'no-meta': flag,
  list: flag,
  json: flag,
} as const;

/** `spar export`: writes datasets as files that trainers take. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(
    { name: 'export', usage: async () => usage(await formatList()), parse, work },
    args,
    terminal,
  );
}

function parse(args: readonly string[]): ParsedArguments<ExportArguments> {
  return parseOptions(args, optionTypes, parseArguments);
}

async function work(options: ExportArguments, { terminal, signal }: Surroundings): Promise<number> {
  if (options.kind === 'list') {
    terminal.stdout.write(await formatList());
    return exitCodes.done;
  }
  const [{ exportDataset }, { requireWritable }, { progressOf, printExported }] = await Promise.all([
    import('../../spar/datasets/export/exportDataset'),
    import('../../spar/log/durable'),
    import('./print'),
  ]);
  await requireWritable(options.target.outputFolder);
  const progress = progressOf(terminal);
  try {
    const result = await exportDataset({ ...options.target, signal, onProgress: progress.tell });
    progress.clear();
    printExported(result, options, terminal);
    return result.rows === 0 ? exitCodes.unsolved : exitCodes.done;
  } finally {
    progress.clear();
  }
}

async function formatList(): Promise<string> {
  const { formats } = await import('../../spar/datasets/export/formats');
  const width = Math.max(...formats.map(({ name }) => name.length));
  return formats.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
}

function usage(list: string): string {
  return `Writes datasets as files that trainers take as they are.

Usage: spar export --dataset FILE --format NAME --output-dir DIR [options]

  --dataset FILE     a dataset; may be given several times
  --format NAME      one of the formats below
  --output-dir DIR   train.jsonl, test.jsonl, …, a *.meta.jsonl beside each (where its rows come from),
                     manifest.json, and the trainer's own settings
  --what pairs       preference pairs of the actor (default)
  --what refiner     conversations that the refiner learns from: judgements and refinements, mixed
  --split SHARES     for example train=0.9,test=0.1; by instruction. Splits that were given in the
                     dataset count; without the option all the others are train
  --seed N           of the split and the draw; 0 by default
  --status STATUS    accepted (default), pending, or all (both). Rejected, contested and deleted
                     records are never exported
  --name NAME        of the entry in dataset_info.json; spar_dpo and the like by default
  --no-meta          no *.meta.jsonl
  --list             print the formats
  --json             print the result as one JSON object
  --help             this text

Formats; for --what refiner those without -sft give the same rows as with it:
${list}
The same datasets and options give the same bytes.

Exit code: 0 done, 1 failed, 2 wrong usage, 3 nothing qualifies (no file is written), 130 interrupted.
`;
}
