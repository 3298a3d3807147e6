import { distributionSection } from '../../report/distributionSection';
import type { Section } from '../../report/report';
import { count, decimal, pairs, percent } from '../../report/reportWords';
import type { DatasetStatistics } from './statistics';

export function valueSections({ values, votes, records }: DatasetStatistics): readonly Section[] {
  const shown = votes.outcomes.slice(0, 15);
  const names = shown.map(({ yes, no }) => `${yes} of ${yes + no}`);
  return [
    distributionSection(
      {
        id: 'values',
        title: 'Value',
        tone: 'first',
        measure: 'share of Yes among the votes for the chosen text',
      },
      values,
    ),
    {
      id: 'votes',
      title: 'Votes',
      summary:
        `${count(votes.yes)} Yes and ${count(votes.no)} No; ${count(votes.notDrawn)} votes did not have to be drawn. ` +
        `${pairs(votes.withoutVotes)} (${percent(votes.withoutVotes, records)}) came without votes.`,
      chart:
        shown.length === 0
          ? null
          : {
              kind: 'bars',
              direction: 'columns',
              isStacked: false,
              categories: names,
              series: [{ name: 'pairs', tone: 'second', values: shown.map((outcome) => outcome.records) }],
              xTitle: 'votes that said Yes',
              yTitle: 'pairs',
            },
      table: {
        columns: ['Votes that said Yes', 'Pairs'],
        rows: [
          ...shown.map((outcome, at) => [names[at] ?? '', outcome.records]),
          ...(votes.withoutVotes === 0 ? [] : [['no votes', votes.withoutVotes]]),
        ],
      },
    },
  ];
}

export function lengthSections({ lengths, records }: DatasetStatistics): readonly Section[] {
  const { rejected, chosen, longer, shorter, equal, difference, sample } = lengths;
  const first = lengths.bins.findIndex((each) => each.rejected + each.chosen > 0);
  const bins = lengths.bins.slice(Math.max(0, first));
  const bin = ({ from, to }: { readonly from: number; readonly to: number }): string =>
    to - from === 1 ? count(from) : `${count(from)}–${count(to - 1)}`;
  const medians = `The median is ${decimal(rejected?.median ?? 0)} words for rejected and ${decimal(chosen?.median ?? 0)} for chosen texts. `;
  return [
    {
      id: 'lengths',
      title: 'Length',
      summary:
        medians +
        `The chosen text is longer in ${percent(longer, records)}, shorter in ${percent(shorter, records)}, ` +
        `as long in ${percent(equal, records)} of the pairs; ${onAverage(difference?.mean ?? 0)}`,
      chart: {
        kind: 'bars',
        direction: 'columns',
        isStacked: false,
        categories: bins.map(bin),
        series: [
          { name: 'rejected', tone: 'rejected', values: bins.map((each) => each.rejected) },
          { name: 'chosen', tone: 'accepted', values: bins.map((each) => each.chosen) },
        ],
        xTitle: 'words',
        yTitle: 'texts',
      },
      table: {
        columns: ['Words', 'Rejected texts', 'Chosen texts'],
        rows: bins.map((each) => [bin(each), each.rejected, each.chosen]),
      },
    },
    {
      id: 'length-pairs',
      title: 'Chosen against rejected',
      summary:
        sample.length < records
          ? `Each point is one of ${pairs(sample.length)}, drawn evenly. Above the line the chosen text is the longer one.`
          : 'Each point is a pair. Above the line the chosen text is the longer one.',
      chart: { kind: 'points', points: sample, xTitle: 'words of rejected', yTitle: 'words of chosen' },
      table: {
        columns: ['Chosen text is', 'Pairs', 'Share'],
        rows: [
          ['longer', longer, percent(longer, records)],
          ['shorter', shorter, percent(shorter, records)],
          ['as long', equal, percent(equal, records)],
        ],
      },
    },
  ];
}

function onAverage(difference: number): string {
  const words = `${decimal(Math.abs(difference))} words`;
  return difference === 0
    ? 'as long on average.'
    : `${words} ${difference > 0 ? 'longer' : 'shorter'} on average.`;
}

export function distanceSections({ distance, interference }: DatasetStatistics): readonly Section[] {
  return [
    distributionSection(
      {
        id: 'distance',
        title: 'Distance',
        tone: 'second',
        measure: 'changed words over the longer text’s words',
      },
      distance,
    ),
    distributionSection(
      {
        id: 'interference',
        title: 'Interference',
        tone: 'third',
        measure: 'share of changed words that no broken constraint needed',
      },
      interference,
    ),
  ];
}
