import { harmlessLine, type Paint } from './paint';
import type { Section, Table } from '../../spar/report/report';

/** Characters of the first column at most, and of the longest bar. */
const nameWidth = 44;
const barWidth = 24;
/** Rows of one table; of a longer one the last are the newest. */
const mostRows = 24;

/** A section of a report for a terminal: what it says, and its numbers. */
export function sectionText({ title, summary, table }: Section, paint: Paint): string {
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
