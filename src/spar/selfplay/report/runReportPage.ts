import { constraintSection, depthSection } from '../../datasets/statistics/reportCounts';
import { distributionSection } from '../../report/distributionSection';
import type { Report, Section } from '../../report/report';
import { count, pairs as pairWords, percent } from '../../report/reportWords';
import { costWords, countWords, timeWords } from '../../text/amountWords';
import { aboutSection } from './aboutSection';
import { funnelSection } from './funnelSection';
import { exampleSections, failedSections, refusedSections, slowestSections } from './itemSections';
import type { RunReport } from './runReport';
import { costSection, timeSection } from './spentSections';
import { voteSection } from './voteSection';

/** A run's report in words, pictures and tables. */
export function runReportPage(report: RunReport): Report {
  return {
    title: titleOf(report),
    facts: facts(report),
    empty: '',
    sections: [
      funnelSection(report),
      ...pairSections(report),
      costSection(report),
      timeSection(report),
      ...failedSections(report),
      ...refusedSections(report),
      ...slowestSections(report),
      ...exampleSections(report),
      aboutSection(report),
    ],
  };
}

/** As the Runs view names it, with the folder that tells runs over one file apart. */
function titleOf({ name, about: { input } }: RunReport): string {
  return input === null ? name : `${input.name} · ${name}`;
}

function facts(report: RunReport): Report['facts'] {
  const { state, funnel, pairs, reviewed, spent, time, failed, unread } = report;
  const accepted = reviewed?.accepted ?? pairs.accepted;
  const rejected = reviewed?.rejected ?? 0;
  const rows = funnel.steps[0]?.count ?? 0;
  const price = spent.currency === null ? null : { currency: spent.currency };
  const damaged = unread.journal + unread.outcomes;
  const given: readonly (readonly [label: string, value: string] | null)[] = [
    ['state', state],
    ['rows', count(rows)],
    ['pairs', count(pairs.count)],
    accepted > 0 ? ['accepted', count(accepted)] : null,
    rejected > 0 ? ['rejected', count(rejected)] : null,
    failed.count > 0 ? ['failed', count(failed.count)] : null,
    [spent.isEstimated ? 'tokens, about' : 'tokens', countWords(spent.tokens)],
    spent.cost === null || price === null ? null : ['cost', costWords(spent.cost, price)],
    ['of work', timeWords(time.worked)],
    damaged > 0 ? ['lines that can’t be read', count(damaged)] : null,
  ];
  return given.flatMap((fact) => (fact === null ? [] : [{ label: fact[0], value: fact[1] }]));
}

function pairSections(report: RunReport): readonly Section[] {
  const { pairs, evidence } = report;
  if (pairs.count === 0) return [];
  const part =
    evidence.pairs < pairs.count
      ? ` Of ${pairWords(evidence.pairs)} (${percent(evidence.pairs, pairs.count)}) whose texts were read.`
      : '';
  const constraints = constraintSection({ constraints: evidence.constraints, records: evidence.pairs });
  return [
    distributionSection(
      {
        id: 'values',
        title: 'Value',
        tone: 'first',
        measure: 'share of Yes among the votes for the chosen text',
      },
      pairs.values,
    ),
    depthSection({ depths: pairs.depths, unknownDepth: 0 }),
    distributionSection(
      {
        id: 'distance',
        title: 'Distance',
        tone: 'second',
        measure: 'changed words over the longer text’s words',
      },
      pairs.distance,
    ),
    distributionSection(
      {
        id: 'interference',
        title: 'Interference',
        tone: 'third',
        measure: 'share of changed words that no broken constraint needed',
      },
      pairs.interference,
    ),
    voteSection(evidence.votes, part),
    { ...constraints, summary: `${constraints.summary}${part}` },
  ];
}
