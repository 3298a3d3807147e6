import type { Example, Section, Table } from '../../report/report';
import { count, decimal, percent } from '../../report/reportWords';
import { countWords } from '../../text/amountWords';
import type { ItemLine, PairExample, RunReport } from './runReport';
import { itemTime } from './spentSections';

export function failedSections(report: RunReport): readonly Section[] {
  const { count: all, items, reasons } = report.failed;
  if (all === 0) return [];
  const [first] = reasons;
  const most =
    first === undefined || reasons.length === 1
      ? ''
      : ` The most frequent reason, ${count(first.count)} times: ${first.reason}`;
  const more = items.length < all ? ` The first ${count(items.length)} are shown.` : '';
  return [
    {
      id: 'failed',
      title: 'Failed items',
      isWide: true,
      summary: `${all === 1 ? 'One item' : `${count(all)} items`} failed and can be tried again; what was paid for is not paid for again.${most}${more}`,
      chart: null,
      table: itemTable(report, items, {
        columns: ['Place', 'Reason', 'Time', 'Tokens'],
        row: ({ reason, milliseconds, tokens }) => [reason, itemTime(milliseconds), countWords(tokens)],
      }),
    },
  ];
}

export function slowestSections(report: RunReport): readonly Section[] {
  const { slowest } = report;
  if (slowest.length === 0) return [];
  return [
    {
      id: 'slowest',
      title: 'Slowest items',
      isWide: true,
      summary: 'From the first request of an item to its end.',
      chart: null,
      table: itemTable(report, slowest, {
        columns: ['Place', 'Time', 'Tokens', 'Ended as', 'Reason'],
        row: ({ reason, milliseconds, tokens, status }) => [
          itemTime(milliseconds),
          countWords(tokens),
          status,
          reason,
        ],
      }),
    },
  ];
}

export function refusedSections(report: RunReport): readonly Section[] {
  const { count: all, rows } = report.refused;
  if (all === 0) return [];
  const more = rows.length < all ? ` The first ${count(rows.length)} are shown.` : '';
  return [
    {
      id: 'refused',
      title: 'Rows that could not be used',
      isWide: true,
      summary: `${all === 1 ? 'One row was' : `${count(all)} rows were`} left out.${more}`,
      chart: null,
      table: itemTable(report, rows, { columns: ['Place', 'Reason'], row: ({ reason }) => [reason] }),
    },
  ];
}

export function exampleSections(report: RunReport): readonly Section[] {
  const { examples } = report;
  if (examples.length === 0) return [];
  return [
    {
      id: 'examples',
      title: 'Examples',
      isWide: true,
      summary:
        'Drawn by the run’s seed: what was struck out is the original’s, what is underlined the refinement’s.',
      chart: null,
      table: { columns: [], rows: [] },
      examples: examples.map((example) => exampleOf(example, report)),
    },
  ];
}

function exampleOf(example: PairExample, report: RunReport): Example {
  const { place, value, distance, interference, depth, isAccepted, instruction, difference } = example;
  const words = [
    `value ${value === null ? 'not known' : decimal(value)}`,
    `${percent(distance, 1)} changed`,
    `interference ${interference === null ? 'not known' : percent(interference, 1)}`,
    `depth ${depth}`,
    ...(isAccepted ? ['accepted by the policy'] : []),
  ];
  const isLine = placesAreLines(report);
  return {
    title: `${isLine ? '' : `Row ${count(place)}: `}${words.join(', ')}`,
    line: isLine ? place : null,
    instruction,
    difference,
  };
}

function itemTable<Item extends Pick<ItemLine, 'place'>>(
  report: RunReport,
  items: readonly Item[],
  { columns, row }: { readonly columns: readonly string[]; readonly row: (item: Item) => readonly string[] },
): Table {
  const isLine = placesAreLines(report);
  return {
    columns,
    rows: items.map((item) => [`${isLine ? 'line' : 'row'} ${count(item.place)}`, ...row(item)]),
    isOfWords: true,
    ...(isLine ? { lines: items.map(({ place }) => place) } : {}),
  };
}

/** Rows of an array of JSON or of Parquet have numbers, but no lines that an editor could show. */
function placesAreLines({ about }: RunReport): boolean {
  return about.input !== null && !/\.(?:json|parquet)$/iu.test(about.input.path);
}
