import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConstraints } from '../../../src/spar/verifiers/check';
import type { Constraint } from '../../../src/spar/verifiers/constraint';
import { detectConstraints } from '../../../src/spar/verifiers/detect';
import {
  bestRepair,
  repairs,
  repairsFor,
  unresolvedBy,
  whyUnresolved,
} from '../../../src/spar/verifiers/repair';
import { constraintsFromRow } from '../../../src/spar/verifiers/rows';
import { verifiers } from '../../../src/spar/verifiers/table';

/** Arguments of every type; the sentence an instruction would ask for it with plays no part here. */
const everyType: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['punctuation:no_comma', {}],
  ['change_case:english_lowercase', {}],
  ['change_case:english_capital', {}],
  ['change_case:capital_word_frequency', { capital_frequency: 3, capital_relation: 'at least' }],
  ['change_case:capital_word_frequency', { capital_frequency: 2, capital_relation: 'less than' }],
  ['keywords:existence', { keywords: ['e-mail', 'sun'] }],
  ['keywords:forbidden_words', { forbidden_words: ['really', 'c++', 'fresh'] }],
  ['keywords:frequency', { keyword: 'very', frequency: 2, relation: 'less than' }],
  ['keywords:letter_frequency', { letter: 'q', let_frequency: 1, let_relation: 'less than' }],
  ['startend:end_checker', { end_phrase: 'The end, my friend.' }],
  ['startend:quotation', {}],
  ['detectable_format:title', {}],
  ['detectable_content:postscript', { postscript_marker: 'P.S.' }],
  ['detectable_content:number_placeholders', { num_placeholders: 1 }],
  ['detectable_format:number_bullet_lists', { num_bullets: 2 }],
  ['detectable_format:number_highlighted_sections', { num_highlights: 2 }],
  ['detectable_format:multiple_sections', { section_spliter: 'Section', num_sections: 2 }],
  ['detectable_format:json_format', {}],
  ['detectable_format:constrained_response', {}],
  ['length_constraints:number_words', { num_words: 5, relation: 'at most' }],
  ['length_constraints:number_sentences', { num_sentences: 2, relation: 'less than' }],
  ['length_constraints:number_sentences', { num_sentences: 4, relation: 'at least' }],
  ['length_constraints:number_paragraphs', { num_paragraphs: 2 }],
  ['length_constraints:nth_paragraph_first_word', { num_paragraphs: 2, nth_paragraph: 1, first_word: 'tea' }],
  ['combination:repeat_prompt', { prompt_to_repeat: 'Say it, now.' }],
  ['combination:two_responses', {}],
  ['language:response_language', { language: 'en' }],
];

/** Types of a person's own. Their time is bounded, so what they say of a huge text may hang on the machine. */
const ownTypes: typeof everyType = [
  ['custom:regex', { pattern: '\\p{Lu}\\w+', min: 1, max: 4 }],
  ['custom:word_list', { words: ['really', 'old man'], must: 'none', message: 'Plain words, please' }],
  ['custom:length', { unit: 'words', max: 40 }],
  ['custom:parses_as', { format: 'json' }],
  ['custom:json_schema', { schema: { type: 'object', properties: { response: { type: 'string' } } } }],
];
const allTypes = [...everyType, ...ownTypes];

function constraintsOf(list: typeof everyType): readonly Constraint[] {
  return constraintsFromRow(
    list.map(([type]) => type),
    list.map(([, args]) => args),
  ).constraints;
}

const piece = fc.constantFrom(
  'The old man, a friend, and I came. ',
  'It is really very fresh, however. ',
  '\n\n',
  '\r\n',
  '* item, one\n',
  '- item two\n',
  '1. First\n',
  '***\n',
  '******',
  '# Heading\n',
  '**bold** ',
  '"quoted," ',
  '`code, here` ',
  'https://example.org/a,b ',
  'Section 1: ',
  'PS: ',
  'Yes, ',
  'email ',
  'THE BIG ',
  '{name} ',
  '漢字、かな。',
  'שלום, עולם ',
  '\u202Eabc\u202C ',
  '👩‍👩‍👧, 🎉 ',
  '\uD800',
  '\uDC00',
  'straße İ ',
  '<<',
  '>>',
  '[',
  ']',
  ',,, ',
  'I. ',
  '... ',
  '\u0000',
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const someTypes = fc.subarray(allTypes, { maxLength: 6 });

describe('every verifier', () => {
  it('has arguments in these properties', () => {
    expect([...new Set(allTypes.map(([type]) => type))].sort()).toEqual(
      verifiers.map(({ type }) => type).sort(),
    );
    expect(constraintsOf(allTypes)).toHaveLength(allTypes.length);
  });

  it('checks any text without an error, with spans inside it', () => {
    const constraints = constraintsOf(allTypes);
    fc.assert(
      fc.property(text, (response) => {
        const checks = checkConstraints(constraints, response);
        expect(checks).toHaveLength(constraints.length);
        for (const { result } of checks) {
          if (result.state !== 'broken') continue;
          for (const span of result.spans) {
            expect(0 <= span.start && span.start <= span.end && span.end <= response.length).toBe(true);
          }
        }
      }),
    );
  });

  it('repairs without breaking what held, and mends what it says', () => {
    fc.assert(
      fc.property(text, someTypes, (response, types) => {
        const constraints = constraintsOf(types);
        const instruction = 'Say it, now. My answer is yes. The end, my friend. tea';
        const before = heldIn(constraints, response);
        const made = repairs(instruction, constraints, response);
        expect(made.length).toBeLessThanOrEqual(3);
        expect(new Set(made.map((repair) => repair.text)).size).toBe(made.length);
        for (const repair of made) {
          const after = heldIn(constraints, repair.text);
          expect(repair.mended.length).toBeGreaterThan(0);
          expect([...after].sort()).toEqual([...before, ...repair.mended].sort());
        }
        const left = unresolvedBy(instruction, constraints, response).map((constraint) => constraint.id);
        const best = bestRepair(instruction, constraints, response)?.mended ?? [];
        expect(Math.max(0, ...made.map(({ mended }) => mended.length))).toBe(best.length);
        expect(left).toEqual(
          constraints.map(({ id }) => id).filter((id) => !before.has(id) && !best.includes(id)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('is mended alone without breaking what held', () => {
    fc.assert(
      fc.property(text, someTypes, (response, types) => {
        const constraints = constraintsOf(types);
        const before = heldIn(constraints, response);
        for (const { id } of constraints) {
          const made = repairsFor({ instructionText: 'tea', constraints, text: response, id });
          if (before.has(id)) expect(made).toEqual([]);
          for (const repair of made) {
            expect(repair.mended).toContain(id);
            expect([...heldIn(constraints, repair.text)].sort()).toEqual(
              [...before, ...repair.mended].sort(),
            );
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has a reason for being left broken', () => {
    const unknown = whyUnresolved({ id: 'a', type: 'toString', args: {}, text: 'a', span: null });
    for (const constraint of constraintsOf(allTypes)) {
      expect(whyUnresolved(constraint)).toMatch(/^[A-Z].*\.$/u);
      expect(whyUnresolved(constraint)).not.toBe(unknown);
    }
  });

  it('says nothing that neither the text nor the instruction says', () => {
    fc.assert(
      fc.property(text, someTypes, (response, types) => {
        const instruction = 'Say it, now. The end, my friend.';
        const known = new Set(
          `${instruction} ${response} keyword keywords`.toUpperCase().match(/\p{L}{3,}/gu) ?? [],
        );
        for (const repair of repairs(instruction, constraintsOf(types), response)) {
          const added = (repair.text.toUpperCase().match(/\p{L}{3,}/gu) ?? []).filter(
            (word) => !known.has(word),
          );
          expect(added).toEqual([]);
        }
      }),
    );
  });
});

describe('detectConstraints', () => {
  it('reads any text, with spans inside it, and always the same', () => {
    const words = fc.constantFrom(
      ...'write a poem do not use any commas . include the words "a" and "b" at least 3 times letter q in all lowercase letters , end with "x y" separate by *** 4 paragraphs json format first repeat the request <<title>> double quotation marks \n P.S. 漢字 \uD800'.split(
        / /u,
      ),
    );
    const instruction = fc.oneof(
      fc.array(words, { maxLength: 40 }).map((list) => list.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(instruction, (asked) => {
        const detection = detectConstraints(asked);
        const spans = [...detection.constraints.flatMap(({ span }) => span ?? []), ...detection.unchecked];
        for (const span of spans)
          expect(0 <= span.start && span.start < span.end && span.end <= asked.length).toBe(true);
        expect(detectConstraints(asked)).toEqual(detection);
        expect(new Set(detection.constraints.map(({ id }) => id)).size).toBe(detection.constraints.length);
      }),
    );
  });
});

describe('a huge response', () => {
  it.each<readonly [string, number, string]>([
    [
      'prose',
      2_000_000,
      'The old man, a friend, and I came, really. It was fresh, however, and very good.\n\n',
    ],
    ['one line', 100_000, 'a, b, and c '],
    ['commas', 100_000, ','],
    ['spaces', 100_000, ' '],
    ['line breaks', 2_000_000, '\n'],
    ['asterisks', 100_000, '*'],
    ['open brackets', 100_000, '['],
    ['open angles', 100_000, '<<'],
    ['quotation marks', 100_000, '"'],
    ['full stops', 100_000, '. '],
    ['backticks', 100_000, '` '],
    ['letters', 100_000, 'a'],
    ['braces', 100_000, '{a'],
    ['hashes', 100_000, '# '],
    ['dashes', 100_000, '- '],
  ])(
    'of %s, %i characters, is checked and repaired',
    (...[, size, unit]) => {
      const response = unit.repeat(Math.floor(size / unit.length));
      for (const group of groups(everyType, 5)) {
        const constraints = constraintsOf(group);
        const before = heldIn(constraints, response);
        for (const repair of repairs('Say it, now.', constraints, response)) {
          expect([...heldIn(constraints, repair.text)].sort()).toEqual([...before, ...repair.mended].sort());
        }
      }
    },
    120_000,
  );
});

function heldIn(constraints: readonly Constraint[], response: string): ReadonlySet<string> {
  return new Set(
    checkConstraints(constraints, response)
      .filter(({ result }) => result.state === 'held')
      .map(({ constraint }) => constraint.id),
  );
}

function groups<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_unused, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
