import type { Filter, Sorting, TextField } from '../editor/protocol';

/** What the page remembers while it is hidden, and over a reload of the window. */
export interface PageState {
  readonly filter: Filter;
  readonly sort: Sorting;
  /** Pixels by column id. */
  readonly widths: Readonly<Record<string, number>>;
  readonly layout: 'inline' | 'beside';
  /** The record that is shown as a pair. */
  readonly shown: string | null;
  /** Share of the height that the table has. */
  readonly tableShare: number;
  readonly areFiltersOpen: boolean;
  /** A text that is being edited and was not kept yet. */
  readonly draft: { readonly id: string; readonly field: TextField; readonly text: string } | null;
}

export const firstState: PageState = {
  filter: {},
  sort: { by: 'line', descending: false },
  widths: {},
  layout: 'inline',
  shown: null,
  tableShare: 0.45,
  areFiltersOpen: false,
  draft: null,
};

/** The words of the filters that hold, each with the filter without it. */
export function activeFilters(
  filter: Filter,
): readonly { readonly label: string; readonly without: Filter }[] {
  const chips: { label: string; without: Filter }[] = [];
  const lists = [
    ['statuses', ''],
    ['tags', 'tag '],
    ['splits', 'split '],
    ['constraints', 'constraint '],
    ['models', 'model '],
    ['runs', 'run '],
    ['sources', 'from '],
    ['fields', 'in '],
  ] as const;
  for (const [name, word] of lists) {
    const values: readonly (string | null)[] | undefined = filter[name];
    for (const value of values ?? []) {
      const rest = (values ?? []).filter((other) => other !== value);
      chips.push({ label: `${word}${value ?? 'none'}`, without: withList(filter, name, rest) });
    }
  }
  for (const range of filter.ranges ?? []) {
    const ranges = (filter.ranges ?? []).filter((other) => other !== range);
    const { measure, min, max } = range;
    const ends = [min === undefined ? '' : `≥ ${min}`, max === undefined ? '' : `≤ ${max}`];
    chips.push({
      label: `${measureWords[measure]} ${ends.filter((end) => end !== '').join(' and ')}`,
      without: withList(filter, 'ranges', ranges),
    });
  }
  if (filter.finding !== undefined)
    chips.push({ label: `finding ${filter.finding}`, without: withoutKey(filter, 'finding') });
  if (filter.similarTo !== undefined)
    chips.push({ label: `like ${filter.similarTo.slice(0, 8)}`, without: withoutKey(filter, 'similarTo') });
  if (filter.deleted === true) chips.push({ label: 'deleted', without: withoutKey(filter, 'deleted') });
  return chips;
}

/** The filter with another list of values; an empty one does not filter. */
export function withList(filter: Filter, name: keyof Filter, values: readonly unknown[]): Filter {
  const rest = withoutKey(filter, name);
  return values.length === 0 ? rest : { ...rest, [name]: values };
}

export const measureWords: Readonly<Record<string, string>> = {
  created: 'found',
  value: 'value',
  yes: 'yes votes',
  no: 'no votes',
  notDrawn: 'votes not drawn',
  distance: 'changed share',
  interference: 'interference',
  rejectedWords: 'words of rejected',
  chosenWords: 'words of chosen',
  rejectedCharacters: 'characters of rejected',
  chosenCharacters: 'characters of chosen',
  held: 'constraints held',
  broken: 'constraints broken',
};

/** `1,234 of 1,000,000`, and whether that is all there is. */
export function countWords(counts: {
  readonly count: number;
  readonly total: number;
  readonly isComplete: boolean;
  readonly isFiltered: boolean;
}): string {
  const { count, total, isComplete, isFiltered } = counts;
  const number = (value: number): string => value.toLocaleString('en');
  const records = `${number(total)} ${total === 1 ? 'record' : 'records'}`;
  const words = isFiltered ? `${number(count)} of ${number(total)}` : records;
  return isComplete ? words : `${words} · still reading…`;
}

export function withoutKey(filter: Filter, name: keyof Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name));
}
