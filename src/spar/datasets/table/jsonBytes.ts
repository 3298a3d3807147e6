import type { Take } from './jsonTakes';

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Ends a run of plain characters in a JSON text. */
const isSpecial = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 0x20 || byte === quote || byte === backslash),
);

/** Deeper values are left to `JSON.parse`: fewer levels than a line may have that is written anew. */
const mostLevels = 12;

/**
 * JSON read from its bytes, value by value, without making anything of it: most of what a dataset's lines hold are
 * texts that are only passed over. What it takes, `JSON.parse` takes too; some of what `JSON.parse` takes it does not.
 * The bytes are valid UTF-8 and hold a control character (a line's end) after the value.
 */
export class JsonBytes {
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, four at a time. */
  private view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  /** Of the last text or key, without its quotes, escapes as they are. */
  textStart = 0;
  textEnd = 0;
  /** Whether it holds an escape of what might be written in another way. */
  isVarious = false;
  /** The last number. */
  number = 0;

  begin(bytes: Buffer, at: number): void {
    this.at = at;
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  text(): boolean {
    const { bytes, view } = this;
    const last = view.byteLength - 4;
    if (bytes[this.at] !== quote) return false;
    let at = this.at + 1;
    this.textStart = at;
    this.isVarious = false;
    for (;;) {
      while (at <= last && isPlain(view.getInt32(at, true))) at += 4;
      while (isSpecial[bytes[at] ?? 0] === 0) at += 1;
      if (bytes[at] === quote) break;
      const length = escapeLength(bytes, at);
      if (length === 0) return false;
      const escaped = bytes[at + 1];
      if (escaped === 0x75 || escaped === 0x2f) this.isVarious = true;
      at += length;
    }
    this.textEnd = at;
    this.at = at + 1;
    return true;
  }

  anyNumber(): boolean {
    const { bytes } = this;
    const start = this.at;
    const first = bytes[start] === 0x2d ? start + 1 : start;
    let at = first;
    let digits = 0;
    for (; isDigit(bytes[at]); at += 1) digits = digits * 10 + ((bytes[at] ?? 0) - 0x30);
    if (at === first || (bytes[first] === 0x30 && at > first + 1)) return false;
    let scale = 1;
    if (bytes[at] === 0x2e) {
      const point = (at += 1);
      for (; isDigit(bytes[at]); at += 1) {
        digits = digits * 10 + ((bytes[at] ?? 0) - 0x30);
        scale *= 10;
      }
      if (at === point) return false;
    }
    // Of up to 15 digits, both are exact, and so is what dividing them is rounded to.
    let isExact = first === start && at - first <= 15;
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      isExact = false;
      at += bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d ? 2 : 1;
      if (!isDigit(bytes[at])) return false;
      while (isDigit(bytes[at])) at += 1;
    }
    this.number = isExact ? digits / scale : Number(bytes.toString('latin1', start, at));
    this.at = at;
    return true;
  }

  /** A word such as `null`; where it is not there, nothing is taken. */
  word({ bytes: word, fours }: Word): boolean {
    const { bytes, view, at } = this;
    const end = at + word.length;
    if (end > view.byteLength) return false;
    let from = at;
    for (let index = 0; index < fours.length; index += 1, from += 4) {
      if (view.getInt32(from, true) !== fours[index]) return false;
    }
    for (; from < end; from += 1) if (bytes[from] !== word[from - at]) return false;
    this.at = end;
    return true;
  }

  any(levels = mostLevels): boolean {
    switch (this.bytes[this.at]) {
      case quote:
        return this.text();
      case openBrace:
        return levels > 0 && this.anyObject(levels - 1);
      case openBracket:
        return levels > 0 && this.array((json) => json.any(levels - 1)) !== -1;
      case 0x74:
        return this.word(trueWord);
      case 0x66:
        return this.word(falseWord);
      case 0x6e:
        return this.word(nullWord);
      default:
        return this.anyNumber();
    }
  }

  /** How many values it has; -1 where one is not taken. */
  array(take: Take): number {
    if (!this.opens(openBracket)) return -1;
    if (this.closes(closeBracket)) return 0;
    for (let count = 1; ; count += 1) {
      if (!take(this)) return -1;
      if (this.closes(closeBracket)) return count;
      if (!this.opens(comma)) return -1;
    }
  }

  isNull(): boolean {
    return this.word(nullWord);
  }

  opensObject(): boolean {
    return this.opens(openBrace);
  }

  closesObject(): boolean {
    return this.closes(closeBrace);
  }

  passesComma(): boolean {
    return this.opens(comma);
  }

  /** A key and what comes before its value: its index among `names`, -1 for another one, -2 where none can be told. */
  key(names: readonly string[]): number {
    if (!this.text()) return -2;
    const key = this.bytes.toString('latin1', this.textStart, this.textEnd);
    this.space();
    return this.opens(colon) && !key.includes('\\') ? names.indexOf(key) : -2;
  }

  space(): void {
    while (this.bytes[this.at] === 0x20 || this.bytes[this.at] === 0x09) this.at += 1;
  }

  private opens(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    this.space();
    return true;
  }

  private closes(bracket: number): boolean {
    this.space();
    if (this.bytes[this.at] !== bracket) return false;
    this.at += 1;
    return true;
  }

  private anyObject(levels: number): boolean {
    if (!this.opens(openBrace)) return false;
    if (this.closes(closeBrace)) return true;
    for (;;) {
      if (!this.text()) return false;
      this.space();
      if (!this.opens(colon) || !this.any(levels)) return false;
      if (this.closes(closeBrace)) return true;
      if (!this.opens(comma)) return false;
    }
  }
}

/** Where texts begin and end, without their quotes. */
export class Places {
  count = 0;
  starts = new Uint32Array(16);
  ends = new Uint32Array(16);
  labels = new Uint8Array(16);

  clear(): void {
    this.count = 0;
  }

  /** The reader's last text. */
  add({ textStart, textEnd }: Pick<JsonBytes, 'textStart' | 'textEnd'>, label = 0): true {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = textStart;
    this.ends[this.count] = textEnd;
    this.labels[this.count] = label;
    this.count += 1;
    return true;
  }

  private grow(): void {
    const { starts, ends, labels } = this;
    this.starts = new Uint32Array(2 * this.count);
    this.starts.set(starts);
    this.ends = new Uint32Array(2 * this.count);
    this.ends.set(ends);
    this.labels = new Uint8Array(2 * this.count);
    this.labels.set(labels);
  }
}

/** Of an escape, with its backslash; 0 where there is none. */
export function escapeLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== backslash) return 0;
  switch (bytes[at + 1]) {
    case quote:
    case backslash:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 2;
    case 0x75:
      for (let index = 2; index < 6; index += 1) if (hexValue(bytes[at + index] ?? 0) === -1) return 0;
      return 6;
    default:
      return 0;
  }
}

/** Of a digit in either case; -1 for any other byte. */
export function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** The bytes of a text, and as many of them as there are by fours. */
export interface Word {
  readonly bytes: Uint8Array;
  readonly fours: Int32Array;
}

export function wordOf(text: string): Word {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const fours = Int32Array.from({ length: bytes.length >> 2 }, (_, index) => view.getInt32(4 * index, true));
  return { bytes, fours };
}

/** True where none of four bytes is special. */
function isPlain(four: number): boolean {
  const quotes = four ^ 0x22222222;
  const backslashes = four ^ 0x5c5c5c5c;
  // A high bit is set by borrowing from a byte that is below 0x20, or that is no different.
  const controls = (four - 0x20202020) & ~four;
  const others = ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
  return ((controls | others) & 0x80808080) === 0;
}

const nullWord = wordOf('null');
const trueWord = wordOf('true');
const falseWord = wordOf('false');
