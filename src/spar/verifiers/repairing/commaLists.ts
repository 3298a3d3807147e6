import { isOpening, isSubordinate, startsClause } from './english';

/**
 * `a, b, and c` → `a and b and c`. A list ends with a conjunction before its last member, and its members are short;
 * what stands before the first comma may be longer, since only its last words belong to the list.
 */
export function commaList(text: string): string {
  let parts = text.split(',');
  for (let last = parts.length - 1; last >= 1; last -= 1) {
    const joined = joinedList(parts, last);
    if (joined === null) continue;
    parts = joined;
    last = Math.min(last, parts.length);
  }
  return parts.join(',');
}

/** The parts with the list that ends at `last` made one; null where none ends there. */
function joinedList(parts: readonly string[], last: number): string[] | null {
  const ending = listEnding(parts, last);
  if (ending === null) return null;
  let first = last;
  while (first > 1 && isMember(parts[first - 1] ?? '', ending.rest)) first -= 1;
  // A first part that only opens the sentence is no member: `However, a, b, and c`.
  if (first === 1 && isOpening(parts[0] ?? '') && !isLongOpening(parts[0] ?? '')) first = 2;
  if (last - first + (ending.oxford ? 2 : 3) < 3) return null;
  const middle = parts.slice(first, last).map((part) => ` ${ending.word}${part}`);
  const tail = ending.oxford ? (parts[last] ?? '') : ` ${ending.word}${parts[last] ?? ''}`;
  return [
    ...parts.slice(0, first - 1),
    `${parts[first - 1] ?? ''}${middle.join('')}${tail}`,
    ...parts.slice(last + 1),
  ];
}

interface ListEnding {
  readonly word: string;
  /** The conjunction stands right behind the last comma. */
  readonly oxford: boolean;
  readonly rest: string;
}

const conjunction = /^\s*(?<word>and|or|nor|&)\s/iu;

function listEnding(parts: readonly string[], index: number): ListEnding | null {
  const part = parts[index] ?? '';
  const match = conjunction.exec(part);
  if (match !== null) {
    const rest = part.slice(match[0].length);
    const word = (match.groups?.['word'] ?? 'and').toLowerCase();
    return index >= 2 && !startsClause(rest) ? { word, oxford: true, rest } : null;
  }
  // `a, b and c`: only at the end, after parts that are members themselves.
  const plain = /^\s*(?<member>\S+(?: \S+){0,2}) (?<word>and|or) (?<rest>\S+(?: \S+){0,2})\s*$/u.exec(part);
  const member = plain?.groups?.['member'] ?? '';
  const before = parts[index - 1] ?? '';
  if (plain === null || index !== parts.length - 1 || startsClause(member) || isSubordinate(member))
    return null;
  if (/^\p{L}{2,}ing\b/u.test(member)) return null;
  if (isSubordinate(before) || isOpening(before)) return null;
  return { word: plain.groups?.['word'] ?? 'and', oxford: false, rest: plain.groups?.['rest'] ?? '' };
}

function isMember(part: string, lastMember: string): boolean {
  const words = part.trim().split(/\s+/u);
  if (words.length > 6 || startsClause(part) || isSubordinate(part) || conjunction.test(`${part} `))
    return false;
  if (words.length === 1 && /ly$/u.test(words[0] ?? '')) return false;
  // `She walked, smiling, and waved`: a participle belongs to a list of participles only.
  return !/^\p{L}{2,}ing$/u.test(words[0] ?? '') || /^\p{L}{2,}ing\b/u.test(lastMember.trim());
}

/** `In the garden we grow apples` opens with a preposition, but says something. */
function isLongOpening(part: string): boolean {
  return (
    /\b(?:is|are|was|were|has|have|had|can|will|need|needs|include|includes|with|of|for|as)\s+(?:\S+\s+){0,3}\S+$/iu.test(
      part.trim(),
    ) && part.trim().split(/\s+/u).length > 4
  );
}
