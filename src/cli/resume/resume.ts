import { scanPlanned } from '../../spar/selfplay/plan/inputScan';
import { parsePlan, type RunPlan } from '../../spar/selfplay/plan/runPlan';
import { RunStore } from '../../spar/selfplay/runStore';
import { changedLimits } from '../../spar/selfplay/settings';
import { countWords } from '../../spar/text/amountWords';
import { exitCodes } from '../exitCodes';
import { harmlessLine } from '../output/paint';
import { inputProblemWords } from '../run/inputWords';
import { workOnRun } from '../run/work';
import type { Surroundings } from '../runCommand';
import type { ResumeArguments } from './command';

const command = 'spar resume';

/** Goes on with a run. @throws LogError, `locked` while another process works on it; `signal.reason`. */
export async function resumeRun(options: ResumeArguments, surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  const { folder, json } = options;
  const fail = (reason: string): number => {
    terminal.stderr.write(`${command}: ${reason}\n`);
    return exitCodes.failed;
  };
  const store = await RunStore.open(folder, { abort: signal });
  try {
    const kept = parsePlan(await store.settings());
    if (kept === null)
      return fail(
        `The run in “${harmlessLine(folder, 300)}” was not begun by “spar run”, or its settings.json was changed. Go on with it where it was begun.`,
      );
    const plan = planOf(kept, { store, options });
    if (plan.limits.cost !== undefined && plan.search.price === null)
      return fail('--cost-budget needs a price, and the run was begun without --price.');
    const scan = await scanPlanned(plan, signal);
    if (scan.kind !== 'usable') return fail(inputProblemWords(plan.source.input.path, scan));
    await store.noteLimits(plan.limits);
    const failed = [...store.failures.keys()];
    if (options.retryFailed) await store.retry(failed);
    if (options.retryFailed && !json)
      terminal.stderr.write(
        `${command}: ${failed.length === 1 ? '1 failed item gets' : `${countWords(failed.length)} failed items get`} another try.\n`,
      );
    return await workOnRun({ store, plan, scan, command, json }, surroundings);
  } finally {
    await store.close();
  }
}

function planOf(
  kept: RunPlan,
  { store, options }: { readonly store: RunStore; readonly options: ResumeArguments },
): RunPlan {
  const { concurrency = kept.source.concurrency } = options;
  return {
    ...kept,
    limits: changedLimits(store.limits ?? kept.limits, options.limits),
    source: { ...kept.source, concurrency },
  };
}
