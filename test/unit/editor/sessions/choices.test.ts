import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../../../src/spar/verifiers/constraint';
import {
  activeOf,
  added,
  areTouched,
  askDifferently,
  choicesOf,
  edited,
  isEdited,
  removed,
  restored,
  switched,
  type ConstraintChoice,
} from '../../../../src/editor/sessions/choices';

const comma: Constraint = { id: 'comma', type: 'comma', args: {}, text: 'no comma', span: null };
const words: Constraint = {
  id: 'words',
  type: 'words',
  args: { n: 1, of: 'x' },
  text: '1 word',
  span: { start: 0, end: 3 },
};

/** As a person reads it. */
function shown(choices: readonly ConstraintChoice[]): readonly string[] {
  return choices.map((choice) =>
    [
      choice.constraint.id,
      JSON.stringify(choice.constraint.args),
      ...(choice.isActive ? [] : ['off']),
      ...(choice.found === null ? ['added'] : isEdited(choice) ? ['edited'] : []),
    ].join(' '),
  );
}

describe('choices', () => {
  it('are all that was found, once each', () => {
    expect(shown(choicesOf([comma, words, { ...comma, text: 'again' }]))).toEqual([
      'comma {}',
      'words {"n":1,"of":"x"}',
    ]);
  });

  it('can be switched, edited, added to and taken from, and restored', () => {
    const found = choicesOf([comma, words]);
    const off = switched(found, 'comma', false);
    const more = added(edited(off, { ...words, args: { n: 2, of: 'x' } }), [
      { ...comma, args: { m: 1 } },
      { ...words, args: { n: 5, of: 'y' } },
    ]);
    expect(shown(more)).toEqual([
      'comma {} off',
      'words {"n":2,"of":"x"} edited',
      'comma#2 {"m":1} added',
      'words#2 {"n":5,"of":"y"} added',
    ]);
    expect(shown(removed(removed(more, 'comma#2'), 'words'))).toEqual([
      'comma {} off',
      'words {"n":2,"of":"x"} edited',
      'words#2 {"n":5,"of":"y"} added',
    ]);
    expect(restored(more)).toEqual(found);
    expect([areTouched(found), areTouched(off), areTouched(more)]).toEqual([false, true, true]);
  });

  it('an edit switches on, and one back to what was found is none', () => {
    const off = switched(choicesOf([words]), 'words', false);
    const [changed] = edited(off, { ...words, args: { n: 9, of: 'x' }, source: 'person' });
    expect(changed).toMatchObject({ isActive: true, constraint: { args: { n: 9 } } });
    const [back] = edited(off, { ...words, args: { of: 'x', n: 1 }, source: 'person' });
    expect(back).toEqual({ constraint: words, isActive: true, found: words });
  });

  it('adding what is there already only switches it on', () => {
    const off = switched(choicesOf([comma, words]), 'comma', false);
    expect(added(off, [{ ...comma, source: 'proposed' }])).toEqual(choicesOf([comma, words]));
  });

  it('ask differently where types or arguments do, in whatever order', () => {
    expect(askDifferently([comma, words], [{ ...words, args: { of: 'x', n: 1 } }, comma])).toBe(false);
    expect(askDifferently([comma], [comma, words])).toBe(true);
    expect(askDifferently([words], [{ ...words, args: { n: 2, of: 'x' } }])).toBe(true);
  });

  it('never hold an id twice, whatever is done to them', () => {
    const step = fc.record({
      kind: fc.constantFrom('switch', 'add', 'remove', 'edit'),
      type: fc.constantFrom('a', 'a#2', 'b'),
      n: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let choices = choicesOf([comma, { ...comma, id: 'a', type: 'a' }]);
        for (const { kind, type, n } of steps) {
          const id = choices[n % choices.length]?.constraint.id ?? '';
          const constraint = { ...comma, type, args: { n } };
          if (kind === 'switch') choices = switched(choices, id, n % 2 === 0);
          else if (kind === 'remove') choices = removed(choices, id);
          else if (kind === 'edit') choices = edited(choices, { ...constraint, id });
          else choices = added(choices, [constraint]);
        }
        const ids = choices.map(({ constraint }) => constraint.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(activeOf(choices).length).toBeLessThanOrEqual(ids.length);
      }),
    );
  });
});
