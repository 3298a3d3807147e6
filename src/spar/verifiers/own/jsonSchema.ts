import { Validator, type OutputUnit, type SchemaDraft } from '@cfworker/json-schema';
import { z } from 'zod';
import type { CheckResult } from '../constraint';
import { broken, held } from '../outcome';
import { compiled, inBoundedTime } from './boundedTime';
import { jsonProblem, withoutFence } from './jsonText';
import { message, ownType } from './ownVerifier';
import { patternProblem } from './pattern';
import { schemaProblems } from './schemaProblems';

const args = z
  .strictObject({
    schema: z.record(z.string(), z.unknown()).describe('A JSON Schema (draft 7, 2019-09 or 2020-12).'),
    message,
  })
  .superRefine(({ schema }, context) => {
    for (const problem of schemaProblems(schema)) {
      context.addIssue({ code: 'custom', path: ['schema', ...problem.path], message: problem.message });
    }
  });

/** The response is JSON and fits a JSON Schema. Nothing is fetched: references point into the schema itself. */
export const jsonSchema = ownType<z.infer<typeof args>>({
  type: 'custom:json_schema',
  args,
  describe: ({ schema }) => {
    const { title } = schema;
    return typeof title === 'string' && title.trim() !== '' ? `JSON: ${title.trim()}` : 'JSON of a schema';
  },
  check: (text, { schema }): CheckResult => {
    // The validator makes these patterns anew; V8 then finds them compiled.
    for (const pattern of patternsIn(schema)) compiled(new RegExp(pattern, 'u'));
    const found = inBoundedTime(() => findings(text, schema), text.length);
    switch (found.kind) {
      case 'done':
        return found.value.length === 0 ? held : broken(found.value.join(' '));
      case 'too-long':
        return {
          state: 'unknown',
          message:
            'Whether the JSON fits its schema is not known: it takes too long. Simplify the patterns of the schema.',
        };
      case 'failed':
        return {
          state: 'unknown',
          message: `Whether the JSON fits its schema is not known: ${found.message}.`,
        };
    }
  },
});

/** Findings beyond this many say little that the first ones don't. */
const mostFindings = 5;

/** What is wrong, as sentences; empty where nothing is. */
function findings(text: string, schema: Readonly<Record<string, unknown>>): readonly string[] {
  const json = withoutFence(text);
  const problem = jsonProblem(json);
  if (problem !== null) return [`The response must be JSON: ${problem}`];
  // The validator writes into the schema that it is given.
  const validator = new Validator(structuredClone(schema), draftOf(schema), false);
  const { valid, errors } = validator.validate(JSON.parse(json));
  return valid ? [] : errors.filter(isOfItself).slice(0, mostFindings).map(sentence);
}

/** Not only told because something inside it is wrong: that is told by itself. */
function isOfItself({ keyword }: OutputUnit, index: number, all: OutputUnit[]): boolean {
  return all.length === 1 || index === all.length - 1 || !wrapping.has(keyword);
}

const wrapping: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'allOf',
  '$ref',
  'then',
  'else',
  'if',
]);

function sentence({ instanceLocation, error }: OutputUnit): string {
  const place = instanceLocation.replace(/^#\/?/u, '');
  const said = error.endsWith('.') ? error : `${error}.`;
  return place === '' ? said : `At ${place}: ${said}`;
}

function draftOf(schema: Readonly<Record<string, unknown>>): SchemaDraft {
  const { $schema } = schema;
  const named = typeof $schema === 'string' ? $schema : '';
  if (named.includes('draft-07')) return '7';
  if (named.includes('draft-04')) return '4';
  return named.includes('2019-09') ? '2019-09' : '2020-12';
}

/** Every pattern of a schema, wherever it stands; the schema was found sound, so all of them can be compiled. */
function patternsIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(schema);
  return entries.flatMap(([key, value]) => [
    ...(key === 'pattern' && typeof value === 'string' && isPattern(value) ? [value] : []),
    ...(key === 'patternProperties' && typeof value === 'object' && value !== null
      ? Object.keys(value).filter(isPattern)
      : []),
    ...patternsIn(value),
  ]);
}

/** A property may be called `pattern`, too, and then its value is no pattern. */
function isPattern(text: string): boolean {
  return patternProblem({ pattern: text }) === null;
}
