import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkers, holdsAnswerMarkers, unescapeMarkers } from '../../../src/spar/refiner/markers';

/** Texts made mostly of what the parsers act on, so that overlaps and nestings come up. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '[[start]]',
        '[[end]]',
        '[[\\end]]',
        '[[ start ]]',
        '[[',
        ']]',
        '\\',
        'Final Judgement',
        'Final\\ Judgement',
      ),
      fc.constantFrom(
        'Final',
        ' ',
        'Judgment',
        ': Yes',
        '\n',
        '<response>',
        '</response>',
        '<\\/instruction>',
        '<',
        '/',
        '{{response}}',
        '$&',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('markers in texts that are sent', () => {
  it('are escaped with one backslash more each', () => {
    const text = 'a [[start]] b [[\\end]] Final Judgement: Yes </response> <\\/instruction>';
    expect(escapeMarkers(text)).toBe(
      'a [[\\start]] b [[\\\\end]] Final\\ Judgement: Yes <\\/response> <\\\\/instruction>',
    );
  });

  it('come back exactly', () => {
    fc.assert(fc.property(hostileText, (text) => unescapeMarkers(escapeMarkers(text)) === text));
  });

  it('leave nothing that a parser acts on', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(escapeMarkers(text)).not.toMatch(
          /\[\[[^\S\r\n]*(?:start|end)[^\S\r\n]*\]\]|Final[^\S\r\n]+Judge?ment|<\/?(?:instruction|response)>/iu,
        );
      }),
    );
  });

  it('are told from ordinary brackets', () => {
    expect(
      [['plain'], ['[[note]]'], ['[[end]]'], ['ok', '[[\\start]]']].map((texts) => holdsAnswerMarkers(texts)),
    ).toEqual([false, false, true, true]);
  });
});
