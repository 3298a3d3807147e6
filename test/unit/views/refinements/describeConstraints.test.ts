import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, edited, restored, switched } from '../../../../src/editor/sessions/choices';
import type { Session } from '../../../../src/editor/sessions/session';
import type { SearchEvent } from '../../../../src/spar/search/events';
import type { CheckResult, Constraint } from '../../../../src/spar/verifiers/constraint';
import { describeSession } from '../../../../src/views/refinements/describe';
import {
  describeConstraint,
  describeConstraints,
  describePart,
} from '../../../../src/views/refinements/describeConstraints';
import {
  constraintsTooltip,
  constraintTooltip,
  partTooltip,
} from '../../../../src/views/refinements/tooltip';
import { finished, item, node, started, storeOfFakes, votes } from '../../editor/sessions/fakes';

const comma: Constraint = {
  id: 'punctuation:no_comma',
  type: 'punctuation:no_comma',
  args: {},
  text: 'no comma',
  span: { start: 11, end: 25 },
  source: 'instruction',
};
const words: Constraint = {
  id: 'length_constraints:number_words',
  type: 'length_constraints:number_words',
  args: { num_words: 300, relation: 'at least' },
  text: '≥ 300 words',
  span: null,
  source: 'columns',
};
const broken: CheckResult = { state: 'broken', message: 'There is 1 comma; none is allowed.', spans: [] };

async function searched(change: Partial<Extract<SearchEvent, { type: 'search-started' }>> = {}) {
  const { store, engine } = storeOfFakes();
  const checks = [
    { constraint: comma, result: broken },
    { constraint: words, result: { state: 'held' as const } },
  ];
  engine.script = [
    started({
      constraints: [comma, words],
      unchecked: ['Be kind.'],
      model: 'm',
      from: node('0', { checks }),
      ...change,
    }),
    { type: 'node-judged', path: '0', judgement: votes(0, 0, { by: 'rules', value: 0 }) },
    finished({ best: null, status: 'unsolved' }),
  ];
  const { session, finished: end } = store.start(item);
  await end;
  return { store, session };
}

/** All lines about constraints as a person reads them. */
function shown(session: Session): readonly string[] {
  const lines = [
    describeConstraints(session),
    ...session.choices.map(({ constraint }) => describeConstraint(session, constraint.id)),
    ...session.tree.unchecked.map((_, index) => describePart(session, index)),
  ];
  return lines.map(({ label, description, icon, capabilities, checkbox }) => {
    const box = checkbox === undefined ? '' : checkbox.isChecked ? '[x] ' : '[ ] ';
    return `${box}${label} | ${description} | ${icon} | ${capabilities.join(' ')}`;
  });
}

describe('the lines of constraints', () => {
  it('say what is checked by code, where it comes from, and what is left to votes', async () => {
    const { session } = await searched();
    expect(shown(session)).toEqual([
      'Constraints | 2 checked by code · 1 part left to votes | checklist | constraints',
      '[x] no comma | broken · from the instruction | close | constraint',
      '[x] ≥ 300 words | held · from the row | check | constraint editable',
      '“Be kind.” | left to votes | comment-discussion | part',
    ]);
  });

  it('say that parts are not checked where no model votes', async () => {
    const { session } = await searched({ model: null, constraints: [], unchecked: ['A.', 'B.'] });
    expect(shown(session)[0]).toBe(
      'Constraints | none checked by code · 2 parts not checked offline | checklist | constraints',
    );
    expect(describePart(session, 1)).toMatchObject({ label: '“B.”', description: 'not checked offline' });
  });

  it('say what a person changed, until the next search', async () => {
    const { store, session } = await searched();
    await store.choose(session, switched(session.choices, comma.id, false));
    await store.choose(
      session,
      edited(session.choices, { ...words, args: { num_words: 9 }, text: '≥ 9 words', source: 'person' }),
    );
    const json = { type: 'detectable_format:json_format', args: {}, text: 'JSON', span: null };
    await store.choose(session, added(session.choices, [{ ...json, source: 'person' }]));
    await store.choose(session, added(session.choices, [{ ...json, args: { a: 1 }, source: 'proposed' }]));
    expect(shown(session)).toEqual([
      'Constraints | changed · 3 checked by code · 1 off · 1 part left to votes | checklist | constraints changed restorable',
      '[ ] no comma | off · from the instruction | circle-slash | constraint',
      '[x] ≥ 9 words | counts in the next search · edited, was ≥ 300 words | circle-outline | constraint editable',
      '[x] JSON | counts in the next search · added by you | circle-outline | constraint added',
      '[x] JSON | counts in the next search · proposed by a model | circle-outline | constraint editable added',
      '“Be kind.” | left to votes | comment-discussion | part',
    ]);
    expect(describeSession(session)).toMatchObject({
      description: 'unsolved · constraints changed · 1 of 2 constraints broken',
      capabilities: ['session', 'changed'],
    });
    await store.choose(session, restored(session.choices));
    expect(describeSession(session).capabilities).toEqual(['session']);
  });

  it('tell all of it in their tooltips', async () => {
    const { store, session } = await searched();
    expect(constraintTooltip(session, comma.id)).toBe(
      '**no comma** — broken · from the instruction\n\nIn the original: There is 1 comma; none is allowed.\n\nThe instruction says: “Use no commas.”',
    );
    expect(constraintTooltip(session, words.id)).toContain('- Number of words: 300');
    expect(partTooltip(session, 0)).toContain('Be kind.');
    await store.choose(session, switched(session.choices, comma.id, false));
    expect(constraintsTooltip(session)).toContain('counts when you search again');
  });

  it('say that a constraint is gone which is', async () => {
    const { session } = await searched();
    expect(describeConstraint(session, 'x')).toMatchObject({
      description: 'no longer there',
      children: 'none',
    });
    expect(constraintTooltip(session, 'x')).toBe('no longer there');
  });

  it('stay one line each and harmless, whatever a journal holds', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('[x](command:evil)', '<img src=x>', '\ud800', '**\n# a', '![a](http://b)'),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (text, args) => {
        const constraint = { ...comma, text, args: { [text]: args }, span: { start: 5, end: 1e9 } };
        const { session } = await searched({ constraints: [constraint], unchecked: [text] });
        for (const line of [describeConstraint(session, comma.id), describePart(session, 0)]) {
          expect(line.label).not.toMatch(/[\n\r]/u);
          expect(line.label.length).toBeLessThanOrEqual(62);
        }
        const tooltips = [constraintTooltip(session, comma.id), partTooltip(session, 0)].join('\n');
        expect(tooltips).not.toMatch(/(?<!\\)\[[^\]]*\]\(|<img|command:/u);
      }),
      { numRuns: 60 },
    );
  });
});
