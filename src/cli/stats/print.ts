import { statisticsReport } from '../../spar/datasets/statistics/makeReport';
import type { DatasetStatistics } from '../../spar/datasets/statistics/statistics';
import { harmlessLine, paintFor } from '../output/paint';
import { sectionText } from '../output/section';
import type { Terminal } from '../terminal';
import type { StatsArguments } from './command';

/** Prints the numbers: one JSON object, or words and tables for a person. */
export function printStatistics(
  statistics: DatasetStatistics,
  { json, html }: StatsArguments,
  { stdout, environment }: Terminal,
): void {
  if (json) {
    stdout.write(`${JSON.stringify(statistics, null, 2)}\n`);
    return;
  }
  const paint = paintFor(stdout, environment);
  const { title, facts, sections } = statisticsReport(statistics);
  const parts = [
    `${paint.ink('strong', harmlessLine(title, 200))}\n${facts.map(({ label, value }) => `${value} ${label}`).join(', ')}\n`,
    ...sections.map((section) => sectionText(section, paint)),
    ...(html === null ? [] : [paint.ink('faint', `Page: ${html}\n`)]),
  ];
  stdout.write(parts.join('\n'));
}
