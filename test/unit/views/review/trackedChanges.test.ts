import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, textChanges } from '../../../../src/spar/text/wordDiff';
import {
  changeAt,
  trackedChanges,
  type ChangeDecision,
  type TrackedDocument,
  type TrackedOptions,
} from '../../../../src/views/review/trackedChanges';
import { texts } from './texts';

const marks = {
  removed: ['[-', '-]'],
  added: ['[+', '+]'],
  kept: ['{+', '+}'],
  undone: ['{-', '-}'],
} as const;

/** The document with its marks written into it. */
function drawing({ text, spans }: TrackedDocument): string {
  let drawn = '';
  let position = 0;
  for (const span of spans) {
    const [open, close] = marks[span.kind];
    drawn += text.slice(position, span.start) + open + text.slice(span.start, span.end) + close;
    position = span.end;
  }
  return drawn + text.slice(position);
}

function track(original: string, refined: string, more: Partial<TrackedOptions> = {}): TrackedDocument {
  return trackedChanges({
    original,
    refined,
    changes: textChanges(original, refined),
    decisions: {},
    layout: 'sentences',
    mostChanges: 1000,
    ...more,
  });
}

describe('trackedChanges', () => {
  it.each([
    ['the Count of Tripoli, and he', 'the Count of Tripoli and he', 'the Count of Tripoli[-,-] and he'],
    ['Raymond. was born', 'Raymond. He was born', 'Raymond. [+He +]was born'],
    ['a story, told', 'a tale. told', 'a [-story,-][+tale.+] told'],
    ['so bold it is', 'so **bold** it is', 'so [+**+]bold[+**+] it is'],
    ['the quick brown fox', 'the slow red fox', 'the [-quick brown-][+slow red+] fox'],
    ['one, two, three, four', 'one two three four', 'one[-,-] two[-,-] three[-,-] four'],
    ['Hello there', 'hello there', '[-Hello-][+hello+] there'],
    ['one two', 'one\ntwo', 'one[- -][+⏎\n+]two'],
    ['one\n\ntwo', 'one two', 'one[-⏎⏎-][+ +]two'],
    ['end.', 'end.\n\nP.S. More.', 'end.[+⏎⏎\nP.S. More.+]'],
    ['a\n* b\n* c\nd', 'a\nd', 'a\n[-* b⏎\n* c⏎-]d'],
    ['same', 'same', 'same'],
    ['', 'all new', '[+all new+]'],
    ['all gone', '', '[-all gone-]'],
  ])('shows %j → %j', (original, refined, drawn) => {
    expect(drawing(track(original, refined))).toBe(drawn);
  });

  it('shows what was decided in its final form, with a mark even where nothing is left', () => {
    const original = 'the story, of Tripoli, and a man';
    const refined = 'the tale of Tripoli and one man';
    const decisions = { 0: 'kept', 1: 'kept', 2: 'undone' } as const;
    expect(drawing(track(original, refined, { decisions }))).toBe(
      'the {+tale+} of Tripoli{++} and {-a-} man',
    );
  });

  it('names changes by whole words, with their line and place', () => {
    const sentence =
      'Here is a very long sentence that fills all of the line so far that it needs to be broken.';
    const tracked = track(
      `${sentence} The story, as told. A man, here.`,
      `${sentence} The story as told. A man here.`,
    );
    expect(tracked.changes).toEqual([
      { index: 0, line: 1, start: 95, end: 101, label: '“story,” → “story”', decision: null },
      { index: 1, line: 2, start: 113, end: 117, label: '“man,” → “man”', decision: null },
    ]);
    expect(changeAt(tracked, 94)).toBeNull();
    expect(changeAt(tracked, 95)?.index).toBe(0);
    expect(changeAt(tracked, 101)?.index).toBe(0);
    expect(changeAt(tracked, 102)).toBeNull();
    expect(changeAt(tracked, 117)?.index).toBe(1);
  });

  it('shows only so many changes, the rest as the candidate has them', () => {
    const tracked = track('a, b c, d e, f', 'a b c d e f', { mostChanges: 2 });
    expect(drawing(tracked)).toBe('a[-,-] b c[-,-] d e f');
    expect(tracked.total).toBe(3);
  });

  it('covers both texts exactly, and decisions show the mixture they make', () => {
    const decisions = fc.dictionary(
      fc.nat(20).map(String),
      fc.constantFrom<ChangeDecision>('kept', 'undone'),
      { maxKeys: 12 },
    );
    fc.assert(
      fc.property(texts(20), texts(20), decisions, (original, refined, decided) => {
        const tracked = track(original, refined, { decisions: decided });
        const originals = tracked.segments.map((part) =>
          original.slice(part.originalStart, part.originalEnd),
        );
        const refineds = tracked.segments.map((part) => refined.slice(part.refinedStart, part.refinedEnd));
        expect(originals.join('')).toBe(original);
        expect(refineds.join('')).toBe(refined);
        expect(tracked.segments.at(-1)?.end).toBe(tracked.text.length);
        const changes = textChanges(original, refined);
        const kept = new Set([...changes.keys()].filter((index) => decided[index] !== 'undone'));
        const mixture = tracked.segments.map((part) => {
          const source = part.kind === 'undone' ? 'original' : 'refined';
          if (part.kind === 'removed' || (part.start === part.end && part.kind !== 'equal')) return '';
          return source === 'original'
            ? original.slice(part.originalStart, part.originalEnd)
            : refined.slice(part.refinedStart, part.refinedEnd);
        });
        expect(mixture.join('')).toBe(applyChanges(original, changes, kept));
      }),
    );
  });

  it('shows a one-line response of 600 words with 20 changes in lines that can be read', () => {
    const sentence = (index: number): string =>
      `In chapter ${index} the old count, who was tired, rode on and on until he came to the next town of all.`;
    const original = Array.from({ length: 28 }, (_, index) => sentence(index)).join(' ');
    let seen = 0;
    const refined = original.replace(/count,/gu, (word) => ((seen += 1) <= 20 ? 'count' : word));
    const tracked = track(original, refined);
    expect(tracked.changes).toHaveLength(20);
    expect(tracked.text.split('\n')).toHaveLength(28);
    expect(new Set(tracked.changes.map((change) => change.line)).size).toBe(20);
  });
});
