import type { ConstraintCheck, Span } from '../../spar/verifiers/constraint';
import type { TextRange } from '../selection/sections';
import { brokenChecks, type CheckedItem } from './checkedItem';

/** One place in a document that breaks a constraint; offsets are UTF-16. */
export interface Finding {
  readonly check: ConstraintCheck;
  readonly range: TextRange;
  readonly message: string;
  /** True where something is missing: the place is then only where the response begins. */
  readonly isMissing: boolean;
  /** The clause of the instruction that asks for it; null where it is not in the document. */
  readonly asked: TextRange | null;
}

/** Marks of one constraint in one text at most: more can't be read, and the message has the count. */
const mostMarks = 50;
/** Characters of one mark. */
const longestMark = 80;
/** Characters of the first line that are marked where something is missing. */
const longestStart = 60;

/** Where an item breaks its constraints, in the order of the constraints. */
export function findingsOf(item: CheckedItem): readonly Finding[] {
  const start = startOf(item);
  return brokenChecks(item).flatMap((check): readonly Finding[] => {
    const { constraint, result } = check;
    if (result.state !== 'broken') return [];
    const message = `${constraint.text}: ${result.message}`;
    const asked = constraint.span === null ? null : item.instruction.rangeOf(constraint.span);
    const ranges = result.spans
      .filter((span) => span.end > span.start)
      .slice(0, mostMarks)
      .flatMap((span) => item.response.rangeOf(markedPart(item.response.text, span)) ?? []);
    if (ranges.length === 0) return [{ check, range: start, message, isMissing: true, asked }];
    return ranges.map((range) => ({ check, range, message, isMissing: false, asked }));
  });
}

/**
 * What is marked of a stretch: all of a short one; of a longer one, where it meets the response's own end or start,
 * since a whole paragraph underlined says less.
 */
export function markedPart(text: string, { start, end }: Span): Span {
  if (end - start <= longestMark) return { start, end };
  const isEnding = start > 0 && text.slice(end).trim() === '';
  const [from, to] = isEnding ? [end - longestMark, end] : [start, start + longestMark];
  const part = text.slice(from, to);
  // From word to word, where there are words.
  if (isEnding)
    return { start: from + (/^\S*\s+(?=\S)/u.exec(part)?.[0].length ?? halfPair(text, from)), end };
  const words = /^.*\S(?=\s+\S*$)/su.exec(part)?.[0].length ?? part.length - halfPair(text, to);
  return { start, end: start + words };
}

/** 1 where a place is inside a surrogate pair. */
function halfPair(text: string, at: number): 0 | 1 {
  return /[\uDC00-\uDFFF]/u.test(text.charAt(at)) && /[\uD800-\uDBFF]/u.test(text.charAt(at - 1)) ? 1 : 0;
}

/** The beginning of the response's first line: where a missing thing is told. */
function startOf({ response, range }: CheckedItem): TextRange {
  const line = response.text.split('\n', 1)[0] ?? '';
  const start = line.slice(0, longestStart).replace(/[\uD800-\uDBFF]$/u, '');
  return response.rangeOf({ start: 0, end: start.length }) ?? { start: range.start, end: range.start + 1 };
}
