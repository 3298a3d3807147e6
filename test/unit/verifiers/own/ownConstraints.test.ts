import { describe, expect, it } from 'vitest';
import { detectConstraints } from '../../../../src/spar/verifiers/detect';
import { ownConstraints, withOwnConstraints } from '../../../../src/spar/verifiers/own/ownConstraints';
import { parseOwnVerifiers } from '../../../../src/spar/verifiers/own/ownFile';

function constraintsFor(instruction: string, ...entries: readonly unknown[]) {
  const { verifiers, problems } = parseOwnVerifiers(JSON.stringify({ verifiers: entries }));
  expect(problems).toEqual([]);
  return ownConstraints(verifiers, instruction);
}

describe('constraints of own verifiers', () => {
  const brand = { name: 'Brand', type: 'custom:word_list', args: { words: ['Acme'], must: 'none' } };
  const dates = { name: 'ISO dates', type: 'custom:regex', args: { pattern: '\\d{4}-' } };

  it('hold always, or where the instruction calls them up', () => {
    const entries = [
      brand,
      { ...dates, when: { phrases: ['Dates', 'calendar'] } },
      { ...dates, name: 'B', when: { pattern: '^in \\d+ words', flags: 'i' } },
    ];
    const names = (text: string) =>
      constraintsFor(text, ...entries).constraints.map(({ id, text: name }) => `${id} ${name}`);
    expect(names('Write.')).toEqual(['custom:word_list Brand']);
    expect(names('Give the dates.')).toEqual(['custom:word_list Brand', 'custom:regex ISO dates']);
    expect(names('IN 30 words, no dates')).toEqual([
      'custom:word_list Brand',
      'custom:regex ISO dates',
      'custom:regex#2 B',
    ]);
  });

  it('carry their source and message', () => {
    const { constraints } = constraintsFor('Write.', { ...brand, message: 'No brands' });
    expect(constraints).toEqual([
      {
        id: 'custom:word_list',
        type: 'custom:word_list',
        args: { words: ['Acme'], must: 'none', message: 'No brands' },
        text: 'Brand',
        span: null,
        source: 'own',
      },
    ]);
  });

  it('tell of a pattern that does not come to an end', () => {
    const { constraints, problems } = constraintsFor(`${'a'.repeat(60)}!`, {
      ...dates,
      when: { pattern: '(a+)+$' },
    });
    expect(constraints).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/^“ISO dates” is not checked here\. The pattern \/\(a\+\)\+\$\//u),
    ]);
  });

  it('stand behind those of the instruction, with ids of their own, equal ones once', () => {
    const instruction = 'Do not use any commas. Answer with less than 40 words.';
    const found = detectConstraints(instruction).constraints;
    const own = constraintsFor(
      instruction,
      { name: 'plain', type: 'punctuation:no_comma', args: {} },
      {
        name: 'brief',
        type: 'length_constraints:number_words',
        args: { num_words: 20, relation: 'less than' },
      },
      dates,
    );
    expect(withOwnConstraints(found, own.constraints).map(({ id, text }) => `${id} ${text}`)).toEqual([
      'punctuation:no_comma no comma',
      'length_constraints:number_words < 40 words',
      'length_constraints:number_words#2 brief',
      'custom:regex ISO dates',
    ]);
    expect(withOwnConstraints(found, [])).toBe(found);
  });
});
