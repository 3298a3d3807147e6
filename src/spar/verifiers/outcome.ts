import type { CheckResult, Span } from './constraint';

/** One sign for each state, for trees and lists; the state's text goes with it. */
export const stateSigns = { held: '✓', broken: '✗', unknown: '?' } as const;

export const held: CheckResult = { state: 'held' };

/** Spans beyond this many are left out: nobody reads them, and a list of a million helps no one. */
export const maxSpans = 500;

export function broken(message: string, spans: readonly Span[] = []): CheckResult {
  return { state: 'broken', message, spans: spans.slice(0, maxSpans) };
}

/** `held` when `holds`, else broken with the message. */
export function verdict(holds: boolean, message: string, spans: readonly Span[] = []): CheckResult {
  return holds ? held : broken(message, spans);
}

/** Spans of all matches; the pattern needs the flag `g`. */
export function spansOf(text: string, pattern: RegExp): readonly Span[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** `1 comma`, `2 commas`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `There is 1 comma`, `There are no commas`. */
export function thereAre(count: number, noun: string): string {
  if (count === 0) return `There are no ${noun}s`;
  return `There ${count === 1 ? 'is' : 'are'} ${counted(count, noun)}`;
}
