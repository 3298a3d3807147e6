/** Half-open range of UTF-16 offsets. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** How a text stands in its document, which decides how new text has to be written there. */
export type Writing = 'plain' | 'json';

/** A text read from a document, and where in the document each part of it stands. Offsets are UTF-16. */
export class PlacedText {
  /** `starts` and `ends`: where each unit of the text stands; -1 where it stands nowhere, as a role's label. */
  constructor(
    readonly text: string,
    private readonly places: { readonly starts: Int32Array; readonly ends: Int32Array },
    readonly writing: Writing = 'plain',
  ) {}

  /** The document's stretch from the span's first placed unit to its last; null where none of it is placed. */
  rangeOf({ start, end }: Range): Range | null {
    const { starts, ends } = this.places;
    if (start >= end) return this.pointAt(start);
    let first = start;
    while (first < end && (starts[first] ?? -1) < 0) first += 1;
    let last = Math.min(end, starts.length) - 1;
    while (last >= first && (starts[last] ?? -1) < 0) last -= 1;
    if (last < first) return null;
    const from = starts[first] ?? 0;
    const to = ends[last] ?? from;
    // Parts of an instruction may stand in the document in another order than in the text.
    return { start: from, end: to > from ? to : (ends[first] ?? from) };
  }

  /** The text's offset that stands at a document offset; null where the text does not stand there. */
  offsetAt(documentOffset: number): number | null {
    const { starts, ends } = this.places;
    for (let index = 0; index < starts.length; index += 1) {
      const start = starts[index] ?? -1;
      if (start >= 0 && start <= documentOffset && documentOffset < (ends[index] ?? -1)) return index;
    }
    const last = starts.length - 1;
    return last >= 0 && ends[last] === documentOffset ? starts.length : null;
  }

  /** The same text in a document in which `by` units more stand before it. */
  moved(by: number): PlacedText {
    if (by === 0) return this;
    const move = (place: number): number => (place < 0 ? place : place + by);
    const { starts, ends } = this.places;
    return new PlacedText(this.text, { starts: starts.map(move), ends: ends.map(move) }, this.writing);
  }

  /** With line ends as one character, and without the white space at both ends where `trim` is set. */
  normalised({ trim }: { readonly trim: boolean }): PlacedText {
    const { starts, ends } = this.places;
    const kept: number[] = [];
    const until: number[] = [];
    let text = '';
    let copied = 0;
    for (const match of this.text.matchAll(/\r\n?/gu)) {
      text += `${this.text.slice(copied, match.index)}\n`;
      for (let index = copied; index < match.index; index += 1) {
        kept.push(starts[index] ?? -1);
        until.push(ends[index] ?? -1);
      }
      kept.push(starts[match.index] ?? -1);
      copied = match.index + match[0].length;
      until.push(ends[copied - 1] ?? -1);
    }
    const isSame = copied === 0;
    if (!isSame) {
      text += this.text.slice(copied);
      for (let index = copied; index < this.text.length; index += 1) {
        kept.push(starts[index] ?? -1);
        until.push(ends[index] ?? -1);
      }
    }
    const whole = isSame
      ? (this as PlacedText)
      : new PlacedText(text, { starts: Int32Array.from(kept), ends: Int32Array.from(until) }, this.writing);
    return trim ? whole.trimmed() : whole;
  }

  /** New text as it has to stand in the document; `newline` is the document's own line end. */
  written(text: string, newline: '\n' | '\r\n'): string {
    if (this.writing === 'json') return JSON.stringify(text).slice(1, -1);
    return newline === '\n' ? text : text.replace(/\r?\n/gu, '\r\n');
  }

  private trimmed(): PlacedText {
    const start = this.text.length - this.text.trimStart().length;
    const text = this.text.trim();
    if (text.length === this.text.length) return this;
    const { starts, ends } = this.places;
    const end = start + text.length;
    return new PlacedText(
      text,
      { starts: starts.slice(start, end), ends: ends.slice(start, end) },
      this.writing,
    );
  }

  private pointAt(offset: number): Range | null {
    const { starts, ends } = this.places;
    const at = starts[offset] ?? -1;
    const before = ends[offset - 1] ?? -1;
    const point = at >= 0 ? at : before;
    return point < 0 ? null : { start: point, end: point };
  }
}

/** A stretch of a document as it stands. */
export function plainText(document: string, { start, end }: Range): PlacedText {
  const starts = new Int32Array(end - start);
  const ends = new Int32Array(end - start);
  for (let index = 0; index < starts.length; index += 1) {
    starts[index] = start + index;
    ends[index] = start + index + 1;
  }
  return new PlacedText(document.slice(start, end), { starts, ends });
}

/** What a JSON text in quotes says; `inside` is the stretch between the quotes, and must be JSON. */
export function jsonText(document: string, inside: Range): PlacedText {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = inside.start; at < inside.end;) {
    const isEscape = document.charCodeAt(at) === 0x5c;
    const length = !isEscape ? 1 : document.charAt(at + 1) === 'u' ? 6 : 2;
    starts.push(at);
    ends.push(at + length);
    at += length;
  }
  const text = JSON.parse(`"${document.slice(inside.start, inside.end)}"`) as string;
  return new PlacedText(text, { starts: Int32Array.from(starts), ends: Int32Array.from(ends) }, 'json');
}

/** A part of a text and where it begins in the text. */
export interface PlacedPart {
  readonly at: number;
  readonly part: PlacedText;
}

/** A text of which some parts stand in the document; the rest of it stands nowhere. */
export function assembledText(text: string, parts: readonly PlacedPart[]): PlacedText {
  const starts = new Int32Array(text.length).fill(-1);
  const ends = new Int32Array(text.length).fill(-1);
  for (const { at, part } of parts) {
    for (let index = 0; index < part.text.length && at + index < text.length; index += 1) {
      const range = part.rangeOf({ start: index, end: index + 1 });
      if (range === null) continue;
      starts[at + index] = range.start;
      ends[at + index] = range.end;
    }
  }
  return new PlacedText(text, { starts, ends }, parts[0]?.part.writing ?? 'plain');
}
