import { expect, test } from 'vitest';
import { isRemembered, shownPair, undoneIn } from '../../../../src/views/queue/webview/remembered';

type Pair = NonNullable<Parameters<typeof shownPair>[0]>;

/** A pair as the page is told of it, of whose parts only the text counts here. */
function pairOf(...texts: readonly string[]): Pair {
  const pieces = texts.map((text) => ({ kind: 'same', text, change: null }));
  return { id: 'one', pieces } as unknown as Pair;
}

test('changes that were undone stay undone in the same text, and in no other one', () => {
  const before = pairOf('Old towers ', 'are quiet.');
  const kept = { ...shownPair(before), undone: [1] };
  expect(undoneIn(kept, pairOf('Old towers ', 'are quiet.'))).toEqual([1]);
  expect(undoneIn(kept, pairOf('Old towers ', 'are grey.'))).toEqual([]);
  expect(undoneIn(kept, pairOf('Old ', 'towers are quiet.'))).toEqual([]);
  expect(undoneIn(kept, null)).toEqual([]);
  expect(undoneIn(null, before)).toEqual([]);
});

test('what an earlier version kept undoes nothing', () => {
  const kept: unknown = {
    file: '/one',
    order: 'chance',
    id: 'one',
    layout: 'inline',
    undone: [0],
    draft: null,
  };
  if (!isRemembered(kept)) throw new Error('it is not read');
  expect(undoneIn(kept, pairOf('Old towers'))).toEqual([]);
});
