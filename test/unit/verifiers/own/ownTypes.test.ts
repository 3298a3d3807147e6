import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConstraint } from '../../../../src/spar/verifiers/check';
import { inBoundedTime } from '../../../../src/spar/verifiers/own/boundedTime';
import { estimateTokens } from '../../../../src/spar/verifiers/own/tokenEstimate';

type Args = Readonly<Record<string, unknown>>;

/** The state, and behind a broken or unknown one its message; each span as the text that it marks. */
function checked(type: string, args: Args, text: string): string {
  const result = checkConstraint({ id: 'a', type: `custom:${type}`, args, text: 'a', span: null }, text);
  if (result === null) return 'not known';
  if (result.state === 'held') return 'held';
  const marked =
    result.state === 'broken' ? result.spans.map(({ start, end }) => text.slice(start, end)) : [];
  return [`${result.state}: ${result.message}`, ...marked].join(' | ');
}

describe('an own pattern', () => {
  it.each<readonly [Args, string, string]>([
    [{ pattern: '\\d{4}' }, 'In 2026.', 'held'],
    [{ pattern: '\\d{4}' }, 'Now.', 'broken: There are no matches of /\\d{4}/; there must be at least 1.'],
    [
      { pattern: 'very', max: 0, flags: 'i', message: 'Plain words' },
      'Very, very good.',
      'broken: Plain words. (There are 2 matches of /very/i; none is allowed.) | Very | very',
    ],
    [{ pattern: '^- ', flags: 'm', min: 2, max: 3 }, '- a\n- b', 'held'],
    [{ pattern: '.', min: 1, max: 1 }, '😀', 'held'],
    [{ pattern: '(?:)', min: 3 }, 'ab', 'held'],
  ])('%j of %j', (args, text, told) => {
    expect(checked('regex', args, text)).toBe(told);
  });

  it.each(['(a+)+$', '^(a|a)*$', '(.*a){25}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s gives up on a text that makes it backtrack, and is named',
    (pattern) => {
      const text = `${'a'.repeat(50_000)}!`;
      expect(checked('regex', { pattern }, text)).toBe(
        `unknown: The pattern /${pattern}/ takes too long on this text, so nothing is known. Nested repetitions such as (a+)+ do that: write it without.`,
      );
    },
  );

  it('is checked on others as before, once it has given up', () => {
    expect(checked('regex', { pattern: '(a+)+$' }, `${'a'.repeat(60)}!`)).toMatch(/^unknown/u);
    expect(checked('regex', { pattern: '(a+)+$' }, 'aaa')).toBe('held');
  });
});

describe('work in bounded time', () => {
  it('tells what it came to', () => {
    expect(inBoundedTime(() => 3, 10)).toEqual({ kind: 'done', value: 3 });
    const thrower = (): never => {
      throw new RangeError('too deep');
    };
    expect(inBoundedTime(thrower, 10)).toEqual({ kind: 'failed', message: 'too deep' });
    const endless = (): never => {
      for (;;);
    };
    expect(inBoundedTime(endless, 10)).toEqual({ kind: 'too-long' });
  });
});

describe('an own word list', () => {
  const words = ['red', 'dark blue', 'c++'];
  it.each<readonly [Args, string, string]>([
    [{ words, must: 'all' }, 'Red, dark\n blue and C++.', 'held'],
    [{ words, must: 'all' }, 'redder', 'broken: “red”, “dark blue”, “c++” must appear and do not.'],
    [{ words: ['red'], must: 'all', inside_words: true }, 'redder', 'held'],
    [{ words, must: 'any' }, 'A dark blue hat', 'held'],
    [{ words, must: 'any' }, '', 'broken: One of “red”, “dark blue”, “c++” must appear; none does.'],
    [{ words, must: 'none' }, 'Reddish', 'held'],
    [
      { words, must: 'none', message: 'No colours!' },
      'Use c++ and RED',
      'broken: No colours! (“red”, “c++” must not appear; found 2 times.) | c++ | RED',
    ],
    [{ words: ['IT'], must: 'none', case_sensitive: true }, 'it is', 'held'],
    [{ words: ['東京'], must: 'all' }, '私は東京へ行く', 'held'],
  ])('%j of %j', (args, text, told) => {
    expect(checked('word_list', args, text)).toBe(told);
  });
});

describe('an own length', () => {
  it.each<readonly [Args, string, string]>([
    [{ unit: 'words', min: 2, max: 3 }, 'one two', 'held'],
    [{ unit: 'words', max: 1 }, 'one two', 'broken: The response has 2 words; it must have at most 1.'],
    [{ unit: 'characters', min: 3, max: 3 }, 'a😀b', 'held'],
    [{ unit: 'characters', max: 2 }, '\uD800\uDC00\uD800', 'held'],
    [
      { unit: 'sentences', max: 1 },
      'One. Two.',
      'broken: The response has 2 sentences; it must have at most 1.',
    ],
    [{ unit: 'paragraphs', min: 2 }, 'a\r\n \r\nb', 'held'],
    [
      { unit: 'paragraphs', min: 2 },
      'a\nb',
      'broken: The response has 1 paragraph; it must have at least 2.',
    ],
    [{ unit: 'tokens', max: 10_000 }, 'A short one.', 'held'],
    [
      { unit: 'tokens', min: 100 },
      'A short one.',
      'broken: The response has about 3 to 6 tokens (estimated); it must have at least 100.',
    ],
  ])('%j of %j', (args, text, told) => {
    expect(checked('length', args, text)).toBe(told);
  });

  it('is not known near a bound in tokens', () => {
    const told = checked('length', { unit: 'tokens', max: 4 }, 'A short one.');
    expect(told).toMatch(/^unknown: .*too near to the bound \(at most 4\)/u);
  });

  it('estimates tokens in a range that grows with the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, more) => {
        const [one, both] = [estimateTokens(text), estimateTokens(`${text}\n${more}`)];
        expect(0 <= one.least && one.least <= one.most).toBe(true);
        expect(both.most).toBeGreaterThanOrEqual(one.most);
      }),
    );
  });
});

describe('an own format', () => {
  it.each<readonly [string, string, string]>([
    ['json', '{"a": [1]}', 'held'],
    ['json', '```json\n{"a": 1}\n```', 'held'],
    ['json', '{"a": 1,\n }', 'broken: The response must be JSON: line 2, column 2:'],
    ['json', '', 'broken: The response must be JSON: line 1, column 1:'],
    ['yaml', 'a: 1\nb:\n  - 2', 'held'],
    ['yaml', 'Just words.', 'broken: The response must be YAML: there is no list'],
    ['yaml', 'a: [1\nb: 2', 'broken: The response must be YAML: line 2, column'],
    ['markdown_table', '| a | b |\n|---|:-:|\n| 1 | 2 |\n', 'held'],
    [
      'markdown_table',
      '| a | b |\n|---|\n| 1 | 2 |',
      'broken: The response must be a Markdown table: line 2 has 1',
    ],
    ['markdown_table', 'words', 'broken: The response must be a Markdown table: there is no row'],
    [
      'markdown_table',
      '| a |\n|---|\n| 1 |\nwords',
      'broken: The response must be a Markdown table: line 4 is',
    ],
  ])('%s of %j', (format, text, told) => {
    expect(checked('parses_as', { format }, text).slice(0, told.length)).toBe(told);
  });

  it.each(['[', '{"a":', '- ', '&a [*a, *a]\n', '? ', '| ', '"', '\n', '!!x ', 'a: &b\n ', '*a '])(
    'answers for a large text of %j',
    (unit) => {
      const text = unit.repeat(Math.ceil(100_000 / unit.length));
      for (const format of ['json', 'yaml', 'markdown_table'])
        expect(checked('parses_as', { format }, text)).toMatch(/^(?:held|broken|unknown)/u);
    },
  );

  it.each([
    ['['.repeat(20_000), 'it is nested more than 200 deep.'],
    ['a: b\n'.repeat(200_001), 'it is longer than a million characters.'],
  ])('leaves open what it does not read', (text, reason) => {
    expect(checked('parses_as', { format: 'yaml' }, text)).toBe(
      `unknown: Whether the response is YAML is not known: ${reason}`,
    );
  });
});

describe('an own JSON schema', () => {
  const schema = {
    type: 'object',
    required: ['title', 'tags'],
    additionalProperties: false,
    properties: {
      title: { type: 'string', maxLength: 10 },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' }, minItems: 1 },
    },
    $defs: { tag: { type: 'string', pattern: '^(a+)+$' } },
  };

  it.each<readonly [string, string]>([
    ['{"title": "x", "tags": ["a"]}', 'held'],
    ['```\n{"title": "x", "tags": ["a"]}\n```', 'held'],
    ['words', 'broken: The response must be JSON: line 1, column 1'],
    ['{"title": "x"}', 'broken: Instance does not have required property "tags".'],
    ['{"title": 3, "tags": ["a"]}', 'broken: At title: Instance type "number" is invalid.'],
    [
      `{"title": "x", "tags": ["${'a'.repeat(60)}!"]}`,
      'unknown: Whether the JSON fits its schema is not known: it takes too long.',
    ],
  ])('of %j', (text, told) => {
    expect(checked('json_schema', { schema }, text).slice(0, told.length)).toBe(told);
  });

  it('that can mean nothing is no constraint', () => {
    for (const bad of [
      { $ref: 'https://example.org/s' },
      { $ref: '#/$defs/x' },
      { pattern: '(' },
      { items: 3 },
    ])
      expect(checked('json_schema', { schema: bad }, '{}')).toBe('not known');
  });

  it('of any kind takes any text', () => {
    fc.assert(
      fc.property(fc.object(), fc.json(), (any, text) => {
        expect(checked('json_schema', { schema: any }, text)).toMatch(/^(?:held|broken|unknown|not known)/u);
      }),
    );
  });
});
