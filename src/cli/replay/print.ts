import type { ItemStatus } from '../../spar/selfplay/itemResult';
import type { Conclusion } from '../../spar/selfplay/plan/conduct';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import type { RunStatus } from '../../spar/selfplay/runStatus';
import type { AcceptancePolicy } from '../../spar/selfplay/settings';
import { totalUsage } from '../../spar/selfplay/totals';
import { pauseWords, statusWords } from '../../spar/selfplay/words';
import { countWords } from '../../spar/text/amountWords';
import { harmlessLine, paintFor } from '../output/paint';
import { quoted } from '../output/quoted';
import type { Terminal } from '../terminal';

/** Items that the recorded replies do not decide. */
export interface Undecided {
  readonly items: number;
  /** `votes`, `refinements`, … that a decision of each of them waits for first. */
  readonly missing: Readonly<Record<string, number>>;
}

export interface ReplayReport {
  /** Of the run that was replayed. */
  readonly folder: string;
  readonly output: string | null;
  readonly before: RunStatus;
  /** Plan of the run, and of the replay. */
  readonly kept: RunPlan;
  readonly plan: RunPlan;
  readonly conclusion: Conclusion;
  readonly undecided: Undecided;
}

/** Prints what a replay came to beside its run: one JSON object, or words for a person. */
export function printReplay(
  report: ReplayReport,
  { terminal: { stdout, environment }, json }: { readonly terminal: Terminal; readonly json: boolean },
): void {
  const { folder, output, before, conclusion, undecided } = report;
  const after = conclusion.status;
  const changed = changesOf(report);
  if (json) {
    const side = ({ totals }: RunStatus) => ({
      statuses: totals.statuses,
      pairs: totals.pairs,
      accepted: totals.accepted,
    });
    const { ending } = conclusion;
    stdout.write(
      `${JSON.stringify({ replayOf: folder, output, state: ending.kind, pause: after.pause, changed, before: side(before), after: side(after), undecided, usage: totalUsage(after.spent) }, null, 2)}\n`,
    );
    return;
  }
  const paint = paintFor(stdout, environment);
  const { totals } = after;
  const tokens = totalUsage(after.spent);
  const sent =
    tokens.sequences === 0
      ? 'Nothing was sent.'
      : `${countWords(tokens.sequences)} replies were asked for, ${countWords(tokens.promptTokens + tokens.completionTokens)} tokens.`;
  const under = Object.entries(changed).map(([name, { from, to }]) => `${name} ${to} (was ${from})`);
  const lines = [
    paint.ink(
      'strong',
      `Replayed ${countWords(totals.finished)} ${totals.finished === 1 ? 'item' : 'items'} ${under.length === 0 ? 'as they were run' : `with ${harmlessLine(under.join(', '), 400)}`}. ${sent}`,
    ),
    ...(after.pause === null ? [] : [`Paused. ${harmlessLine(pauseWords(after.pause), 500)}`]),
    ...table(report),
    ...missingWords(report),
    ...(output === null ? [] : [`Kept in ${harmlessLine(output, 300)}`]),
  ];
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function table({ before, conclusion, undecided }: ReplayReport): readonly string[] {
  const after = conclusion.status;
  const names = Object.keys(statusWords) as ItemStatus[];
  const then = (status: ItemStatus): number => before.totals.statuses[status] ?? 0;
  const now = (status: ItemStatus): number =>
    (after.totals.statuses[status] ?? 0) - (status === 'undetermined' ? undecided.items : 0);
  const left = ({ totals }: RunStatus): number => Math.max(0, (after.total ?? 0) - totals.finished);
  const rows = [
    ...names.flatMap((status) =>
      then(status) + now(status) === 0 ? [] : [[statusWords[status], then(status), now(status)] as const],
    ),
    ...(before.totals.finished === after.totals.finished
      ? []
      : [['not worked on', left(before), left(after)] as const]),
    ...(undecided.items === 0 ? [] : [['undecided', 0, undecided.items] as const]),
    ['pairs', before.totals.pairs, after.totals.pairs] as const,
    ...(before.totals.accepted + after.totals.accepted === 0
      ? []
      : [['accepted by the policy', before.totals.accepted, after.totals.accepted] as const]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const cell = (text: string): string => text.padStart(12);
  return [
    `  ${''.padEnd(width)}${cell('then')}${cell('now')}`,
    ...rows.map(
      ([name, was, is]) => `  ${name.padEnd(width)}${cell(countWords(was))}${cell(countWords(is))}`,
    ),
  ];
}

function missingWords({ undecided, folder }: ReplayReport): readonly string[] {
  if (undecided.items === 0) return [];
  const parts = Object.entries(undecided.missing).map(([what, count]) => `${countWords(count)} ${what}`);
  return [
    `Undecided items wait for ${parts.join(', ')} first, and perhaps for more after them.`,
    `To ask for what is missing: spar replay ${quoted(folder)} --draw-missing --output DIR, with the same settings`,
  ];
}

/** As it was given. */
function policyWords(policy: AcceptancePolicy | null): string {
  return policy?.name.replace(/^spar \w+ --accept-when /u, '') ?? 'none';
}

/** Settings that differ, by their names in the terminal. */
function changesOf({ kept, plan }: ReplayReport): Readonly<Record<string, { from: string; to: string }>> {
  const { search: was, ...ranSettings } = kept;
  const { search: is, ...settings } = plan;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['algorithm', was.algorithm, is.algorithm],
    ['branch', was.branchFactor, is.branchFactor],
    ['beam', was.beamWidth, is.beamWidth],
    ['depth', was.depth, is.depth],
    ['votes', was.votes, is.votes],
    ['voting', was.voting, is.voting],
    ['gate', was.gate, is.gate],
    ['stop', was.stop, is.stop],
    ['audit-share', was.auditShare, is.auditShare],
    ['ask-when-verified', was.askWhenVerified, is.askWhenVerified],
    ['samples', ranSettings.samples, settings.samples],
    ['select', ranSettings.select, settings.select],
    ['draw', ranSettings.draw, settings.draw],
    ['complete-share', ranSettings.completeShare, settings.completeShare],
    ['accept-when', policyWords(ranSettings.policy), policyWords(settings.policy)],
  ];
  return Object.fromEntries(
    pairs.flatMap(([name, from, to]) =>
      from === to ? [] : [[name, { from: String(from), to: String(to) }]],
    ),
  );
}
