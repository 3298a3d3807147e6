import { diffArrays } from 'diff';
import { textChanges, type TextChange } from '../../spar/text/wordDiff';
import { lastIndex, TextLayout, type Joint } from './sentenceLayout';

export interface RestoreOptions {
  /** What the editor now shows. */
  readonly edited: string;
  /** What the editor showed before the person wrote. */
  readonly candidate: TextLayout;
  /** What may stand on the diff's other side: a line taken over from there keeps its own breaks. */
  readonly counterparts: readonly TextLayout[];
}

/**
 * The text that a person meant who edited a laid-out text: soft line breaks become again what they stood
 * for, line breaks of the text and those that were typed stay. The answer's display is exactly `edited`.
 */
export function restoreText(options: RestoreOptions): TextLayout {
  const { edited, candidate } = options;
  if (edited === candidate.display) return candidate;
  const result = new Restored(edited);
  const other = counterpartReader(options);
  let shown = 0;
  for (const change of fewestChanges(candidate.display, edited)) {
    result.copy(candidate, { start: shown, end: change.originalStart });
    for (const piece of piecesOf(change, candidate)) {
      if (piece.from !== null)
        result.copy(candidate, { start: piece.from, end: piece.from + piece.text.length });
      else result.write(piece.text, other);
    }
    shown = change.originalEnd;
  }
  result.copy(candidate, { start: shown, end: candidate.display.length });
  return result.layout();
}

/**
 * What a person changed: the stretch between what is equal at both ends where that is less than the words that
 * differ. Words alone can't tell which of two equal ones was deleted, and with it which line break.
 */
function fewestChanges(before: string, after: string): readonly TextChange[] {
  const byWords = textChanges(before, after);
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const removed = before.slice(head, before.length - tail);
  const added = after.slice(head, after.length - tail);
  const sizeByWords = byWords.reduce((sum, change) => sum + change.removed.length + change.added.length, 0);
  if (removed.length + added.length >= sizeByWords) return byWords;
  return [
    {
      originalStart: head,
      originalEnd: before.length - tail,
      refinedStart: head,
      refinedEnd: after.length - tail,
      removed,
      added,
      words: 1,
    },
  ];
}

/** Where a character of the edited text stood on the other side, as a layout and a joint; null for elsewhere. */
type CounterpartReader = (
  editedOffset: number,
) => { readonly layout: TextLayout; readonly joint: Joint } | null;

class Restored {
  private readonly parts: string[] = [];
  private readonly joints: Joint[] = [];
  private sourceLength = 0;
  private shown = 0;

  constructor(private readonly edited: string) {}

  layout(): TextLayout {
    return new TextLayout(this.parts.join(''), this.edited, this.joints);
  }

  /** Takes over a stretch of an earlier layout's display as it was. */
  copy(from: TextLayout, { start, end }: { start: number; end: number }): void {
    if (end <= start) return;
    const sourceStart = from.toSource(start);
    const shift = this.sourceLength - sourceStart;
    const first = lastIndex(from.joints, (joint) => joint.at < start) + 1;
    for (let index = first; index < from.joints.length; index += 1) {
      const joint = from.joints[index];
      if (joint === undefined || joint.at >= end) break;
      this.joints.push({
        ...joint,
        at: joint.at - start + this.shown,
        sourceStart: joint.sourceStart + shift,
        sourceEnd: joint.sourceEnd + shift,
      });
    }
    this.append(from.source.slice(sourceStart, from.toSource(end)), end - start);
  }

  /** Takes text that a person wrote, or that came over from the other side of the diff. */
  write(text: string, other: CounterpartReader): void {
    for (const part of text.split(/(\n|⏎(?=\n))/u)) {
      const known = part === '\n' || part === '⏎' ? other(this.shown) : null;
      if (known === null) {
        this.append(part, part.length);
        continue;
      }
      const source = known.layout.source.slice(known.joint.sourceStart, known.joint.sourceEnd);
      const sourceEnd = this.sourceLength + source.length;
      this.joints.push({ at: this.shown, sourceStart: this.sourceLength, sourceEnd, soft: known.joint.soft });
      this.append(source, 1);
    }
  }

  private append(source: string, shown: number): void {
    this.parts.push(source);
    this.sourceLength += source.length;
    this.shown += shown;
  }
}

function counterpartReader({ edited, counterparts }: RestoreOptions): CounterpartReader {
  const readers = counterparts
    .filter((layout) => layout.joints.length > 0)
    .map((layout): CounterpartReader => {
      let changes: readonly TextChange[] | null = null;
      return (offset) => {
        changes ??= textChanges(layout.display, edited);
        const before = changes[lastIndex(changes, (change) => change.refinedStart <= offset)];
        if (before !== undefined && offset < before.refinedEnd) return null;
        const shift = before === undefined ? 0 : before.originalEnd - before.refinedEnd;
        const joint = layout.jointAt(offset + shift);
        return joint === undefined ? null : { layout, joint };
      };
    });
  return (offset) => {
    for (const read of readers) {
      const found = read(offset);
      if (found !== null) return found;
    }
    return null;
  };
}

/** A stretch of the edited text; `from` is the display offset it was taken from, null where it is new. */
interface Piece {
  readonly text: string;
  readonly from: number | null;
}

/** What of a changed stretch is new: not its equal ends, and not the line breaks that were there before. */
function piecesOf(change: TextChange, candidate: TextLayout): readonly Piece[] {
  const { removed, added, originalStart } = change;
  const shorter = Math.min(removed.length, added.length);
  let head = 0;
  while (head < shorter && removed[head] === added[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && removed.at(-1 - tail) === added.at(-1 - tail)) tail += 1;
  const middle = {
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
    start: originalStart + head,
  };
  return [
    { text: added.slice(0, head), from: originalStart },
    ...(candidate.joints.length === 0 ? [{ text: middle.added, from: null }] : matchedPieces(middle)),
    { text: added.slice(added.length - tail), from: originalStart + removed.length - tail },
  ].filter((piece) => piece.text !== '');
}

interface Middle {
  readonly removed: string;
  readonly added: string;
  /** Display offset of `removed`. */
  readonly start: number;
}

/** Past this many edits of tokens the stretch counts as written anew. */
const maxEdits = 1000;

function matchedPieces({ removed, added, start }: Middle): readonly Piece[] {
  const before = linesAndBreaks(removed);
  const after = linesAndBreaks(added);
  if (before.length === after.length) {
    let offset = start;
    return after.map((text, index) => {
      const old = before[index] ?? '';
      const piece = { text, from: text === old && text !== '' ? offset : null };
      offset += old.length;
      return piece;
    });
  }
  const parts = diffArrays([...tokens(removed)], [...tokens(added)], { maxEditLength: maxEdits });
  const pieces: Piece[] = [];
  let offset = start;
  // The types promise an array; past maxEditLength the library answers undefined.
  for (const part of parts ?? [{ value: [added], added: true, removed: false }]) {
    const text = part.value.join('');
    if (!part.removed) pieces.push({ text, from: part.added ? null : offset });
    if (!part.added) offset += text.length;
  }
  return pieces;
}

/** Lines and the line breaks between them in turn: an odd number of items. */
function linesAndBreaks(text: string): readonly string[] {
  return text.split(/(\n)/u);
}

function tokens(text: string): readonly string[] {
  return text.match(/\n|[^\S\n]+|\S+/gu) ?? [];
}
