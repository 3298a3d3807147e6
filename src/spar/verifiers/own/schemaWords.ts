import type { z } from 'zod';

export interface WordedProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Whether it is about the name itself rather than about its value. */
  readonly onName: boolean;
}

/** What a schema found wrong with a value, in sentences for the person who wrote it. */
export function problemsOf(error: z.ZodError, value: unknown): readonly WordedProblem[] {
  return error.issues.flatMap((issue) => worded(issue, value));
}

function worded(issue: z.core.$ZodIssue, root: unknown): readonly WordedProblem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const name = nameOf(path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `“${key}” is not known here. Leave it out, or look for a slip of the pen.`,
      onName: true,
    }));
  }
  if (valueAt(root, path) === undefined && path.length > 0) {
    return [{ path, message: `${name} is missing${wanted(issue)}.`, onName: false }];
  }
  return [{ path, message: `${name} ${predicate(issue)}`, onName: false }];
}

function predicate(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return `must be ${issue.values
        .map(String)
        .join(', ')
        .replace(/, (?=[^,]*$)/u, ' or ')}.`;
    case 'invalid_union':
      return 'must be one of the known types, for example custom:regex or punctuation:no_comma.';
    case 'too_small':
      return isSized(issue.origin)
        ? `is too short: at least ${String(issue.minimum)}.`
        : `must be at least ${String(issue.minimum)}.`;
    case 'too_big':
      return isSized(issue.origin)
        ? `is too long: at most ${String(issue.maximum)}.`
        : `must be at most ${String(issue.maximum)}.`;
    case 'custom':
    case 'invalid_format':
      return lead(issue.message);
    default:
      return `can't be used: ${issue.message}.`;
  }
}

/** Own schemas say a predicate (`must be …`) or a sentence of their own. */
function lead(message: string): string {
  return /^(?:is|must|takes|needs|leads)\b/u.test(message) ? message : `can't be used: ${message}`;
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `; it must be ${kinds[issue.expected] ?? issue.expected}`;
  return issue.code === 'invalid_value' ? `; it must be ${issue.values.map(String).join(' or ')}` : '';
}

function isSized(origin: string): boolean {
  return ['string', 'array', 'set', 'map'].includes(origin);
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** `“args.words[2]”`; `The entry` for the value itself. */
function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'This';
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return `“${name.replace(/^\./u, '')}”`;
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    root,
  );
}
