import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult, ConstraintCheck } from '../../../../src/spar/verifiers/constraint';
import {
  constraintList,
  countSentence,
  countWords,
  uncheckedParts,
} from '../../../../src/views/checking/constraintWords';

const held: CheckResult = { state: 'held' };
const broken: CheckResult = { state: 'broken', message: 'There is 1 comma.', spans: [] };
const unknown: CheckResult = { state: 'unknown', message: 'It takes too long.' };

function checks(...results: readonly CheckResult[]): readonly ConstraintCheck[] {
  return results.map((result, index) => ({
    constraint: { id: String(index), type: 't', args: {}, text: `rule ${index}`, span: null },
    result,
  }));
}

describe('the words for checks', () => {
  it('count what is broken, else what holds', () => {
    const cases = [checks(), checks(held), checks(held, held), checks(held, broken), checks(held, unknown)];
    expect(cases.map(countWords)).toEqual([
      'nothing to check by rules',
      '1 constraint holds',
      '2 constraints hold',
      '1 of 2 broken',
      '1 of 2 hold',
    ]);
    expect(cases.map(countSentence)).toEqual([
      'The instruction holds no constraint that rules can check.',
      'The 1 constraint holds.',
      'All 2 constraints hold.',
      '1 of 2 constraints is broken.',
      '1 of 2 constraints holds. Of 1 code can’t tell.',
    ]);
  });

  it('list the broken ones first, and then what code does not check', () => {
    const instruction = { text: 'No commas.  Be\nkind.' };
    const unchecked = [{ start: 12, end: 20 }];
    expect(constraintList({ checks: checks(held, unknown, broken), unchecked, instruction })).toBe(
      [
        '**1 of 3 constraints is broken. Of 1 code can’t tell.**',
        '',
        '- ✗ rule 2: There is 1 comma.',
        '- ? rule 1: It takes too long.',
        '- ✓ rule 0',
        '',
        'Not checked by code: “Be kind.”',
      ].join('\n'),
    );
    expect(uncheckedParts({ instruction, unchecked: [{ start: 10, end: 12 }] })).toEqual([]);
  });

  it('are harmless Markdown, whatever the texts say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(3), (text, kind) => {
        const evil = `${text}${['[x](command:y)', '<img src=x>', '`a`', '![x](http://y)'][kind] ?? ''}`;
        const [check] = checks({ state: 'broken', message: evil, spans: [] });
        const named = { ...check!, constraint: { ...check!.constraint, text: evil } };
        const words = constraintList({
          checks: [named],
          unchecked: [{ start: 0, end: evil.length }],
          instruction: { text: evil },
        });
        expect(words).not.toMatch(/(?<!\\)[[\]<`]/u);
        expect(words.split('\n')).toHaveLength(
          uncheckedParts({ instruction: { text: evil }, unchecked: [{ start: 0, end: evil.length }] })
            .length === 0
            ? 3
            : 5,
        );
      }),
    );
  });
});
