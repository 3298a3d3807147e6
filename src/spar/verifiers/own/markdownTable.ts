/**
 * Why a text is no Markdown table as GitHub reads it (a row of headings, a row of dashes, further rows), as a sentence;
 * null where it is one, with nothing around it but white space.
 */
export function tableProblem(text: string): string | null {
  const lines = text.split(/\r\n|\n|\r/u);
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const rows = lines.slice(Math.max(first, 0), last + 1);
  const [head, rule] = rows;
  if (head === undefined || rule === undefined)
    return 'there is no row of headings with a row of dashes below it.';
  const columns = cellsOf(head);
  if (!head.includes('|')) return `line ${first + 1} is no row of headings, since it holds no “|”.`;
  if (!isRule(rule)) return `line ${first + 2} must be a row of dashes such as | --- | --- |.`;
  if (cellsOf(rule) !== columns) {
    return `line ${first + 2} has ${cellsOf(rule)} columns, and the headings have ${columns}.`;
  }
  const stray = rows.findIndex((row) => !row.includes('|'));
  return stray === -1 ? null : `line ${first + stray + 1} is no row of the table.`;
}

function isRule(row: string): boolean {
  const cells = splitCells(row);
  return cells.length > 0 && cells.every((cell) => /^:?-+:?$/u.test(cell.trim()));
}

function cellsOf(row: string): number {
  return splitCells(row).length;
}

/** Cells between bars; a bar behind a backslash belongs to its cell. */
function splitCells(row: string): readonly string[] {
  const bare = row.trim().replace(/^\|/u, '');
  const cells = bare.split(/(?<!\\)\|/u);
  return cells.length > 1 && cells.at(-1)?.trim() === '' ? cells.slice(0, -1) : cells;
}
