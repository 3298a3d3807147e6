import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { readConfiguration } from '../../editor/configuration';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../editor/emitter';
import { isFindingCode, type Finding } from '../../spar/datasets/lint/finding';
import { findingIds, type IdSet, type LintReport } from '../../spar/datasets/lint/report';
import { unpackedReport } from '../../spar/datasets/work/packedReport';
import { runTask, type RunOptions } from '../../spar/datasets/work/runTask';
import type { LintInput } from '../../spar/datasets/work/tasks';
import { profiles } from '../../spar/tokens/cut';
import { diagnosticOf } from './diagnostics';
import { findingKey, problemsOf } from './problems';

/** How many records have a finding. */
export interface FindingCount {
  readonly code: string;
  readonly records: number;
}

export type LookOptions = Pick<RunOptions<'lint'>, 'signal' | 'onProgress' | 'inBackground'>;

/** What lint finds in datasets: looks, keeps the reports, and shows them in the Problems panel. */
export class DatasetLint implements Disposable {
  private readonly store = new DisposableStore();
  private readonly diagnostics = this.store.add(vscode.languages.createDiagnosticCollection('spar-lint'));
  private readonly reports = new Map<string, LintReport>();
  private readonly running = new Map<string, Look>();
  private readonly changed = this.store.add(new Emitter<string>());

  /** The file whose findings are others now. */
  readonly onDidLint: Event<string> = this.changed.event;

  dispose(): void {
    for (const { stop } of this.running.values()) stop.abort();
    this.store.dispose();
  }

  /** Null before the dataset has been looked at. */
  report(file: string): LintReport | null {
    return this.reports.get(file) ?? null;
  }

  /** Ids of the records with a finding, for filters; null before the dataset has been looked at. */
  ids(file: string, code: string): readonly string[] | null {
    const report = this.report(file);
    return report === null || !isFindingCode(code) ? null : findingIds(report, [code]);
  }

  /** Codes that were found, by the number of their records. */
  counts(file: string): readonly FindingCount[] {
    const ids = this.report(file)?.ids ?? new Map<string, IdSet>();
    return [...ids].map(([code, records]) => ({ code, records: records.size }));
  }

  /**
   * Looks at a dataset, in a thread; an earlier look at it that still goes on is given up, but one that a person waits
   * for is waited for by one that nobody asked for. Null when this one was given up.
   *
   * @throws LogError, TokenizerProblem
   */
  async lint(file: string, options: LookOptions = {}): Promise<LintReport | null> {
    const isAsked = options.inBackground !== true;
    let before = this.running.get(file);
    while (before?.isAsked === true && !isAsked) {
      await before.done;
      before = this.running.get(file);
    }
    before?.stop.abort();
    const own = new AbortController();
    let end = (): void => undefined;
    const done = new Promise<void>((resolve) => (end = resolve));
    const look: Look = { stop: own, isAsked, done };
    this.running.set(file, look);
    const signal = options.signal === undefined ? own.signal : AbortSignal.any([own.signal, options.signal]);
    try {
      const report = unpackedReport(await runTask('lint', inputFor(file), { ...options, signal }));
      this.take(file, report);
      return report;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      if (this.running.get(file) === look) this.running.delete(file);
      end();
    }
  }

  forget(file: string): void {
    this.running.get(file)?.stop.abort();
    this.diagnostics.delete(vscode.Uri.file(file));
    if (this.reports.delete(file)) this.changed.fire(file);
  }

  /** The finding that a key names, if the last look still found it. */
  finding(file: string, key: string): Finding | null {
    return this.report(file)?.findings.find((finding) => findingKey(finding) === key) ?? null;
  }

  /**
   * Makes one finding's fix in a person's name.
   *
   * @throws LogError
   */
  async fix(file: string, finding: Finding): Promise<void> {
    if (finding.fix === undefined) return;
    await runTask('edit', { file, edits: finding.fix });
    if (this.reports.has(file)) await this.lint(file);
  }

  /**
   * Makes the fixes of many findings, one a record, and answers how many edits that took.
   *
   * @throws LogError
   */
  async fixAll(file: string, findings: readonly Finding[], signal?: AbortSignal): Promise<number> {
    const edits = await runTask('fix', { file, findings }, { signal });
    await this.lint(file);
    return edits;
  }

  private take(file: string, report: LintReport): void {
    this.reports.set(file, report);
    const uri = vscode.Uri.file(file);
    this.diagnostics.set(
      uri,
      problemsOf(report).map((problem) => diagnosticOf(uri, problem)),
    );
    this.changed.fire(file);
  }
}

/** A look at a dataset that is under way. */
interface Look {
  readonly stop: AbortController;
  /** Whether a person waits for it. */
  readonly isAsked: boolean;
  readonly done: Promise<void>;
}

function inputFor(file: string): LintInput {
  const uri = vscode.Uri.file(file);
  const { lint } = readConfiguration(uri);
  const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? null;
  const { profile, cutoff, interference, similarity, ignore, tokenizer, evaluation } = lint;
  return {
    file,
    profile: { ...profiles[profile], ...(cutoff === null ? {} : { cutoff }) },
    thresholds: { interference, similarity },
    ignore: ignore.filter(isFindingCode),
    evaluation: evaluation.map((path) => placed(path, root)),
    tokenizer: tokenizer === '' ? null : placed(tokenizer, root),
  };
}

function placed(path: string, root: string | null): string {
  return isAbsolute(path) || root === null ? path : join(root, path);
}
