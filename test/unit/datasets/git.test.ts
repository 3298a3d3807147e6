import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { correctedRecord } from '../../../src/spar/datasets/corrected';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { compareVersions } from '../../../src/spar/datasets/versions/compareVersions';
import { commit, git } from '../../support/git';
import { temporaryFolder } from '../log/temporaryFolder';
import { pair } from './lines';

/** Which branches are compacted before the merge. */
const compactions = ['neither', 'ours', 'theirs', 'ours and theirs'];

describe('a dataset on two branches', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  /** The base with its pairs, then what each branch does, then the merge. */
  async function merged(
    theirs: (dataset: DatasetFile, ids: readonly string[]) => Promise<unknown>,
    ours: (dataset: DatasetFile, ids: readonly string[]) => Promise<unknown>,
    compacted = 'neither',
  ): Promise<{ readonly dataset: DatasetFile; readonly ids: readonly string[] }> {
    await mkdir(folder.path(), { recursive: true });
    await git(folder.path(), 'init', '-q');
    const dataset = await DatasetFile.open(path());
    const ids: string[] = [];
    for (let number = 1; number <= 6; number += 1)
      ids.push((await dataset.addRecord(pair(number), { status: 'pending' })).id);
    await commit(folder.path(), 'pairs');
    await git(folder.path(), 'checkout', '-q', '-b', 'other');
    await theirs(dataset, ids);
    const forgetting = { forgetsDeleted: compacted.includes('forgetting') };
    if (compacted.includes('theirs')) await dataset.compact(forgetting);
    await commit(folder.path(), 'theirs');
    await git(folder.path(), 'checkout', '-q', 'main');
    await dataset.refresh();
    await ours(dataset, ids);
    if (compacted.includes('ours')) await dataset.compact(forgetting);
    await commit(folder.path(), 'ours');
    await git(folder.path(), 'merge', '-q', '-m', 'merge', 'other');
    await dataset.refresh();
    expect(dataset.problems).toEqual([]);
    return { dataset, ids };
  }

  test.each(compactions)('nothing of either is lost by a merge; compacted: %s', async (compacted) => {
    const { dataset, ids } = await merged(
      async (open, [first = '', second = '', third = '']) => {
        await open.decide(first, { status: 'accepted' });
        await open.change(second, { tags: { add: ['theirs'] }, split: 'test' });
        await open.delete(third);
        await open.addRecord(pair(7), { status: 'accepted' });
      },
      async (open, [, second = '', , fourth = '', fifth = '']) => {
        await open.change(second, { tags: { add: ['ours'] } });
        await open.decide(fourth, { status: 'rejected' });
        await open.decide(fifth, { status: 'accepted', chosen: 'Edited.' });
        await open.addRecord(pair(8), { status: 'rejected' });
      },
      compacted,
    );
    const state = (at: number) => dataset.state(ids[at]!);
    expect(state(0)).toMatchObject({ status: 'accepted' });
    expect(state(1)).toMatchObject({ status: 'pending', tags: ['ours', 'theirs'], split: 'test' });
    expect(state(2)).toMatchObject({ deleted: true, conflicts: [] });
    expect(state(3)).toMatchObject({ status: 'rejected' });
    expect(state(4)).toMatchObject({ status: 'accepted', chosen: 'Edited.' });
    expect(dataset.counts()).toMatchObject({
      records: 7,
      accepted: 3,
      rejected: 2,
      contested: 0,
      deleted: 1,
    });
    const record = await dataset.read(ids[4]!);
    expect(correctedRecord(record!, state(4)!)).toMatchObject({ ...pair(5), chosen: 'Edited.' });
  });

  test.each(compactions)(
    'contradictions are contested until a person settles them; compacted: %s',
    async (compacted) => {
      const { dataset, ids } = await merged(
        async (open, [first = '', second = '', third = '']) => {
          await open.decide(first, { status: 'accepted' });
          await open.change(second, { split: 'train' });
          await open.change(third, { chosen: 'One.' });
        },
        async (open, [first = '', second = '', third = '']) => {
          await open.decide(first, { status: 'rejected' });
          await open.change(second, { split: 'test' });
          await open.change(third, { chosen: 'Two.' });
        },
        compacted,
      );
      const contested = (): readonly string[] =>
        ids.map((id) =>
          dataset
            .state(id)!
            .conflicts.map(({ field }) => field)
            .join('+'),
        );
      expect(contested()).toEqual(['status', 'split', 'chosen', '', '', '']);
      expect(ids.slice(0, 3).map((id) => dataset.state(id)?.status)).toEqual(Array(3).fill('contested'));
      await dataset.compact();
      expect(contested()).toEqual(['status', 'split', 'chosen', '', '', '']);
      for (const id of ids.slice(0, 3)) await dataset.decide(id, { status: 'accepted' });
      expect((await DatasetFile.open(path())).counts()).toMatchObject({ contested: 0, accepted: 3 });
      // What the other branch does later opens none of it again.
      await commit(folder.path(), 'settled');
      await git(folder.path(), 'checkout', '-q', 'other');
      await dataset.refresh();
      await dataset.addRecord(pair(9));
      await commit(folder.path(), 'later');
      await git(folder.path(), 'checkout', '-q', 'main');
      await git(folder.path(), 'merge', '-q', '-m', 'merge', 'other');
      expect((await DatasetFile.open(path())).counts()).toMatchObject({
        ...{ contested: 0, accepted: 3, records: 7 },
      });
    },
  );

  test.each(compactions)(
    'a deletion on one and a decision on the other are contested; compacted: %s',
    async (compacted) => {
      const { dataset, ids } = await merged(
        (open, [first = '']) => open.delete(first),
        (open, [first = '']) => open.decide(first, { status: 'accepted' }),
        compacted,
      );
      expect(dataset.state(ids[0]!)).toMatchObject({ status: 'contested', deleted: false });
      await dataset.decide(ids[0]!, { status: 'accepted' });
      expect(await dataset.read(ids[0]!)).toMatchObject(pair(1));
    },
  );

  test('a pair that one branch deleted and forgot is missing, and its copy brings it back', async () => {
    const { dataset, ids } = await merged(
      (open, [first = '']) => open.delete(first),
      (open, [first = '']) => open.decide(first, { status: 'accepted' }),
      'theirs, forgetting',
    );
    expect(dataset.counts()).toMatchObject({ records: 5, missing: 1 });
    expect(dataset.state(ids[0]!)).toMatchObject({ status: 'contested' });
    const old = await git(folder.path(), 'show', 'HEAD~1:datasets/pairs.spar.jsonl');
    await appendFile(path(), old);
    await dataset.refresh();
    expect(dataset.counts()).toMatchObject({ records: 6, missing: 0, contested: 1 });
    await dataset.decide(ids[0]!, { status: 'accepted' });
    expect(dataset.counts()).toMatchObject({ records: 6, contested: 0, accepted: 1 });
  });

  test('one decision is one added line, and the merge is Git’s own', async () => {
    const { dataset, ids } = await merged(
      (open, [first = '']) => open.decide(first, { status: 'accepted' }),
      (open, [, second = '']) => open.decide(second, { status: 'rejected' }),
    );
    expect(await git(folder.path(), 'diff', '--numstat', 'HEAD~1', 'HEAD')).toMatch(/^1\t0\t/u);
    expect(await git(folder.path(), 'check-attr', 'merge', 'datasets/pairs.spar.jsonl')).toMatch(
      /: union\n$/u,
    );
    await dataset.decide(ids[2]!, { status: 'accepted' });
    expect(await git(folder.path(), 'diff', '--numstat')).toMatch(/^1\t0\t/u);
    await writeFile(
      folder.path('old.jsonl'),
      await git(folder.path(), 'show', 'HEAD~1:datasets/pairs.spar.jsonl'),
    );
    expect((await compareVersions(folder.path('old.jsonl'), path())).counts).toEqual({
      ...{ added: 0, removed: 0, decided: 2, changed: 0, unchanged: 4 },
    });
  });

  test('a compacted dataset compacts to itself, byte for byte', async () => {
    const { dataset } = await merged(
      (open, [first = '']) => open.decide(first, { status: 'accepted' }),
      (open, [first = '', second = '']) =>
        open.apply([
          { type: 'decide', id: first, decision: { status: 'rejected' } },
          { type: 'decide', id: second, decision: { status: 'accepted' } },
          { type: 'decide', id: second, decision: { status: 'rejected' } },
        ]),
    );
    await dataset.compact();
    const once = await readFile(path(), 'utf8');
    await dataset.compact();
    expect(await readFile(path(), 'utf8')).toBe(once);
  });
});
