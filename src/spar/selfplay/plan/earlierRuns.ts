import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { runFiles } from '../../log/runFolders';
import type { EarlierEvidence } from '../forecast';
import type { EarlierRun } from '../forecast/earlier';
import { readRunStatus, type RunStatus } from '../runStatus';
import { parsePlan, type RunPlan } from './runPlan';

/** A larger journal takes longer to read than a forecast may take. */
const mostJournalBytes = 64 << 20;
/** The newest tell most. */
const mostRuns = 20;

/** What earlier runs tell about one that is planned. */
export function evidenceFor(plan: RunPlan, runs: readonly EarlierRun[]): EarlierEvidence {
  const { actor, refiner, input } = plan.source;
  return { runs, actor: actor?.model ?? null, refiner: refiner?.model ?? null, input: input.sha256 };
}

export function earlierRunOf({ status, plan }: { status: RunStatus; plan: RunPlan }): EarlierRun {
  const { totals, spent, worked } = status;
  const { actor, refiner, input } = plan.source;
  return {
    settings: plan,
    actor: actor?.model ?? null,
    refiner: refiner?.model ?? null,
    input: input.sha256,
    totals,
    spent,
    milliseconds: worked,
  };
}

/** The runs in some folders that finished items; folders that hold none, or none that can be read, are left out. */
export async function readEarlierRuns(
  folders: readonly string[],
  signal: AbortSignal,
): Promise<readonly EarlierRun[]> {
  const found: EarlierRun[] = [];
  for (const folder of folders) {
    if (found.length >= mostRuns) break;
    signal.throwIfAborted();
    const run = await readEarlierRun(folder, signal).catch(() => null);
    if (run !== null && run.totals.finished > 0) found.push(run);
  }
  signal.throwIfAborted();
  return found;
}

async function readEarlierRun(folder: string, signal: AbortSignal): Promise<EarlierRun | null> {
  await stat(join(folder, runFiles.settings));
  if ((await stat(join(folder, runFiles.journal))).size > mostJournalBytes) return null;
  const status = await readRunStatus(folder, signal);
  const plan = parsePlan(status.settings);
  // A replay pays for nothing, or for little.
  return plan === null || plan.source.replay !== undefined ? null : earlierRunOf({ status, plan });
}
