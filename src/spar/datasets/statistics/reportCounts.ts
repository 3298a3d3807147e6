import { mostCompared } from './duplicates';
import { count, pairs, percent, shortName } from '../../report/reportWords';
import type { Section, Series } from '../../report/report';
import type { DatasetStatistics } from './statistics';
import { statuses, type Grouping } from './tally';

/** Rows of a chart and a table; the rest is in the numbers for programs. */
const mostRows = 20;

export function statusSection({ statuses: counts, records }: DatasetStatistics): Section {
  return {
    id: 'statuses',
    title: 'Status',
    summary:
      `${percent(counts.accepted, records)} of ${pairs(records)} accepted; ` +
      `${count(counts.pending + counts.contested)} wait for a decision.`,
    chart: {
      kind: 'bars',
      direction: 'rows',
      isStacked: true,
      categories: ['pairs'],
      series: statuses.map((status) => ({ name: status, tone: status, values: [counts[status]] })),
      xTitle: 'pairs',
      yTitle: '',
    },
    table: {
      columns: ['Status', 'Pairs', 'Share'],
      rows: statuses.map((status) => [status, counts[status], percent(counts[status], records)]),
    },
  };
}

export function groupSections(statistics: DatasetStatistics): readonly Section[] {
  const { sources, models, runs, iterations, origins, tags, splits } = statistics;
  const kinds: readonly {
    readonly id: string;
    readonly title: string;
    readonly column: string;
    readonly grouping: Grouping;
    readonly nameless: string;
  }[] = [
    { id: 'sources', title: 'Source', column: 'File', grouping: sources, nameless: 'no file' },
    { id: 'models', title: 'Model', column: 'Model', grouping: models, nameless: 'rules alone' },
    {
      id: 'origins',
      title: 'How the chosen text came to be',
      column: 'Origin',
      grouping: origins,
      nameless: 'not known',
    },
    { id: 'iterations', title: 'Iteration', column: 'Iteration', grouping: iterations, nameless: 'none' },
    { id: 'runs', title: 'Run', column: 'Run', grouping: runs, nameless: 'no run' },
    { id: 'splits', title: 'Split', column: 'Split', grouping: splits, nameless: 'no split' },
    { id: 'tags', title: 'Tags', column: 'Tag', grouping: tags, nameless: 'no tag' },
  ];
  // Where no record names one there is nothing to tell apart.
  return kinds
    .filter(
      ({ id, grouping }) =>
        id === 'sources' || id === 'models' || grouping.groups.some(({ name }) => name !== null),
    )
    .map(groupSection);
}

function groupSection(kind: {
  readonly id: string;
  readonly title: string;
  readonly column: string;
  readonly grouping: Grouping;
  readonly nameless: string;
}): Section {
  const { id, title, column, grouping, nameless } = kind;
  const shown = grouping.groups.slice(0, mostRows);
  const left = grouping.groups.slice(mostRows);
  const names = shown.map(({ name }) => name ?? nameless);
  const [first] = shown;
  const rest = left.reduce((sum, { records }) => sum + records, grouping.otherRecords);
  const all = shown.reduce((sum, { records }) => sum + records, rest);
  const largest =
    first === undefined
      ? ''
      : `The largest is ${shortName(names[0] ?? '')}, with ${pairs(first.records)} (${percent(first.records, all)}). `;
  const more = rest === 0 ? '' : `${pairs(rest)} of smaller groups are not shown.`;
  return {
    id,
    title,
    summary: `${largest}${more}`.trim(),
    chart: {
      kind: 'bars',
      direction: 'rows',
      isStacked: true,
      categories: names.map(shortName),
      series: statuses.map((status): Series => ({
        name: status,
        tone: status,
        values: shown.map((group) => group[status]),
      })),
      xTitle: 'pairs',
      yTitle: '',
    },
    table: {
      columns: [column, 'Pairs', 'Accepted', 'Rejected', 'Pending', 'Contested'],
      rows: shown.map((group, at) => [
        names[at] ?? '',
        group.records,
        group.accepted,
        group.rejected,
        group.pending,
        group.contested,
      ]),
    },
  };
}

export function constraintSection({
  constraints,
  records,
}: Pick<DatasetStatistics, 'constraints' | 'records'>): Section {
  const shown = constraints.slice(0, mostRows);
  const side = (which: 'rejected' | 'chosen', state: 'held' | 'broken'): readonly number[] =>
    shown.map((constraint) => constraint[which][state]);
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const broken = sum(constraints.map(({ rejected }) => rejected.broken));
  const still = sum(constraints.map(({ chosen }) => chosen.broken));
  const more =
    constraints.length > shown.length
      ? ` ${constraints.length - shown.length} rarer types are not shown.`
      : '';
  const summary =
    shown.length === 0
      ? `No verified constraint is recorded for ${records === 1 ? 'this pair' : 'these pairs'}.`
      : `Rejected texts break ${count(broken)} verified constraints, chosen texts ${count(still)}.${more}`;
  return {
    id: 'constraints',
    title: 'Constraints',
    summary,
    chart:
      shown.length === 0
        ? null
        : {
            kind: 'bars',
            direction: 'rows',
            isStacked: false,
            categories: shown.map(({ type }) => shortName(type)),
            series: [
              { name: 'broken by rejected', tone: 'rejected', values: side('rejected', 'broken') },
              { name: 'held by chosen', tone: 'accepted', values: side('chosen', 'held') },
              { name: 'broken by chosen', tone: 'contested', values: side('chosen', 'broken') },
            ],
            xTitle: 'pairs',
            yTitle: '',
          },
    table: {
      columns: ['Type', 'Rejected: held', 'broken', 'unknown', 'Chosen: held', 'broken', 'unknown'],
      rows: shown.map(({ type, rejected, chosen }) => [
        type,
        ...[rejected, chosen].flatMap(({ held, broken: breaks, unknown }) => [held, breaks, unknown]),
      ]),
    },
  };
}

export function depthSection({
  depths,
  unknownDepth,
}: Pick<DatasetStatistics, 'depths' | 'unknownDepth'>): Section {
  const found = depths.filter(({ depth }) => depth > 0);
  const all = found.reduce((sum, { records }) => sum + records, 0);
  const first = found.find(({ depth }) => depth === 1)?.records ?? 0;
  const unknown = unknownDepth === 0 ? '' : ` Of ${pairs(unknownDepth)} it is not known.`;
  return {
    id: 'depths',
    title: 'Depth',
    summary: `${percent(first, all)} were found at the first level below the original.${unknown}`,
    chart: {
      kind: 'bars',
      direction: 'columns',
      isStacked: false,
      categories: depths.map(({ depth }) => String(depth)),
      series: [{ name: 'pairs', tone: 'first', values: depths.map(({ records }) => records) }],
      xTitle: 'levels below the original',
      yTitle: 'pairs',
    },
    table: { columns: ['Depth', 'Pairs'], rows: depths.map(({ depth, records }) => [depth, records]) },
  };
}

export function duplicateSection({ duplicates, records }: DatasetStatistics): Section {
  const sizes = duplicates?.sizes.slice(0, mostRows) ?? [];
  return {
    id: 'duplicates',
    title: 'Near duplicates',
    summary: duplicateWords(duplicates, records),
    chart:
      sizes.length === 0
        ? null
        : {
            kind: 'bars',
            direction: 'columns',
            isStacked: false,
            categories: sizes.map(({ size }) => count(size)),
            series: [{ name: 'clusters', tone: 'third', values: sizes.map(({ clusters }) => clusters) }],
            xTitle: 'pairs in a cluster',
            yTitle: 'clusters',
          },
    table: {
      columns: ['Pairs in a cluster', 'Clusters'],
      rows: sizes.map(({ size, clusters }) => [count(size), clusters]),
    },
  };
}

function duplicateWords(duplicates: DatasetStatistics['duplicates'], records: number): string {
  if (duplicates === null) return `Not looked for among more than ${count(mostCompared)} pairs.`;
  const { clusters, records: alike, threshold, largest } = duplicates;
  if (clusters === 0) return `No two chosen texts are alike (similarity of ${threshold} or more).`;
  const [first] = largest;
  return (
    `${pairs(alike)} (${percent(alike, records)}) are in ${count(clusters)} ${clusters === 1 ? 'cluster' : 'clusters'} ` +
    `of chosen texts that are alike (similarity of ${threshold} or more). ` +
    `The largest has ${pairs(first?.records ?? 0)} and begins with “${first?.beginning ?? ''}”.`
  );
}

export function growthSection({ growth }: DatasetStatistics): Section {
  const { unit, periods } = growth;
  const running = (values: readonly number[]): readonly number[] => {
    let sum = 0;
    return values.map((value) => (sum += value));
  };
  const busiest = periods.reduce(
    (best, period) => (period.added > best.added ? period : best),
    periods[0] ?? noPeriod,
  );
  return {
    id: 'growth',
    title: 'Growth',
    summary: `From ${periods[0]?.name ?? ''} to ${periods.at(-1)?.name ?? ''} (UTC); most were added ${unit === 'day' ? 'on' : 'in'} ${busiest.name}: ${pairs(busiest.added)}.`,
    chart: {
      kind: 'lines',
      categories: periods.map(({ name }) => name),
      series: [
        { name: 'pairs', tone: 'first', values: running(periods.map(({ added }) => added)) },
        { name: 'accepted', tone: 'accepted', values: running(periods.map(({ accepted }) => accepted)) },
        { name: 'rejected', tone: 'rejected', values: running(periods.map(({ rejected }) => rejected)) },
      ],
      xTitle: unit,
      yTitle: 'pairs so far',
    },
    table: {
      columns: [
        unit === 'day' ? 'Day' : unit === 'month' ? 'Month' : 'Year',
        'Added',
        'Accepted',
        'Rejected',
      ],
      rows: periods
        .filter(({ added, accepted, rejected }) => added + accepted + rejected > 0)
        .map(({ name, added, accepted, rejected }) => [name, added, accepted, rejected]),
    },
  };
}

const noPeriod = { name: '', added: 0, accepted: 0, rejected: 0 };
