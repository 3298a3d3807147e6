import { profiles } from '../../tokens/cut';
import { estimatedTokens } from '../../tokens/estimate';
import { readCurated, type CuratedOptions, type CuratedRecord } from '../curated';
import type { LineProblem } from '../datasetReader';
import { lintedRecord, type CheckContext, type LintedRecord, type SetCheck } from './check';
import { evaluationCheck } from './checks/evaluation';
import { LengthBias } from './checks/lengthBias';
import { RepetitionCheck } from './checks/repetition';
import { describeCode, type Finding, type FindingCode } from './finding';
import { defaultThresholds, lintedStatuses, type LintOptions } from './options';
import { FindingStore, type LintReport } from './report';
import { recordChecks, setCodes } from './table';

/**
 * Looks for all that may hurt training in a dataset, in bounded memory: texts are read a batch at a time, and of each
 * record some 400 bytes are kept. Records that are deleted or rejected are left out.
 *
 * @throws LogError where the file can't be read; `signal.reason` when aborted.
 */
export async function lintDataset(path: string, options: LintOptions = {}): Promise<LintReport> {
  return lintRecords((reading) => readCurated(path, reading), options);
}

/** Reads the records anew at each call, as `readCurated` does. */
export type RecordSource = (options: CuratedOptions) => AsyncIterable<readonly CuratedRecord[]>;

/** As `lintDataset`, for records from anywhere. */
export async function lintRecords(source: RecordSource, options: LintOptions = {}): Promise<LintReport> {
  const thresholds = { ...defaultThresholds, ...options.thresholds };
  const { profile = profiles['llama-factory'], tokens = estimatedTokens } = options;
  const context: CheckContext = { profile, tokens, thresholds };
  const ignored = new Set(options.ignore ?? []);
  const isWanted = (code: FindingCode): boolean => !ignored.has(code);
  const evaluation = options.evaluation ?? [];
  const checks = [
    ...recordChecks,
    ...(evaluation.length === 0 ? [] : [evaluationCheck(evaluation, thresholds.evaluationOverlap)]),
  ].filter(({ codes }) => codes.some(isWanted));
  const sets: readonly SetCheck[] = [
    ...(setCodes.lengthBias.some(isWanted) ? [new LengthBias(thresholds)] : []),
    ...(setCodes.repetition.some(isWanted) ? [new RepetitionCheck(thresholds.similarity)] : []),
  ];
  const found = new FindingStore(options.mostOfCode ?? 1000);
  const take = (findings: Iterable<Finding>): void => {
    for (const finding of findings) if (isWanted(finding.code)) found.add(finding);
  };
  let records = 0;
  const reading = new Passes(source, options);
  const onProblem = (problem: LineProblem): void => take([problemFinding(problem)]);
  await reading.pass({ from: 0, to: sets.length > 1 ? 0.7 : 1, onProblem }, (linted) => {
    records += 1;
    for (const { check } of checks) take(check(linted, context));
    for (const set of sets) set.add(linted);
  });
  for (const set of sets) take(await set.finish((again) => reading.pass({ from: 0.8, to: 0.95 }, again)));
  options.onProgress?.(1);
  return found.report({
    records,
    tokens: { name: tokens.name, isExact: tokens.isExact },
    profile,
  });
}

interface Pass {
  /** Shares of the whole work. */
  readonly from: number;
  readonly to: number;
  readonly onProblem?: NonNullable<CuratedOptions['onProblem']>;
}

class Passes {
  private told = 0;

  constructor(
    private readonly source: RecordSource,
    private readonly options: LintOptions,
  ) {}

  async pass({ from, to, onProblem }: Pass, take: (linted: LintedRecord) => void): Promise<void> {
    const { statuses = lintedStatuses, signal, onProgress } = this.options;
    const batches = this.source({
      statuses,
      ...(signal === undefined ? {} : { signal }),
      ...(onProblem === undefined ? {} : { onProblem }),
      onProgress: (read, total) => {
        this.told = Math.max(this.told, from + ((to - from) * read) / Math.max(total, 1));
        onProgress?.(this.told);
      },
    });
    for await (const batch of batches) {
      for (const curated of batch) take(lintedRecord(curated));
    }
  }
}

const codesOfProblems = { damaged: 'damaged-line', unknown: 'unknown-line', torn: 'torn-line' } as const;

function problemFinding({ type, number, reason }: LineProblem): Finding {
  const code = codesOfProblems[type];
  const words = reason.slice(0, 200);
  return {
    code,
    severity: describeCode(code).severity,
    record: null,
    line: number,
    message: `${words.charAt(0).toUpperCase()}${words.slice(1)}.`,
  };
}
