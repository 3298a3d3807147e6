import type { RowView, Sorting, Status } from '../editor/protocol';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Pixels until the person chooses others. */
  readonly width: number;
  /** What a press on the header sorts by. */
  readonly sort?: Sorting['by'];
  readonly isNumber?: boolean;
  readonly text: (row: RowView) => string;
}

export const statusMarks: Readonly<Record<Status, string>> = {
  accepted: '✓',
  rejected: '✗',
  pending: '○',
  contested: '≠',
};

export const columns: readonly Column[] = [
  { id: 'mark', title: '', width: 30, text: () => '' },
  {
    id: 'status',
    title: 'Status',
    width: 104,
    sort: 'status',
    text: (row) =>
      `${statusMarks[row.status]} ${row.deleted ? 'deleted' : row.status}${row.unsaved ? ' •' : ''}`,
  },
  { id: 'instruction', title: 'Instruction', width: 250, text: (row) => row.instruction },
  {
    id: 'change',
    title: 'Change',
    width: 330,
    sort: 'distance',
    text: (row) => row.change.map(({ text }) => text).join(''),
  },
  {
    id: 'value',
    title: 'Value',
    width: 62,
    sort: 'value',
    isNumber: true,
    text: (row) => decimal(row.value),
  },
  { id: 'votes', title: 'Votes', width: 92, sort: 'yes', text: (row) => row.votes },
  { id: 'verifiers', title: 'Verifiers', width: 132, sort: 'broken', text: (row) => row.verifiers },
  {
    id: 'interference',
    title: 'Interference',
    width: 104,
    sort: 'interference',
    isNumber: true,
    text: (row) => percent(row.interference),
  },
  {
    id: 'rejectedWords',
    title: 'Rejected',
    width: 84,
    sort: 'rejectedWords',
    isNumber: true,
    text: (row) => `${row.rejectedWords.toLocaleString('en')} w`,
  },
  {
    id: 'chosenWords',
    title: 'Chosen',
    width: 84,
    sort: 'chosenWords',
    isNumber: true,
    text: (row) => `${row.chosenWords.toLocaleString('en')} w`,
  },
  { id: 'tags', title: 'Tags', width: 120, text: (row) => row.tags.join(', ') },
  { id: 'split', title: 'Split', width: 70, text: (row) => row.split ?? '' },
  { id: 'model', title: 'Model', width: 120, sort: 'model', text: (row) => row.model ?? 'rules' },
  { id: 'source', title: 'Source', width: 170, sort: 'source', text: (row) => row.source },
  { id: 'created', title: 'Found', width: 110, sort: 'created', text: (row) => row.created.slice(0, 10) },
  {
    id: 'line',
    title: 'Line',
    width: 70,
    sort: 'line',
    isNumber: true,
    text: (row) => row.line.toLocaleString('en'),
  },
];

/** Of rows of other files, which know only texts. */
export const rowColumns: readonly Column[] = [
  'instruction',
  'change',
  'rejectedWords',
  'chosenWords',
  'line',
].flatMap((id) =>
  columns
    .filter((column) => column.id === id)
    .map((column) => (id === 'change' ? { ...column, width: 480 } : { ...column, width: column.width + 30 }))
    .map(({ sort, ...column }) => (id === 'change' || sort === undefined ? column : { ...column, sort })),
);

/** The row as a screen reader says it. */
export function spokenRow(row: RowView): string {
  const removed = row.change.filter(({ kind }) => kind === 'removed').map(({ text }) => text);
  const added = row.change.filter(({ kind }) => kind === 'added').map(({ text }) => text);
  return [
    row.deleted ? 'deleted' : row.status,
    row.unsaved ? 'not saved' : '',
    row.instruction,
    removed.length === 0 ? '' : `removed: ${removed.join(', ')}`,
    added.length === 0 ? '' : `added: ${added.join(', ')}`,
    row.value === null ? '' : `value ${decimal(row.value)}`,
    row.tags.length === 0 ? '' : `tags ${row.tags.join(', ')}`,
    row.split === null ? '' : `split ${row.split}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function decimal(value: number | null): string {
  return value === null ? '–' : String(Math.round(value * 100) / 100);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}
