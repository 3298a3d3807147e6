import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { readConfiguration } from '../../editor/configuration';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../editor/emitter';
import type { LintSettings } from '../../editor/settingValues';
import { readEvaluationPrompts } from '../../spar/datasets/lint/evaluationPrompts';
import { isFindingCode, type Finding } from '../../spar/datasets/lint/finding';
import { applyFixes } from '../../spar/datasets/lint/fixes';
import { lintDataset } from '../../spar/datasets/lint/lint';
import type { LintOptions } from '../../spar/datasets/lint/options';
import { findingIds, type LintReport } from '../../spar/datasets/lint/report';
import { DatasetFile } from '../../spar/datasets/store';
import { profiles } from '../../spar/tokens/cut';
import { loadTokenizer } from '../../spar/tokens/modelTokenizer';
import type { TokenCounter } from '../../spar/tokens/tokenCounter';
import { diagnosticOf } from './diagnostics';
import { findingKey, problemsOf } from './problems';

/** How many records have a finding. */
export interface FindingCount {
  readonly code: string;
  readonly records: number;
}

/** What lint finds in datasets: looks, keeps the reports, and shows them in the Problems panel. */
export class DatasetLint implements Disposable {
  private readonly store = new DisposableStore();
  private readonly diagnostics = this.store.add(vscode.languages.createDiagnosticCollection('spar-lint'));
  private readonly reports = new Map<string, LintReport>();
  private readonly running = new Map<string, AbortController>();
  private readonly changed = this.store.add(new Emitter<string>());
  private tokenizer: { readonly path: string; readonly tokens: Promise<TokenCounter> } | null = null;

  /** The file whose findings are others now. */
  readonly onDidLint: Event<string> = this.changed.event;

  dispose(): void {
    for (const running of this.running.values()) running.abort();
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
    const ids = this.report(file)?.ids ?? new Map<string, ReadonlySet<string>>();
    return [...ids].map(([code, records]) => ({ code, records: records.size }));
  }

  /**
   * Looks at a dataset; an earlier look at it that still goes on is given up. Null when this one was.
   *
   * @throws LogError, TokenizerProblem
   */
  async lint(
    file: string,
    options: Pick<LintOptions, 'signal' | 'onProgress'> = {},
  ): Promise<LintReport | null> {
    this.running.get(file)?.abort();
    const own = new AbortController();
    this.running.set(file, own);
    const signal = options.signal === undefined ? own.signal : AbortSignal.any([own.signal, options.signal]);
    try {
      const report = await lintDataset(file, { ...(await this.options(file, signal)), ...options, signal });
      this.take(file, report);
      return report;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      if (this.running.get(file) === own) this.running.delete(file);
    }
  }

  forget(file: string): void {
    this.running.get(file)?.abort();
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
    const dataset = await DatasetFile.open(file);
    await dataset.apply(finding.fix);
    if (this.reports.has(file)) await this.lint(file);
  }

  /**
   * Makes the fixes of many findings, one a record, and answers how many edits that took.
   *
   * @throws LogError
   */
  async fixAll(file: string, findings: readonly Finding[], signal?: AbortSignal): Promise<number> {
    const edits = await applyFixes(file, findings, signal);
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

  private async options(file: string, signal: AbortSignal): Promise<LintOptions> {
    const uri = vscode.Uri.file(file);
    const { lint } = readConfiguration(uri);
    const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? null;
    const evaluation = [];
    for (const path of lint.evaluation)
      evaluation.push(...(await readEvaluationPrompts(placed(path, root), signal)));
    const tokens = lint.tokenizer === '' ? null : await this.tokens(placed(lint.tokenizer, root));
    return { ...plainOptions(lint), evaluation, ...(tokens === null ? {} : { tokens }) };
  }

  /** Loading one takes a second, so the last is kept. */
  private async tokens(path: string): Promise<TokenCounter> {
    if (this.tokenizer?.path !== path) this.tokenizer = { path, tokens: loadTokenizer(path) };
    try {
      return await this.tokenizer.tokens;
    } catch (error) {
      this.tokenizer = null;
      throw error;
    }
  }
}

function plainOptions({ profile, cutoff, interference, similarity, ignore }: LintSettings): LintOptions {
  return {
    profile: { ...profiles[profile], ...(cutoff === null ? {} : { cutoff }) },
    thresholds: { interference, similarity },
    ignore: ignore.filter(isFindingCode),
  };
}

function placed(path: string, root: string | null): string {
  return isAbsolute(path) || root === null ? path : join(root, path);
}
