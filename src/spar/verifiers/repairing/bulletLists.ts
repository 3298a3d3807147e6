import { bulletSpans } from '../bullets';

/** Longer texts are no lists of points to be counted by hand. */
const maxLines = 20_000;

/** Texts with exactly `wanted` bullet points, made of the items that are there; none where they don't show. */
export function withBulletCount(text: string, wanted: number): readonly string[] {
  const lines = text.split('\n');
  if (lines.length > maxLines) return [];
  const candidates = [
    lines.map((line) => (isRule(line) ? '___' : line)),
    lines.map((line) => line.replace(/^(?<lead>\s*)(?:[•‣◦▪●–—+·]|\d{1,3}[.)])\s+/u, '$<lead>* ')),
    lines.map((line) => line.replace(/^\d{1,3}[.)]\s+/u, '* ')),
    lines.map((line, index) =>
      index >= lines.length - 3 ? line.replace(/^(?<lead>\s*)-\s*(?=\p{Lu})/u, '$<lead>— ') : line,
    ),
    nestedNumbered(lines),
    lines.map((line) => (/^\s+[*-]\s/u.test(line) ? line : line.replace(/^\d{1,3}[.)]\s+/u, '* '))),
    allItems(lines, wanted),
  ];
  const fitting = candidates
    .map((candidate) => candidate.join('\n'))
    .find((candidate) => bulletSpans(candidate).length === wanted);
  return fitting === undefined ? [] : [fitting];
}

/** The text with only the first `wanted` items marked as bullets; the others stay as lines of text. */
export function withFewerBullets(text: string, wanted: number): readonly string[] {
  const surplus = bulletSpans(text).slice(wanted);
  if (wanted < 1 || surplus.length === 0 || surplus.length > maxLines) return [];
  let unmarked = text;
  for (const { start, end } of [...surplus].reverse()) {
    const line = unmarked.slice(start, end).replace(/^(?<lead>\s*)[-*]\s*/u, '$<lead>');
    // Without an empty line between, Markdown takes the line for more of the bullet before it.
    const gap = /(?:^|\n)[ \t]*[-*][^\n]*\n$/u.test(unmarked.slice(0, start)) ? '\n' : '';
    unmarked = unmarked.slice(0, start) + gap + line + unmarked.slice(end);
  }
  return bulletSpans(unmarked).length === wanted ? [unmarked] : [];
}

function isRule(line: string): boolean {
  return /^\s*-{3,}\s*$/u.test(line);
}

/** Bullets below bullets become numbers, so that only the outer ones count. */
function nestedNumbered(lines: readonly string[]): readonly string[] {
  let number = 0;
  return lines.map((line) => {
    if (!/^\s*[*-]\s/u.test(line)) return line;
    if (!/^\s{2,}[*-]\s/u.test(line)) {
      number = 0;
      return line;
    }
    number += 1;
    return line.replace(/^(?<lead>\s+)[*-]\s/u, (_match, lead: string) => `${lead}${number}. `);
  });
}

/** As many lines as bullets are asked for: each is one; a first line that ends with a colon introduces them. */
function allItems(lines: readonly string[], wanted: number): readonly string[] {
  const said = lines.filter((line) => line.trim() !== '');
  const intro = /:\s*$/u.test(said[0] ?? '') ? 1 : 0;
  if (said.length - intro !== wanted || bulletSpans(lines.join('\n')).length > 0) return lines;
  let seen = 0;
  return lines.map((line) => {
    if (line.trim() === '') return line;
    seen += 1;
    return seen <= intro ? line : `* ${line.trim()}`;
  });
}
