import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsReasoningTags, withoutReasoning } from '../../../src/spar/models/reasoning';

test.each([
  ['plain text', 'The answer.', 'The answer.'],
  ['plain text with its own white space', '  The answer.\n', '  The answer.\n'],
  ['a leading block', '<think>Hm.\n\nYes.</think>\n\nThe answer.', 'The answer.'],
  ['a leading block of another name', '\n<Thinking>Hm.</Thinking> The answer.', 'The answer.'],
  ['two leading blocks', '<think>a</think> <think>b</think> The answer.', 'The answer.'],
  ['an empty block', '<think>\n\n</think>\n\nThe answer.', 'The answer.'],
  ['an unclosed leading block', '<think>Hm. Is it so that', ''],
  ['a lone closing tag', 'Hm. Yes.\n</think>\n\nThe answer.', 'The answer.'],
  ['a lone closing tag, then a block', 'Hm.</think><think>More.</think>The answer.', 'The answer.'],
  ['a block in the middle', 'The <think>which?</think>answer.', 'The answer.'],
  ['an unclosed tag in the middle', 'The <think> tag.', 'The <think> tag.'],
])('%s', (_, text, answer) => {
  expect(withoutReasoning(text, false)).toBe(answer);
});

test.each([
  ['a leading block goes', '<think>Hm.</think>The </think> tag ends it.', 'The </think> tag ends it.'],
  ['a quoted closing tag stays', 'Write </think> after it.', 'Write </think> after it.'],
  ['a quoted block stays', 'Write <think>so</think> there.', 'Write <think>so</think> there.'],
  ['a closing tag on its own line ends reasoning', 'Hm.\n</think>\n\nThe answer.', 'The answer.'],
  [
    'a block over several lines, quoted, stays',
    'Like this:\n<think>\nso\n</think>\nThat is it.',
    'Like this:\n<think>\nso\n</think>\nThat is it.',
  ],
])('where the prompt speaks of the tags, %s', (_, text, answer) => {
  expect(withoutReasoning(text, true)).toBe(answer);
});

test('never longer, and untouched without tags', () => {
  const piece = fc.oneof(
    fc.constantFrom('<think>', '</think>', '\n', '<thinking>', '</thinking>'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, promptHoldsTags) => {
      const text = pieces.join('');
      const answer = withoutReasoning(text, promptHoldsTags);
      expect(answer.length).toBeLessThanOrEqual(text.length);
      if (!holdsReasoningTags(text)) expect(answer).toBe(text);
    }),
  );
});
