import type { Distribution } from './distribution';
import type { Section, Tone } from './report';
import { decimal, pairs, range } from './reportWords';

export interface Described {
  readonly id: string;
  readonly title: string;
  readonly tone: Tone;
  readonly measure: string;
}

/** A histogram of a measure of pairs. */
export function distributionSection(
  { id, title, tone, measure }: Described,
  distribution: Distribution,
): Section {
  const { summary, bins, unknown } = distribution;
  const words = `${measure.charAt(0).toUpperCase()}${measure.slice(1)}.`;
  const known =
    summary === null
      ? ''
      : ` The median is ${decimal(summary.median)}, the mean ${decimal(summary.mean)}; eight tenths lie between ${decimal(summary.low)} and ${decimal(summary.high)}.`;
  const rest = unknown === 0 ? '' : ` Not known for ${pairs(unknown)}.`;
  const names = bins.map(({ from, to }) => range(from, to));
  return {
    id,
    title,
    summary: `${words}${known}${rest}`,
    chart:
      summary === null
        ? null
        : {
            kind: 'bars',
            direction: 'columns',
            isStacked: false,
            categories: names,
            series: [{ name: 'pairs', tone, values: bins.map(({ records }) => records) }],
            xTitle: title.toLowerCase(),
            yTitle: 'pairs',
          },
    table: {
      columns: [title, 'Pairs'],
      rows: [
        ...bins.map(({ records }, at): readonly [string, number] => [names[at] ?? '', records]),
        ...(unknown === 0 ? [] : [['not known', unknown] as const]),
      ],
    },
  };
}
