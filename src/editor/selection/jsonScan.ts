/** An object of a JSON text with where it stands; offsets are UTF-16, half open. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  /** Index in the list that directly holds it; null where no list does. */
  readonly index: number | null;
}

export interface JsonFault {
  /** Where the text stops being JSON. */
  readonly offset: number;
  /** What is wrong there, as part of a sentence. */
  readonly message: string;
}

export interface JsonScan {
  /** The objects around the offset, outermost first. */
  readonly around: readonly JsonSpan[];
  /** Values at the top of the text: 1 in JSON, one a line in JSON Lines. */
  readonly roots: number;
  /** The object that is the text's only value so far; null where there is another. */
  readonly onlyRoot: JsonSpan | null;
  /** Null where the text was JSON as far as it was read. */
  readonly fault: JsonFault | null;
}

/**
 * Reads a text strictly as JSON values, one after another, and tells which objects hold `offset`. Keeps no
 * values, so that a large file costs one pass; takes any nesting, since it does not recurse. Values that
 * are complete before a fault are told.
 */
export function scanJson(text: string, offset: number): JsonScan {
  return new Scanner(text, offset).scan();
}

/** What may come next: a value, a key, a comma or an end, and so on. */
type State = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after';

interface Open {
  readonly kind: 'object' | 'list';
  readonly start: number;
  readonly index: number | null;
  /** Values so far. */
  count: number;
}

const spacePattern = /[ \t\r\n]*/y;
const scalarPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class Scanner {
  private position = 0;
  private state: State = 'value';
  private fault: JsonFault | null = null;
  private roots = 0;
  private onlyRoot: JsonSpan | null = null;
  private readonly open: Open[] = [];
  private readonly around: JsonSpan[] = [];

  constructor(
    private readonly text: string,
    private readonly offset: number,
  ) {}

  scan(): JsonScan {
    if (this.text.startsWith('\ufeff')) this.position = 1;
    this.skipSpace();
    while (this.fault === null && this.position < this.text.length) {
      this.step(this.text.charAt(this.position));
      this.skipSpace();
    }
    if (this.fault === null && this.open.length > 0) {
      this.fail(`the ${this.open.at(-1)?.kind ?? 'text'} is not closed`);
    }
    const around = this.around.toReversed();
    return {
      around,
      roots: this.roots,
      onlyRoot: this.roots === 1 ? this.onlyRoot : null,
      fault: this.fault,
    };
  }

  private step(next: string): void {
    switch (this.state) {
      case 'value':
      case 'first-value':
        if (next === ']' && this.state === 'first-value') this.close();
        else this.readValue(next);
        return;
      case 'key':
      case 'first-key':
        if (next === '}' && this.state === 'first-key') this.close();
        else if (next === '"' && this.readString()) this.state = 'colon';
        else this.fail('a key in double quotes is missing');
        return;
      case 'colon':
        if (next === ':') {
          this.position += 1;
          this.state = 'value';
        } else this.fail('a colon is missing after the key');
        return;
      case 'after':
        this.readAfter(next);
        return;
    }
  }

  private readAfter(next: string): void {
    const container = this.open.at(-1);
    if (container === undefined) {
      this.state = 'value';
    } else if (next === ',') {
      this.position += 1;
      this.state = container.kind === 'object' ? 'key' : 'value';
    } else if (next === (container.kind === 'object' ? '}' : ']')) {
      this.close();
    } else {
      this.fail(`a comma or the end of the ${container.kind} is missing`);
    }
  }

  private readValue(next: string): void {
    if (next === '{' || next === '[') {
      const kind = next === '{' ? 'object' : 'list';
      const holder = this.open.at(-1);
      const index = holder?.kind === 'list' ? holder.count : null;
      this.open.push({ kind, start: this.position, index, count: 0 });
      this.position += 1;
      this.state = kind === 'object' ? 'first-key' : 'first-value';
    } else if (next === '"' ? this.readString() : this.match(scalarPattern)) {
      this.finishValue(null);
    } else {
      this.fail(next === '/' ? 'comments are not part of JSON' : 'a value is missing or not JSON');
    }
  }

  private close(): void {
    const closed = this.open.pop();
    this.position += 1;
    if (closed === undefined) return;
    const span = { start: closed.start, end: this.position, index: closed.index };
    if (closed.kind === 'object' && span.start <= this.offset && this.offset <= span.end) this.keep(span);
    this.finishValue(closed.kind === 'object' ? span : null);
  }

  /** Where the offset lies between two neighbours, the first of them is told. */
  private keep(span: JsonSpan): void {
    const inner = this.around.at(-1);
    if (inner === undefined || span.start < inner.start) this.around.push(span);
  }

  private finishValue(span: JsonSpan | null): void {
    this.state = 'after';
    const holder = this.open.at(-1);
    if (holder !== undefined) {
      holder.count += 1;
      return;
    }
    this.roots += 1;
    this.onlyRoot = this.roots === 1 ? span : null;
  }

  /** Steps over a string; false where it does not end well, with the fault at the place. */
  private readString(): boolean {
    let at = this.position + 1;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
        escape.lastIndex = at + 1;
        if (!escape.test(this.text))
          return this.failAt(at, 'the escape after the backslash is not one of JSON');
        at = escape.lastIndex;
      } else if (Number.isNaN(code)) {
        return this.failAt(at, 'the text in quotes is not closed');
      } else if (code < 0x20) {
        const what = code === 0x0a || code === 0x0d ? 'a line ends' : 'a control character stands';
        return this.failAt(at, `${what} inside a text in quotes`);
      } else {
        at += 1;
      }
    }
    this.position = at + 1;
    return true;
  }

  private skipSpace(): void {
    this.match(spacePattern);
  }

  private match(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    if (!pattern.test(this.text)) return false;
    this.position = pattern.lastIndex;
    return true;
  }

  private fail(message: string): void {
    this.failAt(this.position, message);
  }

  private failAt(offset: number, message: string): boolean {
    this.fault ??= { offset, message };
    return false;
  }
}
