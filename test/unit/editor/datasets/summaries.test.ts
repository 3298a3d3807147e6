import { describe, expect, test } from 'vitest';
import {
  Summaries,
  type KeptSummaries,
  type SummariesPorts,
} from '../../../../src/editor/datasets/summaries';
import type { DatasetSummary } from '../../../../src/editor/datasets/summary';

export function summary(rest: Partial<DatasetSummary> = {}): DatasetSummary {
  const none = { records: 0, accepted: 0, pending: 0, contested: 0, rejected: 0, deleted: 0, missing: 0 };
  return { ...none, tags: [], splits: [], problemCount: 0, problems: [], ...rest };
}

/** Files as versions; each reading waits until it is answered. */
class FakeDisk implements SummariesPorts {
  readonly versions = new Map<string, string>();
  readonly readings: string[] = [];
  saved: KeptSummaries = {};
  private readonly answers: ((result: DatasetSummary | Error) => void)[] = [];

  constructor(private readonly kept: KeptSummaries = {}) {}

  versionOf = (file: string): Promise<string | null> => Promise.resolve(this.versions.get(file) ?? null);
  load = (): Promise<KeptSummaries> => Promise.resolve(this.kept);
  save = (kept: KeptSummaries): Promise<void> => {
    this.saved = kept;
    return Promise.resolve();
  };
  reasonOf = (error: unknown): string => String(error);
  summarise = (file: string): Promise<DatasetSummary> => {
    this.readings.push(file);
    return new Promise((resolve, reject) => {
      this.answers.push((result) => (result instanceof Error ? reject(result) : resolve(result)));
    });
  };

  answer(result: DatasetSummary | Error): void {
    this.answers.shift()?.(result);
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('Summaries', () => {
  test('nobody waits: the counts are told when they are there, one dataset after the other', async () => {
    const disk = new FakeDisk();
    disk.versions.set('a', '1').set('b', '1');
    const summaries = new Summaries(disk);
    const told: string[] = [];
    summaries.onDidChange((file) => told.push(file));
    expect([summaries.of('a'), summaries.of('b')]).toEqual([
      { state: 'counting', last: null },
      { state: 'counting', last: null },
    ]);
    await settled();
    expect(disk.readings).toEqual(['a']);
    disk.answer(summary({ records: 3 }));
    await settled();
    expect(summaries.of('a')).toEqual({ state: 'counted', summary: summary({ records: 3 }) });
    expect(disk.readings).toEqual(['a', 'b']);
    disk.answer(new Error('no permission'));
    await settled();
    expect(summaries.of('b')).toEqual({ state: 'failed', reason: 'Error: no permission' });
    expect(told).toEqual(['a', 'a', 'b', 'b']);
    expect(disk.saved).toEqual({ a: { version: '1', summary: summary({ records: 3 }) } });
  });

  test('what an earlier window counted is used while the file is the same, and shown while it is counted anew', async () => {
    const disk = new FakeDisk({ a: { version: '1', summary: summary({ records: 5 }) } });
    disk.versions.set('a', '1');
    const summaries = new Summaries(disk);
    summaries.of('a');
    await settled();
    expect([summaries.of('a').state, disk.readings]).toEqual(['counted', []]);
    disk.versions.set('a', '2');
    summaries.refresh('a');
    await settled();
    expect(summaries.of('a')).toEqual({ state: 'counting', last: summary({ records: 5 }) });
    disk.versions.set('a', '3');
    summaries.refresh('a');
    disk.answer(summary({ records: 6 }));
    await settled();
    expect(disk.readings).toEqual(['a', 'a']);
    disk.answer(summary({ records: 7 }));
    await settled();
    expect(summaries.of('a')).toEqual({ state: 'counted', summary: summary({ records: 7 }) });
  });

  test('a file that is gone is forgotten, and a disposed object tells nothing more', async () => {
    const disk = new FakeDisk();
    disk.versions.set('a', '1');
    const summaries = new Summaries(disk);
    summaries.of('gone');
    await settled();
    expect(disk.readings).toEqual([]);
    summaries.of('a');
    await settled();
    const told: string[] = [];
    summaries.onDidChange((file) => told.push(file));
    summaries.dispose();
    disk.answer(summary());
    await settled();
    expect(told).toEqual([]);
  });
});
