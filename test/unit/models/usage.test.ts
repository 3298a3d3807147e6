import { expect, test } from 'vitest';
import { noUsage } from '../../../src/spar/models/chatModel';
import { costOf, estimatePromptTokens, estimateTokens } from '../../../src/spar/models/usage';

test('cost is by the million, prompt and completion apart', () => {
  const price = { promptPerMillion: 0.5, completionPerMillion: 2, currency: 'EUR' };

  expect(costOf({ ...noUsage, promptTokens: 1_000_000, completionTokens: 500_000 }, price)).toBe(1.5);
  expect(costOf(noUsage, price)).toBe(0);
});

test.each([
  ['', 0],
  ['a', 1],
  ['Hello there, friend.', 5],
  ['你好世界', 4],
  ['😀😀', 2],
  ['été', 3],
])('tokens of %j: about %i', (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});

test('a prompt has its turns’ tokens and the template’s', () => {
  expect(
    estimatePromptTokens([
      { role: 'user', content: 'Hello there, friend.' },
      { role: 'assistant', content: '' },
    ]),
  ).toBe(13);
});
