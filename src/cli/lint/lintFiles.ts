import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fixFindings } from '../../spar/datasets/lint/fixes';
import { readEvaluationPrompts } from '../../spar/datasets/lint/evaluationPrompts';
import { allFindingCodes, isFindingCode, type FindingCode } from '../../spar/datasets/lint/finding';
import { lintDataset } from '../../spar/datasets/lint/lint';
import type { LintOptions } from '../../spar/datasets/lint/options';
import { countAtLeast, type LintReport } from '../../spar/datasets/lint/report';
import { LogError } from '../../spar/log/logError';
import { profiles } from '../../spar/tokens/cut';
import { loadTokenizer, TokenizerProblem } from '../../spar/tokens/modelTokenizer';
import { rewrittenLine } from '../output/fittedLine';
import { harmlessLine } from '../output/paint';
import type { Terminal } from '../terminal';
import type { LintArguments } from './command';

export interface LintedFile {
  readonly file: string;
  readonly report: LintReport;
  /** Records that `--fix` corrected. */
  readonly fixed: number;
}

export type Linted =
  | {
      readonly ok: true;
      readonly files: readonly LintedFile[];
      /** Findings of the level that was asked for, in all files. */
      readonly found: number;
    }
  /** A sentence for a person. */
  | { readonly ok: false; readonly reason: string };

/** Lints each file. @throws `signal.reason` when interrupted. */
export async function lintFiles(
  options: LintArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Linted> {
  const odd = [...options.ignore, ...(options.only ?? [])].find((code) => !isFindingCode(code));
  if (odd !== undefined)
    return { ok: false, reason: `There is no code “${odd}”. “spar lint --help” lists them.` };
  try {
    const lintOptions = await optionsOf(options, signal);
    const files: LintedFile[] = [];
    for (const file of options.files) files.push(await lintFile(file, { options, lintOptions, terminal }));
    const found = files.reduce((sum, { report }) => sum + countAtLeast(report, options.severity), 0);
    return { ok: true, files, found };
  } catch (error) {
    if (error instanceof LogError || error instanceof TokenizerProblem)
      return { ok: false, reason: error.message };
    throw error;
  }
}

async function optionsOf(options: LintArguments, signal: AbortSignal): Promise<LintOptions> {
  const { profile, cutoff, tokenizer, interference, similarity } = options;
  const evaluation = [];
  for (const file of options.evaluation) evaluation.push(...(await readEvaluationPrompts(file, signal)));
  return {
    profile: { ...profiles[profile], ...(cutoff === null ? {} : { cutoff }) },
    ...(tokenizer === null ? {} : { tokens: await loadTokenizer(tokenizer) }),
    evaluation,
    ignore: ignoredCodes(options),
    thresholds: {
      ...(interference === null ? {} : { interference }),
      ...(similarity === null ? {} : { similarity }),
    },
    signal,
  };
}

function ignoredCodes({ only, ignore }: LintArguments): readonly FindingCode[] {
  return allFindingCodes.filter((code) => ignore.includes(code) || only?.includes(code) === false);
}

interface Surroundings {
  readonly options: LintArguments;
  readonly lintOptions: LintOptions;
  readonly terminal: Terminal;
}

async function lintFile(file: string, { options, lintOptions, terminal }: Surroundings): Promise<LintedFile> {
  await requireFile(file);
  const progress = new ShareLine(terminal, file);
  try {
    const told = { ...lintOptions, onProgress: (share: number) => progress.update(share) };
    if (!options.fix) return { file, report: await lintDataset(file, told), fixed: 0 };
    const { severity, only } = options;
    const codes = only === null ? {} : { codes: only.filter(isFindingCode) };
    return { file, ...(await fixFindings(file, { ...told, severity, ...codes })) };
  } finally {
    progress.clear();
  }
}

/** A dataset that is not there is empty elsewhere; for a check that a build relies on it is a mistake. */
async function requireFile(file: string): Promise<void> {
  const kind = await stat(file).then(
    (found) => (found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'device'),
    () => 'missing',
  );
  if (kind === 'file') return;
  const message =
    kind === 'folder'
      ? `“${file}” is a folder. Name the datasets in it, such as ${file}/pairs.spar.jsonl.`
      : kind === 'device'
        ? `“${file}” is no file. Name a dataset (*.spar.jsonl).`
        : `There is no file “${file}”, or it may not be read. Check the path.`;
  throw new LogError({ kind: 'not-found', path: file, message });
}

/** Milliseconds between two writings. */
const interval = 100;

/** One line on standard error that is written over; nothing where no person watches. */
class ShareLine {
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly terminal: Terminal,
    private readonly file: string,
  ) {}

  update(share: number): void {
    const { stderr } = this.terminal;
    const now = performance.now();
    if (!stderr.isTTY || now - this.lastAt < interval) return;
    this.lastAt = now;
    const percent = `${Math.floor(share * 100)} %`;
    stderr.write(
      rewrittenLine([`Linting… ${percent}`, harmlessLine(basename(this.file), 60), 'Ctrl+C stops'], stderr),
    );
  }

  clear(): void {
    if (this.lastAt !== Number.NEGATIVE_INFINITY) this.terminal.stderr.write('\r\u001b[K');
  }
}
