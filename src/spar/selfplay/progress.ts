import type { Usage } from '../models/chatModel';
import type { Price } from '../models/usage';
import { stages, type Stage } from './itemResult';
import type { PauseReason } from './stops';
import { totalCost, totalUsage, type RunTotals, type Spent } from './totals';

/** A run as it stands, for whoever looks at it. Plain data. */
export interface RunProgress {
  readonly state: 'running' | 'pausing' | 'paused' | 'finished';
  readonly pause: PauseReason | null;
  /** Usable rows; null until the input was read to its end. */
  readonly total: number | null;
  readonly badRows: number;
  readonly totals: RunTotals;
  /** Items under way, by the stage that they are in. */
  readonly underWay: Readonly<Record<Stage, number>>;
  readonly spent: Spent;
  readonly usage: Usage;
  /** In the price's currency; null without a price. */
  readonly cost: number | null;
  /** Milliseconds of work, pauses left out. */
  readonly worked: number;
  /** Items a minute since this process began to work; null before the first. */
  readonly rate: number | null;
  /** Milliseconds of work that are left at this rate; null where that can't be told. */
  readonly left: number | null;
  /** Requests in flight. */
  readonly requests: number;
}

export interface ProgressParts {
  readonly state: RunProgress['state'];
  readonly pause: PauseReason | null;
  readonly total: number | null;
  readonly badRows: number;
  readonly totals: RunTotals;
  readonly stages: readonly Stage[];
  readonly spent: Spent;
  readonly price: Price | null;
  readonly worked: number;
  /** Items that this process finished, and in how many milliseconds. */
  readonly finishedHere: number;
  readonly workedHere: number;
  readonly requests: number;
}

export function progressOf(parts: ProgressParts): RunProgress {
  const { state, pause, total, badRows, totals, spent, price, worked, requests } = parts;
  const rate =
    parts.finishedHere === 0 ? null : (60_000 * parts.finishedHere) / Math.max(1, parts.workedHere);
  const missing = total === null ? null : Math.max(0, total - totals.finished);
  return {
    state,
    pause,
    total,
    badRows,
    totals,
    underWay: Object.fromEntries(
      stages.map((stage) => [stage, parts.stages.filter((other) => other === stage).length]),
    ) as Record<Stage, number>,
    spent,
    usage: totalUsage(spent),
    cost: totalCost(spent, price),
    worked,
    rate,
    left: rate === null || missing === null ? null : (60_000 * missing) / rate,
    requests,
  };
}
