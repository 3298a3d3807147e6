import type { Span } from '../constraint';
import { sentencesOf } from '../sentences';
import { countWords } from '../tokens';
import { isHeading } from './blocks';

/** The largest share of a response's words that may go with the sentences left out. */
const largestShare = 0.2;

/** Fewer sentences than this say too little for one of them to go. */
const fewestSentences = 4;

/**
 * The text without the sentences, list items or verses in which these places stand; none where a heading, or the only
 * sentence of a paragraph among few, would have to go, or too much of what the response says.
 */
export function withoutSentencesAt(text: string, places: readonly Span[]): readonly string[] {
  const units = unitsOf(text);
  const going = units.filter((unit) => places.some(({ start }) => holds(unit, start)));
  const areAllThere = places.every(({ start }) => going.some((unit) => holds(unit, start)));
  const shorter = areAllThere ? without(text, units, going) : null;
  return shorter === null ? [] : [shorter];
}

/** The text with so few sentences left out that at most `most` of the places remain: those that hold most first. */
export function withFewerUses(text: string, places: readonly Span[], most: number): readonly string[] {
  if (places.length > maxPlaces) return [];
  const units = unitsOf(text);
  const held = units
    .map((unit) => ({ unit, uses: places.filter(({ start }) => holds(unit, start)).length }))
    .filter(({ unit, uses }) => uses > 0 && !unit.isHeading);
  const surplus = places.length - most;
  const fewest = [...held].sort((a, b) => b.uses - a.uses || size(a.unit) - size(b.unit));
  const enough = [...held]
    .filter(({ uses }) => uses >= surplus)
    .sort((a, b) => size(a.unit) - size(b.unit))[0];
  const going: Unit[] = [];
  let left = surplus;
  for (const { unit, uses } of enough === undefined ? fewest : [enough]) {
    if (left <= 0) break;
    going.push(unit);
    left -= uses;
  }
  const shorter = left <= 0 ? without(text, units, going) : null;
  return shorter === null ? [] : [shorter];
}

/** More places than this are no matter of a few sentences. */
const maxPlaces = 500;

function holds(unit: Span, at: number): boolean {
  return unit.start <= at && at < unit.end;
}

function size(unit: Span): number {
  return unit.end - unit.start;
}

/** The text with at least `surplus` words less: whole sentences from the middle of paragraphs, as few words as that takes. */
export function withFewerWords(text: string, surplus: number): readonly string[] {
  const units = unitsOf(text);
  const inner = units.filter((unit, index) => {
    const neighbours = [units[index - 1], units[index + 1]];
    return !unit.isHeading && neighbours.every((other) => other?.paragraph === unit.paragraph);
  });
  const sized = inner.map((unit) => ({ unit, words: countWords(text.slice(unit.start, unit.end)) }));
  const single = sized.filter(({ words }) => words >= surplus).sort((a, b) => a.words - b.words)[0];
  const several: Unit[] = [];
  let left = surplus;
  for (const { unit, words } of [...sized].sort((a, b) => b.words - a.words)) {
    if (left <= 0) break;
    several.push(unit);
    left -= words;
  }
  const ways = [...(single === undefined ? [] : [[single.unit]]), ...(left <= 0 ? [several] : [])];
  return ways.flatMap((going) => without(text, units, going) ?? []);
}

interface Unit extends Span {
  /** Index of its paragraph. */
  readonly paragraph: number;
  readonly isHeading: boolean;
}

/** Sentences; a line that is a list item, a verse or a heading is one however many it holds. */
function unitsOf(text: string): readonly Unit[] {
  const units: Unit[] = [];
  let paragraph = 0;
  for (const line of text.matchAll(/[^\n]+/gu)) {
    const gap = text.slice(units.at(-1)?.end ?? 0, line.index);
    if (/\n[ \t\r]*\n/u.test(gap)) paragraph += 1;
    const heading = isHeading(line[0]) || /^\s*(?:#|<<)/u.test(line[0]);
    const isOne = heading || /^\s*(?:[-*+•]|\d{1,3}[.)])\s/u.test(line[0]);
    const spans = isOne ? [{ start: 0, end: line[0].length }] : sentencesOf(line[0]);
    for (const { start, end } of spans) {
      units.push({ start: line.index + start, end: line.index + end, paragraph, isHeading: heading });
    }
  }
  return units;
}

function without(text: string, units: readonly Unit[], going: readonly Unit[]): string | null {
  if (going.length === 0 || units.length < fewestSentences || going.some((unit) => unit.isHeading))
    return null;
  const lost = going.reduce((sum, unit) => sum + countWords(text.slice(unit.start, unit.end)), 0);
  if (lost > largestShare * countWords(text)) return null;
  let shorter = text;
  for (const unit of [...going].sort((a, b) => b.start - a.start)) {
    const before = shorter.slice(0, unit.start);
    const after = shorter.slice(unit.end);
    shorter = joined(before, after);
  }
  return shorter;
}

/** A sentence takes the white space behind it along, a line of its own its line end, a paragraph the empty line. */
function joined(before: string, after: string): string {
  const startsLine = before === '' || before.endsWith('\n');
  const endsLine = after.trim() === '' || /^[ \t]*\r?\n/u.test(after);
  if (!startsLine) return endsLine ? before.trimEnd() + after : before + after.trimStart();
  if (!endsLine) return before + after.trimStart();
  if (after.trim() === '') return before.trimEnd() + after;
  return (
    before +
    after
      .replace(/^[ \t]*\r?\n/u, '')
      .replace(before.endsWith('\n\n') || before === '' ? /^\s*\n/u : /^$/u, '')
  );
}
