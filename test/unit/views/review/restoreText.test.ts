import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreText } from '../../../../src/views/review/restoreText';
import { layoutLike, layoutText } from '../../../../src/views/review/sentenceLayout';
import { texts } from './texts';

const text =
  'Raymond III was the Count of Tripoli as it is told in the books about that time and place.  ' +
  'He was born in 1140. The end of the story.\r\nA new paragraph.';
const candidate = layoutText(text, 'sentences');

function restored(edited: string): string {
  return restoreText({ edited, candidate, counterparts: [] }).source;
}

describe('restoreText', () => {
  it('gives the text back where nothing was edited', () => {
    fc.assert(
      fc.property(texts(), (source) => {
        const layout = layoutText(source, 'sentences');
        expect(restoreText({ edited: layout.display, candidate: layout, counterparts: [] }).source).toBe(
          source,
        );
      }),
    );
  });

  it('puts an edit of words where it belongs and leaves all else', () => {
    expect(restored(candidate.display.replace('born', 'raised'))).toBe(text.replace('born', 'raised'));
  });

  it('keeps soft breaks soft when the words on both sides of them change', () => {
    const edited = candidate.display.replace('place.\nHe', 'town.\nShe').replace('story.\nA', 'tale.\nThe');
    expect(restored(edited)).toBe(
      text.replace('place.  He', 'town.  She').replace('story.\r\nA', 'tale.\r\nThe'),
    );
  });

  it('keeps a line break that was typed', () => {
    expect(restored(candidate.display.replace('of Tripoli', 'of\nTripoli'))).toBe(
      text.replace('of Tripoli', 'of\nTripoli'),
    );
  });

  it('keeps a line of its own that was typed between soft breaks', () => {
    const edited = candidate.display.replace('1140.\nThe', '1140.\n\nThe');
    const result = restored(edited);
    expect(result.replace(/\s+/gu, ' ')).toBe(text.replace(/\s+/gu, ' '));
    expect(result).toMatch(/1140\.\s*\n\s*The/u);
  });

  it('takes a line over from the other side with its own breaks', () => {
    const original = `${text.slice(0, text.indexOf('He was'))}One more sentence, with commas. He was born in 1140. The end of the story.`;
    const counterpart = layoutLike(original, candidate);
    const edited = counterpart.display;
    expect(edited.split('\n')).toHaveLength(4);
    expect(restoreText({ edited, candidate, counterparts: [counterpart] }).source).not.toContain('\n');
  });

  it('knows which of two equal words was deleted', () => {
    const source = `. . ${'word '.repeat(28)}`;
    const candidate = layoutText(source, 'sentences');
    const edited = candidate.display.slice(1);
    expect(restoreText({ edited, candidate, counterparts: [] }).source).toBe(source.slice(1));
  });

  it('puts any edit of one place, without line breaks, exactly there', () => {
    const edit = fc.record({
      source: texts(20),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(8),
      insert: fc.constantFrom('', 'x', 'two words', ', ', '。'),
    });
    fc.assert(
      fc.property(edit, ({ source, at, length, insert }) => {
        const layout = layoutText(source, 'sentences');
        const start = Math.floor(at * layout.display.length);
        const end = start + (/^[^\n]*/u.exec(layout.display.slice(start, start + length))?.[0].length ?? 0);
        const edited = layout.display.slice(0, start) + insert + layout.display.slice(end);
        const expected =
          source.slice(0, layout.toSource(start)) + insert + source.slice(layout.toSource(end));
        const result = restoreText({ edited, candidate: layout, counterparts: [] });
        expect(result.display).toBe(edited);
        expect(drawn(result.source)).toBe(drawn(expected));
      }),
    );
  });

  it('shows exactly what was edited, whatever was', () => {
    fc.assert(
      fc.property(texts(30), texts(30), (source, other) => {
        const layout = layoutText(source, 'sentences');
        const counterpart = layoutLike(other, layout);
        const edited = layoutText(other, 'as-written').display;
        const result = restoreText({ edited, candidate: layout, counterparts: [counterpart] });
        expect(result.display).toBe(edited);
        expect(result.toSource(edited.length)).toBe(result.source.length);
      }),
    );
  });
});

/** Characters that can't be drawn may come back as their symbols where the very word was edited. */
function drawn(source: string): string {
  return layoutText(source, 'as-written').display;
}
