import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RefusedChanges } from '../../../../src/editor/sessions/refusedPair';
import { changeLine, recordIdOf, recordLine } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { textChanges } from '../../../../src/spar/text/wordDiff';
import type { Decision, Request } from '../../../../src/views/queue/protocol';
import { curatedPair, curatedRecord, datasetText, decisionOn } from '../../../support/curationDataset';
import { id, Reviewer, stampOf, three, twoChanges } from './reviewer';

describe('a queue of a window before', () => {
  test('goes on at the pair that was shown, and skipped ones come at the next walk', async () => {
    const reviewer = await Reviewer.open(three(), { by: 'input' }, id(1));
    expect([reviewer.shown, reviewer.state.progress, reviewer.state.canGoBack]).toEqual([
      id(1),
      '2 of 3',
      true,
    ]);
    expect(reviewer.state.file).toBe(reviewer.path);
    await reviewer.accept();
    await reviewer.accept();
    expect(reviewer.state.end?.words).toContain('1 pair was skipped');
    await reviewer.ask({ type: 'go', to: 'again' });
    expect(reviewer.shown).toBe(id(0));
  });

  test('goes on with the first where that pair is decided meanwhile', async () => {
    const content = `${three()}${datasetText([decisionOn(1, 'rejected', stampOf('x'))])}`;
    const reviewer = await Reviewer.open(content, { by: 'input' }, id(1));
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(0), '1 of 2']);
  });
});

describe('deciding', () => {
  test('each decision is one line at once, and the next pair comes', async () => {
    const reviewer = await Reviewer.open(three());
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(0), '1 of 3']);
    await reviewer.accept();
    expect(reviewer.shown).toBe(id(1));
    expect(await reviewer.lines(3)).toMatchObject([
      { kind: 'decision', record: id(0), status: 'accepted', by: { kind: 'person' }, after: [] },
    ]);
    await reviewer.reject();
    expect(reviewer.state.progress).toBe('3 of 3 · 50 % accepted');
    await reviewer.accept();
    expect(reviewer.state.pair).toBeNull();
    expect(reviewer.state.end?.title).toBe('All pairs are decided');
    expect(reviewer.state.progress).toBe('3 of 3 · 67 % accepted');
    expect((await reviewer.lines(3)).map(({ status }) => status)).toEqual([
      'accepted',
      'rejected',
      'accepted',
    ]);
    expect(reviewer.ports.failed).toEqual([]);
  });

  test('a decision about a pair that is no longer shown decides nothing', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.ask({ type: 'go', to: 'next' });
    const stale: Request = { type: 'decide', id: id(0), decision: { status: 'rejected' }, anyway: false };
    await reviewer.ask(stale);
    expect(await reviewer.lines(3)).toEqual([]);
    expect(reviewer.shown).toBe(id(1));
  });

  test('what is skipped stays pending and comes again when begun anew', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.ask({ type: 'go', to: 'next' });
    await reviewer.accept();
    await reviewer.accept();
    expect(reviewer.state.end).toMatchObject({ canBegin: true });
    expect(reviewer.state.end?.words).toContain('1 pair was skipped');
    await reviewer.ask({ type: 'go', to: 'again' });
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(0), '3 of 3 · 100 % accepted']);
  });

  test('the time that is left follows the person’s pace', async () => {
    const reviewer = await Reviewer.open(datasetText([...Array(40).keys()].map(curatedRecord)));
    for (let count = 0; count < 3; count += 1) {
      reviewer.ports.time += 20_000;
      await reviewer.accept();
    }
    expect(reviewer.state.progress).toBe('4 of 40 · 100 % accepted · about 12 min left');
  });
});

describe('single changes', () => {
  test('without an undone change the smaller pair is accepted, and all changes are named', async () => {
    const reviewer = await Reviewer.open(datasetText([twoChanges]));
    expect(textChanges(twoChanges.rejected, twoChanges.chosen)).toHaveLength(2);
    await reviewer.accept([1]);
    // A comma is left, and the instruction allows none.
    expect(reviewer.last).toMatchObject({ type: 'refused', canInsist: true });
    expect(JSON.stringify(reviewer.last)).toContain('no commas');
    expect(await reviewer.lines(1)).toEqual([]);
    await reviewer.accept([1], true);
    const [line] = await reviewer.lines(1);
    expect(line).toMatchObject({ kind: 'decision', status: 'accepted', changes: { kept: [0] } });
    expect(line?.['chosen']).toBe('Castles are quiet and old towers stand, too.');
    expect(reviewer.state.said).toContain('Accepted with your text');
  });

  test('with every change undone there is nothing to accept', async () => {
    const reviewer = await Reviewer.open(datasetText([twoChanges]));
    await reviewer.accept([0, 1], true);
    expect(reviewer.last).toMatchObject({ type: 'refused', canInsist: false });
    expect(await reviewer.lines(1)).toEqual([]);
  });

  test('the checks of a mixture are told before it is accepted', async () => {
    const reviewer = await Reviewer.open(datasetText([twoChanges]));
    await reviewer.ask({ type: 'mixture', id: twoChanges.id, undone: [1] });
    expect(reviewer.last).toMatchObject({ type: 'mixture', checks: [{ chosen: { state: 'broken' } }] });
    await reviewer.ask({ type: 'mixture', id: twoChanges.id, undone: [] });
    expect(reviewer.last).toMatchObject({ type: 'mixture', checks: [{ chosen: { state: 'held' } }] });
  });

  test('refused changes become a second pair where that is wanted, and undo takes both back', async () => {
    const record = {
      ...curatedPair(0),
      rejected: 'Old castles are quiet, grey rocks.',
      chosen: 'New castles are quiet grey rocks.',
      evidence: { path: [] },
    };
    const reviewer = await Reviewer.open(datasetText([recordLine(record, '2026-10-01T00:00:00.000Z')]));
    reviewer.ports.refused = 'always';
    await reviewer.accept([0]);
    const lines = await reviewer.lines(1);
    expect(lines.map(({ kind }) => kind)).toEqual(['decision', 'record', 'decision']);
    const [decision, pair, second] = lines;
    expect(pair).toMatchObject({
      rejected: record.chosen,
      chosen: 'Old castles are quiet grey rocks.',
      source: { decision: { record: recordIdOf(record), line: decision?.['id'] } },
    });
    expect(second).toMatchObject({ by: { kind: 'policy', name: 'refused changes' }, record: pair?.['id'] });
    expect(reviewer.state.end?.title).toBe('All pairs are decided');

    await reviewer.ask({ type: 'undo' });
    expect(reviewer.shown).toBe(recordIdOf(record));
    const file = await DatasetFile.open(reviewer.path);
    expect(file.state(String(pair?.['id']))?.deleted).toBe(true);
    expect(file.counts()).toMatchObject({ records: 1, pending: 1 });
    await reviewer.accept([0]);
    await file.refresh();
    expect(file.counts()).toMatchObject({ records: 2, accepted: 2 });
  });
});

describe('editing', () => {
  test('an edited text is accepted as it is', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.ask({ type: 'text', id: id(0), undone: [] });
    expect(reviewer.last).toMatchObject({ type: 'text', text: curatedPair(0).chosen });
    await reviewer.decide({ status: 'accepted', text: 'Castles are calm.' });
    expect(await reviewer.lines(3)).toMatchObject([{ status: 'accepted', chosen: 'Castles are calm.' }]);
  });

  test('an empty text is refused, one that breaks a rule asked about', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.decide({ status: 'accepted', text: ' \n' }, true);
    expect(reviewer.last).toMatchObject({ type: 'refused', canInsist: false });
    await reviewer.decide({ status: 'accepted', text: 'Calm, they say.' });
    expect(reviewer.last).toMatchObject({ type: 'refused', canInsist: true });
    expect(await reviewer.lines(3)).toEqual([]);
  });
});

describe('undo', () => {
  test('takes back the last decision by a line of its own, and shows the pair again', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.accept();
    await reviewer.reject();
    await reviewer.ask({ type: 'undo' });
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(1), '2 of 3 · 100 % accepted']);
    await reviewer.ask({ type: 'undo' });
    expect([reviewer.shown, reviewer.state.progress, reviewer.state.canUndo]).toEqual([
      id(0),
      '1 of 3',
      false,
    ]);
    const [first, , third, fourth] = await reviewer.lines(3);
    expect(third).toMatchObject({ record: id(1), status: 'pending' });
    expect(fourth).toMatchObject({ record: id(0), status: 'pending', undoes: first?.['id'] });
    expect((await DatasetFile.open(reviewer.path)).counts()).toMatchObject({
      pending: 3,
      accepted: 0,
      rejected: 0,
    });
  });

  test('takes nothing back where somebody has decided since', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.accept();
    const other = await DatasetFile.open(reviewer.path);
    await other.decide(id(0), { status: 'rejected' });
    await reviewer.ask({ type: 'undo' });
    expect(reviewer.state.said).toContain('nothing was undone');
    await other.refresh();
    expect(other.state(id(0))?.status).toBe('rejected');
  });

  test('is the exact inverse, whatever was decided', async () => {
    const wish = fc.oneof(
      fc.constant<Decision>({ status: 'rejected' }),
      fc.subarray([0, 1, 2]).map<Decision>((undone) => ({ status: 'accepted', undone })),
      fc.constantFrom('Calm.', 'One, two.').map<Decision>((text) => ({ status: 'accepted', text })),
    );
    const before = [
      datasetText([decisionOn(0, 'pending', { id: 'p' })]),
      datasetText([changeLine(id(0), { chosen: 'Old castles are grey.' }, stampOf('c'))]),
      '',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(wish, { maxLength: 5 }),
        fc.constantFrom(...before),
        fc.constantFrom<RefusedChanges>('off', 'always'),
        async (wishes, extra, refused) => {
          const reviewer = await Reviewer.open(datasetText([twoChanges]) + three() + extra);
          reviewer.ports.refused = refused;
          const found = await states(reviewer.path);
          for (const decision of wishes) await reviewer.decide(decision, true);
          for (let left = wishes.length; left > 0; left -= 1) await reviewer.ask({ type: 'undo' });
          expect(await states(reviewer.path)).toEqual(found);
          expect(reviewer.state.progress).toMatch(/^1 of 4/u);
          expect(reviewer.ports.failed).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** What the records come to that are there. */
async function states(path: string): Promise<readonly unknown[]> {
  const file = await DatasetFile.open(path);
  return [...file.records()].flatMap((record) => {
    const state = file.state(record);
    if (state === undefined || state.deleted) return [];
    const { status, chosen, rejected, tags, split, conflicts } = state;
    return [{ record, status, chosen, rejected, tags, split, conflicts }];
  });
}
