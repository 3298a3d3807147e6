import { patternProblem } from './pattern';

export interface SchemaProblem {
  readonly path: readonly (string | number)[];
  /** What is wrong there, to follow the place's name: `must be a text.` */
  readonly message: string;
}

/**
 * What in a JSON Schema would never hold, or be passed over in silence, for a slip of the pen: unknown types, patterns
 * that don't compile, values of a wrong kind, references that lead nowhere. Never throws.
 */
export function schemaProblems(schema: unknown): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const open: Place[] = [{ schema, path: [] }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.path.length > deepest) return [{ path: [], message: 'is nested too deeply.' }];
    open.push(...read(at, schema, problems));
  }
  return problems;
}

const deepest = 200;

interface Place {
  readonly schema: unknown;
  readonly path: readonly (string | number)[];
}

/** Looks at one schema; returns those inside it. */
function read({ schema, path }: Place, root: unknown, problems: SchemaProblem[]): readonly Place[] {
  if (typeof schema === 'boolean') return [];
  if (!isObject(schema)) {
    problems.push({ path, message: 'must be a schema: an object, true or false.' });
    return [];
  }
  const inside: Place[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const at = [...path, keyword];
    const message = problemOf(keyword, value, root);
    if (message !== null) problems.push({ path: at, message });
    else if (lists.has(keyword) || (keyword === 'items' && Array.isArray(value))) {
      (value as readonly unknown[]).forEach((each, index) =>
        inside.push({ schema: each, path: [...at, index] }),
      );
    } else if (maps.has(keyword)) {
      for (const [name, each] of Object.entries(value as object)) {
        inside.push({ schema: each, path: [...at, name] });
        const problem = keyword === 'patternProperties' ? patternProblem({ pattern: name }) : null;
        if (problem !== null)
          problems.push({ path: [...at, name], message: `is no regular expression: ${problem}.` });
      }
    } else if (single.has(keyword)) inside.push({ schema: value, path: at });
  }
  return inside;
}

const single: ReadonlySet<string> = new Set(
  'additionalItems unevaluatedItems items contains additionalProperties unevaluatedProperties propertyNames not if then else'.split(
    ' ',
  ),
);
const lists: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const maps: ReadonlySet<string> = new Set(
  '$defs definitions properties patternProperties dependentSchemas'.split(' '),
);
const counts: ReadonlySet<string> = new Set(
  'minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains'.split(' '),
);
const numbers: ReadonlySet<string> = new Set(
  'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'.split(' '),
);
const types: ReadonlySet<unknown> = new Set('null boolean object array number integer string'.split(' '));

/** What is wrong with a keyword's value; null for a keyword that is not known, and for one that is right. */
function problemOf(keyword: string, value: unknown, root: unknown): string | null {
  if (keyword === 'type') {
    const named: readonly unknown[] = Array.isArray(value) ? value : [value];
    return named.length > 0 && named.every((type) => types.has(type))
      ? null
      : `must be one of ${[...types].join(', ')}, or a list of these.`;
  }
  if (keyword === 'pattern') {
    if (typeof value !== 'string') return 'must be a text.';
    const problem = patternProblem({ pattern: value });
    return problem === null ? null : `is no regular expression: ${problem}.`;
  }
  if (keyword === '$ref') return referenceProblem(value, root);
  if (keyword === 'required') {
    const isList = Array.isArray(value) && value.every((name) => typeof name === 'string');
    return isList ? null : 'must be a list of names.';
  }
  if (keyword === 'enum' || lists.has(keyword))
    return Array.isArray(value) && value.length > 0 ? null : 'must be a list with something in it.';
  if (maps.has(keyword)) return isObject(value) ? null : 'must be an object.';
  if (counts.has(keyword)) return isCount(value) ? null : 'must be a whole number from 0.';
  // Draft 4 said yes or no here.
  if (numbers.has(keyword))
    return typeof value === 'number' || typeof value === 'boolean' ? null : 'must be a number.';
  return null;
}

/** References lead into the schema itself: `#`, `#/$defs/name`, `#anchor`. Anything else would have to be fetched. */
function referenceProblem(value: unknown, root: unknown): string | null {
  if (typeof value !== 'string' || !value.startsWith('#')) {
    return 'must lead into this schema, for example #/$defs/name; nothing is fetched.';
  }
  if (!value.startsWith('#/')) return null;
  let at: unknown = root;
  for (const part of value.slice(2).split('/')) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    at = Array.isArray(at) || isObject(at) ? Reflect.get(at, name) : undefined;
  }
  return isObject(at) || typeof at === 'boolean' ? null : 'leads to no schema.';
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
