import type { ShownRun } from '../../editor/runs/runs';
import type { ItemStatus } from '../../spar/selfplay/itemResult';
import type { PauseReason } from '../../spar/selfplay/stops';
import { countWords, timeWords } from '../../spar/text/amountWords';
import type { TreeLine } from '../treeItem';
import { figuresOf, type RunFigures } from './figures';
import {
  counted,
  doneWords,
  itemsWords,
  needWords,
  oneLine,
  rateWords,
  spentWords,
  standstillWords,
  stateWords,
  underWayWords,
} from './words';

/** A run with how it is shown beside others. */
export interface ListedRun {
  readonly run: ShownRun;
  /** Others have the same name, so that each says when it was begun. */
  readonly showsTime: boolean;
  /** Runs lie in several places, so that each says where it is. */
  readonly showsPlace: boolean;
}

/** A line below a run. */
export type RunPart =
  | { readonly kind: 'standstill' }
  | { readonly kind: 'pairs' }
  | { readonly kind: 'stages' }
  | { readonly kind: 'pace' }
  | { readonly kind: 'spent' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'reason'; readonly reason: string }
  | { readonly kind: 'outcome'; readonly status: Outcome }
  | { readonly kind: 'rows' }
  | { readonly kind: 'unread' };

type Outcome = Exclude<ItemStatus, 'solved' | 'failed' | 'dropped'>;

export function describeRun(listed: ListedRun): TreeLine {
  const { run } = listed;
  const { found, live } = run;
  const figures = figuresOf(run);
  const name = nameOf(run);
  const words = figures === null ? [unknownWords(run)] : runWords(figures);
  const where = listed.showsPlace && found.place !== '' ? [found.place] : [];
  const when = listed.showsTime ? [timeOf(run)] : [];
  const description = [...words, ...when, ...where].filter((part) => part !== '').join(' · ');
  const parts = figures === null ? [] : partsOf(figures);
  return {
    id: found.folder,
    label: name,
    description,
    ...iconOf(run, figures),
    capabilities: ['run', ...(hasPairs(figures) ? ['paired'] : []), ...capabilitiesOf(run, figures)],
    // A line is opened by itself only when it is drawn first, and a new run has no parts by then.
    children: live !== null ? 'expanded' : parts.length === 0 ? 'none' : 'collapsed',
    spoken: `Run over ${name}: ${[...(figures === null ? words : spokenWords(figures)), ...when, ...where].filter((part) => part !== '').join(', ')}`,
  };
}

/** The input's name. */
export function nameOf({ found }: Pick<ShownRun, 'found'>): string {
  return oneLine(found.input?.split('/').at(-1) ?? '', 80) || found.id;
}

/** When it was begun, in the person's own words for it; empty where nothing is told. */
export function timeOf({ found }: Pick<ShownRun, 'found'>): string {
  const time = found.created === null ? Number.NaN : Date.parse(found.created);
  return Number.isNaN(time)
    ? ''
    : new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** The lines below a run; those of the reasons are in `partsIn`. */
export function partsOf(figures: RunFigures): readonly RunPart[] {
  const { totals, underWay, rate, badRows, unread } = figures;
  const { failed = 0, dropped = 0 } = totals.statuses;
  const part = (isThere: boolean, one: RunPart): readonly RunPart[] => (isThere ? [one] : []);
  return [
    ...part(standstillWords(figures) !== null, { kind: 'standstill' }),
    ...part(totals.finished > 0 || underWay !== null, { kind: 'pairs' }),
    ...part(underWay !== null && underWayWords(underWay) !== '', { kind: 'stages' }),
    ...part(rate !== null, { kind: 'pace' }),
    ...part(figures.tokens.count > 0 || figures.worked > 0, { kind: 'spent' }),
    ...part(failed + dropped > 0, { kind: 'failed' }),
    ...outcomes
      .filter((status) => (totals.statuses[status] ?? 0) > 0)
      .map((status): RunPart => ({ kind: 'outcome', status })),
    ...part(badRows > 0, { kind: 'rows' }),
    ...part(unread > 0, { kind: 'unread' }),
  ];
}

export function partsIn({ totals }: RunFigures, part: RunPart): readonly RunPart[] {
  return part.kind === 'failed' ? totals.reasons.map(({ reason }) => ({ kind: 'reason', reason })) : [];
}

export function describePart({ run }: ListedRun, figures: RunFigures, part: RunPart): TreeLine {
  const { label, description, icon, color = null } = lookOf(figures, part);
  return {
    id: `${run.found.folder}\n${partKey(part)}`,
    label,
    description,
    icon,
    color,
    capabilities: [part.kind],
    children: partsIn(figures, part).length > 0 ? 'expanded' : 'none',
    spoken: `${nameOf(run)}, ${label}${description === '' ? '' : `: ${description}`}`,
  };
}

/** Tells lines of one run apart. */
export function partKey(part: RunPart): string {
  return JSON.stringify(part);
}

const outcomes: readonly Outcome[] = ['unsolved', 'no-failing-answer', 'undetermined', 'judged', 'held-back'];

const outcomeLooks: Readonly<Record<Outcome, { readonly label: string; readonly icon: string }>> = {
  unsolved: { label: 'No refinement passed', icon: 'circle-slash' },
  'no-failing-answer': { label: 'No answer failed', icon: 'check' },
  undetermined: { label: 'Nobody could judge them', icon: 'question' },
  judged: { label: 'Judged', icon: 'law' },
  'held-back': { label: 'Held back: overlap an evaluation prompt', icon: 'shield' },
};

interface Look {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly color?: string | null;
}

function lookOf(figures: RunFigures, part: RunPart): Look {
  const { totals, underWay, rate, left, worked, badRows, unread, state, pause, rest } = figures;
  const warning = { icon: 'warning', color: 'list.warningForeground' };
  switch (part.kind) {
    case 'standstill': {
      const isTrouble = state === 'paused' && (pause?.kind === 'endpoint' || pause?.kind === 'disk');
      const need = needWords(figures);
      // The run's own line tells that it stands at a limit; here is room for few words.
      if (need !== null && rest !== null)
        return { label: `${counted(rest.items, 'item')} left`, description: `${need} more`, icon: 'info' };
      const look = isTrouble ? { icon: 'error', color: 'list.errorForeground' } : { icon: 'info' };
      return { label: oneLine(standstillWords(figures) ?? ''), description: '', ...look };
    }
    case 'pairs': {
      const accepted =
        totals.accepted === 0 ? '' : ` · ${countWords(totals.accepted)} accepted by the policy`;
      return { label: 'Pairs', description: `${countWords(totals.pairs)}${accepted}`, icon: 'database' };
    }
    case 'stages':
      return {
        label: 'Under way',
        description: underWay === null ? '' : underWayWords(underWay),
        icon: 'layers',
      };
    case 'pace': {
      const words = [rateWords(rate ?? 0), ...(left === null ? [] : [`about ${timeWords(left)} left`])];
      return { label: 'Pace', description: words.join(' · '), icon: 'dashboard' };
    }
    case 'spent': {
      const words = [...spentWords(figures), `${timeWords(worked)} of work`];
      return { label: 'Spent', description: words.join(' · '), icon: 'credit-card' };
    }
    case 'failed': {
      const { failed = 0, dropped = 0 } = totals.statuses;
      const both = failed > 0 && dropped > 0;
      return {
        label: both ? 'Failed or dropped' : failed > 0 ? 'Failed' : 'Dropped',
        description: both
          ? `${countWords(failed)} and ${countWords(dropped)}`
          : countWords(Math.max(failed, dropped)),
        ...(failed > 0 ? warning : { icon: 'circle-slash' }),
      };
    }
    case 'reason': {
      const count = totals.reasons.find(({ reason }) => reason === part.reason)?.count ?? 0;
      return { label: oneLine(part.reason) || '(no reason)', description: countWords(count), icon: 'dash' };
    }
    case 'outcome':
      return { ...outcomeLooks[part.status], description: countWords(totals.statuses[part.status] ?? 0) };
    case 'rows':
      return { label: 'Rows that can’t be used', description: countWords(badRows), ...warning };
    case 'unread':
      return {
        label: 'Lines of the journal that can’t be read',
        description: countWords(unread),
        ...warning,
      };
  }
}

function runWords(figures: RunFigures): readonly string[] {
  const { totals, rate, left, state } = figures;
  const failed = totals.statuses.failed ?? 0;
  const isMoving = state === 'working' || state === 'elsewhere';
  return [
    stateWords(figures),
    totals.finished === 0 && figures.total === null ? '' : doneWords(figures),
    totals.finished === 0 ? '' : counted(totals.pairs, 'pair'),
    failed === 0 ? '' : `${countWords(failed)} failed`,
    isMoving && left !== null ? `${timeWords(left)} left` : isMoving && rate !== null ? rateWords(rate) : '',
  ];
}

/** The numbers with their units, for who hears them. */
function spokenWords(figures: RunFigures): readonly string[] {
  const [state = '', , ...rest] = runWords(figures);
  return [state === '' ? 'working' : state, itemsWords(figures), ...rest];
}

function unknownWords({ known, live }: ShownRun): string {
  if (known.state === 'unreadable') return 'can’t be read';
  return live === null ? 'reading…' : 'opening…';
}

function hasPairs(figures: RunFigures | null): boolean {
  return figures !== null && figures.totals.pairs > 0;
}

function capabilitiesOf({ known, live }: ShownRun, figures: RunFigures | null): readonly string[] {
  if (live !== null) return ['counted', 'working', ...(live.phase === 'pausing' ? [] : ['pausable'])];
  if (known.state !== 'known' || figures === null) return ['deletable'];
  if (figures.state === 'elsewhere') return ['counted'];
  const isPlanned = known.plan !== null;
  const failed = figures.totals.statuses.failed ?? 0;
  return [
    'counted',
    'deletable',
    ...(isPlanned && figures.state !== 'finished' ? ['resumable'] : []),
    ...(isPlanned && failed > 0 ? ['retriable'] : []),
    ...(isPlanned ? ['limitable'] : []),
  ];
}

function iconOf(
  { known }: ShownRun,
  figures: RunFigures | null,
): { readonly icon: string; readonly color: string | null } {
  if (figures === null)
    return known.state === 'unreadable'
      ? { icon: 'error', color: 'list.errorForeground' }
      : { icon: 'loading~spin', color: null };
  switch (figures.state) {
    case 'opening':
    case 'working':
    case 'pausing':
      return { icon: 'sync~spin', color: null };
    case 'elsewhere':
      return { icon: 'server-process', color: null };
    case 'interrupted':
      return { icon: 'debug-disconnect', color: 'list.warningForeground' };
    case 'finished':
      return { icon: 'pass', color: 'testing.iconPassed' };
    case 'paused':
      return pausedIcons[figures.pause?.kind ?? 'asked'];
  }
}

const trouble = { icon: 'error', color: 'list.errorForeground' };
const pausedIcons: Readonly<
  Record<PauseReason['kind'], { readonly icon: string; readonly color: string | null }>
> = {
  asked: { icon: 'debug-pause', color: null },
  limit: { icon: 'debug-pause', color: 'list.warningForeground' },
  endpoint: trouble,
  disk: trouble,
  answers: { icon: 'watch', color: null },
};
