import type { Example, FunnelChart, Section, Table } from '../../spar/report/report';
import { harmless, harmlessLine, type Paint } from './paint';

/** Characters of the first column at most, and of the longest bar. */
const nameWidth = 44;
const barWidth = 24;
/** Characters of a cell of words. */
const wordWidth = 160;
/** Rows of one table; of a longer one the last are the newest. */
const mostRows = 24;
/** Rows of a table of words, the first of them. */
const mostWordRows = 60;

/** A section of a report for a terminal: what it says, and its numbers. */
export function sectionText(section: Section, paint: Paint): string {
  const { title, summary, chart, table, examples = [] } = section;
  const lines =
    chart?.kind === 'funnel'
      ? funnelLines(chart, paint)
      : table.isOfWords === true
        ? wordLines(table, paint)
        : numberLines(table, paint);
  return [
    paint.ink('strong', title),
    ...(summary === '' ? [] : [`  ${harmlessLine(summary, 600)}`]),
    ...lines,
    ...examples.flatMap((example) => exampleLines(example, paint)),
    '',
  ].join('\n');
}

function numberLines(table: Table, paint: Paint): readonly string[] {
  const rows = table.rows.filter((row) => row.some((cell) => typeof cell === 'number' && cell !== 0));
  const shown = rows.slice(-mostRows);
  const lines = shown.length === 0 ? [] : tableLines({ ...table, rows: shown }, paint);
  if (shown.length < rows.length)
    lines.push(`  ${paint.ink('faint', `${rows.length - shown.length} earlier ones are not shown.`)}`);
  return lines;
}

/** The first column in line, the others one after the other. */
function wordLines({ rows }: Table, paint: Paint): readonly string[] {
  const shown = rows
    .slice(0, mostWordRows)
    .map((row) => row.map((cell) => harmlessLine(String(cell), wordWidth)));
  const width = Math.max(0, ...shown.map(([name = '']) => name.length));
  const lines = shown.map(([name = '', ...rest]) => `  ${name.padEnd(width)}  ${rest.join(' · ')}`.trimEnd());
  if (shown.length < rows.length)
    lines.push(`  ${paint.ink('faint', `${rows.length - shown.length} more are not shown.`)}`);
  return lines;
}

function funnelLines({ steps }: FunnelChart, paint: Paint): readonly string[] {
  const all = steps[0]?.count ?? 0;
  const width = Math.max(0, ...steps.map(({ label }) => label.length));
  const digits = all.toLocaleString('en').length;
  return steps.flatMap(({ label, count, out }) => [
    ...out.map((words) => paint.ink('faint', `    − ${harmlessLine(words, 2 * wordWidth)}`)),
    `  ${label.padEnd(width)}  ${count.toLocaleString('en').padStart(digits)}  ${paint.ink('faint', '█'.repeat(all === 0 ? 0 : Math.round((count / all) * barWidth)))}`.trimEnd(),
  ]);
}

function exampleLines({ title, line, instruction, difference }: Example, paint: Paint): readonly string[] {
  const text = difference
    .map(({ kind, text: words }) => {
      if (kind === 'same') return harmless(words);
      if (paint.hasColour) return paint.ink(kind, harmless(words));
      return kind === 'removed' ? `[-${harmless(words)}-]` : `{+${harmless(words)}+}`;
    })
    .join('');
  const place = line === null ? '' : `line ${line.toLocaleString('en')}: `;
  return [
    '',
    `  ${paint.ink('strong', `${place}${harmlessLine(title, wordWidth)}`)}`,
    `  ${paint.ink('faint', harmlessLine(instruction, 2 * wordWidth))}`,
    ...text.split('\n').map((part) => `  ${part}`.trimEnd()),
  ];
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
