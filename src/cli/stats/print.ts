import { statisticsReport } from '../../spar/datasets/statistics/makeReport';
import type { Section, Table } from '../../spar/datasets/statistics/report';
import type { DatasetStatistics } from '../../spar/datasets/statistics/statistics';
import { harmlessLine, paintFor, type Paint } from '../output/paint';
import type { Terminal } from '../terminal';
import type { StatsArguments } from './command';

/** Characters of the first column at most, and of the longest bar. */
const nameWidth = 44;
const barWidth = 24;
/** Rows of one table; of a longer one the last are the newest. */
const mostRows = 24;

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

function sectionText({ title, summary, table }: Section, paint: Paint): string {
  const rows = table.rows.filter((row) => row.some((cell) => typeof cell === 'number' && cell !== 0));
  const shown = rows.slice(-mostRows);
  const lines = shown.length === 0 ? [] : tableLines({ ...table, rows: shown }, paint);
  if (shown.length < rows.length)
    lines.push(`  ${paint.ink('faint', `${rows.length - shown.length} earlier ones are not shown.`)}`);
  return [paint.ink('strong', title), ...(summary === '' ? [] : [`  ${summary}`]), ...lines, ''].join('\n');
}

/** Columns in line; a table with one column of numbers gets bars. */
function tableLines({ columns, rows }: Table, paint: Paint): string[] {
  const text = (cell: string | number): string =>
    typeof cell === 'number' ? cell.toLocaleString('en') : harmlessLine(cell, nameWidth);
  const cells = [columns, ...rows].map((row) => row.map(text));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
  const numbers = rows.map((row) => row[1]);
  const most = Math.max(...numbers.map((value) => (typeof value === 'number' ? value : 0)));
  const bars =
    columns.length === 2
      ? numbers.map((value) =>
          typeof value === 'number' ? '█'.repeat(Math.round((value / most) * barWidth)) : '',
        )
      : [];
  return lines.map((line, at) =>
    at === 0
      ? `  ${paint.ink('faint', line.trimEnd())}`
      : `  ${line}  ${paint.ink('faint', bars[at - 1] ?? '')}`.trimEnd(),
  );
}
