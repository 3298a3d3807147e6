import { describe, expect, it } from 'vitest';
import { withFirstWord } from '../../../src/spar/verifiers/repairing/paragraphs';
import {
  withFewerUses,
  withFewerWords,
  withoutSentencesAt,
} from '../../../src/spar/verifiers/repairing/leaveOut';
import { withHighlights } from '../../../src/spar/verifiers/repairing/highlights';
import { withoutCommas } from '../../../src/spar/verifiers/repairing/commas';
import { withParagraphs, withTwoResponses } from '../../../src/spar/verifiers/repairing/dividers';
import { withSentenceCount } from '../../../src/spar/verifiers/repairing/sentenceCount';
import { withShorterTurns } from '../../../src/spar/verifiers/repairing/shorter';
import { fewerCapitalWords } from '../../../src/spar/verifiers/repairing/capitalWords';
import { withFewerBullets } from '../../../src/spar/verifiers/repairing/bulletLists';
import { withoutWords } from '../../../src/spar/verifiers/repairing/forbidden';
import { countWords } from '../../../src/spar/verifiers/tokens';

function placesOf(text: string, word: string): readonly { start: number; end: number }[] {
  return [...text.matchAll(new RegExp(word, 'giu'))].map(({ index }) => ({
    start: index,
    end: index + word.length,
  }));
}

const letter = [
  'The harbour wakes early and the boats go out before the sun is up.',
  'Gulls follow them for a while.',
  'A sad bell rings.',
  'By noon the boats are back and the market on the quay is full of people who have come for the fish.',
  'In the evening all is still again and the lamps are lit along the water.',
].join(' ');

describe('sentences left out', () => {
  it('go whole, with the space behind them', () => {
    expect(withoutSentencesAt(letter, placesOf(letter, 'sad'))).toEqual([
      letter.replace('A sad bell rings. ', ''),
    ]);
  });

  it('go as lines where they are items of a list', () => {
    const list = `Bring these along for the walk on Sunday:\n\n- bread\n- a sad song\n- water\n\n${letter}`;
    expect(withoutSentencesAt(list, placesOf(list, 'sad song'))).toEqual([
      list.replace('- a sad song\n', ''),
    ]);
  });

  it('stay where too much would be lost, or a heading, or among few sentences', () => {
    expect(withoutSentencesAt(letter, placesOf(letter, 'the'))).toEqual([]);
    expect(withoutSentencesAt(`# A sad story\n\n${letter}`, placesOf('# A sad', 'sad'))).toEqual([]);
    expect(withoutSentencesAt('A sad bell rings. Gulls cry.', placesOf('A sad', 'sad'))).toEqual([]);
  });

  it('are as few as the number of uses asks for', () => {
    const bells = letter.replace('Gulls follow', 'Bells and bells follow');
    const [shorter = ''] = withFewerUses(bells, placesOf(bells, 'bell'), 1);
    expect(placesOf(shorter, 'bell')).toHaveLength(1);
    expect(shorter).toContain('A sad bell rings.');
  });

  it('come from inside paragraphs where words are too many', () => {
    const [shorter = ''] = withFewerWords(letter, 3);
    expect(shorter).toBe(letter.replace('A sad bell rings. ', ''));
    expect(withFewerWords(letter, 60)).toEqual([]);
  });
});

describe('shorter turns of phrase', () => {
  it.each([
    ['You can throw a ball, and you can catch it.', 2, 'You can throw a ball, and catch it.'],
    ['We met in order to talk.', 2, 'We met to talk.'],
    ['It was a very old and really good song.', 1, 'It was a very old and good song.'],
  ])('%s', (text, surplus, expected) => {
    const [shorter = ''] = withShorterTurns(text, surplus);
    expect(countWords(shorter)).toBeLessThanOrEqual(countWords(text) - surplus);
    expect(shorter).toBe(expected);
  });

  it('are not enough for much', () => {
    expect(withShorterTurns('We met to talk.', 1)).toEqual([]);
  });
});

describe('more sentences', () => {
  it.each([
    [
      'The sea is rough today, which is a pity for all of us.',
      'The sea is rough today. This is a pity for all of us.',
    ],
    ['Yes, it is quite cold up there.', 'Yes. It is quite cold up there.'],
    [
      'While the card is quick in most games, it may be loud.',
      'The card is quick in most games. But it may be loud.',
    ],
    [
      'A good card is quick in games, but may also be loud at night.',
      'A good card is quick in games. But it may also be loud at night.',
    ],
    [
      'The plan is very simple here: you pour it over the rust.',
      'The plan is very simple here. You pour it over the rust.',
    ],
    [
      'The engine is its heart and its sound is quite unlike any other.',
      'The engine is its heart. And its sound is quite unlike any other.',
    ],
  ])('%s', (text, expected) => {
    expect(withSentenceCount(text, { relation: 'at least', count: 2 })).toEqual([expected]);
  });

  it.each(['He likes bread, butter, and the warmth of the oven.', 'Tom, who is tall, waits.'])(
    'none from: %s',
    (text) => {
      expect(withSentenceCount(text, { relation: 'at least', count: 2 })).toEqual([]);
    },
  );
});

describe('parts, highlights, capitals, bullets, adverbs', () => {
  it('joins the shortest part with its neighbour', () => {
    expect(withParagraphs('One long part here.\n***\nTwo.\n***\nThree.', 2)).toEqual([
      'One long part here.\n\n***\n\nTwo.\n\nThree.',
    ]);
  });

  it('divides the longest part at an empty line', () => {
    expect(withParagraphs('A.\n***\nB is long.\n\nC is long too.', 3)).toEqual([
      'A.\n\n***\n\nB is long.\n\n***\n\nC is long too.',
    ]);
  });

  it('joins last paragraphs beyond the one that is named', () => {
    expect(withFirstWord('A.\n\nTea is fine.\n\nB.', { total: 2, nth: 2, word: 'tea' })).toEqual([
      'A.\n\nTea is fine.\nB.',
    ]);
  });

  it('highlights what is quoted', () => {
    expect(
      withHighlights('They call it "a long walk home" and sing as they go along the road by night.', 1),
    ).toEqual(['They call it "*a long walk home*" and sing as they go along the road by night.']);
  });

  it('takes capitals back, but not from names, and keeps those that begin a heading', () => {
    expect(
      fewerCapitalWords('WORK EXPERIENCE\nAt NASA he did GREAT things.', { relation: 'less than', count: 2 }),
    ).toBe('Work Experience\nAt NASA he did great things.');
  });

  it('leaves further bullets as paragraphs', () => {
    expect(withFewerBullets('- a\n- b\n- c', 1)).toEqual(['- a\n\nb\n\nc']);
  });

  it('leaves an adverb of time out', () => {
    expect(withoutWords('Das Wetter ist heute schön.', [/(?<!\p{L})heute(?!\p{L})/giu])).toBe(
      'Das Wetter ist schön.',
    );
  });
});

describe('what rules leave alone', () => {
  it('is a program without its commas', () => {
    expect(withoutCommas('Use f(a, b, c) to call it.')).toBeNull();
    expect(withoutCommas('Take [1, 2, 3] for it.')).toBeNull();
    expect(withoutCommas('The price is 3,5 euros.')).toBe('The price is 3.5 euros.');
    expect(withoutCommas('It costs 1,200 euros.')).toBe('It costs 1200 euros.');
  });

  it('is one letter that shows no second one', () => {
    expect(withTwoResponses('Dear Tom,\n\nI am well.')).toEqual([]);
  });

  it('is a sentence that a word carries', () => {
    expect(withoutWords('The law must be just.', [/(?<!\p{L})just(?!\p{L})/giu])).toBeNull();
    expect(withoutWords('I just left.', [/(?<!\p{L})just(?!\p{L})/giu])).toBe('I left.');
  });
});
