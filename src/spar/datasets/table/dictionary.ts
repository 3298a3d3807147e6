import { none } from './columns';

/** Gives equal texts one number, from 0. */
export class Dictionary {
  private readonly numbers: Map<string, number>;

  constructor(readonly texts: string[] = []) {
    this.numbers = new Map(texts.map((text, number) => [text, number]));
  }

  /** The number of a text, a new one if need be; `none` for null. */
  number(text: string | null): number {
    if (text === null) return none;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.texts.push(text);
    this.numbers.set(text, number);
    return number;
  }

  known(text: string): number | undefined {
    return this.numbers.get(text);
  }

  text(number: number): string | null {
    return this.texts[number] ?? null;
  }
}

/** Gives equal lists of texts one number; the empty list's is `none`. */
export class ListDictionary {
  private readonly lists: (readonly string[])[] = [];

  constructor(private readonly written: Dictionary = new Dictionary()) {}

  /** The lists as JSON, by number. */
  get texts(): readonly string[] {
    return this.written.texts;
  }

  number(list: readonly string[]): number {
    return list.length === 0 ? none : this.written.number(JSON.stringify(list));
  }

  list(number: number): readonly string[] {
    if (number === none) return empty;
    return (this.lists[number] ??= JSON.parse(this.written.text(number) ?? '[]') as readonly string[]);
  }

  /** Numbers of the lists that have at least one of these. */
  having(members: readonly string[]): ReadonlySet<number> {
    const numbers = this.texts.map((_, number) => number);
    return new Set(numbers.filter((number) => members.some((one) => this.list(number).includes(one))));
  }
}

const empty: readonly string[] = [];
