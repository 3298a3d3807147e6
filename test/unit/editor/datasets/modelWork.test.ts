import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { atATime } from '../../../../src/editor/datasets/atATime';
import { refineAgain } from '../../../../src/editor/datasets/refineAgain';
import { rejudge, type RejudgePorts } from '../../../../src/editor/datasets/rejudge';
import type { Session, SessionItem } from '../../../../src/editor/sessions/session';
import { recordIdOf } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { defaultSettings } from '../../../../src/spar/search/settings';
import { pair } from '../../datasets/lines';
import { temporaryFolder } from '../../log/temporaryFolder';
import { finished, started, votes } from '../sessions/fakes';

const id = (number: number): string => recordIdOf(pair(number));
const itself = (item: SessionItem): Promise<SessionItem> => Promise.resolve(item);

describe('records before the model again', () => {
  const folder = temporaryFolder();
  const file = (): string => folder.path('datasets', 'pairs.spar.jsonl');
  const never = new AbortController().signal;
  const lines = async (): Promise<readonly Record<string, unknown>[]> =>
    (await readFile(file(), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeEach(async () => {
    const dataset = await DatasetFile.open(file());
    await dataset.apply([1, 2, 3].map((number) => ({ type: 'add', record: pair(number) })));
  });

  /** Judges by the share of Yes that a text is given; null: undecided; a text for an endpoint that fails. */
  function judge(
    shares: Readonly<Record<string, number | null | string>>,
  ): RejudgePorts & { asked: string[] } {
    const asked: string[] = [];
    return {
      asked,
      prepare: itself,
      engine: {
        async *search({ item }) {
          asked.push(item.original);
          await Promise.resolve();
          const share = shares[item.original] ?? null;
          yield started({ model: 'judge', settings: { ...defaultSettings, depth: 0 } });
          if (typeof share === 'string') {
            yield finished({ status: 'failed', stoppedBy: 'endpoint', reason: share });
            return;
          }
          const judgement =
            share === null ? votes(0, 0, { by: 'rules', value: null }) : votes(share * 5, 5 - share * 5);
          yield { type: 'node-judged', path: '0', judgement };
          yield finished({ status: 'unsolved', best: null });
        },
      },
    };
  }

  test('judging again appends a line to each record and says which pairs are as they should be', async () => {
    const before = await readFile(file(), 'utf8');
    const ports = judge({
      ...{ [pair(1).chosen]: 1, [pair(1).rejected]: 0 },
      ...{ [pair(2).chosen]: 1, [pair(2).rejected]: 0.8 },
      [pair(3).chosen]: 1,
    });
    const progress: number[] = [];
    const judged = await rejudge({ file: file(), ids: [id(1), id(2), id(3), 'unknown'] }, ports, {
      signal: never,
      most: 2,
      onProgress: (done, all) => progress.push(done / all),
    });
    expect(judged).toEqual({
      ...{ model: 'judge', held: [id(1)], doubtful: [id(2)], undetermined: [id(3)] },
      ...{ outdated: [], stopped: null },
    });
    expect(progress.at(-1)).toBe(1);
    expect((await readFile(file(), 'utf8')).startsWith(before)).toBe(true);
    const added = (await lines()).slice(3);
    expect(added.map(({ kind, record }) => [kind, record])).toEqual(
      expect.arrayContaining([1, 2, 3].map((number) => ['change', id(number)])) as unknown,
    );
    expect(added.find(({ record }) => record === id(1))).toMatchObject({
      judgements: { model: 'judge', chosen: { judgement: { yes: 5 } }, rejected: { judgement: { no: 5 } } },
    });
    const dataset = await DatasetFile.open(file());
    expect([1, 2, 3].map((number) => dataset.state(id(number))?.status)).toEqual([
      'pending',
      'pending',
      'pending',
    ]);
    await dataset.compact();
    expect((await lines()).filter((line) => 'judgements' in line)).toHaveLength(3);
  });

  test('what was said of a text that was corrected or deleted meanwhile is not kept', async () => {
    const ports = judge({ [pair(1).chosen]: 1, [pair(2).chosen]: 1, [pair(3).chosen]: 1 });
    const { search } = ports.engine;
    const other = await DatasetFile.open(file());
    ports.engine.search = async function* (start, options) {
      yield* search(start, options);
      if (start.item.original === pair(1).chosen) await other.change(id(1), { chosen: 'Corrected.' });
      if (start.item.original === pair(2).chosen) await other.delete(id(2));
    };
    const records = { file: file(), ids: [id(1), id(2), id(3)] };
    const judged = await rejudge(records, ports, { signal: never, most: 1, onProgress: () => undefined });
    expect(judged).toMatchObject({ held: [], outdated: [id(1), id(2)], undetermined: [id(3)] });
    expect((await lines()).filter((line) => 'judgements' in line).map(({ record }) => record)).toEqual([
      id(3),
    ]);
  });

  test('an endpoint that fails ends the judging with its reason; what was judged is kept', async () => {
    const ports = judge({ [pair(1).chosen]: 1, [pair(1).rejected]: 0, [pair(2).rejected]: 'No answer.' });
    const records = { file: file(), ids: [id(1), id(2), id(3)] };
    const judged = await rejudge(records, ports, { signal: never, most: 1, onProgress: () => undefined });
    expect(judged).toMatchObject({ held: [id(1)], doubtful: [], stopped: 'No answer.' });
    expect(ports.asked).not.toContain(pair(3).rejected);
    expect(await lines()).toHaveLength(4);
  });

  test('refining again searches from the rejected text as it stands, so many at a time, and hears a stop', async () => {
    const dataset = await DatasetFile.open(file());
    await dataset.change(id(2), { rejected: 'Corrected, 2' });
    await dataset.delete(id(3));
    const stop = new AbortController();
    const items: SessionItem[] = [];
    const stopped: string[] = [];
    const store = {
      start: (item: SessionItem) => {
        items.push(item);
        const status = items.length === 1 ? 'accepted' : 'stopped';
        const session = {
          id: item.original,
          tree: { outcome: { status, stoppedBy: null } },
        } as unknown as Session;
        const ended = new Promise<void>((resolve) => {
          if (status === 'accepted') resolve();
          else stop.signal.addEventListener('abort', () => resolve());
        });
        if (items.length === 2) queueMicrotask(() => stop.abort());
        return { session, finished: ended };
      },
      stop: (session: Session) => void stopped.push(session.id),
    };
    const refined = await refineAgain(
      { file: file(), ids: [id(1), id(2), id(3)] },
      { store, prepare: itself, uri: 'file:///d', signal: stop.signal, most: 1, onProgress: () => undefined },
    );
    expect(refined).toEqual({ searches: 2, solved: 1, stopped: null });
    expect(items.map(({ original, source }) => [original, source.uri])).toEqual([
      [pair(1).rejected, 'file:///d'],
      ['Corrected, 2', 'file:///d'],
    ]);
    expect(stopped).toEqual(['Corrected, 2']);
  });

  test('a list is worked through a few at a time, each once, and the first error ends it', async () => {
    let [running, peak] = [0, 0];
    const seen: number[] = [];
    const work = async (item: number): Promise<boolean> => {
      running += 1;
      peak = Math.max(peak, running);
      await Promise.resolve();
      running -= 1;
      seen.push(item);
      if (item === 7) throw new Error('seven');
      return true;
    };
    await atATime([1, 2, 3, 4, 5, 6], { most: 3, signal: never }, work);
    expect([seen.sort(), peak]).toEqual([[1, 2, 3, 4, 5, 6], 3]);
    await expect(atATime([7, 8, 9], { most: 1, signal: never }, work)).rejects.toThrow('seven');
    expect(seen).not.toContain(8);
  });
});
