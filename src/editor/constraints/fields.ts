import { z } from 'zod';
import type { Constraint } from '../../spar/verifiers/constraint';
import { verifierOf } from '../../spar/verifiers/table';
import { labelOfArgument } from './typeWords';

/** One argument of a constraint's type, as a step can ask for it. */
export interface ArgumentField {
  readonly name: string;
  readonly label: string;
  readonly isOptional: boolean;
  readonly input: ArgumentInput;
}

export type ArgumentInput =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
  | { readonly kind: 'list' }
  /** Anything else, written as JSON. */
  | { readonly kind: 'json' };

export type Arguments = Readonly<Record<string, unknown>>;

export type Read =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** The arguments of a type in the order of its schema; empty for one without any and for one that is not known. */
export function fieldsOf(type: string): readonly ArgumentField[] {
  const verifier = verifierOf(type);
  if (verifier === undefined) return [];
  const schema = z.toJSONSchema(verifier.args, { io: 'input', unrepresentable: 'any' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    label: labelOfArgument(name),
    isOptional: schema.required?.includes(name) !== true,
    input: inputOf(typeof property === 'boolean' ? {} : property),
  }));
}

function inputOf({ type, enum: values, items }: z.core.JSONSchema.BaseSchema): ArgumentInput {
  if (values !== undefined) return { kind: 'choice', values: values.map(String) };
  switch (type) {
    case 'boolean':
      return { kind: 'switch' };
    case 'integer':
    case 'number':
      return { kind: 'number' };
    case 'string':
      return { kind: 'text' };
    case 'array':
      return isText(items) ? { kind: 'list' } : { kind: 'json' };
    default:
      return { kind: 'json' };
  }
}

function isText(items: z.core.JSONSchema.BaseSchema['items']): boolean {
  return typeof items === 'object' && !Array.isArray(items) && items.type === 'string';
}

/** A value as its text box shows it, on one line; `''` for none. */
export function written({ input }: ArgumentField, value: unknown): string {
  if (value === undefined) return '';
  if (input.kind === 'list' && Array.isArray(value)) return value.map(writtenWord).join(', ');
  if (input.kind === 'json') return JSON.stringify(value);
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What a person wrote in a text box; `before` is kept, its lines too, where they left the box as it was. */
export function readWritten(field: ArgumentField, text: string, before: unknown): Read {
  if (before !== undefined && text === written(field, before)) return { ok: true, value: before };
  if (text.trim() === '' && field.isOptional) return { ok: true, value: undefined };
  switch (field.input.kind) {
    case 'number':
      return /^\s*-?\d{1,15}(?:\.\d+)?\s*$/u.test(text)
        ? { ok: true, value: Number(text) }
        : { ok: false, problem: 'Write a number in digits.' };
    case 'list':
      return readWords(text);
    case 'json':
      return readJson(text);
    default:
      return { ok: true, value: text };
  }
}

/** Words between commas; one that holds a comma or a quotation mark itself stands in quotation marks. */
function readWords(text: string): Read {
  const words: string[] = [];
  let isOpen = true;
  for (const [token, quoted] of text.matchAll(/"((?:[^"\\]|\\.)*)"|[^",]+|[",]/gu)) {
    const word = quoted === undefined ? token.trim() : quoted.replace(/\\(.)/gu, '$1');
    if (token === ',') isOpen = true;
    else if (word !== '' && (token === '"' || !isOpen)) return { ok: false, problem: howToList };
    else if (word !== '') {
      words.push(word);
      isOpen = false;
    }
  }
  return { ok: true, value: words };
}

const howToList = 'Put commas between the words, and quotation marks around a word that holds a comma.';

function writtenWord(word: unknown): string {
  const text = oneLine(String(word));
  return /^[^",\\]+$/u.test(text) && text.trim() === text ? text : `"${text.replace(/["\\]/gu, '\\$&')}"`;
}

function readJson(text: string): Read {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (cause) {
    return {
      ok: false,
      problem: `This is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    };
  }
}

/**
 * Why these arguments don't fit their type: what is wrong with the one that was just given or, once all are, with
 * any; null where nothing is.
 */
export function problemWith(type: string, args: Arguments, given: string | null): string | null {
  const parsed = verifierOf(type)?.args.safeParse(args);
  if (parsed === undefined) return 'Code does not know this type of constraint.';
  if (parsed.success) return null;
  const issue = parsed.error.issues.find(({ path }) => given === null || path[0] === given);
  if (issue === undefined) return null;
  const [name] = issue.path;
  const words = issueWords(issue);
  return given !== null || typeof name !== 'string' ? words : `${labelOfArgument(name)}: ${words}`;
}

function issueWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'array') return 'At least one word is needed.';
      return issue.origin === 'string'
        ? 'This can’t be empty.'
        : `It must be at least ${String(issue.minimum)}.`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `This is too long: at most ${String(issue.maximum)}.`
        : `It must be at most ${String(issue.maximum)}.`;
    case 'invalid_type':
      return issue.expected === 'int'
        ? 'It must be a whole number.'
        : `It must be of the kind “${issue.expected}”.`;
    case 'invalid_format':
      // A schema's own words say it better; the library's begin like this.
      return issue.message.startsWith('Invalid')
        ? `It does not have the form that is asked for: ${issue.pattern ?? issue.format}.`
        : issue.message;
    default:
      return `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}`;
  }
}

/** The constraint with other arguments, as a person wants it; null where they don't fit its type. */
export function withArguments(constraint: Constraint, args: Arguments): Constraint | null {
  const described = describeArguments(constraint.type, args);
  return described === null ? null : { ...constraint, ...described, source: 'person' };
}

/** A constraint that a person adds; null where the arguments don't fit the type. */
export function fromArguments(type: string, args: Arguments): Omit<Constraint, 'id'> | null {
  const described = describeArguments(type, args);
  return described === null ? null : { type, ...described, span: null, source: 'person' };
}

function describeArguments(type: string, args: Arguments): Pick<Constraint, 'args' | 'text'> | null {
  const verifier = verifierOf(type);
  const parsed = verifier?.args.safeParse(args);
  if (verifier === undefined || parsed?.success !== true) return null;
  return { args: parsed.data, text: verifier.describe(parsed.data) };
}

function oneLine(text: string): string {
  return text.replace(/\s*[\n\r\u2028\u2029]\s*/gu, ' ');
}
