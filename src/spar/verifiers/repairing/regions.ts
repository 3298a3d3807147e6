import type { Span } from '../constraint';

/** Fenced and inline code: changing it would break it. */
export function codeSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(/```[\s\S]*?(?:```|$)|`[^`\n]{1,500}`/gu)) {
    spans.push({ start: match.index, end: match.index + match[0].length });
  }
  return spans;
}

/** Web addresses. */
export function addressSpans(text: string): readonly Span[] {
  return Array.from(text.matchAll(/\b(?:https?:\/\/|www\.)[^\s<>"']+/giu), (match) => ({
    start: match.index,
    end: match.index + match[0].replace(/[.,;:!?)]+$/u, '').length,
  }));
}

/** Asks in text order whether an offset lies in one of the spans, in time linear in spans and offsets together. */
export class RegionCursor {
  private next = 0;

  constructor(private readonly spans: readonly Span[]) {}

  /** Offsets must not fall from one call to the next. */
  holds(offset: number): boolean {
    while ((this.spans[this.next]?.end ?? Infinity) <= offset) this.next += 1;
    return (this.spans[this.next]?.start ?? Infinity) <= offset;
  }
}
