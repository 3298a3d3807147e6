import type * as vscode from 'vscode';
import type { Errors } from '../../../editor/errors';
import type { Homes } from '../../../editor/homes';
import type { KeyNotes, Keys } from '../../../editor/models/keys';
import type { InputScan } from '../../../spar/selfplay/plan/inputScan';
import type { RunPlan } from '../../../spar/selfplay/plan/runPlan';
import type { RunStatus } from '../../../spar/selfplay/runStatus';

/** What the steps to a new run are given. */
export interface StartRunContext {
  /** The file whose menu the command came from; null: it is asked for. */
  readonly input: vscode.Uri | null;
  readonly homes: Homes;
  readonly errors: Errors;
  readonly keys: Keys;
  /** Of the person, in every workspace: endpoints that were chosen before. */
  readonly notes: KeyNotes;
  /** Runs of this window that finished items, the newest first: what they took tells what the next one may take. */
  readonly earlier: () => Promise<readonly EarlierRun[]>;
  /**
   * Begins the run and works on it; resolves with its folder when it is on the disk, and shows it in the Runs view. May
   * ask the person whether a stored key may be sent.
   *
   * @throws RunProblem in Restricted Mode; LogError; ModelError where the editor does not offer the model.
   */
  readonly begin: (run: BegunRun) => Promise<string>;
}

export interface EarlierRun {
  readonly status: RunStatus;
  readonly plan: RunPlan;
}

export interface BegunRun {
  readonly plan: RunPlan;
  readonly scan: InputScan;
  /** Keeps the run. */
  readonly sparFolder: string;
}

/** Asks for what a run needs, step by step with the forecast at the end, and begins it; nothing where it is dismissed. */
export async function startRun(context: StartRunContext): Promise<void> {
  const { startWizard } = await import('./wizard');
  await startWizard(context);
}
