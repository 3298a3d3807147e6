import { readConstraints, type RowConstraints } from './rowConstraints';
import {
  field,
  has,
  isJsonObject,
  kindOf,
  readTurns,
  shown,
  type JsonObject,
  type RowTurn,
} from './rowTurns';

export type { RowConstraints } from './rowConstraints';

/** Shapes of rows that trainers, benchmarks and other tools write. */
export type RowShape =
  /** One text asks, one answers: `prompt`/`response`, `prompt`/`completion`, `question`/`answer`, … */
  | 'prompt-response'
  /** `instruction`, `input`, `output`. */
  | 'alpaca'
  /** `messages` with `role` and `content`. */
  | 'messages'
  /** `conversations` with `from` and `value`. */
  | 'conversations'
  /** `prompt` and `completion` as lists of messages (TRL). */
  | 'conversational-completion'
  /** `chosen` and `rejected`, as texts, messages or one message. */
  | 'preference'
  /** `input.messages`, `preferred_output`, `non_preferred_output` (OpenAI and those that follow it). */
  | 'openai-preference'
  /** `instruction_id_list` and `kwargs` beside `prompt`. */
  | 'ifeval'
  /** `completions`, each with its response and score. */
  | 'ultrafeedback';

export interface ReadRow {
  readonly shape: RowShape;
  /** Text, or a conversation that ends with the user's turn. One user turn alone is always given as text. */
  readonly instruction: string | readonly RowTurn[];
  /** What is to be refined: of a preference row the rejected side. Null where the row has an instruction only. */
  readonly response: string | null;
  /** The better side of a preference row. */
  readonly chosen?: string;
  /** Why a preference row has no better side that could be used, for a person. */
  readonly chosenProblem?: string;
  readonly critique?: string;
  readonly constraints?: RowConstraints;
}

export type RowProblemCode =
  /** Not an object. */
  | 'not-a-row'
  /** No known set of columns. */
  | 'unknown-shape'
  /** A known shape with a column that can't be used. */
  | 'bad-column';

export interface RowProblem {
  readonly code: RowProblemCode;
  /** What is wrong with the row and what to do, for a person. */
  readonly message: string;
}

export type RowResult =
  { readonly ok: true; readonly row: ReadRow } | { readonly ok: false; readonly problem: RowProblem };

/** Recognises one parsed JSON row of any known shape, `alone`: one that only asks too. Takes any value, never throws. */
export function readRow(value: unknown, { alone = false }: { readonly alone?: boolean } = {}): RowResult {
  if (!isJsonObject(value)) {
    return refuse(
      'not-a-row',
      `The row is ${kindOf(value)}; a row is an object such as {"prompt": …, "response": …}.`,
    );
  }
  const known = readers.map((reader) => reader(value)).find((part) => part !== null);
  const reading = known ?? (alone ? readAlone(value) : null);
  if (reading === null) return refuse('unknown-shape', unknownShape(value));
  if ('message' in reading) return refuse('bad-column', reading.message);
  const constraints = readConstraints(value);
  if (constraints !== null && 'message' in constraints) return refuse('bad-column', constraints.message);
  const instruction = normalised(reading.asked);
  if ('message' in instruction) return refuse('bad-column', instruction.message);
  const critique = reading.critique ?? field(value, 'critique');
  return {
    ok: true,
    row: {
      shape: constraints !== null && reading.shape === 'prompt-response' ? 'ifeval' : reading.shape,
      instruction: instruction.asked,
      response: reading.response,
      ...chosenOf(reading.chosen),
      ...(typeof critique === 'string' && critique.trim() !== '' ? { critique } : {}),
      ...(constraints === null ? {} : { constraints }),
    },
  };
}

interface Bad {
  readonly message: string;
}

interface Reading {
  readonly shape: RowShape;
  readonly asked: readonly RowTurn[];
  readonly response: string | null;
  readonly chosen?: string | Bad;
  readonly critique?: unknown;
}

/** Null: this row is not of the reader's shape. */
type Reader = (row: JsonObject) => Reading | Bad | null;

/** In this order, since a preference row may carry `messages`, and an Alpaca row a `prompt`, besides its own columns. */
const readers: readonly Reader[] = [
  readOpenAiPreference,
  readPreference,
  readUltraFeedback,
  readMessages,
  readConversations,
  readConversationalCompletion,
  readPair,
];

const knownShapes = [
  'prompt + response (or completion)',
  'instruction (+ input) + output (or response)',
  'question + answer',
  'query + response',
  'input + output',
  'messages',
  'conversations',
  'prompt + chosen + rejected',
  'input + preferred_output + non_preferred_output',
  'instruction + completions',
  'prompt + instruction_id_list + kwargs',
].join('; ');

function readOpenAiPreference(row: JsonObject): Reading | Bad | null {
  if (!has(row, 'non_preferred_output')) return null;
  const input = field(row, 'input');
  if (!isJsonObject(input))
    return { message: `“input” is ${kindOf(input)}; it must be an object with “messages”.` };
  const reading = continued({
    shape: 'openai-preference',
    before: readTurns(field(input, 'messages'), 'input.messages'),
    answer: readAnswer(row, 'non_preferred_output'),
  });
  return withChosen(row, reading, ['preferred_output']);
}

const rejectedColumns = ['rejected', 'rejected_response', 'rejected_message'];
const chosenColumns = ['chosen', 'chosen_response', 'chosen_message'];

function readPreference(row: JsonObject): Reading | Bad | null {
  const column = rejectedColumns.find((key) => has(row, key));
  if (column === undefined) return null;
  const answer = readAnswer(row, column);
  if ('message' in answer) return answer;
  const before = readPreferencePrompt(row);
  const reading =
    before !== null
      ? continued({ shape: 'preference', before, answer })
      : answer.turns.length > 1
        ? split('preference', answer.turns, column)
        : null;
  if (reading !== null) return withChosen(row, reading, chosenColumns);
  return {
    message: `The row has “${column}” but no “prompt”, “instruction” or “messages” that says what was asked. Add one.`,
  };
}

/** What a preference row asks; null where the lists of both sides begin with it instead. */
function readPreferencePrompt(row: JsonObject): Turns | Bad | null {
  for (const key of ['messages', 'conversations']) {
    if (!has(row, key)) continue;
    const turns = readTurns(field(row, key), key);
    if (!turns.ok) return turns;
    // Some writers put the chosen answer at the end of the conversation.
    const last = turns.turns.at(-1);
    return { turns: last?.role === 'assistant' ? turns.turns.slice(0, -1) : turns.turns };
  }
  return readAsked(row);
}

/** Adds the better side, from the first of the columns that is there, or from the end of `messages`. */
function withChosen(row: JsonObject, reading: Reading | Bad, columns: readonly string[]): Reading | Bad {
  if ('message' in reading) return reading;
  const column =
    columns.find((key) => has(row, key)) ?? ['messages', 'conversations'].find((key) => has(row, key));
  if (column === undefined)
    return { ...reading, chosen: { message: 'The row has no “chosen” side. Add one.' } };
  const answer = readAnswer(row, column);
  if ('message' in answer) return { ...reading, chosen: answer };
  const last = answer.turns.at(-1);
  if (last?.role !== 'assistant')
    return { ...reading, chosen: { message: `“${column}” does not end with a turn of the assistant.` } };
  const before = answer.turns.slice(0, -1);
  const differs = before.some((turn) => turn.role === 'user') && !sameTurns(before, reading.asked);
  const message = 'Chosen and rejected answer different conversations; a pair has one.';
  return { ...reading, chosen: differs ? { message } : last.content };
}

function sameTurns(a: readonly RowTurn[], b: readonly RowTurn[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ role, content }, index) => role === b[index]?.role && content === b[index].content)
  );
}

function chosenOf(chosen: string | Bad | undefined): Pick<ReadRow, 'chosen' | 'chosenProblem'> {
  if (chosen === undefined) return {};
  return typeof chosen === 'string' ? { chosen } : { chosenProblem: chosen.message };
}

function readUltraFeedback(row: JsonObject): Reading | Bad | null {
  const completions = field(row, 'completions');
  if (!Array.isArray(completions) || !completions.some(isJsonObject)) return null;
  const asked = readAsked(row);
  if (asked === null)
    return { message: 'The row has “completions” but no “instruction” or “prompt”. Add one.' };
  if ('message' in asked) return asked;
  const answers = (completions as readonly unknown[]).flatMap((completion) => {
    const response = isJsonObject(completion) ? field(completion, 'response') : null;
    if (!isJsonObject(completion) || typeof response !== 'string') return [];
    return [{ response, score: scoreOf(completion), critique: field(completion, 'critique') }];
  });
  const [first, ...others] = answers;
  if (first === undefined) return { message: 'None of the “completions” has a “response” that is text.' };
  const worst = others.reduce((known, answer) => (answer.score < known.score ? answer : known), first);
  const scored = answers.filter(({ score }) => score !== Number.MAX_VALUE);
  const best = scored.reduce((known, answer) => (answer.score > known.score ? answer : known), worst);
  const message = 'No two of the “completions” have different scores, so none is the better one.';
  return {
    shape: 'ultrafeedback',
    asked: asked.turns,
    response: worst.response,
    chosen: best.score > worst.score ? best.response : { message },
    critique: worst.critique,
  };
}

/** The score the row's author gave; a completion without one is not taken for the worst. */
function scoreOf(completion: JsonObject): number {
  const score = field(completion, 'overall_score') ?? field(completion, 'score');
  const number = typeof score === 'string' && score.trim() !== '' ? Number(score) : score;
  return typeof number === 'number' && Number.isFinite(number) ? number : Number.MAX_VALUE;
}

function readMessages(row: JsonObject): Reading | Bad | null {
  return has(row, 'messages') ? readConversation(row, 'messages', 'messages') : null;
}

function readConversations(row: JsonObject): Reading | Bad | null {
  return has(row, 'conversations') ? readConversation(row, 'conversations', 'conversations') : null;
}

function readConversation(row: JsonObject, column: string, shape: RowShape): Reading | Bad {
  const turns = readTurns(field(row, column), column);
  if (!turns.ok) return turns;
  return split(shape, withSystem(row, turns.turns), column);
}

function readConversationalCompletion(row: JsonObject): Reading | Bad | null {
  const prompt = field(row, 'prompt');
  if (!Array.isArray(prompt)) return null;
  const before = readTurns(prompt, 'prompt');
  const column = responseColumns.find((key) => has(row, key));
  if (column !== undefined)
    return continued({ shape: 'conversational-completion', before, answer: readAnswer(row, column) });
  if (!before.ok) return before;
  return split('conversational-completion', before.turns, 'prompt');
}

const responseColumns = ['response', 'completion', 'output', 'answer'];

function readPair(row: JsonObject): Reading | Bad | null {
  const column = responseColumns.find((key) => has(row, key));
  if (column === undefined) return has(row, 'instruction_id_list') ? readAlone(row) : null;
  const asked = readAsked(row);
  if (asked === null || 'message' in asked) return asked;
  const shape = has(row, 'instruction') && column === 'output' ? 'alpaca' : 'prompt-response';
  const response = field(row, column);
  if (typeof response !== 'string') return notText(column, response);
  return { shape, asked: asked.turns, response };
}

function readAlone(row: JsonObject): Reading | Bad | null {
  const asked = readAsked(row);
  if (asked === null || 'message' in asked) return asked;
  return { shape: 'prompt-response', asked: asked.turns, response: null };
}

const askingColumns = ['prompt', 'instruction', 'question', 'query', 'input'];

/** What the row asks, from the first column that can say so, with the columns that add to it. */
function readAsked(row: JsonObject): Turns | Bad | null {
  const column = askingColumns.find((key) => has(row, key));
  if (column === undefined) return null;
  const value = field(row, column);
  if (Array.isArray(value)) {
    const turns = readTurns(value, column);
    return turns.ok ? { turns: withSystem(row, turns.turns) } : turns;
  }
  if (typeof value !== 'string') return notText(column, value);
  const parts = [value];
  for (const key of column === 'input' ? [] : ['input', 'context']) {
    const more = field(row, key);
    if (typeof more === 'string' && more.trim() !== '') parts.push(more);
  }
  const turn: RowTurn = { role: 'user', content: parts.join('\n\n') };
  return { turns: withSystem(row, [...readHistory(row), turn]) };
}

/** LLaMA-Factory's `history`: earlier turns as [asked, answered] pairs. */
function readHistory(row: JsonObject): readonly RowTurn[] {
  const history = field(row, 'history');
  if (!Array.isArray(history)) return [];
  return (history as readonly unknown[]).flatMap((pair): readonly RowTurn[] => {
    if (!Array.isArray(pair)) return [];
    const [asked, answered] = pair as readonly unknown[];
    if (typeof asked !== 'string' || typeof answered !== 'string') return [];
    return [
      { role: 'user', content: asked },
      { role: 'assistant', content: answered },
    ];
  });
}

function withSystem(row: JsonObject, turns: readonly RowTurn[]): readonly RowTurn[] {
  if (turns[0]?.role === 'system') return turns;
  const system = field(row, 'system') ?? field(row, 'system_prompt');
  if (typeof system !== 'string' || system.trim() === '') return turns;
  return [{ role: 'system', content: system }, ...turns];
}

interface Turns {
  readonly turns: readonly RowTurn[];
}

/** An answer column: text, one message, or messages that end with the answer. */
function readAnswer(row: JsonObject, column: string): Turns | Bad {
  const value = field(row, column);
  if (typeof value === 'string') return { turns: [{ role: 'assistant', content: value }] };
  if (!Array.isArray(value) && !isJsonObject(value)) return notText(column, value);
  return readTurns(value, column);
}

interface Continuation {
  readonly shape: RowShape;
  readonly before: Turns | Bad;
  readonly answer: Turns | Bad;
}

/** A conversation and its answer; where the answer's list repeats the conversation, that is taken once. */
function continued(parts: Continuation): Reading | Bad {
  const { shape, before, answer } = parts;
  if ('message' in before) return before;
  if ('message' in answer) return answer;
  const repeats = answer.turns.length > 1 && answer.turns.some((turn) => turn.role === 'user');
  return split(shape, repeats ? answer.turns : [...before.turns, ...answer.turns], 'the conversation');
}

/** The last assistant turn is the response, what stands before it the instruction. */
function split(shape: RowShape, turns: readonly RowTurn[], column: string): Reading | Bad {
  const last = turns.findLastIndex((turn) => turn.role === 'assistant');
  if (last < 0) return { shape, asked: turns, response: null };
  if (last === 0)
    return { message: `${quoted(column)} begins with the assistant's turn; put the user's turn before it.` };
  return { shape, asked: turns.slice(0, last), response: turns[last]?.content ?? null };
}

function normalised(turns: readonly RowTurn[]): { readonly asked: string | readonly RowTurn[] } | Bad {
  const last = turns.at(-1);
  if (last?.role !== 'user') {
    const found = last === undefined ? 'missing' : `a turn of the ${last.role}`;
    return { message: `What stands before the response is ${found}; it must be a turn of the user.` };
  }
  return { asked: turns.length === 1 ? last.content : turns };
}

function notText(column: string, value: unknown): Bad {
  return { message: `“${column}” is ${kindOf(value)}; it must be text.` };
}

function quoted(column: string): string {
  return column === 'the conversation' ? 'The conversation' : `“${column}”`;
}

function unknownShape(row: JsonObject): string {
  const keys = Object.keys(row);
  const some = keys.slice(0, 12).map((key) => `“${shown(key)}”`);
  const more = keys.length > some.length ? ` and ${keys.length - some.length} more` : '';
  const columns = keys.length === 0 ? 'The row has no columns' : `The row has ${some.join(', ')}${more}`;
  return `${columns}, which is no shape SPaR knows. Rename its columns to one of these: ${knownShapes}.`;
}

function refuse(code: RowProblemCode, message: string): RowResult {
  return { ok: false, problem: { code, message } };
}
