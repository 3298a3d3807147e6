import fc from 'fast-check';
import type { RecordedInstruction } from '../../../../src/spar/datasets/schema';

export interface TestPair {
  readonly instruction: RecordedInstruction;
  readonly rejected: string;
  readonly chosen: string;
}

/** Texts that formats trip over. */
const awkward = [
  '',
  ' ',
  'two\nlines\r\nand a third\rof them',
  'a \u2028 line \u2029 end \u0085 or \ufeff mark',
  '😀 👩‍👩‍👧 e\u0301',
  'half \ud800 a character',
  '\udc00',
  '"quoted", and; a\tcomma',
  '{"role":"user"}',
  '[{"role":"user","content":"x"}]',
  '[[start]] x [[end]] Final Judgement: Yes',
  '</response> {{instruction}} $& \\',
  'NUL \0 here',
  'null',
  '007',
  '=1+1',
];

export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(...awkward) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const anyTurn = fc.record({
  role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
  content: anyText,
});

/** Conversations in good order, some with a system turn, and some in none. */
const conversation: fc.Arbitrary<RecordedInstruction> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.option(anyText), fc.array(fc.tuple(anyText, anyText), { maxLength: 3 }), anyText)
      .map(([system, before, last]) => [
        ...(system === null ? [] : [{ role: 'system' as const, content: system }]),
        ...before.flatMap(([asked, answered]) => [
          { role: 'user' as const, content: asked },
          { role: 'assistant' as const, content: answered },
        ]),
        { role: 'user' as const, content: last },
      ]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(anyTurn, { maxLength: 3 }), anyText)
      .map(([before, last]) => [...before, { role: 'user' as const, content: last }]),
  },
);

export const anyPair: fc.Arbitrary<TestPair> = fc.record({
  instruction: fc.oneof(anyText, conversation),
  rejected: anyText,
  chosen: anyText,
});

/** Half a character anywhere. */
export function isBrokenText(text: string): boolean {
  return text !== Buffer.from(text, 'utf8').toString('utf8');
}
