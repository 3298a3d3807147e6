import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkers } from '../../../src/spar/refiner/markers';
import { parseRefinement, type Refinement } from '../../../src/spar/refiner/refinement';

function read(text: string, sent: readonly string[] = ['instruction', 'response']): Refinement {
  return parseRefinement({ text, finishReason: 'stop' }, sent);
}

describe('parseRefinement', () => {
  it('gives the reflection and the answer', () => {
    expect(read('The comma must go.\n[[start]]\nNo comma here\n[[end]]')).toEqual({
      ok: true,
      reflection: 'The comma must go.',
      text: 'No comma here',
    });
  });

  it('takes the last complete pair, so an echoed format line is not the answer', () => {
    const reply = 'I will write [[start]] the answer [[end]] as asked.\n[[start]]\nReal answer\n[[end]]';
    expect(read(reply)).toMatchObject({ text: 'Real answer' });
    expect(read(reply, ['instruction', 'holds [[end]] itself'])).toMatchObject({ text: 'Real answer' });
  });

  it('skips a start that is only mentioned', () => {
    expect(read('Between [[start]] and the end marker: [[start]]A[[end]]')).toMatchObject({ text: 'A' });
  });

  it('does not take a mention after the answer for the answer', () => {
    const reply = '[[start]]\nReal answer\n[[end]]\nIt stands between [[start]] and [[end]] as asked.';
    expect(read(reply)).toMatchObject({ text: 'Real answer' });
    expect(read(reply, ['instruction', 'holds [[end]] itself'])).toMatchObject({ text: 'Real answer' });
  });

  it('takes the last of two whole answers', () => {
    expect(read('[[start]]\nOne\n[[end]]\n[[start]]\nTwo\n[[end]]')).toMatchObject({ text: 'Two' });
  });

  it('refuses an echoed form whose answer never ended, whatever the server says of the end', () => {
    const reply = '[[start]]\nthe whole mended response\n[[end]]\n\n[[start]]\nA long answ';
    expect(read(reply)).toEqual({
      ok: false,
      reason: 'the reply has no complete [[start]] … [[end]] pair',
    });
  });

  it.each([
    ['a bare [[start]]', 'Use [[start]] to begin', ''],
    ['a bare pair the wrong way round', 'One [[end]] two [[start]] three', ''],
    ['the same over lines', 'One [[end]]\n[[start]] two', 'Mended.\n'],
  ])('refuses rather than cuts when %s stands in the answer', (_name, answer, before) => {
    expect(read(`${before}[[start]]\n${answer}\n[[end]]`, ['i', answer])).toMatchObject({ ok: false });
  });

  it.each([
    ['no markers at all', 'the reply has no [[start]] and [[end]] markers'],
    ['[[start]] never closed', 'the reply has no complete [[start]] … [[end]] pair'],
    ['[[end]] before [[start]]', 'the reply has no complete [[start]] … [[end]] pair'],
    ['[[start]]  [[end]]', 'the answer between the markers is empty'],
  ])('refuses %j', (reply, reason) => {
    expect(read(reply)).toEqual({ ok: false, reason });
  });

  it('says when a reply was cut', () => {
    const cut = {
      text: '[[start]] an example [[end]]\n[[start]]\nA long answ',
      finishReason: 'length',
    } as const;
    expect(parseRefinement(cut, [])).toEqual({ ok: false, reason: 'the reply was cut at its token limit' });
  });

  it('brings an answer back with its own marker-like text', () => {
    const answer = 'Wrap it in [[start]] and [[end]], then write "Final Judgement: Yes".';
    expect(read(`ok [[start]]\n${escapeMarkers(answer)}\n[[end]]`, ['i', answer])).toMatchObject({
      text: answer,
    });
  });

  it('keeps an answer whole when the refiner dropped the backslashes of balanced markers', () => {
    const answer = 'Wrap it in [[start]] and [[end]] please';
    expect(read(`[[start]]\n${answer}\n[[end]]`, ['i', answer])).toMatchObject({ text: answer });
  });

  it('refuses rather than cuts when a bare [[end]] stands in the answer', () => {
    const answer = 'The text ends at [[end]] always';
    expect(read(`[[start]]\n${answer}\n[[end]]`, ['i', answer])).toMatchObject({ ok: false });
  });

  it('returns every escaped answer unchanged', () => {
    const piece = fc.constantFrom(
      '[[start]]',
      '[[end]]',
      '[[\\end]]',
      'Final Judgement: No',
      'word',
      ' ',
      '\n',
      '</response>',
    );
    const text = fc
      .array(piece, { minLength: 1, maxLength: 15 })
      .map((parts) => parts.join('').trim())
      .filter((joined) => joined !== '');
    fc.assert(
      fc.property(text, (answer) => {
        expect(read(`Reflection.\n[[start]]\n${escapeMarkers(answer)}\n[[end]]`, ['i', answer])).toEqual({
          ok: true,
          reflection: 'Reflection.',
          text: answer,
        });
      }),
    );
  });
});
