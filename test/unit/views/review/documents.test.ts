import { describe, expect, it } from 'vitest';
import { ReviewDocuments } from '../../../../src/views/review/documents';
import { reviewLenses } from '../../../../src/views/review/lenses';
import { decodeAddress, encodeAddress } from '../../../../src/views/review/reviewUri';
import type { LayoutKind } from '../../../../src/views/review/sentenceLayout';
import { FakeHost } from './fakeHost';

const original =
  'Raymond III was the Count of Tripoli, and he ruled from 1152 to 1187 in the great county by the sea. ' +
  'He was born in 1140. The end of the story, as told, is sad.';
const refined = original.replace(/,/gu, '').replace('sad', 'gloomy');
const candidate = { sessionId: 's1', path: '1' };

function open(layout: LayoutKind = 'sentences'): { host: FakeHost; documents: ReviewDocuments } {
  const host = new FakeHost({ original, candidates: { '1': refined } });
  return { host, documents: new ReviewDocuments({ host, layout: () => layout, now: () => 7 }) };
}

function address(kind: 'review' | 'candidate' | 'node', path = '1'): ReturnType<typeof decodeAddress> {
  const against = kind === 'node' ? '1' : null;
  return decodeAddress(encodeAddress({ kind, sessionId: 's1', path, against, label: path }));
}

describe('ReviewDocuments', () => {
  it('shows the candidate with its verdict, checks and need above its tracked changes', async () => {
    const { documents } = open();
    expect((await documents.content(address('review'))).text.split('\n')).toEqual([
      '1 · 5/5 · 11 % changed · 3 of 4 changes needed',
      'no comma ✓',
      '',
      'Raymond III was the Count of Tripoli, and he ruled from 1152 to 1187 in the great county by the sea.',
      'He was born in 1140.',
      'The end of the story, as told, is sadgloomy.',
    ]);
  });

  it('shows both sides of the diff in the same lines', async () => {
    const { documents } = open();
    const right = (await documents.content(address('candidate'))).text.split('\n');
    const left = (await documents.content(address('node', '0'))).text.split('\n');
    expect(left.map((line, index) => line === right[index])).toEqual([false, true, false]);
  });

  it('says in words what an address names that is not there', async () => {
    const { documents } = open();
    const other = decodeAddress(
      encodeAddress({ kind: 'review', sessionId: 'gone', path: '1', against: null, label: 'x' }),
    );
    const texts = [other, address('review', '9'), decodeAddress({ scheme: 'spar-review', path: '/etc' })];
    expect(await Promise.all(texts.map(async (decoded) => documents.content(decoded)))).toEqual([
      {
        text: 'This search is no longer on the list. Its decisions and its journal are kept.\n',
        isMessage: true,
      },
      { text: '9 has no text: it is still being written, or its refinement failed.\n', isMessage: true },
      { text: 'This address names no response of SPaR.\n', isMessage: true },
    ]);
  });

  it('keeps an edit by hand, in the lines the person left, and without the lines of the layout', async () => {
    const { host, documents } = open();
    const shown = documents.candidate(candidate)!;
    const edited = shown.display.replace('born', 'raised');
    await documents.write(candidate, { edited, shown });
    expect(host.saved).toEqual([
      {
        path: '1',
        state: { editedText: refined.replace('born', 'raised'), kept: [], undone: [], savedAt: 7 },
      },
    ]);
    expect((await documents.content(address('candidate'))).text).toBe(edited);
    expect((await documents.content(address('review'))).text).toContain('1 · edited · ');
  });

  it('takes a reverted line as undone changes', async () => {
    const { host, documents } = open();
    const shown = documents.candidate(candidate)!;
    const left = documents.node({ ...candidate, path: '0' }, '1')!;
    const lines = shown.display.split('\n');
    const edited = [lines[0], lines[1], left.display.split('\n')[2]].join('\n');
    await documents.write(candidate, { edited, shown });
    expect(host.saved).toEqual([
      { path: '1', state: { editedText: null, kept: [], undone: [1, 2, 3], savedAt: 7 } },
    ]);
  });

  it('saves nothing for a document saved as it was', async () => {
    const { host, documents } = open();
    const shown = documents.candidate(candidate)!;
    await documents.write(candidate, { edited: shown.display, shown });
    expect(host.saved).toEqual([]);
  });
});

describe('reviewLenses', () => {
  async function titles(
    host: FakeHost,
    documents: ReviewDocuments,
  ): Promise<readonly (readonly [number, string])[]> {
    await documents.content(address('review', '1'));
    return reviewLenses(documents.review({ sessionId: host.session.id, path: '1' })!)
      .filter(({ line }) => line > 0)
      .map(({ line, title }) => [line, title] as const);
  }

  it('name each change, what was decided, and what was not needed', async () => {
    const { host, documents } = open();
    host.session.setReview('1', { editedText: null, kept: [0], undone: [1], savedAt: 1 });
    expect(await titles(host, documents)).toEqual([
      [3, '$(pass-filled) Kept “Tripoli,” → “Tripoli”'],
      [3, '$(discard) Undo Instead'],
      [5, '$(circle-slash) Undone “story,” → “story”'],
      [5, '$(check) Keep Instead'],
      [5, '$(check) Keep “told,” → “told”'],
      [5, '$(discard) Undo'],
      [5, '$(check) Keep “sad.” → “gloomy.” (not needed)'],
      [5, '$(discard) Undo'],
    ]);
  });

  it('share two lenses where a line has more than three changes', async () => {
    const { host, documents } = open('as-written');
    expect(await titles(host, documents)).toEqual([
      [3, '$(check) 4 changes: Keep All'],
      [3, '$(discard) Undo All'],
    ]);
    host.session.setReview('1', { editedText: null, kept: [0], undone: [], savedAt: 1 });
    expect((await titles(host, documents))[0]).toEqual([3, '$(check) 3 of 4 changes left: Keep All']);
  });
});
