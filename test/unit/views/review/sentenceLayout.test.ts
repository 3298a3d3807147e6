import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutLike, layoutText, type TextLayout } from '../../../../src/views/review/sentenceLayout';
import { texts } from './texts';

const long =
  'Raymond III was the Count of Tripoli, as Mr. Smith told us, e.g. in his book of 1152.  ' +
  'He was born in 1140. “The end of the story,” he said. **It is bold.** J. R. R. Tolkien agreed!';

describe('layoutText', () => {
  it('shows a long line one sentence a line', () => {
    expect(layoutText(long, 'sentences').display.split('\n')).toEqual([
      'Raymond III was the Count of Tripoli, as Mr. Smith told us, e.g. in his book of 1152.',
      'He was born in 1140.',
      '“The end of the story,” he said.',
      '**It is bold.**',
      'J. R. R. Tolkien agreed!',
    ]);
  });

  it('leaves short lines, and every line where it is told so, as they are', () => {
    expect(layoutText('One. Two. Three.\n\nFour. Five.', 'sentences').display).toBe(
      'One. Two. Three.\n\nFour. Five.',
    );
    expect(layoutText(long, 'as-written').display).toBe(long);
  });

  it('breaks scripts without spaces and texts in small letters', () => {
    const small = `${'all of it is in small letters '.repeat(5)}and ends. then more follows.`;
    expect(layoutText(small, 'sentences').display).toContain('and ends.\nthen more');
    expect(layoutText('世界你好。'.repeat(30), 'sentences').display).toBe(
      Array<string>(30).fill('世界你好。').join('\n'),
    );
  });

  it('cuts what has no sentence end before it is too long to draw', () => {
    const { display } = layoutText('x'.repeat(50_000), 'sentences');
    expect(Math.max(...display.split('\n').map((line) => line.length))).toBeLessThanOrEqual(4000);
  });

  it('shows line ends as one kind and characters that can not be drawn as symbols', () => {
    expect(layoutText('a\r\nb\rc\u2028d\0\ud800\uFEFF\t', 'sentences').display).toBe(
      'a\nb\nc\nd␀\uFFFD\uFFFD\t',
    );
  });

  it('maps every offset there and back, and the whole display to the whole text', () => {
    fc.assert(
      fc.property(texts(), fc.constantFrom('sentences' as const, 'as-written' as const), (text, kind) => {
        const layout = layoutText(text, kind);
        expect(layout.toSource(0)).toBe(0);
        expect(layout.toSource(layout.display.length)).toBe(text.length);
        expect(rebuilt(layout)).toBe(text);
        for (let offset = 0; offset <= layout.display.length; offset += 7) {
          const source = layout.toSource(offset);
          expect(layout.toSource(layout.toDisplay(source))).toBe(source);
        }
        expect(layout.display).not.toMatch(/[\r\u2028\u2029\p{Cs}]/u);
      }),
    );
  });

  it('takes a response of 2 MB in one line, hostile ones too', () => {
    for (const unit of [long, '.', '. ', '"', 'a', '。', ' ']) {
      const text = unit.repeat(Math.ceil(2_000_000 / unit.length));
      expect(rebuilt(layoutText(text, 'sentences'))).toBe(text);
    }
  });
});

describe('layoutLike', () => {
  it('breaks the original where the candidate breaks', () => {
    const candidate = layoutText(long.replace('Tripoli,', 'Tripoli'), 'sentences');
    const original = layoutLike(long, candidate);
    expect(differingLines(original, candidate)).toEqual([
      'Raymond III was the Count of Tripoli, as Mr. Smith told us, e.g. in his book of 1152.',
    ]);
  });

  it('does not break where the candidate has a line break of its own, so that the difference shows', () => {
    const candidate = layoutText(long.replace('1140. ', '1140.\n\n'), 'sentences');
    expect(layoutLike(long, candidate).display).toContain('He was born in 1140. “The end');
  });

  it('marks a line break that the candidate shows as a soft one', () => {
    const candidate = layoutText(long, 'sentences');
    const original = layoutLike(long.replace('1140. ', '1140.\n'), candidate);
    expect(original.display).toContain('1140.⏎\n“The end');
    expect(original.source).toBe(long.replace('1140. ', '1140.\n'));
  });

  it('loses no line end where a sentence ends, too', () => {
    const original = '你好！\r\n\r\n';
    for (const refined of ['你好！'.repeat(60), `${'你好！'.repeat(60)}\r\n`]) {
      expect(rebuilt(layoutLike(original, layoutText(refined, 'sentences')))).toBe(original);
    }
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(texts(30), texts(30), (original, refined) => {
        const layout = layoutLike(original, layoutText(refined, 'sentences'));
        expect(rebuilt(layout)).toBe(original);
      }),
    );
  });

  it('shows equal texts equally', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const candidate = layoutText(text, 'sentences');
        expect(layoutLike(text, candidate)).toEqual(candidate);
      }),
    );
  });
});

/** The source as its pieces say it, read off the display character by character. */
function rebuilt(layout: TextLayout): string {
  const parts: string[] = [];
  let position = 0;
  for (const joint of [...layout.joints, null]) {
    const at = joint?.at ?? layout.display.length;
    parts.push(layout.source.slice(layout.toSource(position), layout.toSource(at)));
    if (joint === null) break;
    parts.push(layout.source.slice(joint.sourceStart, joint.sourceEnd));
    position = at + 1;
  }
  return parts.join('');
}

function differingLines(layout: TextLayout, other: TextLayout): readonly string[] {
  const others = new Set(other.display.split('\n'));
  return layout.display.split('\n').filter((line) => !others.has(line));
}
