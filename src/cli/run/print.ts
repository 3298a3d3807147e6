import type { BatchFile } from '../../spar/selfplay/batch/batchJournal';
import type { Forecast, InputShape } from '../../spar/selfplay/forecast';
import type { Results } from '../../spar/selfplay/results';
import type { RunStatus } from '../../spar/selfplay/runStatus';
import { selfplayFiles } from '../../spar/selfplay/runStore';
import type { RunSettings } from '../../spar/selfplay/settings';
import { totalCost, totalUsage } from '../../spar/selfplay/totals';
import { basisWords, checkedWords, forecastParts, pauseWords } from '../../spar/selfplay/words';
import { costWords, countWords, timeWords } from '../../spar/text/amountWords';
import { harmlessLine, paintFor } from '../output/paint';
import { quoted } from '../output/quoted';
import { totalsWords } from '../output/runWords';
import type { Terminal } from '../terminal';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import { batchAdvice } from './batch';

export interface StatusReport {
  readonly folder: string;
  readonly status: RunStatus;
  /** Null for a run that the terminal did not begin. */
  readonly plan: RunPlan | null;
  readonly rest: Forecast | null;
  readonly results: Results | null;
  /** Files of requests without all their answers. */
  readonly batches: readonly BatchFile[];
}

interface Printing {
  readonly terminal: Terminal;
  readonly json: boolean;
}

/** Prints how a run stands: one JSON object, or words for a person. */
export function printStatus(given: StatusReport, { terminal, json }: Printing): void {
  const { stdout, environment } = terminal;
  const report = { ...given, rest: withoutGuess(given) };
  if (json) {
    stdout.write(`${JSON.stringify(statusObject(report), null, 2)}\n`);
    return;
  }
  const { folder, status, plan, rest } = report;
  const { totals, total, badRows, spent, worked, unread } = status;
  const paint = paintFor(stdout, environment);
  const usage = totalUsage(spent);
  const price = plan?.search.price ?? null;
  const cost = totalCost(spent, price);
  const of = total === null ? '' : ` of ${countWords(total)}`;
  const accepted = totals.accepted === 0 ? '' : ` (${countWords(totals.accepted)} accepted by the policy)`;
  const spentWords = [
    `${usage.estimated ? 'about ' : ''}${countWords(usage.promptTokens + usage.completionTokens)} tokens`,
    ...(cost === null || price === null ? [] : [costWords(cost, price)]),
    `${timeWords(worked)} of work`,
  ];
  const lines = [
    paint.ink('strong', stateWords(status)),
    `${countWords(totals.finished)}${of} items, ${countWords(totals.pairs)} ${totals.pairs === 1 ? 'pair' : 'pairs'}${accepted}, ${spentWords.join(', ')}`,
    ...totalsWords(totals, badRows),
    ...(unread === 0 ? [] : [`  ${countWords(unread)} lines of the journal could not be read`]),
    ...(rest === null ? [] : [`Left: ${forecastParts(rest, price).join(', ')}`]),
    ...adviceOf(report),
    `Files in ${harmlessLine(folder, 300)}: ${[selfplayFiles.pairs, selfplayFiles.refiner, selfplayFiles.heldBack, selfplayFiles.problems].join(', ')}`,
  ];
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** How long a provider or an engine takes for files nobody knows: the work of this program is the least of it. */
function withoutGuess({ plan, rest, batches }: StatusReport): Forecast | null {
  const isInFiles = plan?.source.engine !== undefined || batches.length > 0;
  return rest === null || !isInFiles ? rest : { ...rest, milliseconds: null };
}

function stateWords({ state, pause }: RunStatus): string {
  switch (state) {
    case 'running':
      return 'Running.';
    case 'finished':
      return 'Finished.';
    case 'interrupted':
      return 'Broken off without a word, as by a crash; nothing that was kept is lost.';
    case 'paused':
      return pause === null ? 'Paused.' : `Paused. ${harmlessLine(pauseWords(pause), 500)}`;
  }
}

/** What to do next. */
function adviceOf(report: StatusReport): readonly string[] {
  const { folder, status, batches } = report;
  const { state, pause, totals, isMore } = status;
  const command = `spar resume ${quoted(folder)}`;
  const failed = totals.statuses.failed ?? 0;
  if (state === 'finished') {
    return [
      ...(isMore ? [`Rows beyond --limit are left. To go on with them: ${command} --limit none`] : []),
      ...(failed === 0 ? [] : [`To try what failed again: ${command} --retry-failed`]),
    ];
  }
  if (state === 'running') return [];
  const advice = batchAdvice(folder, batches);
  if (pause?.kind !== 'limit' && advice.length > 0) return advice;
  if (pause?.kind !== 'limit') return [`To go on: ${command}`];
  const flag = { tokens: '--token-budget', cost: '--cost-budget', time: '--time-budget' }[pause.limit];
  const enough = enoughFor(pause.limit, report);
  return enough === null
    ? [`To go on: ${command} ${flag} ${pause.limit === 'time' ? 'T' : 'N'} (more than before, or “none”)`]
    : [`To finish: ${command} ${flag} ${enough}`];
}

/** A limit under which the rest is done, as its flag takes it; null where that can't be told. */
function enoughFor(limit: 'tokens' | 'cost' | 'time', { status, plan, rest }: StatusReport): string | null {
  const { spent, worked } = status;
  if (rest === null) return null;
  switch (limit) {
    case 'tokens': {
      const { promptTokens, completionTokens } = totalUsage(spent);
      return String(promptTokens + completionTokens + rest.tokens.most);
    }
    case 'cost': {
      const cost = totalCost(spent, plan?.search.price ?? null);
      return cost === null || rest.cost === null
        ? null
        : (Math.ceil((cost + rest.cost.most) * 100) / 100).toFixed(2);
    }
    case 'time':
      return rest.milliseconds === null ? null : `${Math.ceil((worked + rest.milliseconds.most) / 1000)}s`;
  }
}

function statusObject({ folder, status, plan, rest, results, batches }: StatusReport): unknown {
  const { state, pause, total, isMore, badRows, totals, spent, worked, limits, unread } = status;
  const price = plan?.search.price ?? null;
  return {
    folder,
    state,
    pause,
    items: { total, more: isMore, finished: totals.finished, badRows, ...totals.statuses },
    answers: totals.answers,
    pairs: totals.pairs,
    accepted: totals.accepted,
    nodes: totals.nodes,
    reasons: totals.reasons,
    usage: totalUsage(spent),
    usageByStage: spent,
    cost: totalCost(spent, price),
    currency: price?.currency ?? null,
    milliseconds: Math.round(worked),
    limits: limits ?? plan?.limits ?? {},
    batches: batches.map(({ file, model, baseUrl, rows, batch }) => ({ file, model, baseUrl, rows, batch })),
    unreadLines: unread,
    rest,
    results,
  };
}

/** What a dry run says. */
export function forecastWords(
  forecast: Forecast,
  { settings, shape }: { readonly settings: RunSettings; readonly shape: InputShape },
): readonly string[] {
  const { price } = settings.search;
  const checked = forecast.tokens.most === 0 ? null : checkedWords(shape);
  return [
    `Will take: ${forecastParts(forecast, price).join(', ')}`,
    ...(forecast.tokens.most === 0
      ? []
      : [`${basisWords(forecast)}${isWide(forecast) ? ' A run with --limit 20 narrows it.' : ''}`]),
    ...(checked === null ? [] : [checked]),
  ];
}

function isWide({ basis, items }: Forecast): boolean {
  return basis !== 'earlier' && basis !== 'items' && items > 50;
}
