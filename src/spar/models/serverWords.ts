/** Longest quotation of a server's own words in a message, in UTF-16 units. */
const longestQuotation = 300;

/** A secret shorter than this can't be cut out without telling where it was, so the whole text is left out. */
const shortSecret = 8;

/**
 * A server's text made fit to be shown to a person: without any of `secrets` (in any letter case),
 * control characters or line breaks, cut to a readable length. Empty where nothing safe is left.
 */
export function quotableWords(text: string, secrets: readonly string[]): string {
  const safe = withoutSecrets(text.slice(0, 20 * longestQuotation), secrets)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\s]+/gu, ' ')
    .trim();
  const again = withoutSecrets(safe, secrets);
  return again.length > longestQuotation
    ? `${again.slice(0, longestQuotation).replace(/\p{Cs}$/u, '')}…`
    : again;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let rest = text;
  for (const secret of secrets) {
    const pattern = new RegExp(secret.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'), 'giu');
    if (secret.length >= shortSecret) rest = rest.replace(pattern, '…');
    else if (pattern.test(rest)) return '';
  }
  return rest;
}

/** Names that a server lists, as far as they are fit to be shown: at most 1000, each at most 200 characters. */
export function modelNamesOf(listing: unknown, secrets: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const entry of entriesOf(listing)) {
    const name = nameOf(entry);
    if (name === '' || name.length > 200 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(name)) continue;
    if (secrets.some((secret) => name === secret || (secret.length >= shortSecret && name.includes(secret))))
      continue;
    names.add(name);
    if (names.size === 1000) break;
  }
  return [...names];
}

/** OpenAI's `{ data: [{ id }] }`; some servers answer with the bare list or name it `models`. */
function entriesOf(listing: unknown): readonly unknown[] {
  if (Array.isArray(listing)) return listing;
  for (const field of ['data', 'models']) {
    const value = fieldOf(listing, field);
    if (Array.isArray(value)) return value;
  }
  return [];
}

function nameOf(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  const name = fieldOf(entry, 'id') ?? fieldOf(entry, 'name');
  return typeof name === 'string' ? name : '';
}

/** A field of what may be an object; undefined for anything else. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The value of a JSON text; undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
