import type { Section } from '../../report/report';
import { count, percent } from '../../report/reportWords';
import type { VoteAgreement } from './runReport';

const mostOutcomes = 15;

/** How far the votes for single texts agreed. */
export function voteSection(votes: VoteAgreement, part: string): Section {
  const { judged, unanimous, agreement, unparsed, outcomes } = votes;
  const shown = outcomes.slice(0, mostOutcomes);
  const names = shown.map(({ yes, no }) => `${yes} of ${yes + no}`);
  const lost = unparsed === 0 ? '' : ` ${count(unparsed)} votes had no verdict.`;
  return {
    id: 'votes',
    title: 'Agreement of votes',
    summary:
      agreement === null
        ? `No text on the way to a pair was judged by several votes.${lost}${part}`
        : `Of ${count(judged)} texts that several votes judged, ${percent(unanimous, judged)} were judged alike by all; ` +
          `on average ${percent(agreement, 1)} of the votes agree.${lost}${part}`,
    chart:
      shown.length === 0
        ? null
        : {
            kind: 'bars',
            direction: 'columns',
            isStacked: true,
            categories: names,
            series: [
              { name: 'original', tone: 'rejected', values: shown.map(({ rejected }) => rejected) },
              { name: 'refined', tone: 'accepted', values: shown.map(({ chosen }) => chosen) },
            ],
            xTitle: 'votes that said Yes',
            yTitle: 'texts',
          },
    table: {
      columns: ['Votes that said Yes', 'Original', 'Refined'],
      rows: shown.map(({ rejected, chosen }, at) => [names[at] ?? '', rejected, chosen]),
    },
  };
}
