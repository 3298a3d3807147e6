import type { DatasetFilter } from '../../../editor/datasets/filter';
import type { FoundDataset } from '../../../editor/datasets/datasetFiles';
import type { DatasetSummary } from '../../../editor/datasets/summary';
import type { SummaryState } from '../../../editor/datasets/summaries';
import type { ItemDescription } from '../../refinements/describe';

/** A dataset with what is known of it and how it is shown. */
export interface ShownDataset {
  readonly found: FoundDataset;
  readonly state: SummaryState;
  /** Datasets lie in several places, so that each says where it is. */
  readonly showsPlace: boolean;
  readonly isOnly: boolean;
}

/** A line below a dataset, in the order in which it stands there. */
export type PartOf =
  | { readonly kind: 'status'; readonly status: keyof typeof statusLooks }
  | { readonly kind: 'tags' }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'splits' }
  | { readonly kind: 'split'; readonly split: string | null }
  | { readonly kind: 'problems' }
  /** By its number in the file, from 1. */
  | { readonly kind: 'problem'; readonly line: number };

export function describeDataset({ found, state, showsPlace, isOnly }: ShownDataset): ItemDescription {
  const words = stateWords(state);
  const summary = summaryIn(state);
  const description = [words, showsPlace ? found.place : ''].filter((part) => part !== '').join(' · ');
  return {
    id: found.file,
    label: found.name,
    description,
    ...datasetIcon(state),
    capabilities: [
      'dataset',
      ...(found.isStored ? ['stored'] : []),
      ...(summary === null ? [] : ['counted']),
    ],
    children: childrenOf(state, isOnly),
    spoken: `Dataset ${found.name}: ${words}, in ${found.place}`,
  };
}

/** The editor opens a line by itself only when it draws it first: the only dataset is open before it is counted. */
function childrenOf(state: SummaryState, isOnly: boolean): ItemDescription['children'] {
  const summary = summaryIn(state);
  const hasParts = summary === null ? isOnly && state.state === 'counting' : partsOf(summary).length > 0;
  return !hasParts ? 'none' : isOnly ? 'expanded' : 'collapsed';
}

/** The lines below a dataset; a group's own lines are in `partsIn`. */
export function partsOf(summary: DatasetSummary): readonly PartOf[] {
  const statuses = statusOrder.filter((status) => summary[status] > 0);
  return [
    ...statuses.map((status): PartOf => ({ kind: 'status', status })),
    ...(summary.tags.length > 0 ? [{ kind: 'tags' } as const] : []),
    ...(summary.splits.length > 0 ? [{ kind: 'splits' } as const] : []),
    ...(summary.problemCount > 0 ? [{ kind: 'problems' } as const] : []),
  ];
}

export function partsIn(summary: DatasetSummary, part: PartOf): readonly PartOf[] {
  switch (part.kind) {
    case 'tags':
      return summary.tags.map(([tag]) => ({ kind: 'tag', tag }));
    case 'splits': {
      const splits = summary.splits.map(([split]): PartOf => ({ kind: 'split', split }));
      return withoutSplit(summary) > 0 ? [...splits, { kind: 'split', split: null }] : splits;
    }
    case 'problems':
      return summary.problems.map(({ number }) => ({ kind: 'problem', line: number }));
    default:
      return [];
  }
}

export function describePartOf(
  { found }: ShownDataset,
  summary: DatasetSummary,
  part: PartOf,
): ItemDescription {
  const { label, count, icon, color = null, spoken = label } = lookOf(summary, part);
  const children = partsIn(summary, part).length > 0 ? 'collapsed' : 'none';
  const description = count === null ? '' : grouped(count);
  return {
    id: `${found.file}\n${partKey(part)}`,
    label,
    description,
    icon,
    color,
    capabilities: [
      part.kind,
      ...(filterOf(part) === null ? [] : ['records']),
      // What is deleted goes nowhere: it is brought back first.
      ...(isMovable(part) ? ['movable'] : []),
      ...(part.kind === 'problem' || part.kind === 'problems' ? ['damaged'] : []),
    ],
    children,
    spoken: `${found.name}, ${spoken}${description === '' ? '' : `: ${pairs(count ?? 0, part)}`}`,
  };
}

/** The records that a line stands for; null for a line that stands for none. */
export function filterOf(part: PartOf): DatasetFilter | null {
  switch (part.kind) {
    case 'status':
      return part.status === 'deleted' ? { deleted: true } : { statuses: [part.status] };
    case 'tag':
      return { tags: [part.tag] };
    case 'split':
      return { splits: [part.split] };
    default:
      return null;
  }
}

function isMovable(part: PartOf): boolean {
  const filter = filterOf(part);
  return filter !== null && filter.deleted !== true;
}

/** Tells lines of one dataset apart. */
export function partKey(part: PartOf): string {
  return JSON.stringify(part);
}

export function summaryIn(state: SummaryState): DatasetSummary | null {
  if (state.state === 'counted') return state.summary;
  return state.state === 'counting' ? state.last : null;
}

const statusOrder = ['accepted', 'pending', 'contested', 'rejected', 'deleted'] as const;

const statusLooks = {
  accepted: { label: 'Accepted', icon: 'pass', color: 'testing.iconPassed' },
  pending: { label: 'Pending', icon: 'circle-large-outline', color: null },
  contested: { label: 'Contested', icon: 'warning', color: 'list.warningForeground' },
  rejected: { label: 'Rejected', icon: 'circle-slash', color: null },
  deleted: { label: 'Deleted', icon: 'trash', color: null },
} as const;

interface Look {
  readonly label: string;
  readonly count: number | null;
  readonly icon: string;
  readonly color?: string | null;
  readonly spoken?: string;
}

function lookOf(summary: DatasetSummary, part: PartOf): Look {
  switch (part.kind) {
    case 'status':
      return { ...statusLooks[part.status], count: summary[part.status] };
    case 'tags':
      return { label: 'Tags', count: null, icon: 'tag' };
    case 'tag':
      return { label: oneLine(part.tag), count: countIn(summary.tags, part.tag), icon: 'tag' };
    case 'splits':
      return { label: 'Splits', count: null, icon: 'split-horizontal' };
    case 'split':
      return part.split === null
        ? { label: 'No split', count: withoutSplit(summary), icon: 'dash' }
        : {
            label: oneLine(part.split),
            count: countIn(summary.splits, part.split),
            icon: 'split-horizontal',
          };
    case 'problems':
      return {
        label: 'Lines that can’t be read',
        count: summary.problemCount,
        icon: 'error',
        color: 'list.errorForeground',
      };
    case 'problem': {
      const problem = summary.problems.find(({ number }) => number === part.line);
      if (problem === undefined) return { label: '(gone)', count: null, icon: 'circle-slash' };
      const what = problem.type === 'torn' ? `cut off: ${problem.reason}` : problem.reason;
      return { label: `Line ${grouped(problem.number)}: ${oneLine(what)}`, count: null, icon: 'error' };
    }
  }
}

function stateWords(state: SummaryState): string {
  if (state.state === 'failed') return 'can’t be read';
  const summary = summaryIn(state);
  if (summary === null) return 'counting…';
  const { records, pending, contested, problemCount } = summary;
  return [
    records === 0 ? 'empty' : records === 1 ? '1 pair' : `${grouped(records)} pairs`,
    pending === 0 ? '' : `${grouped(pending)} pending`,
    contested === 0 ? '' : `${grouped(contested)} contested`,
    problemCount === 0
      ? ''
      : problemCount === 1
        ? '1 unreadable line'
        : `${grouped(problemCount)} unreadable lines`,
    state.state === 'counting' ? 'counting…' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function datasetIcon(state: SummaryState): { readonly icon: string; readonly color: string | null } {
  if (state.state === 'failed') return { icon: 'error', color: 'list.errorForeground' };
  const summary = summaryIn(state);
  if (summary === null) return { icon: 'loading~spin', color: null };
  const isDoubtful = summary.contested > 0 || summary.problemCount > 0;
  return isDoubtful
    ? { icon: 'warning', color: 'list.warningForeground' }
    : { icon: 'database', color: null };
}

function withoutSplit({ records, splits }: DatasetSummary): number {
  return records - splits.reduce((sum, [, count]) => sum + count, 0);
}

function countIn(counts: readonly (readonly [string, number])[], name: string): number {
  return counts.find(([other]) => other === name)?.[1] ?? 0;
}

function pairs(count: number, part: PartOf): string {
  const unit = part.kind === 'problems' ? 'line' : 'pair';
  return count === 1 ? `1 ${unit}` : `${grouped(count)} ${unit}s`;
}

/** Names from files: without line ends, and not longer than a line shows. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line === '' ? '(blank)' : line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}
