import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { recordIdOf } from '../../../src/spar/datasets/newLines';
import type { FoundPair } from '../../../src/spar/selfplay/itemResult';
import { PairRelease, type ReleasedItems } from '../../../src/spar/selfplay/release';
import { curatedPair, curatedRecord, datasetText, decisionOn } from '../../support/curationDataset';
import { temporaryFolder } from '../log/temporaryFolder';

const folder = temporaryFolder();

/** Items that found a pair each, which a policy accepts; done one after the other. */
class FakeItems implements ReleasedItems {
  readonly folder = folder.path();
  released = 0;
  readonly retried = [];
  done = 0;

  isDone(item: number): boolean {
    return item < this.done;
  }

  result(item: number): ReturnType<ReleasedItems['result']> {
    const decision = { status: 'accepted', by: { kind: 'policy', name: 'sure' } } as const;
    const pair: FoundPair = { record: curatedPair(item), decision };
    return Promise.resolve({ pairs: [pair], examples: [], overlap: null });
  }

  noteReleased(items: number): Promise<void> {
    this.released = items;
    return Promise.resolve();
  }

  loseUnreadable(): Promise<number> {
    return Promise.resolve(0);
  }
}

test('what a person decided on or deleted while the run worked is not for the run to say again', async () => {
  const file = folder.path('pairs.spar.jsonl');
  await writeFile(file, '');
  const items = new FakeItems();
  const release = new PairRelease(items, { dataset: file, created: new Date(0) });
  await release.begin();
  items.done = 1;
  await release.release();
  const others = datasetText([curatedRecord(1), decisionOn(1, 'rejected', { id: 'person' })]);
  await appendFile(file, others);
  items.done = 3;
  await release.release();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(said.map(({ kind, id, record, status }) => [kind, record ?? id, status])).toEqual([
    ['record', idOf(0), undefined],
    ['decision', idOf(0), 'accepted'],
    ['record', idOf(1), undefined],
    ['decision', idOf(1), 'rejected'],
    ['record', idOf(2), undefined],
    ['decision', idOf(2), 'accepted'],
  ]);
});

test('a dataset that is moved away while the run works is written anew, also by a later process', async () => {
  const file = folder.path('pairs.spar.jsonl');
  const items = new FakeItems();
  const options = { dataset: file, created: new Date(0) };
  const release = new PairRelease(items, options);
  await release.begin();
  items.done = 2;
  await release.release();
  await release.note();
  await rename(file, folder.path('moved.spar.jsonl'));
  items.done = 3;
  await release.release();
  const written = async (): Promise<readonly unknown[]> =>
    (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Record<string, unknown>)['id'])
      .filter((id) => [0, 1, 2].map(idOf).includes(String(id)));
  expect(await written()).toEqual([0, 1, 2].map(idOf));

  // Gone again, and the process that writes it anew is killed before it is done.
  await release.note();
  await rm(file);
  await new PairRelease(items, options).begin();
  await writeFile(file, '');
  const later = new PairRelease(items, options);
  await later.begin();
  await later.release();
  expect(await written()).toEqual([0, 1, 2].map(idOf));
});

function idOf(number: number): string {
  return recordIdOf(curatedPair(number));
}
