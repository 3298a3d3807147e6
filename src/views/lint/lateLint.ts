import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { settingsSection } from '../../contributions';
import { readConfiguration } from '../../editor/configuration';
import type { DatasetFiles } from '../../editor/datasets/datasetFiles';
import { openDatasets } from '../../editor/datasets/openDatasets';
import { DisposableStore, Emitter, type Event } from '../../editor/emitter';
import { datasetEnding } from '../../spar/datasets/datasetNames';
import type { LintReport } from '../../spar/datasets/lint/report';
import type { DatasetLint, FindingCount } from './datasetLint';
import { LookQueue } from './lookQueue';

export interface LateLintOptions {
  readonly files: DatasetFiles;
  /** For what a person has not asked for: into the log. */
  readonly note: (message: string, cause: unknown) => void;
}

/** Larger datasets are looked at on request only: lint may take over 1 KB a record while it looks. */
const mostBytes = 256 << 20;

/**
 * What there is of lint before a dataset is looked at: the watch for datasets that are opened or change, and the quick
 * fixes. All that lints is loaded with the first of them.
 */
export class LateLint implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<string>());
  private loading: Promise<DatasetLint> | null = null;
  private loaded: DatasetLint | null = null;
  private isDisposed = false;
  /** Datasets in tabs, and those that a person had looked at. */
  private open: ReadonlySet<string> = new Set();
  private readonly asked = new Set<string>();
  private readonly queue = new LookQueue({ look: (file) => this.lint(file) });

  /** The file whose findings are others now. */
  readonly onDidLint: Event<string> = this.changed.event;

  constructor(private readonly options: LateLintOptions) {
    const { languages, window, workspace } = vscode;
    const selector: vscode.DocumentSelector = { scheme: 'file', pattern: `**/*${datasetEnding}` };
    this.store.add(
      languages.registerCodeActionsProvider(
        selector,
        {
          provideCodeActions: async (document, range, context) => {
            if (this.loaded === null) return [];
            const { quickFixes } = await import('./quickFixes');
            return quickFixes(this.loaded, document, { range, context });
          },
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
    this.store.add(window.tabGroups.onDidChangeTabs(() => this.look()));
    this.store.add(options.files.onDidTouch((file) => this.lintSoon(file)));
    this.store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`${settingsSection}.lint`)) return;
        for (const file of [...this.open, ...this.asked]) this.lintSoon(file);
      }),
    );
    this.look();
  }

  dispose(): void {
    this.isDisposed = true;
    this.queue.dispose();
    this.store.dispose();
  }

  load(): Promise<DatasetLint> {
    this.loading ??= this.create();
    return this.loading;
  }

  /** Keeps looking at a dataset that a person has asked about. */
  keepLooking(file: string): void {
    this.asked.add(file);
  }

  /** What was found in a dataset; null before it has been looked at. */
  report(file: string): LintReport | null {
    return this.loaded?.report(file) ?? null;
  }

  /** Ids of the records with a finding; null before the dataset has been looked at. */
  ids(file: string, code: string): readonly string[] | null {
    return this.loaded?.ids(file, code) ?? null;
  }

  /** Codes that were found, by the number of their records. */
  counts(file: string): readonly FindingCount[] {
    return this.loaded?.counts(file) ?? [];
  }

  private async create(): Promise<DatasetLint> {
    const { DatasetLint } = await import('./datasetLint');
    const lint = new DatasetLint();
    if (this.isDisposed) lint.dispose();
    else {
      this.loaded = this.store.add(lint);
      this.store.add(lint.onDidLint((file) => this.changed.fire(file)));
    }
    return lint;
  }

  private look(): void {
    const open = openDatasets();
    for (const file of this.open) {
      if (open.has(file) || this.asked.has(file)) continue;
      this.queue.forget(file);
      this.loaded?.forget(file);
    }
    const fresh = [...open].filter((file) => !this.open.has(file));
    this.open = open;
    for (const file of fresh) this.lintSoon(file);
  }

  private lintSoon(file: string): void {
    if (this.isWatched(file)) this.queue.lookSoon(file);
  }

  private isWatched(file: string): boolean {
    return this.open.has(file) || this.asked.has(file);
  }

  /** Unasked, so whatever hinders it goes into the log alone. */
  private async lint(file: string): Promise<void> {
    try {
      const isWanted = this.asked.has(file) || (await this.isSmallAndOn(file));
      const lint = isWanted ? await this.load() : this.loaded;
      // Its tab may have been closed meanwhile.
      if (isWanted && this.isWatched(file)) await lint?.lint(file, { inBackground: true });
      else lint?.forget(file);
    } catch (error) {
      this.options.note(`“${file}” could not be linted.`, error);
    }
  }

  private async isSmallAndOn(file: string): Promise<boolean> {
    if (!readConfiguration(vscode.Uri.file(file)).lint.isEnabled) return false;
    const size = await stat(file).then(
      (found) => found.size,
      () => null,
    );
    return size !== null && size <= mostBytes;
  }
}
