import type { TextChange } from '../../spar/text/wordDiff';
import { changeLabel } from './changeLabel';
import { changePieces, type ChangePiece } from './changePieces';
import { lastIndex, layoutText, type LayoutKind, type TextLayout } from './sentenceLayout';

export type ChangeDecision = 'kept' | 'undone';

export interface TrackedOptions {
  readonly original: string;
  readonly refined: string;
  /** `textChanges(original, refined)`, which the caller has at hand; it takes long for large texts. */
  readonly changes: readonly TextChange[];
  /** By index in `changes`; a change that is absent waits for a decision. */
  readonly decisions: Readonly<Record<number, ChangeDecision>>;
  readonly layout: LayoutKind;
  /** Changes shown as such; those behind them appear as the candidate has them. */
  readonly mostChanges: number;
}

/** A marked stretch of the document; `kept` and `undone` may be empty, where what is left has no characters. */
export interface TrackedSpan {
  readonly kind: 'removed' | 'added' | ChangeDecision;
  /** Half-open, UTF-16 offsets in the document. */
  readonly start: number;
  readonly end: number;
  /** Index of its change. */
  readonly change: number;
}

export interface TrackedChange {
  readonly index: number;
  /** Line of the document on which the change's first mark stands, from 0. */
  readonly line: number;
  /** Range in the document of all that belongs to the change, whole words included. */
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly decision: ChangeDecision | null;
}

/** A stretch of the document and what of the two texts it shows, exactly. */
export interface TrackedSegment {
  readonly kind: 'equal' | TrackedSpan['kind'];
  readonly start: number;
  readonly end: number;
  readonly originalStart: number;
  readonly originalEnd: number;
  readonly refinedStart: number;
  readonly refinedEnd: number;
}

export interface TrackedDocument {
  readonly text: string;
  readonly spans: readonly TrackedSpan[];
  readonly changes: readonly TrackedChange[];
  /**
   * In document order. The original's ranges together cover the original, the refined ones the refined text;
   * of a decided change the side that lost has an empty range in the document.
   */
  readonly segments: readonly TrackedSegment[];
  /** Changes in all, those not shown as such included. */
  readonly total: number;
}

/** Both texts as one document: what was removed and added stands side by side (see ARCHITECTURE.md, review). */
export function trackedChanges(options: TrackedOptions): TrackedDocument {
  const { original, refined, changes, decisions } = options;
  const writer = new Writer(layoutText(original, options.layout), layoutText(refined, options.layout));
  let position = { original: 0, refined: 0 };
  changes.slice(0, options.mostChanges).forEach((change, index) => {
    writer.equal(position, { original: change.originalStart, refined: change.refinedStart });
    writer.change(change, { index, decision: decisions[index] ?? null });
    position = { original: change.originalEnd, refined: change.refinedEnd };
  });
  writer.equal(position, { original: original.length, refined: refined.length });
  return writer.document(changes.length);
}

/** The shown change at, or that touches, a document offset; null for none. */
export function changeAt(document: TrackedDocument, offset: number): TrackedChange | null {
  const change = document.changes[lastIndex(document.changes, (candidate) => candidate.start <= offset)];
  return change !== undefined && offset <= change.end ? change : null;
}

interface Position {
  readonly original: number;
  readonly refined: number;
}

class Writer {
  private readonly parts: string[] = [];
  private readonly spans: TrackedSpan[] = [];
  private readonly shown: TrackedChange[] = [];
  private readonly segments: TrackedSegment[] = [];
  private length = 0;
  private line = 0;

  constructor(
    private readonly original: TextLayout,
    private readonly refined: TextLayout,
  ) {}

  document(total: number): TrackedDocument {
    const { spans, shown: changes, segments } = this;
    return { text: this.parts.join(''), spans, changes, segments, total };
  }

  equal(from: Position, to: Position): void {
    this.segment('equal', {
      originalStart: from.original,
      originalEnd: to.original,
      refinedStart: from.refined,
      refinedEnd: to.refined,
    });
  }

  change(change: TextChange, { index, decision }: { index: number; decision: ChangeDecision | null }): void {
    const start = this.length;
    const before = this.spans.length;
    let first: { at: number; line: number } | null = null;
    for (const piece of changePieces(change)) {
      if (piece.kind === 'same') {
        this.segment('equal', piece);
        continue;
      }
      const from = this.length;
      first ??= { at: from, line: this.line };
      const kind = decision ?? piece.kind;
      if (isShown(piece.kind, decision)) {
        this.segment(kind, piece);
        this.spans.push({ kind, start: from, end: this.length, change: index });
      } else {
        this.segments.push({ ...piece, kind, start: from, end: from });
      }
    }
    const { at, line } = first ?? { at: start, line: this.line };
    if (decision !== null && this.spans.length === before) {
      this.spans.push({ kind: decision, start: at, end: at, change: index });
    }
    const end = this.length;
    this.shown.push({ index, line, start, end, label: changeLabel(change), decision });
  }

  private segment(kind: TrackedSegment['kind'], range: Omit<ChangePiece, 'kind'>): void {
    const isOriginal = kind === 'removed' || kind === 'undone';
    const layout = isOriginal ? this.original : this.refined;
    const from = layout.toDisplay(isOriginal ? range.originalStart : range.refinedStart);
    const to = layout.toDisplay(isOriginal ? range.originalEnd : range.refinedEnd);
    const shown = layout.display.slice(from, to);
    const text = kind === 'removed' || kind === 'added' ? withMarks(shown, { layout, from, kind }) : shown;
    const start = this.length;
    this.parts.push(text);
    this.length += text.length;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.line += 1;
    const { originalStart, originalEnd, refinedStart, refinedEnd } = range;
    this.segments.push({
      kind,
      start,
      end: this.length,
      originalStart,
      originalEnd,
      refinedStart,
      refinedEnd,
    });
  }
}

function isShown(kind: ChangePiece['kind'], decision: ChangeDecision | null): boolean {
  if (decision === null) return true;
  return decision === 'kept' ? kind === 'added' : kind === 'removed';
}

interface Marking {
  readonly layout: TextLayout;
  /** Display offset at which the text starts. */
  readonly from: number;
  readonly kind: 'removed' | 'added';
}

/**
 * Line breaks that were removed or added are drawn as `⏎`. The line still breaks behind them, except behind
 * removed ones at the very end: there the lines have become one.
 */
function withMarks(shown: string, { layout, from, kind }: Marking): string {
  const isSoft = (at: number): boolean => layout.jointAt(from + at)?.soft === true;
  return shown.replace(/\n+/gu, (run: string, at: number) => {
    const hard = Array.from(run).filter((_, index) => !isSoft(at + index)).length;
    if (hard === 0) return run;
    const staysOpen = kind === 'removed' && at + run.length === shown.length;
    return '⏎'.repeat(hard) + (staysOpen ? '' : '\n');
  });
}
