import { createHash } from 'node:crypto';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from '../../../editor/emitter';
import { datasetLineText, parseDatasetLine } from '../../../spar/datasets/datasetLine';
import type { AboutLine } from '../../../spar/datasets/schema';
import { appendLines } from '../../../spar/log/appendLines';
import { writeFileDurably } from '../../../spar/log/durable';
import { LogError, toLogError } from '../../../spar/log/logError';
import { EditedDataset, type WorkOptions } from './editedDataset';
import { withLateProgress, type ProgressOptions } from './progress';
import { RecordFindings, type FindingsPort } from './recordFindings';
import type { RecordTable } from './recordTable';

/** An open dataset file with the edits that are not saved yet. */
export class DatasetDocument implements vscode.CustomDocument {
  readonly dataset: EditedDataset;
  readonly findings: RecordFindings;
  private readonly store = new DisposableStore();
  private readonly gone = this.store.add(new vscode.EventEmitter<void>());
  private readonly failed = this.store.add(new vscode.EventEmitter<unknown>());
  private waiting: NodeJS.Timeout | null = null;
  private isGone = false;
  private backups = 0;

  /** The file appeared or vanished. */
  readonly onDidChangePresence = this.gone.event;
  readonly onDidFail = this.failed.event;

  constructor(
    readonly uri: vscode.Uri,
    options: { readonly path: string; readonly table: RecordTable; readonly findings: FindingsPort },
  ) {
    const { path, table, findings } = options;
    this.dataset = this.store.add(
      new EditedDataset({ path, table, append: (lines, work) => this.append(lines, work) }),
    );
    this.findings = new RecordFindings(path, findings);
    this.watch();
  }

  get isFileGone(): boolean {
    return this.isGone;
  }

  dispose(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.store.dispose();
  }

  /** Takes in what others wrote, soon: changes come in bursts. */
  refreshSoon(): void {
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      void this.refresh();
    }, burst);
  }

  /** Adds what is not saved to the file. @throws LogError; `signal.reason` when aborted before the first byte. */
  save(signal: AbortSignal): Promise<void> {
    const count = this.dataset.pendingCount.toLocaleString('en');
    const save = ({ onProgress }: ProgressOptions): Promise<void> =>
      this.dataset.save({ signal, ...(onProgress === undefined ? {} : { onProgress }) });
    return withLateProgress(`Saving ${count} changes`, save, { cancellable: false });
  }

  /**
   * A copy of the file as it will be once saved.
   *
   * @throws LogError; the target is left as it was then.
   */
  async saveAs(target: string, signal?: AbortSignal): Promise<void> {
    const { path, pending } = this.dataset;
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      await copyFile(path, temporary);
      if (pending.length > 0) await appendLines(temporary, textsOf(pending), signal ? { signal } : {});
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw toLogError(error, 'save the dataset as another file', target);
    }
  }

  /**
   * Writes what is not saved into a file of the editor's own, always the same for one dataset: whichever backup the
   * editor remembers when it dies, the latest is there.
   *
   * @param destination Where the editor proposes to put it.
   */
  async backUp(destination: vscode.Uri): Promise<vscode.CustomDocumentBackup> {
    const name = createHash('sha256').update(this.uri.toString()).digest('hex').slice(0, 32);
    const file = vscode.Uri.joinPath(destination, '..', `${name}.jsonl`);
    this.backups += 1;
    const own = this.backups;
    const text = textsOf(this.dataset.pending)
      .map((line) => `${line}\n`)
      .join('');
    // Not by the editor's file system, which ends amid a write when its window is reloaded.
    await mkdir(dirname(file.fsPath), { recursive: true });
    await writeFileDurably(file.fsPath, text);
    return {
      id: file.toString(),
      delete: () => {
        if (own === this.backups) void vscode.workspace.fs.delete(file).then(undefined, () => null);
      },
    };
  }

  /**
   * Brings back what `backUp` wrote in an earlier window.
   *
   * @throws Error where the file can't be read.
   */
  async restore(backup: vscode.Uri): Promise<void> {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(backup));
    const lines = text.split('\n').flatMap((line): readonly AboutLine[] => {
      const parsed = line === '' ? null : parseDatasetLine(line);
      return parsed?.type === 'line' && parsed.line.kind !== 'record' ? [parsed.line] : [];
    });
    this.dataset.restore(lines);
  }

  private async append(lines: readonly AboutLine[], work: WorkOptions): Promise<void> {
    const { path } = this.dataset;
    if (!(await isThere(path))) throw goneError(path, lines.length);
    await appendLines(path, textsOf(lines), work);
  }

  private watch(): void {
    if (this.uri.scheme !== 'file') return;
    const pattern = new vscode.RelativePattern(
      vscode.Uri.joinPath(this.uri, '..'),
      this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1).replace(/[[\]{}*?]/gu, '[$&]'),
    );
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
      this.store.add(event(() => this.refreshSoon()));
    // Not every disk tells what happens on it.
    this.store.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.refreshSoon();
      }),
    );
  }

  private async refresh(): Promise<void> {
    const { path } = this.dataset;
    const wasGone = this.isGone;
    this.isGone = !(await isThere(path));
    try {
      // What was read stays in view while the file is gone: it may only be on its way to a new place.
      if (!this.isGone) await this.dataset.refresh();
      this.findings.forgetSimilar();
    } catch (error) {
      this.failed.fire(error);
    }
    if (wasGone !== this.isGone) this.gone.fire();
  }
}

/** Milliseconds in which changes of the file count as one. */
const burst = 100;

function textsOf(lines: readonly AboutLine[]): readonly string[] {
  return lines.map((line) => datasetLineText(line));
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function goneError(path: string, unsaved: number): LogError {
  const changes = unsaved === 1 ? 'Your unsaved change is' : `Your ${unsaved} unsaved changes are`;
  const message = `${path} is not there any more, so nothing was saved. ${changes} kept here: put the file back, then save again.`;
  return new LogError({ kind: 'not-found', path, message });
}
