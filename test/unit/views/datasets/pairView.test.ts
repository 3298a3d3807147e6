import { describe, expect, it } from 'vitest';
import { correctedRecord } from '../../../../src/spar/datasets/corrected';
import { foldLines } from '../../../../src/spar/datasets/recordState';
import type { Change } from '../../../../src/spar/datasets/schema';
import { pairView } from '../../../../src/views/datasets/editor/pairView';
import { rowView } from '../../../../src/views/datasets/editor/rowView';
import { curatedRecord } from '../../../support/curationDataset';
import { change, judgedAgain } from '../../datasets/lines';

const found = curatedRecord(3);

function shown(...changes: readonly Partial<Change>[]) {
  const lines = changes.map((rest, index) => change('abc'.charAt(index), 'abc'.slice(0, index), rest));
  const state = foldLines(lines);
  const read = { record: correctedRecord(found, state), state, line: 1 };
  const options = { isUnsaved: false, history: lines, findings: [], isSearched: true, whole: true };
  const row = rowView(read, false);
  const pair = pairView(read, options);
  return {
    row: { value: row.value, votes: row.votes, verifiers: row.verifiers, interference: row.interference },
    measures: Object.fromEntries(pair.measures),
    tags: pair.tags,
    critique: pair.critiqueOfChosen,
    checks: pair.checks.map(({ rejected, chosen }) => `${rejected.state} ${chosen.state}`),
    marked: pair.pieces.flatMap(({ brokenInChosen, text }) => (brokenInChosen === undefined ? [] : [text])),
  };
}

describe('a pair as it is read', () => {
  it('shows what was found', () => {
    expect(shown()).toEqual({
      row: { value: 0.8, votes: '4 of 5 yes', verifiers: '✓ 1 held', interference: 0 },
      measures: expect.objectContaining({
        Value: '0.8',
        Votes: '4 of 5 yes',
        Interference: '0 %',
      }) as unknown,
      tags: [],
      critique: 'No comma is left and the text describes what was asked.',
      checks: ['broken held'],
      marked: [],
    });
  });

  it('tells what was said of the text as found apart from what is so now', () => {
    const pair = shown({ chosen: 'Old glaciers, by the road.' });
    expect(pair).toMatchObject({
      row: { value: null, votes: '', verifiers: '✗ 1 broken', interference: 1 },
      measures: {
        Value: 'unknown (0.8 for the text as found)',
        Votes: 'unknown (4 of 5 yes for the text as found)',
        Interference: '100 %',
        Words: '13 → 5',
      },
      critique: 'Of the text as found: No comma is left and the text describes what was asked.',
      checks: ['broken broken'],
      marked: [','],
    });
  });

  it('leaves room for the texts beside thousands of tags', () => {
    const add = Array.from({ length: 3000 }, (_, number) => `tag ${number}`);
    expect(shown({ tags: { add, remove: [] } }).tags).toHaveLength(31);
    expect(shown({ tags: { add, remove: [] } }).tags.at(-1)).toBe('and 2,970 more');
    expect(shown({ tags: { add: ['one'], remove: [] } }).tags).toEqual(['one']);
  });

  it('knows nothing of answers to an instruction that was corrected', () => {
    expect(shown({ instruction: 'Use a comma.' })).toMatchObject({
      row: { value: null, verifiers: '', interference: null },
      measures: { Value: 'unknown (0.8 for the text as found)' },
      checks: [],
    });
  });

  it('keeps the votes for a chosen text whose rejected one was corrected', () => {
    expect(shown({ rejected: 'Old, grey.' })).toMatchObject({
      row: { value: 0.8, votes: '4 of 5 yes', verifiers: '✓ 1 held', interference: 0 },
      checks: ['broken held'],
    });
  });

  it('shows the latest judgement, until a text is corrected', () => {
    const judged = { judgements: judgedAgain('stern', 2) };
    expect(shown({ chosen: 'Old glaciers, by the road.' }, judged)).toMatchObject({
      row: { value: 0.4, votes: '2 of 5 yes', verifiers: '✗ 1 broken' },
      measures: { Value: '0.4', Votes: '2 of 5 yes', 'Judged again': 'by stern' },
      critique: '2 say yes.',
    });
    const { measures } = shown(judged, { chosen: 'Old glaciers.' });
    expect(measures).toMatchObject({ Value: 'unknown (0.8 for the text as found)' });
    expect(measures).not.toHaveProperty('Judged again');
  });
});
