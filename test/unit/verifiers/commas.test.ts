import { describe, expect, it } from 'vitest';
import { withoutCommas } from '../../../src/spar/verifiers/repairing/commas';

describe('withoutCommas', () => {
  it.each<readonly [string, string]>([
    ['He has apples, pears, and plums.', 'He has apples and pears and plums.'],
    ['Tea, coffee or milk?', 'Tea or coffee or milk?'],
    ['We met Bob, Al, Eve or Sue.', 'We met Bob or Al or Eve or Sue.'],
    ['However, tea, coffee, and milk are here.', 'However tea and coffee and milk are here.'],
    ['She walked on, smiling, and waved.', 'She walked on smiling and waved.'],
    ['She sang, and he danced.', 'She sang and he danced.'],
    ['A long, dark night fell.', 'A long and dark night fell.'],
    ['Tokyo, the city of lights, is big.', 'Tokyo (the city of lights) is big.'],
    ['He visited Tokyo, a city of lights.', 'He visited Tokyo — a city of lights.'],
    ['In the morning, the old man saw a ship.', 'In the morning the old man saw a ship.'],
    ['With soft thread, distressed fabric looks good.', 'Distressed fabric looks good with soft thread.'],
    ['If you want to learn, books are good.', 'Books are good if you want to learn.'],
    ['While the pot boils, our soup thickens.', 'While the pot boils our soup thickens.'],
    ['Over hill,\nIn fields of gold, wild roses grow.', 'Over hill\nIn fields of gold wild roses grow.'],
    ['He came, he saw.', 'He came; he saw.'],
    ['If it rains, we stay.', 'If it rains we stay.'],
    ['"Hello," he said, "come in."', '"Hello" he said "come in."'],
    ['1,234,567 people on May 5, 2020', '1234567 people on May 5 2020'],
    ['1, 4, 7, 11', '1; 4; 7; 11'],
    ['Dear Ann,\n\nI am well, thanks.\n\nYours,\nBo', 'Dear Ann\n\nI am well thanks.\n\nYours\nBo'],
    ['See https://example.org/a,b_(c), please.', 'See https://example.org/a%2Cb_(c) please.'],
    ['red,green', 'red green'],
    ['Roses are red,\r\nviolets are blue,\r\n', 'Roses are red\r\nviolets are blue\r\n'],
    [',', ''],
    ['no comma', 'no comma'],
  ])('%j → %j', (text, expected) => {
    expect(withoutCommas(text)).toBe(expected);
  });

  it('gives up where code holds a comma', () => {
    expect(withoutCommas('```js\nf(a, b)\n```')).toBeNull();
  });
});
