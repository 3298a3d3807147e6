import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { compareVersions } from '../../../../src/spar/datasets/versions/compareVersions';
import { differenceWords } from '../../../../src/spar/datasets/versions/differenceWords';
import { segmentsOf } from '../../../../src/spar/datasets/versions/segments';
import type { PairDifference } from '../../../../src/spar/datasets/versions/versionDifference';
import { temporaryFolder } from '../../log/temporaryFolder';
import { pair, record } from '../lines';

describe('compareVersions', () => {
  const folder = temporaryFolder();
  const earlier = (): string => folder.path('old.spar.jsonl');
  const later = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  test('pairs added, removed, decided differently and changed, with what differs', async () => {
    const dataset = await DatasetFile.open(later());
    const ids: string[] = [];
    for (const number of [1, 2, 3, 4, 5])
      ids.push((await dataset.addRecord(pair(number), { status: 'pending' })).id);
    await copyFile(later(), earlier());
    await dataset.decide(ids[0]!, { status: 'accepted' });
    await dataset.delete(ids[1]!);
    await dataset.change(ids[2]!, { tags: { add: ['x'] }, split: 'test', rejected: 'It is then 3' });
    await dataset.addRecord(pair(6));
    const { counts, pairs, unreadable } = await compareVersions(earlier(), later());
    expect({ counts, unreadable }).toEqual({
      counts: { added: 1, removed: 1, decided: 1, changed: 1, unchanged: 2 },
      unreadable: { before: 0, after: 0 },
    });
    expect(pairs.map(line)).toEqual([
      'decided “Say 1.” pending→accepted | It [-is, well,-]{+is well+} 1',
      'changed “Say 3.” pending→pending +x split null→test rejected: It [-is, well,-]{+is then+} 3 | It is [-then-]{+well+} 3',
      'added “Say 6.” null→pending | It [-is, well,-]{+is well+} 6',
      'removed “Say 2.” pending→null | It [-is, well,-]{+is well+} 2',
    ]);
    expect(differenceWords(await compareVersions(earlier(), later(), { limit: 1 }))).toEqual({
      summary:
        '1 added, 1 removed, 1 decided differently, 1 changed in texts, tags or split; 2 pairs are as before.',
      notes: ['3 of them are counted and not shown.'],
    });
  });

  test('a compaction changes no pair; a contradiction is a decision of its own', async () => {
    const one = await DatasetFile.open(later());
    const { id } = await one.addRecord(pair(), { status: 'accepted' });
    await one.decide(id, { status: 'rejected' });
    await one.change(id, { tags: { add: ['a'] } });
    await copyFile(later(), earlier());
    const two = await DatasetFile.open(later());
    await one.compact();
    expect((await compareVersions(earlier(), later())).counts).toMatchObject({ unchanged: 1, decided: 0 });
    await one.decide(id, { status: 'accepted' });
    await two.decide(id, { status: 'pending' });
    const { pairs } = await compareVersions(earlier(), later());
    expect(pairs.map(({ kind, status }) => `${kind} ${status.before}→${status.after}`)).toEqual([
      'decided rejected→contested',
    ]);
  });

  test('a version that is not there has no pairs; damaged lines are counted', async () => {
    await mkdir(folder.path('datasets'));
    await writeFile(later(), `nonsense\n${datasetLineText(record(1))}\n{"to`);
    expect(await compareVersions(earlier(), later())).toMatchObject({
      counts: { added: 1, removed: 0, unchanged: 0 },
      unreadable: { before: 0, after: 2 },
    });
    expect((await compareVersions(later(), earlier())).pairs.map(({ kind }) => kind)).toEqual(['removed']);
    await expect(
      compareVersions(earlier(), later(), { signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
  });
});

describe('segmentsOf', () => {
  const unit = fc.oneof(fc.constantFrom('a ', 'b ', 'c', '\n', '🙂 ', '…'), fc.string({ maxLength: 4 }));
  const some = fc.array(unit, { maxLength: 60 }).map((parts) => parts.join(''));

  test('short texts rebuild both versions', () => {
    fc.assert(
      fc.property(some, some, (before, after) => {
        const segments = segmentsOf(before, after);
        const without = (left: string): string =>
          segments.flatMap(({ kind, text: part }) => (kind === left ? [] : [part])).join('');
        if (segments.some(({ kind }) => kind === 'gap')) return;
        expect(without('added')).toBe(before);
        expect(without('removed')).toBe(after);
      }),
    );
  });

  test('long shared stretches are left out, and no change is', () => {
    const sea = 'the sea '.repeat(1000);
    const segments = segmentsOf(`${sea}calm ${sea}end`, `${sea}wide ${sea}end`);
    expect(segments.map(({ kind }) => kind)).toEqual(['gap', 'same', 'removed', 'added', 'same', 'gap']);
    expect(text(segments).length).toBeLessThan(500);
    expect(text(segmentsOf(sea, sea))).toMatch(/^the sea .* … 7,680 characters alike … .*the sea $/u);
  });

  test('a million characters of one kind take no time worth the name', () => {
    for (const long of ['x'.repeat(1e6), '[ '.repeat(5e5), 'a@'.repeat(5e5)])
      expect(text(segmentsOf(long, `${long}!`)).length).toBeLessThan(50_000);
  });
});

function text(segments: PairDifference['pair']): string {
  const marks = { same: ['', ''], removed: ['[-', '-]'], added: ['{+', '+}'], gap: [' ', ' '] } as const;
  return segments.map(({ kind, text: part }) => marks[kind][0] + part + marks[kind][1]).join('');
}

function line({ kind, instruction, status, tags, split, texts, pair: segments }: PairDifference): string {
  return [
    `${kind} “${instruction}” ${status.before}→${status.after}`,
    ...tags.added.map((tag) => `+${tag}`),
    ...tags.removed.map((tag) => `-${tag}`),
    ...(split === null ? [] : [`split ${split.before}→${split.after}`]),
    ...texts.map((each) => `${each.field}: ${text(each.segments)}`),
    `| ${text(segments)}`,
  ].join(' ');
}
