import type { ShownRun } from '../../editor/runs/runs';
import type { Price } from '../../spar/models/usage';
import type { Stage } from '../../spar/selfplay/itemResult';
import { restOf } from '../../spar/selfplay/plan/rest';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import type { Forecast } from '../../spar/selfplay/forecast';
import type { RunStatus } from '../../spar/selfplay/runStatus';
import type { RunLimits } from '../../spar/selfplay/settings';
import type { PauseReason } from '../../spar/selfplay/stops';
import { totalCost, totalUsage, type RunTotals } from '../../spar/selfplay/totals';

/** How a run stands, whoever works on it. Plain data. */
export interface RunFigures {
  /** `elsewhere`: another window or a terminal works on it. */
  readonly state: 'opening' | 'working' | 'pausing' | 'elsewhere' | 'paused' | 'finished' | 'interrupted';
  readonly pause: PauseReason | null;
  /** Usable rows; null where they were not counted yet. */
  readonly total: number | null;
  readonly badRows: number;
  readonly totals: RunTotals;
  /** Items under way by stage; null where that is known to another process only. */
  readonly underWay: Readonly<Record<Stage, number>> | null;
  readonly tokens: { readonly count: number; readonly estimated: boolean };
  /** In the price's currency; null without a price. */
  readonly cost: number | null;
  readonly price: Price | null;
  /** Milliseconds of work. */
  readonly worked: number;
  /** Items a minute; null where that can't be told. */
  readonly rate: number | null;
  /** Milliseconds of work that are left; null where that can't be told. */
  readonly left: number | null;
  readonly limits: RunLimits;
  /** Of a run that stopped at a limit: what the rest will take. */
  readonly rest: Forecast | null;
  /** Whether the limit on items leaves rows out. */
  readonly isMore: boolean;
  /** Lines of the journal that can't be read. */
  readonly unread: number;
}

/** Null while nothing is known, or where the run can't be read. */
export function figuresOf({ known, live }: ShownRun): RunFigures | null {
  const plan = live?.plan ?? (known.state === 'known' ? known.plan : null);
  const status = known.state === 'known' ? known.status : null;
  const price = plan?.search.price ?? null;
  const limits = live?.plan?.limits ?? status?.limits ?? plan?.limits ?? {};
  if (live?.progress != null) {
    const { pause, total, badRows, totals, underWay, usage, cost, worked, rate, left } = live.progress;
    const tokens = tokensOf(usage);
    const unread = status?.unread ?? 0;
    const common = { pause, total, badRows, totals, underWay, tokens, cost, price, worked, rate, left };
    return { state: live.phase, ...common, limits, rest: null, isMore: false, unread };
  }
  return status === null ? null : fromStatus(status, { live, plan, price, limits });
}

interface Around {
  readonly live: ShownRun['live'];
  readonly plan: RunPlan | null;
  readonly price: Price | null;
  readonly limits: RunLimits;
}

function fromStatus(status: RunStatus, { live, plan, price, limits }: Around): RunFigures {
  const { pause, total, isMore, badRows, totals, spent, worked, unread } = status;
  const state = live?.phase ?? (status.state === 'running' ? 'elsewhere' : status.state);
  const rate = state === 'elsewhere' && worked > 0 ? (60_000 * totals.finished) / worked : null;
  const missing = total === null ? null : Math.max(0, total - totals.finished);
  return {
    state,
    pause: live === null ? pause : null,
    total,
    badRows,
    totals,
    underWay: null,
    tokens: tokensOf(totalUsage(spent)),
    cost: totalCost(spent, price),
    price,
    worked,
    rate,
    left: rate === null || rate === 0 || missing === null ? null : (60_000 * missing) / rate,
    limits,
    rest: plan === null || pause?.kind !== 'limit' ? null : restOf(status, { plan, shape: null }),
    isMore,
    unread,
  };
}

function tokensOf(usage: ReturnType<typeof totalUsage>): RunFigures['tokens'] {
  return { count: usage.promptTokens + usage.completionTokens, estimated: usage.estimated };
}
