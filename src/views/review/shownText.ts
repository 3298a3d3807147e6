import { PlacedText } from '../../editor/selection/placedText';
import { currentText, reviewedText, type Reviewed } from './reviewState';
import { layoutText, type LayoutKind, type TextLayout } from './sentenceLayout';
import type { TrackedDocument, TrackedSegment } from './trackedChanges';

/** A text where its layout shows it, as the sides of a diff do. */
export function textOfLayout(layout: TextLayout): PlacedText {
  const writer = new Writer(layout.source.length);
  writer.add(layout, { from: 0, to: layout.source.length, at: 0, shown: layout.display });
  return writer.text();
}

export interface ShownReview {
  readonly tracked: TrackedDocument;
  readonly reviewed: Reviewed;
  readonly layout: LayoutKind;
}

/** What would be accepted now, where the inline review shows it; null where it shows another text. */
export function currentInReview({ tracked, reviewed, layout }: ShownReview): PlacedText | null {
  const refined = reviewedText(reviewed);
  const current = currentText(reviewed);
  const layouts = { original: layoutText(reviewed.original, layout), refined: layoutText(refined, layout) };
  const writer = new Writer(Math.max(reviewed.original.length, refined.length));
  for (const segment of tracked.segments) {
    if (segment.kind === 'removed') continue;
    if (segment.kind === 'undone') writer.add(layouts.original, originalOf(segment, tracked));
    else writer.add(layouts.refined, refinedOf(segment, tracked));
  }
  const text = writer.text();
  return text.text === current ? text : null;
}

/** The original where the inline review shows it; what was kept stands in its place. */
export function originalInReview({ tracked, reviewed, layout }: ShownReview): PlacedText {
  const original = layoutText(reviewed.original, layout);
  const refined = layoutText(reviewedText(reviewed), layout);
  const writer = new Writer(reviewed.original.length);
  for (const segment of tracked.segments) {
    const part = originalOf(segment, tracked);
    const same = refinedOf(segment, tracked);
    // What both have is laid out as the candidate is.
    const isSame =
      segment.kind === 'equal' &&
      original.source.slice(part.from, part.to) === refined.source.slice(same.from, same.to);
    if (isSame) writer.add(refined, same);
    else if (segment.kind === 'removed' || segment.kind === 'undone') writer.add(original, part);
    else writer.add(original, { ...part, shown: '' });
  }
  return writer.text();
}

interface Part {
  /** Half-open range of the layout's source. */
  readonly from: number;
  readonly to: number;
  /** Offset in the document. */
  readonly at: number;
  /** What the document has there; empty for a part that it does not show. */
  readonly shown: string;
}

function originalOf(segment: TrackedSegment, { text }: TrackedDocument): Part {
  const { start, end, originalStart: from, originalEnd: to } = segment;
  return { from, to, at: start, shown: text.slice(start, end) };
}

function refinedOf(segment: TrackedSegment, { text }: TrackedDocument): Part {
  const { start, end, refinedStart: from, refinedEnd: to } = segment;
  return { from, to, at: start, shown: text.slice(start, end) };
}

/** Collects parts of laid-out texts, each unit with its place. */
class Writer {
  private readonly parts: string[] = [];
  private starts: Int32Array;
  private ends: Int32Array;
  private length = 0;

  constructor(expected: number) {
    this.starts = new Int32Array(expected);
    this.ends = new Int32Array(expected);
  }

  add(layout: TextLayout, { from, to, at, shown }: Part): void {
    if (to <= from) return;
    this.reserve(to - from);
    this.parts.push(layout.source.slice(from, to));
    const first = layout.toDisplay(from);
    const places = placesOf(layout.display.slice(first, layout.toDisplay(to)), shown);
    for (let unit = from; unit < to; unit += 1) {
      const place = places[layout.toDisplay(unit) - first] ?? shown.length;
      this.starts[this.length] = at + place;
      this.ends[this.length] = at + Math.min(place + 1, shown.length);
      this.length += 1;
    }
  }

  text(): PlacedText {
    const { starts, ends, length } = this;
    return new PlacedText(this.parts.join(''), {
      starts: starts.slice(0, length),
      ends: ends.slice(0, length),
    });
  }

  private reserve(units: number): void {
    const wanted = this.length + units;
    if (wanted <= this.starts.length) return;
    const [starts, ends] = [new Int32Array(2 * wanted), new Int32Array(2 * wanted)];
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}

/** Where each unit of a display stands in what is shown of it: a run of line breaks may be drawn as marks. */
function placesOf(display: string, shown: string): Int32Array {
  const places = new Int32Array(display.length);
  let at = 0;
  for (let index = 0; index < display.length;) {
    if (display.charAt(index) === shown.charAt(at)) {
      places[index] = at;
      index += 1;
      at += 1;
      continue;
    }
    const run = /^\n*/u.exec(display.slice(index, index + longestRun))?.[0].length ?? 0;
    const marks = /^⏎*\n?/u.exec(shown.slice(at, at + longestRun))?.[0].length ?? 0;
    const length = Math.max(1, run);
    for (let step = 0; step < length; step += 1) {
      places[index + step] = Math.min(at + Math.min(step, Math.max(0, marks - 1)), shown.length);
    }
    index += length;
    at += marks;
  }
  return places;
}

/** Line breaks that follow one another, at most. */
const longestRun = 10_000;
