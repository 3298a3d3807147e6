import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textChanges } from '../../../../src/spar/text/wordDiff';
import { currentText, decisionsOf } from '../../../../src/views/review/reviewState';
import { layoutText } from '../../../../src/views/review/sentenceLayout';
import { currentInReview, originalInReview, textOfLayout } from '../../../../src/views/review/shownText';
import { trackedChanges } from '../../../../src/views/review/trackedChanges';
import { texts } from './texts';

const word = fc.constantFrom(
  'Sea',
  'calm,',
  'The end.',
  'é',
  '😀',
  '日本。',
  '\n',
  '\n\n',
  'x'.repeat(90),
  'so',
);
const text = fc.array(word, { minLength: 1, maxLength: 25 }).map((words) => words.join(' '));

describe('a text in the inline review', () => {
  it('is what would be accepted now, each letter where the document shows it', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom('sentences' as const, 'as-written' as const),
        fc.array(fc.constantFrom('kept', 'undone', 'open'), { maxLength: 30 }),
        (...[original, refined, layout, choices]) => {
          const changes = textChanges(original, refined);
          const chosen = (kind: string): readonly number[] =>
            [...changes.keys()].filter((index) => choices[index] === kind);
          const state = { editedText: null, kept: chosen('kept'), undone: chosen('undone'), savedAt: 0 };
          const reviewed = { original, text: refined, state };
          const decisions = decisionsOf(state);
          const tracked = trackedChanges({
            original,
            refined,
            changes,
            decisions,
            layout,
            mostChanges: 1000,
          });
          const current = currentInReview({ tracked, reviewed, layout });
          expect(current?.text).toBe(currentText(reviewed));
          for (let index = 0; index < (current?.text.length ?? 0); index += 1) {
            const unit = current!.text.charAt(index);
            const range = current!.rangeOf({ start: index, end: index + 1 })!;
            if (/\S/u.test(unit)) expect(tracked.text.slice(range.start, range.end)).toBe(unit);
          }
          const before = originalInReview({ tracked, reviewed, layout });
          expect(before.text).toBe(original);
          for (let index = 0; index < original.length; index += 1) {
            const range = before.rangeOf({ start: index, end: index + 1 })!;
            const shown = tracked.text.slice(range.start, range.end);
            if (/\S/u.test(original.charAt(index))) expect([original.charAt(index), '']).toContain(shown);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is exact for texts that are hard to lay out', () => {
    fc.assert(
      fc.property(texts(20), texts(20), (original, refined) => {
        const changes = textChanges(original, refined);
        const state = { editedText: null, kept: [], undone: [...changes.keys()].slice(0, 2), savedAt: 0 };
        const reviewed = { original, text: refined, state };
        const options = { original, refined, changes, layout: 'sentences', mostChanges: 3 } as const;
        const tracked = trackedChanges({ ...options, decisions: decisionsOf(state) });
        const current = currentInReview({ tracked, reviewed, layout: 'sentences' });
        expect(current?.text ?? currentText(reviewed)).toBe(currentText(reviewed));
        expect(originalInReview({ tracked, reviewed, layout: 'sentences' }).text).toBe(original);
      }),
    );
  });

  it('is placed in a layout as the layout shows it', () => {
    fc.assert(
      fc.property(text, (source) => {
        const layout = layoutText(source, 'sentences');
        const placed = textOfLayout(layout);
        expect(placed.text).toBe(source);
        for (let index = 0; index < source.length; index += 1) {
          const range = placed.rangeOf({ start: index, end: index + 1 })!;
          if (/\S/u.test(source.charAt(index)))
            expect(layout.display.slice(range.start, range.end)).toBe(source.charAt(index));
        }
      }),
    );
  });
});
