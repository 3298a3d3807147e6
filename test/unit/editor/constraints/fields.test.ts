import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fieldsOf,
  fromArguments,
  problemWith,
  readWritten,
  withArguments,
  written,
  type ArgumentField,
} from '../../../../src/editor/constraints/fields';
import { wordsOfType } from '../../../../src/editor/constraints/typeWords';
import { verifiers } from '../../../../src/spar/verifiers/table';

function field(input: ArgumentField['input'], isOptional = false): ArgumentField {
  return { name: 'x', label: 'X', isOptional, input };
}

const list = field({ kind: 'list' });
const text = field({ kind: 'text' });
const number = field({ kind: 'number' });

describe('the fields of a type', () => {
  it('are its arguments in the order of its schema, each with a way to ask for it', () => {
    const shown = (type: string) => fieldsOf(type).map(({ label, input }) => `${label}: ${input.kind}`);
    expect(shown('keywords:frequency')).toEqual([
      'Keyword: text',
      'Number of times: number',
      'How the number bounds: choice',
    ]);
    expect(shown('keywords:forbidden_words')).toEqual(['Forbidden words: list']);
    expect([shown('punctuation:no_comma'), shown('no:such_type')]).toEqual([[], []]);
  });

  it('are known for every type there is, and so are its words', () => {
    for (const { type } of verifiers) {
      expect(wordsOfType(type), type).not.toMatchObject({ label: type });
      for (const { input, label } of fieldsOf(type)) expect([input.kind, label]).not.toContain('');
    }
  });

  it('read back what they show', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1 }), (words) => {
        const clean = words.map((word) => word.replace(/\s+/gu, ' ').trim()).filter((word) => word !== '');
        expect(readWritten(list, written(list, clean), undefined)).toEqual({ ok: true, value: clean });
      }),
    );
  });

  it('keep the lines of a value that is left as it was', () => {
    const before = 'Line one.\n\nLine two.';
    expect(written(text, before)).toBe('Line one. Line two.');
    expect(readWritten(text, 'Line one. Line two.', before)).toEqual({ ok: true, value: before });
    expect(readWritten(text, 'Line one.', before)).toEqual({ ok: true, value: 'Line one.' });
  });

  it.each([
    ['oak, dimmer ', ['oak', 'dimmer']],
    ['oak,, dimmer,', ['oak', 'dimmer']],
    ['"a, b", c', ['a, b', 'c']],
    ['"say \\"hi\\"" , d', ['say "hi"', 'd']],
    ['', []],
  ])('read a list of words: %s', (given, words) => {
    expect(readWritten(list, given, undefined)).toEqual({ ok: true, value: words });
  });

  it.each([
    [list, 'an "open quotation'],
    [list, '"a" b'],
    [list, `"${'\\"'.repeat(50_000)}`],
    [number, 'three'],
    [number, '1e9'],
    [number, ''],
    [field({ kind: 'json' }), '{'],
  ])('say what they can not read', (asked, given) => {
    expect(readWritten(asked, given, undefined)).toMatchObject({ ok: false, problem: /./u });
  });

  it('take an empty box for an argument that may be left out', () => {
    const optional = field({ kind: 'number' }, true);
    expect(readWritten(optional, ' ', undefined)).toEqual({ ok: true, value: undefined });
    expect(readWritten(optional, '', 3)).toEqual({ ok: true, value: undefined });
  });
});

describe('arguments that do not fit', () => {
  const type = 'length_constraints:number_words';

  it.each([
    [{ num_words: -1 }, 'num_words', 'It must be at least 0.'],
    [{ num_words: 2.5 }, 'num_words', 'It must be a whole number.'],
    [{ num_words: 300 }, 'num_words', null],
    [{ num_words: 300 }, null, 'How the number bounds: '],
    [{ num_words: 300, relation: 'at most' }, null, null],
  ])('are told when they are given: %o', (args, given, problem) => {
    const said = problemWith(type, args, given);
    if (problem === null) expect(said).toBeNull();
    else expect(said).toContain(problem);
  });

  it.each([
    ['keywords:existence', { keywords: [] }, 'At least one word is needed.'],
    ['startend:end_checker', { end_phrase: '' }, 'This can’t be empty.'],
    ['keywords:letter_frequency', { letter: 'ab' }, 'One letter or sign.'],
  ])('are told in words: %s', (of, args, said) => {
    expect(problemWith(of, args, Object.keys(args)[0] ?? null)).toBe(said);
  });

  it('make no constraint', () => {
    expect(fromArguments(type, { num_words: 300 })).toBeNull();
    expect(fromArguments('no:such_type', {})).toBeNull();
    expect(problemWith('no:such_type', {}, null)).toBe('Code does not know this type of constraint.');
  });

  it('never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...verifiers.map((verifier) => verifier.type)),
        fc.dictionary(fc.string(), fc.anything()),
        (of, args) => {
          problemWith(of, args, null);
          fromArguments(of, args);
        },
      ),
    );
  });
});

describe('an edit', () => {
  it('keeps id and place, says the new arguments, and tells that a person made it', () => {
    const constraint = {
      id: 'length_constraints:number_words',
      type: 'length_constraints:number_words',
      args: { num_words: 40, relation: 'less than' },
      text: '< 40 words',
      span: { start: 3, end: 20 },
      source: 'instruction' as const,
    };
    expect(withArguments(constraint, { num_words: 60, relation: 'at most' })).toEqual({
      ...constraint,
      args: { num_words: 60, relation: 'at most' },
      text: '≤ 60 words',
      source: 'person',
    });
  });
});
