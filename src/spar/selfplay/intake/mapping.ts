import { has, isJsonObject, kindOf, shown } from '../../datasets/rowTurns';

/** Which columns of rows of an unknown shape say what. */
export interface Mapping {
  /** Text, or a conversation as a list of turns. */
  readonly instruction: string;
  /** Text, or a list of texts. */
  readonly response?: string;
  readonly critique?: string;
  readonly system?: string;
}

/** A column, for a person who has to choose. */
export interface ColumnSample {
  readonly name: string;
  /** Of the first rows, those in which the column holds something. */
  readonly filled: number;
  /** What it holds in the first of them, in words, for example `text` or `a list`. */
  readonly kind: string;
  /** The beginning of that on one line; at most 80 characters. */
  readonly example: string;
}

export interface ProposedMapping {
  /** Null where more than one column, or none, may hold the instruction or the response. */
  readonly clear: Mapping | null;
  /** In the order in which they first appear; at most 200. */
  readonly columns: readonly ColumnSample[];
}

const mostColumns = 200;

/** What the columns of the first rows seem to be, by their names first and by what they hold second. */
export function proposeMapping(firstRows: readonly unknown[]): ProposedMapping {
  const columns = samplesOf(firstRows);
  return { clear: clearMapping(columns, firstRows), columns };
}

/** Names without anything but letters and digits, in lower case; the plainest first. */
const names = {
  instruction: [
    [
      'instruction',
      'prompt',
      'question',
      'query',
      'userprompt',
      'userinstruction',
      'userquery',
      'usermessage',
    ],
    ['instructions', 'instructiontext', 'prompttext', 'questiontext', 'inputprompt', 'task', 'problem'],
    ['input', 'user', 'human', 'request', 'ask', 'message', 'text', 'content', 'inputs', 'inputtext'],
  ],
  response: [
    ['response', 'responses', 'answer', 'answers', 'completion', 'completions', 'reply', 'output', 'outputs'],
    ['modelresponse', 'modelanswer', 'modeloutput', 'modelreply', 'assistantresponse', 'generation'],
    ['assistant', 'generatedtext', 'prediction', 'target', 'responsetext', 'answertext', 'gpt'],
  ],
  critique: [['critique'], ['criticism', 'judgecritique', 'feedback']],
  system: [['system', 'systemprompt', 'systemmessage', 'systeminstruction']],
} as const;

function clearMapping(columns: readonly ColumnSample[], rows: readonly unknown[]): Mapping | null {
  const responses = named(columns, names.response);
  const asked = named(columns, names.instruction);
  const instruction = asked.length > 0 ? asked : [...proseColumns(columns, rows)];
  const [critique, system] = [named(columns, names.critique), named(columns, names.system)];
  const [first] = instruction;
  const isClear =
    instruction.length === 1 && responses.length <= 1 && critique.length <= 1 && system.length <= 1;
  // The only column of prose may be an answer: then nothing says what was asked.
  if (!isClear || first === undefined || responses.includes(first)) return null;
  return {
    instruction: first,
    ...(responses[0] === undefined ? {} : { response: responses[0] }),
    ...(critique[0] === undefined ? {} : { critique: critique[0] }),
    ...(system[0] === undefined ? {} : { system: system[0] }),
  };
}

/** The columns with one of the plainest names that any column has. */
function named(columns: readonly ColumnSample[], tiers: readonly (readonly string[])[]): readonly string[] {
  for (const tier of tiers) {
    const found = columns.filter(({ name }) => tier.includes(plainName(name)));
    if (found.length > 0) return found.map(({ name }) => name);
  }
  return [];
}

function plainName(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Columns most of whose texts have three words or more. */
function* proseColumns(columns: readonly ColumnSample[], rows: readonly unknown[]): Generator<string> {
  for (const { name, filled } of columns) {
    const prose = rows.filter((row) => {
      const value = isJsonObject(row) && has(row, name) ? row[name] : null;
      return typeof value === 'string' && /\S\s+\S+\s+\S/u.test(value.slice(0, 1000));
    });
    if (prose.length * 2 > filled) yield name;
  }
}

function samplesOf(rows: readonly unknown[]): readonly ColumnSample[] {
  const found = new Map<string, ColumnSample>();
  for (const row of rows) {
    if (!isJsonObject(row)) continue;
    for (const [name, value] of Object.entries(row)) {
      const known = found.get(name);
      const filled = value === null || value === '' ? 0 : 1;
      if (known !== undefined && known.filled > 0)
        found.set(name, { ...known, filled: known.filled + filled });
      else if (known !== undefined || found.size < mostColumns)
        found.set(name, { name, filled, kind: kindOf(value), example: exampleOf(value) });
    }
  }
  return [...found.values()];
}

function exampleOf(value: unknown): string {
  if (typeof value === 'string') return oneLine(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  try {
    return oneLine(JSON.stringify(value));
  } catch {
    // Nested beyond what can be written.
    return shown(kindOf(value));
  }
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 400)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
