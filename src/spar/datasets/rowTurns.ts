/** A turn of a conversation in a row; the same shape as a chat message. */
export interface RowTurn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export type TurnsResult =
  | { readonly ok: true; readonly turns: readonly RowTurn[] }
  | { readonly ok: false; readonly message: string };

/** A row as `JSON.parse` gives it: its own keys only are ever looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The row's own value under the key; undefined where it has none, whatever its prototype holds. */
export function field(row: JsonObject, key: string): unknown {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}

/** True where the row has the column and it holds something. */
export function has(row: JsonObject, key: string): boolean {
  const value = field(row, key);
  return value !== undefined && value !== null;
}

/**
 * A conversation given as a list of turns, `role`/`content` (OpenAI) or `from`/`value` (ShareGPT), or as
 * one such turn. `name` is the column, for the message of a problem.
 */
export function readTurns(value: unknown, name: string): TurnsResult {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0)
    return { ok: false, message: `“${name}” is an empty list; it needs at least one turn.` };
  const turns: RowTurn[] = [];
  for (const [index, item] of list.entries()) {
    const place = Array.isArray(value) ? `Turn ${index + 1} of “${name}”` : `“${name}”`;
    const turn = readTurn(item);
    if (typeof turn === 'string') return { ok: false, message: `${place} ${turn}` };
    turns.push(turn);
  }
  return { ok: true, turns };
}

/** What a value is, in words, for the message of a problem. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
    case 'bigint':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'undefined':
      return 'missing';
    default:
      return 'an object';
  }
}

/** At most 40 characters of a name or value that came with a row, on one line. */
export function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

const roles: ReadonlyMap<string, RowTurn['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['prompter', 'user'],
  ['assistant', 'assistant'],
  ['gpt', 'assistant'],
  ['chatgpt', 'assistant'],
  ['model', 'assistant'],
  ['bot', 'assistant'],
]);

/** The turn, or the rest of a sentence that says why it is none. */
function readTurn(item: unknown): RowTurn | string {
  if (!isJsonObject(item)) return `is ${kindOf(item)}; a turn is an object with “role” and “content”.`;
  const openAi = Object.hasOwn(item, 'role');
  const roleKey = openAi ? 'role' : 'from';
  const contentKey = openAi ? 'content' : 'value';
  const name = field(item, roleKey);
  if (typeof name !== 'string') return 'has no role; give it “role” (or “from”) as text.';
  const role = roles.get(name.toLowerCase());
  if (role === undefined) {
    return `has the role “${shown(name)}”; only system, user and assistant turns can be judged. Take tool turns out.`;
  }
  const content = readContent(field(item, contentKey));
  if (content === null) {
    return `has no text; “${contentKey}” must be text, or text parts only (no pictures, sound or tool calls).`;
  }
  return { role, content };
}

/** The text of a turn: a string, or the text parts of OpenAI's content list. */
function readContent(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts: string[] = [];
  for (const part of content as readonly unknown[]) {
    const text = isJsonObject(part) && field(part, 'type') === 'text' ? field(part, 'text') : undefined;
    if (typeof text !== 'string') return null;
    texts.push(text);
  }
  return texts.join('');
}
