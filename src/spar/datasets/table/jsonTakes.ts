import { wordOf, type JsonBytes } from './jsonBytes';

/** Takes the value that begins at `at` of the reader, and says whether it did; false where there is another, or none. */
export type Take = (json: JsonBytes) => boolean;

export const text: Take = (json) => json.text();

export const isNull: Take = (json) => json.isNull();

export const count: Take = (json) =>
  json.anyNumber() && json.number >= 0 && Number.isSafeInteger(json.number);

export const share: Take = (json) => json.anyNumber() && json.number >= 0 && json.number <= 1;

/** `first` must take nothing where it does not take the value. */
export function either(first: Take, second: Take): Take {
  return (json) => first(json) || second(json);
}

export function oneOf(...texts: readonly string[]): Take {
  const words = texts.map((one) => wordOf(`"${one}"`));
  return (json) => {
    for (const word of words) if (json.word(word)) return true;
    return false;
  };
}

export function arrayOf(element: Take, least = 0): Take {
  return (json) => json.array(element) >= least;
}

/**
 * An object with all of the required fields, perhaps some of the optional ones, each once, and perhaps others. The
 * order in which the last object had them is remembered, as objects of one writer mostly have the same.
 */
export function objectOf(
  required: Readonly<Record<string, Take>>,
  optional: Readonly<Record<string, Take>> = {},
): Take {
  const takes = [...Object.values(required), ...Object.values(optional)];
  const names = [...Object.keys(required), ...Object.keys(optional)];
  const firsts = names.map((name) => wordOf(`{"${name}":`));
  const others = names.map((name) => wordOf(`,"${name}":`));
  const all = (1 << Object.keys(required).length) - 1;
  /** After each field, and at 0 in the beginning, the field that came next. */
  const next = Uint8Array.from({ length: names.length + 1 }, (_, index) => index);
  return (json) => {
    let seen = 0;
    for (let last = 0, isFirst = true; ; isFirst = false) {
      let field = next[last] ?? 0;
      const expected = (isFirst ? firsts : others)[field];
      if (expected !== undefined && json.word(expected)) json.space();
      else {
        if (isFirst && !json.opensObject()) return false;
        if (json.closesObject()) return (seen & all) === all;
        if (!isFirst && !json.passesComma()) return false;
        field = json.key(names);
        if (field < 0) {
          if (field === otherKey && json.any()) continue;
          return false;
        }
      }
      if ((seen & (1 << field)) !== 0 || takes[field]?.(json) !== true) return false;
      seen |= 1 << field;
      next[last] = field;
      last = field + 1;
    }
  };
}

/** What `JsonBytes.key` gives for a key that is none of those asked for. */
export const otherKey = -1;
