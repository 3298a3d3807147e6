import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { untouched, type ReviewState } from '../../../../src/editor/sessions/session';
import { applyChanges, textChanges } from '../../../../src/spar/text/wordDiff';
import {
  acceptOptions,
  currentText,
  stateOfText,
  withDecisions,
  type Reviewed,
} from '../../../../src/views/review/reviewState';
import { texts } from './texts';

const original = 'the story, of Tripoli, and a man';
const text = 'the tale of Tripoli and one man';

function reviewed(state: Partial<ReviewState> = {}): Reviewed {
  return { original, text, state: { ...untouched, ...state } };
}

describe('currentText and acceptOptions', () => {
  it('is the candidate while nothing is undone', () => {
    expect(currentText(reviewed({ kept: [1] }))).toBe(text);
    expect(acceptOptions(reviewed({ kept: [1] }))).toEqual({});
  });

  it('is the mixture of what is not undone', () => {
    const state = { undone: [1] };
    expect(currentText(reviewed(state))).toBe('the tale of Tripoli, and one man');
    expect(acceptOptions(reviewed(state))).toEqual({
      kept: [0, 2],
      editedText: 'the tale of Tripoli, and one man',
    });
  });

  it('is the edited text without what was undone of it', () => {
    const state = { editedText: 'a tale of Tripoli and one man', undone: [1] };
    expect(acceptOptions(reviewed(state))).toEqual({ editedText: 'a tale of Tripoli, and one man' });
  });
});

describe('withDecisions', () => {
  it('decides, decides otherwise, and lets wait again', () => {
    const kept = withDecisions(untouched, { changes: [2, 0], decision: 'kept', now: 1 });
    expect(kept).toEqual({ editedText: null, kept: [0, 2], undone: [], savedAt: 1 });
    const undone = withDecisions(kept, { changes: [0], decision: 'undone', now: 2 });
    expect(undone).toEqual({ editedText: null, kept: [2], undone: [0], savedAt: 2 });
    expect(withDecisions(undone, { changes: [0, 2], decision: null, now: 3 })).toEqual({
      ...untouched,
      savedAt: 3,
    });
  });
});

describe('stateOfText', () => {
  it('tells a hunk that was reverted as an undone change', () => {
    expect(
      stateOfText(reviewed({ kept: [0, 1] }), { text: 'the tale of Tripoli, and one man', now: 5 }),
    ).toEqual({ editedText: null, kept: [0], undone: [1], savedAt: 5 });
  });

  it('keeps any other text whole, with the decisions to keep that still stand', () => {
    const state = stateOfText(reviewed({ kept: [1] }), { text: 'the tale of Tripoli and two men', now: 5 });
    expect(state).toEqual({
      editedText: 'the tale of Tripoli and two men',
      kept: [1],
      undone: [],
      savedAt: 5,
    });
  });

  it('is untouched again where the person went back to the candidate', () => {
    expect(stateOfText(reviewed({ editedText: 'x' }), { text, now: 5 })).toEqual({
      ...untouched,
      savedAt: 5,
    });
  });

  it('changes nothing where nothing was changed', () => {
    const state = { ...untouched, undone: [1] };
    expect(
      stateOfText({ original, text, state }, { text: currentText({ original, text, state }), now: 5 }),
    ).toBe(state);
  });

  it('always means exactly the text that was written', () => {
    fc.assert(
      fc.property(
        fc.tuple(texts(12), texts(12), texts(12)),
        fc.array(fc.nat(10)),
        ([from, to, edited], undone) => {
          const count = textChanges(from, to).length;
          const state = { ...untouched, undone: [...new Set(undone)].filter((index) => index < count) };
          const before = { original: from, text: to, state };
          const half = applyChanges(from, textChanges(from, to), new Set([0, 2, 4]));
          for (const wanted of [edited, half]) {
            const after = stateOfText(before, { text: wanted, now: 9 });
            expect(currentText({ ...before, state: after })).toBe(wanted);
          }
        },
      ),
    );
  });
});
