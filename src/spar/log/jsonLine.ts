/** Objects nested deeper than this are refused: no honest line is, and recursion must end. */
const maxDepth = 200;

/**
 * Characters that JSON allows raw but that some readers take for the end of a line (NEL, LINE SEPARATOR,
 * PARAGRAPH SEPARATOR) or drop (the byte order mark).
 */
const fragile = /[\u0085\u2028\u2029\ufeff]/gu;

/**
 * The value as one line of JSON without its line end. Equal values give equal bytes: keys are in code unit
 * order, those of `first` before all others at the top. Any string round-trips: lone surrogates and
 * line-breaking characters are escaped. Like `JSON.stringify`, leaves out `undefined` and writes a number
 * that is not finite as `null`.
 *
 * @throws RangeError when nested deeper than 200 levels, which a cycle is too.
 */
export function jsonLine(value: unknown, first: readonly string[] = []): string {
  return (written(value, first, 0) ?? 'null').replace(
    fragile,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export type ParsedJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** One line's text as JSON; a bad line is a result, not an exception. */
export function parseJson(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, reason: 'not valid JSON' };
  }
}

function written(value: unknown, first: readonly string[], depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (depth >= maxDepth) throw new RangeError(`Nested deeper than ${maxDepth} levels.`);
  if (Array.isArray(value)) {
    return `[${value.map((element) => written(element, [], depth + 1) ?? 'null').join(',')}]`;
  }
  const members: string[] = [];
  for (const [key, member] of sortedEntries(value, first)) {
    const text = written(member, [], depth + 1);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

function scalar(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return JSON.stringify(value);
    case 'object':
      return 'null';
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      return undefined;
  }
}

function sortedEntries(value: object, first: readonly string[]): readonly (readonly [string, unknown])[] {
  const rank = (key: string): number => {
    const index = first.indexOf(key);
    return index === -1 ? first.length : index;
  };
  return Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}
