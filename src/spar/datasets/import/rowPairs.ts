import { readRow, type RowConstraints, type RowShape } from '../rowShapes';
import { field, isJsonObject, type JsonObject } from '../rowTurns';
import type { RecordedInstruction } from '../schema';

/** Shapes that rows are mapped from: those of `readRow`, and those that only an import knows. */
export type ImportShape = RowShape | 'promptfoo' | 'kto';

export const importShapes: readonly ImportShape[] = [
  'preference',
  'openai-preference',
  'kto',
  'ultrafeedback',
  'promptfoo',
  'ifeval',
  'messages',
  'conversations',
  'conversational-completion',
  'alpaca',
  'prompt-response',
];

export interface ImportedPair {
  readonly instruction: RecordedInstruction;
  readonly rejected: string;
  readonly chosen: string;
}

/** An answer that needs another one to make a pair. */
export interface SingleAnswer {
  readonly instruction: RecordedInstruction;
  readonly response: string;
  /** What KTO's rows say of it; null where nobody judged it. */
  readonly label: boolean | null;
}

export type RowOutcome =
  | { readonly type: 'pairs'; readonly shape: ImportShape; readonly pairs: readonly ImportedPair[] }
  | {
      readonly type: 'single';
      readonly shape: ImportShape;
      /** Null for a row that only asks. */
      readonly answer: SingleAnswer | null;
      readonly instruction: RecordedInstruction;
      readonly constraints: RowConstraints | null;
    }
  | { readonly type: 'refused'; readonly reason: string };

/** What a row is worth; never throws. */
export function readImportRow(value: unknown): RowOutcome {
  if (isJsonObject(value)) {
    if (isDatasetLine(value)) return refused('a line of a SPaR dataset; merge datasets instead');
    const promptfoo = readPromptfoo(value);
    if (promptfoo !== null) return promptfoo;
  }
  const read = readRow(value);
  if (!read.ok) return refused(read.problem.message);
  const { shape, response, chosen, chosenProblem, constraints = null } = read.row;
  const instruction = recorded(read.row.instruction);
  if (chosenProblem !== undefined) return refused(chosenProblem);
  if (response !== null && chosen !== undefined)
    return { type: 'pairs', shape, pairs: [{ instruction, rejected: response, chosen }] };
  const label = isJsonObject(value) ? (field(value, 'label') ?? field(value, 'kto_tag')) : null;
  const judged = typeof label === 'boolean' ? label : null;
  return {
    type: 'single',
    shape: judged === null || response === null ? shape : 'kto',
    answer: response === null ? null : { instruction, response, label: judged },
    instruction,
    constraints,
  };
}

function recorded(instruction: string | readonly { role: string; content: string }[]): RecordedInstruction {
  return instruction as RecordedInstruction;
}

function isDatasetLine(row: JsonObject): boolean {
  return typeof field(row, 'spar') === 'number' && typeof field(row, 'kind') === 'string';
}

/**
 * promptfoo's export for preference training: passing and failing outputs of one test, its variables, and the prompts
 * of all columns. It holds no text of what was asked, so that is made of the prompt and the variables, which is
 * certain only where all columns have one prompt.
 */
function readPromptfoo(row: JsonObject): RowOutcome | null {
  const [chosen, rejected] = [textsOf(field(row, 'chosen')), textsOf(field(row, 'rejected'))];
  const prompts = textsOf(field(row, 'prompts'));
  if (chosen === null || rejected === null || prompts === null) return null;
  const [template, ...others] = new Set(prompts);
  if (template === undefined) return refused('“prompts” is empty, so nothing says what was asked');
  if (others.length > 0)
    return refused(
      'outputs of different prompts; export one prompt at a time, so that a pair has one instruction',
    );
  const variables = field(row, 'vars');
  const asked = filled(template, isJsonObject(variables) ? variables : {});
  if (asked === null) return refused('the prompt names variables that “vars” does not give as texts');
  const [better] = chosen;
  if (better === undefined || rejected.length === 0)
    return refused('all outputs pass, or none does; a pair needs one of each');
  const pairs = rejected.map((worse) => ({ instruction: asked, rejected: worse, chosen: better }));
  return { type: 'pairs', shape: 'promptfoo', pairs };
}

function textsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const items = value as readonly unknown[];
  return items.every((item) => typeof item === 'string') ? items : null;
}

/** Null where a variable is missing, or the template does more than to name variables. */
function filled(template: string, variables: JsonObject): string | null {
  const missing: string[] = [];
  const text = template.replace(/\{\{\s*([\w.]{1,100})\s*\}\}/gu, (whole, name: string) => {
    const value = field(variables, name);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    missing.push(name);
    return whole;
  });
  return missing.length === 0 && !template.includes('{%') ? text : null;
}

function refused(reason: string): RowOutcome {
  return { type: 'refused', reason };
}
