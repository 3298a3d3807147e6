import type { Section } from '../../report/report';
import { count, percent } from '../../report/reportWords';
import type { PauseReason } from '../stops';
import { pauseWords } from '../words';
import type { FallenOut, StepId } from './funnel';
import type { RunReport } from './runReport';

const stepWords: Readonly<Record<StepId, string>> = {
  rows: 'Rows of the input',
  usable: 'Usable',
  done: 'Done so far',
  unguarded: 'Kept by the guard',
  evolved: 'Made harder',
  answered: 'Answered',
  failing: 'Failing answer found',
  searched: 'Searched',
  pair: 'Pair found',
  accepted: 'Accepted',
};

const outWords: Readonly<Record<FallenOut['what'], string>> = {
  refused: 'could not be used',
  'not-done': 'not done yet',
  waiting: 'wait for review',
  rejected: 'rejected in review',
  deleted: 'deleted from the dataset',
  solved: 'solved',
  unsolved: 'no refinement passed the gate',
  'no-failing-answer': 'no answer failed',
  undetermined: 'nobody could judge them',
  judged: 'judged only',
  dropped: 'dropped when made harder',
  'held-back': 'held back by the guard',
  failed: 'failed',
};

const unread =
  ' What people decided on the pairs since is not counted: their dataset is too large to be read here, or is being rewritten.';

/** Of one kind of end, in the picture; the table has all. */
const mostReasons = 3;

/** From rows to accepted pairs, with what fell out and why. */
export function funnelSection({ funnel, state, pause, reviewed }: RunReport): Section {
  const { steps } = funnel;
  const rows = steps[0]?.count ?? 0;
  const found = steps.find(({ id }) => id === 'pair');
  const goesOn = state === 'finished' ? '' : ' so far';
  const gave =
    found === undefined
      ? 'The run was not to search, so it made no pairs.'
      : `${count(found.count)} of ${count(rows)} rows (${percent(found.count, rows)}) gave a pair${goesOn}.${reviewed === null ? unread : ''}`;
  return {
    id: 'funnel',
    title: 'From rows to pairs',
    isWide: true,
    summary: `${gave}${standstillWords(pause)}`,
    chart: {
      kind: 'funnel',
      steps: steps.map(({ id, count: left, out }) => ({
        label: stepWords[id],
        count: left,
        out: out.map(fallenWords),
      })),
    },
    table: {
      columns: ['Step', 'Rows', 'Share'],
      rows: steps.flatMap(({ id, count: left, out }) => [
        ...out.flatMap((each) => fallenRows(each, rows)),
        [stepWords[id], left, percent(left, rows)],
      ]),
    },
  };
}

/** Why a run stands still that no person paused. */
function standstillWords(pause: PauseReason | null): string {
  if (pause === null || pause.kind === 'asked') return '';
  return ` It is paused: ${pauseWords(pause).slice(0, 500)}`;
}

/** `12 failed: the endpoint answered 500 (9), …`. */
function fallenWords({ what, count: fallen, reasons }: FallenOut): string {
  const words = `${count(fallen)} ${outWords[what]}`;
  const [first] = reasons;
  if (first === undefined) return words;
  if (reasons.length === 1) return `${words}: ${first.reason}`;
  const shown = reasons.slice(0, mostReasons);
  const rest = reasons.slice(mostReasons).reduce((sum, each) => sum + each.count, 0);
  const list = shown.map((each) => `${short(each.reason)} (${count(each.count)})`);
  return `${words}: ${[...list, ...(rest === 0 ? [] : [`other reasons (${count(rest)})`])].join('; ')}`;
}

function fallenRows(
  { what, count: fallen, reasons }: FallenOut,
  rows: number,
): readonly (readonly (string | number)[])[] {
  const own = [`− ${outWords[what]}`, fallen, percent(fallen, rows)];
  const why = reasons.map(({ reason, count: times }) => [
    `   ${outWords[what]}: ${reason}`,
    times,
    percent(times, rows),
  ]);
  return why.length === 0 ? [own] : [own, ...why];
}

function short(reason: string): string {
  const sentence = reason.replace(/\.$/u, '');
  return sentence.length <= 160 ? sentence : `${sentence.slice(0, 159)}…`;
}
