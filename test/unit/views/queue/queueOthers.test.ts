import { appendFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { decisionLine, recordLine } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { curatedRecord, datasetText, decisionOn, hostilePair } from '../../../support/curationDataset';
import { id, Reviewer, stampOf, three } from './reviewer';

describe('others', () => {
  test('what they decide leaves the queue, what they add comes into it', async () => {
    const reviewer = await Reviewer.open(three());
    await appendFile(reviewer.path, datasetText([decisionOn(1, 'accepted', { id: 'x' }), curatedRecord(3)]));
    await reviewer.session.refresh();
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(0), '1 of 3']);
    await reviewer.accept();
    expect(reviewer.shown).toBe(id(2));
    await reviewer.accept();
    expect(reviewer.shown).toBe(id(3));
  });

  test('the pair that is shown stays, with a word about what happened', async () => {
    const reviewer = await Reviewer.open(three());
    await appendFile(reviewer.path, datasetText([decisionOn(0, 'rejected', { id: 'x' })]));
    await reviewer.session.refresh();
    expect(reviewer.shown).toBe(id(0));
    expect(reviewer.state.notice).toContain('rejected elsewhere meanwhile');
  });

  test('nothing is decided on what a person has not seen', async () => {
    const reviewer = await Reviewer.open(three());
    await appendFile(reviewer.path, datasetText([decisionOn(0, 'rejected', { id: 'x' })]));
    await reviewer.accept();
    expect(reviewer.state.said).toContain('Somebody changed this pair meanwhile');
    expect(await reviewer.lines(4)).toEqual([]);
    await reviewer.accept();
    expect(await reviewer.lines(4)).toMatchObject([{ status: 'accepted', after: ['x'] }]);
  });

  test('at the end the next one comes by itself', async () => {
    const reviewer = await Reviewer.open(datasetText([curatedRecord(0)]));
    await reviewer.accept();
    expect(reviewer.state.end).not.toBeNull();
    await appendFile(reviewer.path, datasetText([curatedRecord(1)]));
    await reviewer.session.refresh();
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(1), '2 of 2 · 100 % accepted']);
  });

  test('a file that is replaced is read anew, and the place is kept', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.ask({ type: 'go', to: 'next' });
    await writeFile(reviewer.path, datasetText([3, 2, 1, 0].map(curatedRecord)));
    await reviewer.session.refresh();
    expect(reviewer.shown).toBe(id(1));
    await reviewer.accept();
    expect([reviewer.shown, reviewer.ports.failed]).toEqual([id(3), []]);
  });

  test('what a decision took in from others comes into the queue with the next refresh', async () => {
    const reviewer = await Reviewer.open(datasetText([0, 1].map(curatedRecord)));
    await appendFile(reviewer.path, datasetText([curatedRecord(2)]));
    await reviewer.accept();
    await reviewer.session.refresh();
    expect(reviewer.state.progress).toBe('2 of 3 · 100 % accepted');
    await reviewer.accept();
    expect(reviewer.shown).toBe(id(2));
  });

  test('a decision that finds another file goes on in the order of that file', async () => {
    const reviewer = await Reviewer.open(three());
    await writeFile(reviewer.path, datasetText([0, 2].map(curatedRecord)));
    await reviewer.accept();
    expect(reviewer.shown).toBe(id(2));
    await reviewer.accept();
    expect([reviewer.shown, reviewer.ports.failed]).toEqual([null, []]);
  });

  test('an undo leaves the text that somebody wrote since', async () => {
    const reviewer = await Reviewer.open(three());
    await reviewer.decide({ status: 'accepted', text: 'Castles are calm.' });
    await (await DatasetFile.open(reviewer.path)).change(id(0), { chosen: 'Castles are still.' });
    await reviewer.ask({ type: 'undo' });
    expect((await DatasetFile.open(reviewer.path)).state(id(0))).toMatchObject({
      status: 'pending',
      chosen: 'Castles are still.',
    });
  });

  test('where nothing can be read the keys are given back', async () => {
    const reviewer = await Reviewer.open(three());
    await appendFile(reviewer.path, datasetText([decisionOn(0, 'rejected', { id: 'x' })]));
    await reviewer.session.refresh();
    await reviewer.session.take({ type: 'go', to: 'next' });
    await appendFile(reviewer.path, datasetText([decisionOn(2, 'rejected', { id: 'y' })]));
    await reviewer.session.refresh();
    await rm(reviewer.path);
    await reviewer.session.take({ type: 'go', to: 'previous' });
    expect(reviewer.ports.failed).toHaveLength(1);
    expect(reviewer.last).toMatchObject({ type: 'refused', id: '' });
  });

  test('where the file is gone nothing is decided, and the person is told', async () => {
    const reviewer = await Reviewer.open(three());
    await rm(reviewer.path);
    await reviewer.accept();
    expect(reviewer.ports.failed).toHaveLength(1);
    expect(String(reviewer.ports.failed[0])).toContain('nothing was decided');
    expect(reviewer.shown).toBe(id(0));
  });
});

describe('spot checks', () => {
  const byPolicy = (number: number) =>
    decisionLine(
      id(number),
      { status: 'accepted', by: { kind: 'policy', name: 'sure ones' } },
      stampOf(`policy-${number}`),
    );

  test('bring what a policy accepted; what a person says overrules, and undo gives it back to the policy', async () => {
    const content = datasetText([
      ...[0, 1, 2].map(curatedRecord),
      byPolicy(0),
      byPolicy(2),
      decisionOn(1, 'accepted', { id: 'person' }),
    ]);
    const reviewer = await Reviewer.open(content, { by: 'audit', seed: 3 });
    expect(reviewer.state.progress).toBe('1 of 2');
    expect(reviewer.state.notice).toContain('Spot check: accepted by the policy “sure ones”');
    const first = reviewer.shown;
    await reviewer.reject();
    await reviewer.accept();
    expect(reviewer.state.end?.title).toBe('All spot checks are done');
    await reviewer.ask({ type: 'undo' });
    await reviewer.ask({ type: 'undo' });
    expect(reviewer.shown).toBe(first);
    const state = (await DatasetFile.open(reviewer.path)).state(first ?? '');
    expect(state).toMatchObject({
      status: 'accepted',
      decision: { by: { kind: 'policy', name: 'sure ones' } },
    });
    expect(reviewer.state.progress).toBe('1 of 2');
  });

  test('are a walk of their own', async () => {
    const content = datasetText([...[0, 1].map(curatedRecord), byPolicy(1)]);
    const reviewer = await Reviewer.open(content);
    await reviewer.accept();
    const order = { seed: 0, unknownFirst: false };
    await reviewer.ask({ type: 'order', order: { ...order, by: 'audit' } });
    expect([reviewer.shown, reviewer.state.progress]).toEqual([id(1), '1 of 1']);
    await reviewer.reject();
    expect(reviewer.state.progress).toBe('1 of 1 · 0 % accepted');
    await reviewer.ask({ type: 'order', order: { ...order, by: 'input' } });
    expect(reviewer.state.end?.title).toBe('No pair waits for a decision');
    await reviewer.ask({ type: 'undo' });
    await reviewer.ask({ type: 'undo' });
    expect((await DatasetFile.open(reviewer.path)).counts()).toMatchObject({ pending: 1, accepted: 1 });
    expect(reviewer.shown).toBe(id(0));
  });

  test('say so where there are none', async () => {
    const reviewer = await Reviewer.open(three(), { by: 'audit' });
    expect(reviewer.state.end?.title).toBe('Nothing was accepted by a policy');
  });
});

test('another order begins anew, and is kept', async () => {
  const reviewer = await Reviewer.open(datasetText([0, 1, 2, 3].map(curatedRecord)));
  await reviewer.ask({ type: 'order', order: { by: 'interference', seed: 0, unknownFirst: false } });
  expect(reviewer.ports.kept).toEqual([{ by: 'interference', seed: 0, unknownFirst: false }]);
  const seen = [reviewer.shown];
  for (let count = 0; count < 3; count += 1)
    seen.push((await reviewer.ask({ type: 'go', to: 'next' })).pair?.id ?? null);
  expect(seen).toEqual([0, 1, 2, 3].map(id));
});

test('hostile texts come fit to be shown', async () => {
  const hostile = recordLine(hostilePair(), '2026-10-01T00:00:00.000Z');
  const policy = decisionLine(
    hostile.id,
    { status: 'accepted', by: { kind: 'policy', name: 'x\u202e\u0007\n<b>' } },
    stampOf('h'),
  );
  const reviewer = await Reviewer.open(datasetText([hostile, policy]), { by: 'audit' });
  expect(reviewer.shown).toBe(hostile.id);
  expect(JSON.stringify(reviewer.state)).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/u);
  expect(reviewer.state.notice).not.toMatch(/[\u202e\u0007\n]/u);
});
