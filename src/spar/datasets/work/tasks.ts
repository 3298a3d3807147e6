import type { DatasetEdit } from '../edits';
import type { ExportResult } from '../export/exportDataset';
import type { ExportPreview } from '../export/previewExport';
import type { ExportTarget } from '../export/request';
import type { Finding } from '../lint/finding';
import type { LintOptions } from '../lint/options';
import type { DatasetRecord } from '../schema';
import type { SimilarRecord } from '../similarity/findSimilar';
import type { DatasetStatistics } from '../statistics/statistics';
import type { RunReport } from '../../selfplay/report/runReport';
import type { PackedReport } from './packedReport';

/** Work on datasets that takes long. What goes in and comes out is plain data, so that it may cross to a thread. */
export interface Tasks {
  readonly lint: Task<LintInput, PackedReport>;
  /** Makes fixes in lint's name, one a record; the number of edits made. */
  readonly fix: Task<{ readonly file: string; readonly findings: readonly Finding[] }, number>;
  /** Makes edits in a person's name; their number. */
  readonly edit: Task<{ readonly file: string; readonly edits: readonly DatasetEdit[] }, number>;
  readonly similar: Task<{ readonly file: string; readonly target: DatasetRecord }, readonly SimilarRecord[]>;
  readonly statistics: Task<{ readonly files: readonly string[] }, DatasetStatistics>;
  /** Of a self-play run's folder. */
  readonly runReport: Task<{ readonly folder: string }, RunReport>;
  /** The first rows come as an interim result. */
  readonly preview: Task<PlainTarget, ExportPreview, ExportPreview>;
  readonly export: Task<PlainTarget, ExportResult>;
}

export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Tasks[Name]['input'];
export type TaskOutput<Name extends TaskName> = Tasks[Name]['output'];
export type TaskInterim<Name extends TaskName> = Tasks[Name]['interim'];

interface Task<Input, Output, Interim = never> {
  readonly input: Input;
  readonly output: Output;
  readonly interim: Interim;
}

/** As `LintOptions`, with files that are read where the work is done. */
export interface LintInput extends Omit<LintOptions, 'evaluation' | 'tokens' | 'signal' | 'onProgress'> {
  readonly file: string;
  /** Files of prompts that must not be in the set. */
  readonly evaluation: readonly string[];
  /** A model's `tokenizer.json`; null: tokens are estimated. */
  readonly tokenizer: string | null;
}

export type PlainTarget = Omit<ExportTarget, 'signal' | 'onProgress'>;

export interface TaskPorts<Interim> {
  readonly signal: AbortSignal;
  /** Share of the work that is done, 0 to 1; told once for each whole percent. */
  readonly onProgress: (share: number) => void;
  readonly onInterim: (interim: Interim) => void;
}

/** Tasks that write: they are asked to stop, and waited for, so that nothing half-written stays behind. */
export const writingTasks: ReadonlySet<TaskName> = new Set<TaskName>(['fix', 'edit', 'export']);

/**
 * Does a task in the thread that it is called in.
 *
 * @throws LogError, TokenizerProblem, and what else the work throws; `signal.reason` when aborted.
 */
export function doTask<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  ports: TaskPorts<TaskInterim<Name>>,
): Promise<TaskOutput<Name>> {
  return work[name](input, { ...ports, onProgress: wholePercents(ports.onProgress) });
}

const work: {
  readonly [Name in TaskName]: (
    input: TaskInput<Name>,
    ports: TaskPorts<TaskInterim<Name>>,
  ) => Promise<TaskOutput<Name>>;
} = {
  lint: async ({ file, evaluation, tokenizer, ...options }, { signal, onProgress }) => {
    const [{ lintDataset }, { readEvaluationPrompts }, { loadTokenizer }, { packedReport }] =
      await Promise.all([
        import('../lint/lint'),
        import('../lint/evaluationPrompts'),
        import('../../tokens/modelTokenizer'),
        import('./packedReport'),
      ]);
    const prompts = [];
    for (const path of evaluation) prompts.push(...(await readEvaluationPrompts(path, signal)));
    const tokens = tokenizer === null ? {} : { tokens: await loadTokenizer(tokenizer) };
    return packedReport(
      await lintDataset(file, { ...options, ...tokens, evaluation: prompts, signal, onProgress }),
    );
  },
  fix: async ({ file, findings }, { signal }) => {
    const { applyFixes } = await import('../lint/fixes');
    return applyFixes(file, findings, signal);
  },
  edit: async ({ file, edits }, { signal }) => {
    const { DatasetFile } = await import('../store');
    const dataset = await DatasetFile.open(file, { signal });
    await dataset.apply(edits, signal);
    return edits.length;
  },
  similar: async ({ file, target }, { signal, onProgress }) => {
    const [{ readCurated }, { findSimilar }] = await Promise.all([
      import('../curated'),
      import('../similarity/findSimilar'),
    ]);
    const batches = readCurated(file, { signal, onProgress: shareOf(onProgress) });
    return findSimilar(batches, target, { signal });
  },
  statistics: async ({ files }, { signal, onProgress }) => {
    const { datasetStatistics } = await import('../statistics/statistics');
    return datasetStatistics(files, { signal, onProgress: shareOf(onProgress) });
  },
  runReport: async ({ folder }, { signal, onProgress }) => {
    const { buildRunReport } = await import('../../selfplay/report/buildRunReport');
    return buildRunReport(folder, { signal, onProgress });
  },
  preview: async (target, { signal, onInterim }) => {
    const { previewExport } = await import('../export/previewExport');
    return previewExport({ ...target, signal }, { onFirst: onInterim });
  },
  export: async (target, { signal, onProgress }) => {
    const { exportDataset } = await import('../export/exportDataset');
    return exportDataset({ ...target, signal, onProgress: shareOf(onProgress) });
  },
};

/** Each whole percent once: whatever reads tells of every megabyte. */
function wholePercents(tell: (share: number) => void): (share: number) => void {
  let told = -1;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (percent <= told) return;
    told = percent;
    tell(share);
  };
}

function shareOf(onProgress: (share: number) => void): (read: number, total: number) => void {
  return (read, total) => onProgress(total === 0 ? 1 : read / total);
}
