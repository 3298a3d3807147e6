import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { readConfiguration } from '../../editor/configuration';
import { DisposableStore, type Disposable } from '../../editor/emitter';
import { findEditorModel } from '../../editor/models/editorModels';
import { askToSendKey } from '../../editor/models/keyCommands';
import { originOf } from '../../editor/models/keys';
import type { RunPlace } from '../../editor/runs/findRuns';
import { trashPlaces } from '../../editor/datasets/trash';
import { RunNotes } from '../../editor/runs/runNotes';
import { Runs } from '../../editor/runs/runs';
import { runFiles } from '../../spar/log/runFolders';
import { isEditorSource } from '../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import { RunActions } from './actions';
import type { LateRunsOptions } from './lateRuns';
import { RunsModel, type RunElement } from './model';
import { askToWork } from './questions';
import { RunsProvider } from './runsProvider';
import { RunStatusBar } from './runStatusBar';
import type { StartRunContext } from './start/startRun';

export interface RunsPartsOptions extends LateRunsOptions {
  readonly view: vscode.TreeView<RunElement>;
  readonly changed: (element: RunElement | undefined) => void;
}

/** A process that is killed changes no file, so runs of others are looked at as long as they are seen. */
const lookEveryMs = 3000;
/** The window that went may still be about to let go of its runs, or has left their locks behind. */
const looksForInterrupted = 12;

/** All there is of runs once it is loaded, wired. */
export class RunsParts implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly watchers: Disposable[] = [];
  private readonly notes: RunNotes;
  private readonly model: RunsModel;
  readonly runs: Runs;
  readonly provider: RunsProvider;
  readonly actions: RunActions;

  constructor(private readonly options: RunsPartsOptions) {
    const { homes, errors, keys, notes, everywhere, changed } = options;
    this.notes = new RunNotes(notes);
    this.runs = this.disposables.add(
      new Runs({
        places: () => placesOf(options),
        openModels: async (plan) =>
          (await import('../../editor/runs/runModels')).openRunModels(plan, {
            keys,
            endpoint: () => readConfiguration().endpoint,
            findEditorModel,
            askToSendKey,
          }),
        askToWork,
        isTrusted: () => vscode.workspace.isTrusted,
        notes: this.notes,
        onEnd: (end) => void this.actions.tellEnd(end).catch((error: unknown) => void errors.show(error)),
        note: (message) => errors.note(message),
      }),
    );
    this.actions = new RunActions({
      runs: this.runs,
      errors,
      keys,
      trashes: () => trashPlaces(homes).map(({ sparFolder }) => sparFolder),
    });
    this.model = this.disposables.add(new RunsModel({ runs: this.runs }));
    this.provider = this.disposables.add(new RunsProvider(this.model, this.runs));
    this.disposables.add(this.provider.onDidChangeTreeData(changed));
    this.disposables.add(new RunStatusBar(this.runs));
    this.disposables.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.watch();
        this.actions.tellLeft(this.runs.pauseLeft());
        void this.runs.look();
      }),
    );
    const timer = setInterval(() => this.lookAtOthers(), lookEveryMs);
    this.disposables.add({ dispose: () => clearInterval(timer) });
    this.watch();
    this.startContext = (input) => ({
      input,
      homes,
      errors,
      keys,
      notes: everywhere,
      earlier: () => this.earlier(),
      begin: async (begun) => {
        await this.allowKeys(begun.plan);
        const folder = await this.runs.start(begun);
        await this.show(folder);
        return folder;
      },
    });
  }

  readonly startContext: (input: vscode.Uri | null) => StartRunContext;

  /** Shows a run in the view, where that is open, and takes no focus. */
  async show(folder: string): Promise<void> {
    const { view, errors } = this.options;
    if (!view.visible || this.runs.shown(folder) === null) return;
    try {
      await view.reveal(this.model.runElement(folder), { select: true, focus: false, expand: true });
    } catch (error) {
      // The view may not have drawn its line yet; the run is under way all the same.
      errors.note('The run could not be shown in the view.', error);
    }
  }

  /** Offers to go on with runs that worked when the window went. */
  async offer(): Promise<void> {
    for (let look = 0; look < looksForInterrupted; look += 1) {
      const left = await this.runs.interrupted();
      if (left.length > 0) {
        await this.actions.offer(left);
        // Asked once: the view offers it from here on.
        for (const { found } of left)
          if (this.runs.shown(found.folder)?.live == null) await this.notes.end(found.folder);
      }
      if (this.notes.working().every((folder) => this.runs.shown(folder)?.live != null)) return;
      await setTimeout(lookEveryMs, undefined, { ref: false });
    }
  }

  dispose(): void {
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    this.disposables.dispose();
  }

  /** Who names an address step by step means their key for it to be sent there; a workspace's setting is asked about. */
  private async allowKeys({ source }: RunPlan): Promise<void> {
    const { baseUrl, isFromWorkspace } = readConfiguration().endpoint;
    const strange = isFromWorkspace ? originOf(baseUrl) : null;
    const sources = [source.actor, source.refiner].flatMap((one) => one ?? []);
    for (const url of sources.flatMap((one) => (isEditorSource(one) ? [] : one.baseUrls))) {
      const origin = originOf(url);
      if (origin !== null && origin !== strange) await this.options.keys.allowHere(origin);
    }
  }

  private async earlier(): ReturnType<StartRunContext['earlier']> {
    await this.runs.look();
    const known = await Promise.all(this.runs.all.map(({ found }) => this.runs.status(found.folder)));
    return known.flatMap((one) =>
      // A replay pays for nothing, or for little.
      one.state === 'known' &&
      one.plan !== null &&
      one.plan.source.replay === undefined &&
      one.status.totals.finished > 0
        ? [{ status: one.status, plan: one.plan }]
        : [],
    );
  }

  private lookAtOthers(): void {
    if (!this.options.view.visible) return;
    // Not every disk tells what happens on it.
    void this.runs.look();
    for (const { found, known, live } of this.runs.all)
      if (live === null && known.state === 'known' && known.status.state === 'running')
        this.runs.touch(found.folder);
  }

  private watch(): void {
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    const look = (): void => void this.runs.look();
    for (const { sparFolder } of placesOf(this.options)) {
      const base = vscode.Uri.file(sparFolder);
      const folders = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(base, 'runs/*'),
        false,
        true,
      );
      folders.onDidCreate(look);
      folders.onDidDelete(look);
      const names = [runFiles.settings, runFiles.journal, `${runFiles.lock}.lock`];
      const files = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(base, `runs/*/{${names.join(',')}}`),
      );
      const touch = ({ fsPath }: vscode.Uri): void => this.runs.touch(dirname(fsPath));
      files.onDidCreate(touch);
      files.onDidChange(touch);
      files.onDidDelete(touch);
      this.watchers.push(folders, files);
    }
  }
}

function placesOf({ homes }: Pick<LateRunsOptions, 'homes'>): readonly RunPlace[] {
  const known = new Map<string, RunPlace>();
  for (const { sparFolder, workspaceFolder } of homes.all()) {
    const name = workspaceFolder === null ? 'kept without a folder' : basename(dirname(sparFolder));
    known.set(join(sparFolder), { sparFolder, name });
  }
  return [...known.values()];
}
