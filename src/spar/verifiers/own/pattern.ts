import type { Span } from '../constraint';
import { maxSpans } from '../outcome';
import { compiled, inBoundedTime } from './boundedTime';

export interface Pattern {
  readonly pattern: string;
  readonly flags?: string | undefined;
}

/** Why a pattern can't be used, as the end of a sentence; null where it can. */
export function patternProblem({ pattern, flags }: Pattern): string | null {
  try {
    new RegExp(pattern, allFlags(flags));
    return null;
  } catch (error) {
    // `Invalid regular expression: /(/gu: Unterminated group`
    const said = error instanceof Error ? error.message : String(error);
    return said.split(': ').at(-1) ?? said;
  }
}

export type Matches =
  | { readonly kind: 'found'; readonly count: number; readonly spans: readonly Span[] }
  /** What stood in the way, as a sentence that names the pattern. */
  | { readonly kind: 'unknown'; readonly message: string };

/** Counts all matches of a pattern that somebody wrote, and gives the first of them; in bounded time. */
export function matchesOf(text: string, written: Pattern): Matches {
  const { pattern, flags } = written;
  const expression = compiled(new RegExp(pattern, allFlags(flags)));
  const found = inBoundedTime(() => {
    const spans: Span[] = [];
    let count = 0;
    expression.lastIndex = 0;
    // Not `matchAll`, which matches with a copy that would be compiled anew.
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      count += 1;
      const end = match.index + match[0].length;
      if (spans.length < maxSpans) spans.push({ start: match.index, end });
      if (match[0] === '') expression.lastIndex = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
    }
    return { count, spans };
  }, text.length);
  const name = shown(written);
  switch (found.kind) {
    case 'done':
      return { kind: 'found', ...found.value };
    case 'too-long':
      return {
        kind: 'unknown',
        message: `The pattern ${name} takes too long on this text, so nothing is known. Nested repetitions such as (a+)+ do that: write it without.`,
      };
    case 'failed':
      return {
        kind: 'unknown',
        message: `The pattern ${name} can't be used on this text: ${found.message}.`,
      };
  }
}

/** For sentences: `/a+/i`, cut where it is long. */
export function shown({ pattern, flags }: Pattern): string {
  const short = pattern.length > 60 ? `${pattern.slice(0, 60)}…` : pattern;
  return `/${short}/${flags ?? ''}`;
}

/** Unicode unless the person chose a mode: so `.` is a character and `\p{L}` means letters. */
function allFlags(flags = ''): string {
  return `g${/[uv]/u.test(flags) ? flags : `${flags}u`}`;
}
