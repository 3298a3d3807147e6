import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { missingIn } from '../../spar/models/notRecorded';
import { scanPlanned } from '../../spar/selfplay/plan/inputScan';
import { parsePlan } from '../../spar/selfplay/plan/runPlan';
import { replayPlan } from '../../spar/selfplay/replay/replayPlan';
import { readRunStatus } from '../../spar/selfplay/runStatus';
import { RunStore } from '../../spar/selfplay/runStore';
import { exitCodes } from '../exitCodes';
import { fail as failWith } from '../fail';
import { noteOwnRun } from '../keys/ownRuns';
import { placedModels, vouchFor } from '../keys/places';
import { changedConcurrency } from '../modelFlags';
import { harmlessLine } from '../output/paint';
import { folderProblem } from '../run/begin';
import { requireRun } from '../run/held';
import { inputProblemWords } from '../run/inputWords';
import { whileReading } from '../run/reading';
import { conductInTerminal, exitCodeOf } from '../run/work';
import type { Surroundings } from '../runCommand';
import type { ReplayArguments } from './command';
import { printReplay, type Undecided } from './print';

const command = 'spar replay';

/** Replays a run. @throws LogError; `signal.reason`. */
export async function replayRun(options: ReplayArguments, surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  const { folder, output, changes, drawMissing, places, json } = options;
  const fail = (reason: string): number => failWith(command, reason, terminal);
  await requireRun(folder);
  const before = await readRunStatus(folder, signal);
  const kept = parsePlan(before.settings);
  if (kept === null)
    return fail(
      `The plan of the run in “${harmlessLine(folder, 300)}” can’t be read: its settings.json was changed, or a later SPaR wrote it.`,
    );
  const asked = replayPlan(kept, changes, { of: resolve(folder), draws: drawMissing });
  const plan = {
    ...asked,
    source: {
      ...asked.source,
      ...placedModels(asked.source, places),
      ...changedConcurrency(
        asked.source,
        options.concurrency === undefined ? {} : { concurrency: options.concurrency },
      ),
    },
  };
  if (plan.limits.cost !== undefined && plan.search.price === null)
    return fail('--cost-budget needs a price, and the run was begun without --price.');
  const vouching = drawMissing ? await vouchFor({ folder, source: plan.source, places }, terminal) : null;
  if (vouching?.ok === false) return fail(vouching.reason);
  const scan = await whileReading(plan.source.input.path, surroundings, (onProgress) =>
    scanPlanned(plan, signal, onProgress),
  );
  if (scan.kind !== 'usable') return fail(inputProblemWords(plan.source.input.path, scan));
  const problem = output === null ? null : await folderProblem(output);
  if (problem !== null) return fail(problem);
  const place = output ?? (await mkdtemp(join(tmpdir(), 'spar-replay-')));
  try {
    const store = await RunStore.create(place, { settings: plan });
    try {
      if (vouching?.isOwn === true) await noteOwnRun(store.folder, terminal);
      const conclusion = await conductInTerminal({ store, plan, scan, command }, surroundings);
      const undecided = await undecidedIn(store);
      printReplay({ folder, output, before, kept, plan, conclusion, undecided }, { terminal, json });
      if (conclusion.ending.kind === 'finished' && undecided.items > 0) return exitCodes.unsolved;
      return exitCodeOf(conclusion.ending);
    } finally {
      await store.close();
    }
  } finally {
    if (output === null) await rm(place, { recursive: true, force: true });
  }
}

async function undecidedIn(store: RunStore): Promise<Undecided> {
  const missing = new Map<string, number>();
  let items = 0;
  for (const { reason } of (await store.leftovers(['undetermined'])).items) {
    const found = missingIn(reason);
    if (found === null) continue;
    items += 1;
    missing.set(found.what, (missing.get(found.what) ?? 0) + found.count);
  }
  return { items, missing: Object.fromEntries([...missing].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
