import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { ownFileJsonSchema } from '../../../../src/spar/verifiers/own/fileJsonSchema';
import { parseOwnVerifiers } from '../../../../src/spar/verifiers/own/ownFile';
import { verifiers } from '../../../../src/spar/verifiers/table';
import manifest from '../../../../package.json';

const good = { name: 'ISO dates', type: 'custom:regex', args: { pattern: '\\d{4}-\\d\\d-\\d\\d' } };

function fileOf(...entries: readonly unknown[]): string {
  return JSON.stringify({ verifiers: entries }, null, 2);
}

/** Each problem with its place and with the text that it marks. */
function problemsIn(text: string): readonly string[] {
  return parseOwnVerifiers(text).problems.map(
    ({ message, line, column, start, end }) => `${line}:${column} ${text.slice(start, end)} ${message}`,
  );
}

describe('a file of own verifiers', () => {
  it('gives its entries in their order', () => {
    const message = 'Write dates as 2026-01-31';
    const text = fileOf(
      { ...good, message },
      { name: 'Brand', type: 'custom:word_list', args: { words: ['Acme'], must: 'none' } },
      { name: 'No commas', type: 'punctuation:no_comma', args: {}, when: { phrases: ['plain'] } },
    );
    const { verifiers: read, problems } = parseOwnVerifiers(`\uFEFF${text}`);
    expect(problems).toEqual([]);
    expect(read.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'ISO dates custom:regex',
      'Brand custom:word_list',
      'No commas punctuation:no_comma',
    ]);
    expect(read[0]?.message).toBe(message);
  });

  it('keeps the good entries where others are wrong, and tells each place', () => {
    const text = fileOf(
      { name: 'a', type: 'custom:regex', args: { pattern: '(' } },
      good,
      { name: 'b', type: 'custom:length', args: { unit: 'pages', max: 3 } },
      { name: 'c', type: 'custom:length', args: { unit: 'words', min: 9, max: 3 } },
      { name: 'd', type: 'custom:nothing', args: {} },
      { name: 'e', type: 'custom:parses_as', args: { format: 'json' }, wen: { phrases: ['x'] } },
      { type: 'custom:regex', args: { pattern: 'x', flags: 'q' } },
      { name: 'f', type: 'custom:json_schema', args: { schema: { type: 'text' } } },
      { name: 'g', type: 'punctuation:no_comma', args: {}, message: 'No commas here' },
      'h',
    );
    expect(parseOwnVerifiers(text).verifiers.map(({ name }) => name)).toEqual(['ISO dates']);
    expect(problemsIn(text)).toEqual([
      '7:20 "(" “args.pattern” is no regular expression: Unterminated group.',
      '21:17 "pages" “args.unit” must be words, characters, sentences, paragraphs or tokens.',
      "30:16 9 “args.min” can't be used: min must not be greater than max.",
      '36:15 "custom:nothing" “type” must be one of the known types, for example custom:regex or punctuation:no_comma.',
      '45:7 "wen" “wen” is not known here. Leave it out, or look for a slip of the pen.',
      '51:5 { “name” is missing; it must be a text.',
      '55:18 "q" “args.flags” takes i, m, s and u or v, each once.',
      '63:19 "text" “args.schema.type” must be one of null, boolean, object, array, number, integer, string, or a list of these.',
      '71:7 "message" A built-in type has words of its own: “message” is for the types that begin with custom:.',
      '73:5 "h" This must be an object.',
    ]);
  });

  it.each([
    ['', '1:1  The file is empty. Begin with { "verifiers": [] }.'],
    ['[]', '1:1 [] This must be an object.'],
    ['{}', '1:1 { “verifiers” is missing; it must be a list.'],
    ['{"verifiers": {}}', '1:15 {} “verifiers” must be a list.'],
    ['{"verifiers": [],\r\n "more": 1}', '2:2 "more" “more” is not known here.'],
    ['{\n  // mine\n  "verifiers": []\n}', '2:3 // mine JSON has no comments.'],
    ['{"verifiers": [\n  {"name": "x",}\n]}', '2:16 } A name in double quotation marks is missing here.'],
  ])('%j is told with its place', (text, told) => {
    const [first = ''] = problemsIn(text);
    expect(first.slice(0, told.length)).toBe(told);
    expect(parseOwnVerifiers(text).verifiers).toEqual([]);
  });

  it('takes any text and any data without an error, with places inside it', () => {
    const entry = fc.record({
      name: fc.anything(),
      type: fc.constantFrom(...verifiers.map(({ type }) => type), 'custom:x', 3),
      args: fc.anything(),
      when: fc.anything(),
    });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ verifiers: fc.array(entry) }).map((data) => textOf(data)),
    );
    fc.assert(
      fc.property(text, (written) => {
        for (const { message, line, column, start, end } of parseOwnVerifiers(written).problems) {
          expect(message).toMatch(/^\S.*\.$/su);
          expect(0 <= start && start <= end && end <= written.length).toBe(true);
          expect(line >= 1 && column >= 1).toBe(true);
        }
      }),
    );
  });

  it('may be nested deeply, long, or of a million entries', () => {
    for (const text of [
      `{"verifiers":${'['.repeat(200_000)}`,
      `{"verifiers":[${'{"a":'.repeat(50_000)}`,
      ' '.repeat(1_500_000),
      `{"verifiers":[${'1,'.repeat(100_000)}1]}`,
      `{"verifiers":[{${Array.from({ length: 50_000 }, (_, at) => `"n${at}":1`).join(',')}}]}`,
    ]) {
      const { verifiers: read, problems } = parseOwnVerifiers(text);
      expect(read).toEqual([]);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.length).toBeLessThanOrEqual(101);
    }
    const extra = JSON.stringify({ name: 'n', type: 'punctuation:no_comma', args: {}, message: 'x' });
    const rows = Array.from({ length: 150 }, (_, at) => (at === 100 ? extra : '1'));
    expect(parseOwnVerifiers(`{"verifiers":[${rows.join(',')}]}`).problems.at(-1)?.message).toBe(
      'There are 50 more problems that are not told here.',
    );
  });

  it('uses the first thousand entries of a longer list', () => {
    const entries = Array.from({ length: 1002 }, (_, at) => ({ ...good, name: `one ${at}` }));
    const { verifiers: read, problems } = parseOwnVerifiers(JSON.stringify({ verifiers: entries }));
    expect(read).toHaveLength(1000);
    expect(problems.map(({ message }) => message)).toEqual(['“verifiers” is too long: at most 1000.']);
  });
});

describe('the JSON schema of the file', () => {
  const file = 'schemas/verifiers.schema.json';

  it('is the one that the code reads by; write it anew with “npx vitest run -u”', async () => {
    const path = new URL(`../../../../${file}`, import.meta.url).pathname;
    const options = await resolveConfig(path);
    const text = await format(JSON.stringify(ownFileJsonSchema()), { ...options, parser: 'json' });
    await expect(text).toMatchFileSnapshot(path);
  });

  it('is given to the editor for .spar/verifiers.json', () => {
    expect(manifest.contributes.jsonValidation).toEqual([
      { fileMatch: '/.spar/verifiers.json', url: `./${file}` },
    ]);
  });

  it('takes what the code takes', () => {
    const validator = new Validator(structuredClone(ownFileJsonSchema()), '7', false);
    expect(validator.validate({ verifiers: [good] }).valid).toBe(true);
    expect(validator.validate({ verifiers: [{ ...good, args: {} }] }).valid).toBe(false);
    expect(validator.validate({ verifiers: [{ ...good, wen: {} }] }).valid).toBe(false);
    expect(validator.validate({ verifiers: [{ ...good, type: 'custom:nothing' }] }).valid).toBe(false);
  });
});

/** JSON of what may hold values that JSON has no words for. */
function textOf(data: unknown): string {
  try {
    return JSON.stringify(data);
  } catch {
    return 'null';
  }
}
