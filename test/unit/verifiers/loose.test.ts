import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followsLoosely, followsStrictly, looseVariants } from '../../../src/spar/verifiers/loose';
import { constraintsFromRow } from '../../../src/spar/verifiers/rows';

function constraint(type: string, args: Readonly<Record<string, unknown>> = {}) {
  const [found] = constraintsFromRow([type], [args]).constraints;
  if (found === undefined) throw new Error(`${type} is not known`);
  return found;
}

describe('looseVariants', () => {
  it('leaves out the first line, the last, both, and asterisks', () => {
    expect(looseVariants('Sure:\n*a*\nb\nBye')).toEqual([
      'Sure:\n*a*\nb\nBye',
      '*a*\nb\nBye',
      'Sure:\n*a*\nb',
      '*a*\nb',
      'Sure:\na\nb\nBye',
      'a\nb\nBye',
      'Sure:\na\nb',
      'a\nb',
    ]);
  });

  it('has each text once', () => {
    expect(looseVariants('one line')).toEqual(['one line', '']);
    expect(looseVariants('')).toEqual(['']);
  });
});

describe('a loose verdict', () => {
  it.each([
    ['startend:quotation', {}, 'Here it is:\n"A quoted answer."', true],
    ['startend:quotation', {}, 'Here it is: "A quoted answer."', false],
    ['punctuation:no_comma', {}, 'Well, here it is:\nNo commas here.\nThat is it, then.', true],
    ['punctuation:no_comma', {}, 'Well, yes', false],
    ['startend:end_checker', { end_phrase: 'The end' }, 'A story. **The end**', true],
    ['length_constraints:number_words', { num_words: 3, relation: 'less than' }, '', false],
  ])('%s %j on %j is %s', (...[type, args, text, expected]) => {
    expect(followsLoosely(constraint(type, args), text)).toBe(expected);
  });

  it('is null where code can’t tell', () => {
    const unknown = { ...constraint('punctuation:no_comma'), type: 'count:unheard_of' };
    expect(followsLoosely(unknown, 'text')).toBeNull();
    expect(followsStrictly(unknown, 'text')).toBeNull();
  });

  it('never refuses what a strict one takes', () => {
    const some = [
      constraint('punctuation:no_comma'),
      constraint('startend:quotation'),
      constraint('detectable_format:title'),
      constraint('detectable_format:number_bullet_lists', { num_bullets: 2 }),
      constraint('length_constraints:number_sentences', { num_sentences: 2, relation: 'at least' }),
    ];
    const piece = fc.constantFrom(
      '* a',
      '- b',
      '"',
      ',',
      '<<t>>',
      'One. Two.',
      '\n',
      '\r\n',
      '**',
      '\ud800',
      '٣',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          for (const one of some) {
            if (followsStrictly(one, text) === true) expect(followsLoosely(one, text)).toBe(true);
          }
        },
      ),
    );
  });
});
