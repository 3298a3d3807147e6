import { forecastRun, type Forecast, type InputShape } from '../forecast';
import type { RunStatus } from '../runStatus';
import { totalUsage } from '../totals';
import type { RunPlan } from './runPlan';

/** Of an input that was not looked at. */
const unknownShape = { items: 1, answered: 0, answers: 0, instructionTokens: 100, answerTokens: null };

/** What the rest of a run will take; null where nothing is left, or how much is not known. */
export function restOf(
  { totals, total, spent, worked }: RunStatus,
  { plan, shape }: { readonly plan: RunPlan; readonly shape: InputShape | null },
): Forecast | null {
  const items = (total ?? 0) - totals.finished;
  if (items <= 0) return null;
  const known = shape ?? unknownShape;
  const share = items / Math.max(1, known.items);
  return forecastRun({
    input: { ...known, items, answered: known.answered * share, answers: known.answers * share },
    settings: plan,
    hasActor: plan.source.actor !== null,
    hasRefiner: plan.source.refiner !== null,
    done: { items: totals.finished, usage: totalUsage(spent), milliseconds: worked },
  });
}
