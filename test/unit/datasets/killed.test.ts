import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { foldLines } from '../../../src/spar/datasets/recordState';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import { appendLines } from '../../../src/spar/log/appendLines';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { EditedDataset } from '../../../src/views/datasets/editor/editedDataset';
import { buildProgram, Program } from '../../support/program';
import { temporaryFolder } from '../log/temporaryFolder';
import { record } from './lines';

/** Does one thing again and again, and tells what it begins and what it has done. */
const source = `
  import { DatasetFile } from './src/spar/datasets/store';
  import { datasetLineText } from './src/spar/datasets/datasetLine';
  import { DatasetTable } from './src/spar/datasets/table/datasetTable';
  import { appendLines } from './src/spar/log/appendLines';
  import { EditedDataset } from './src/views/datasets/editor/editedDataset';

  const [path, what] = process.argv.slice(2);
  const tell = (line) => process.stdout.write(line + '\\n');
  const tagged = (id, tag) => ({ type: 'change', id, change: { tags: { add: [tag] } } });

  /** As the dataset editor saves: one append of a line for each record. */
  async function bulk() {
    const table = await DatasetTable.open(path);
    await table.complete;
    const append = async (lines) => void (await appendLines(path, lines.map(datasetLineText)));
    const dataset = new EditedDataset({ path, table, append });
    const ids = Array.from({ length: table.size }, (_, row) => table.id(row));
    for (let round = 0; ; round += 1) {
      await dataset.apply(ids.map((id) => tagged(id, 'round-' + round)));
      tell('begin round-' + round);
      await dataset.save();
      tell('done round-' + round);
    }
  }

  /** As a review saves: one decision at a time. */
  async function decide() {
    const dataset = await DatasetFile.open(path);
    const ids = [...dataset.records()];
    for (let round = 0; ; round += 1) {
      const id = ids[round % ids.length];
      tell('begin ' + id);
      const status = round % 2 === 0 ? 'accepted' : 'rejected';
      const [line] = await dataset.apply([{ type: 'decide', id, decision: { status } }]);
      tell('done ' + line.id);
    }
  }

  async function compact() {
    const dataset = await DatasetFile.open(path);
    const ids = [...dataset.records()];
    for (let round = 0; ; round += 1) {
      await dataset.apply(ids.map((id) => tagged(id, 'round-' + round)));
      tell('done round-' + round);
      tell('begin compaction');
      await dataset.compact();
    }
  }

  ({ bulk, decide, compact })[what]().catch((error) => { console.error(error); process.exitCode = 1; });
`;

const size = 1000;
/** Milliseconds from the start of what is killed. */
const delays = [0, 3, 9];

describe('kill -9', { timeout: 120_000 }, () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('pairs.spar.jsonl');
  const records = Array.from({ length: size }, (_, number) => record(number));
  const text = records.map((line) => `${datasetLineText(line)}\n`).join('');

  /** Runs the program until it has begun for the third time, and a little longer. */
  async function killed(what: 'bulk' | 'decide' | 'compact', delay: number): Promise<readonly string[]> {
    const running = new Program([process.execPath, folder.path('program.cjs'), path(), what]);
    let begun = 0;
    running.onLine((line) => {
      if (!line.startsWith('begin')) return;
      begun += 1;
      if (begun === 3) setTimeout(() => running.kill(), delay);
    });
    const end = await running.ended;
    expect(end).toMatchObject({ signal: 'SIGKILL', errors: '' });
    return running.told.filter((line) => line.startsWith('done ')).map((line) => line.slice(5));
  }

  async function prepare(): Promise<void> {
    buildProgram(folder.path('program.cjs'), source);
    await writeFile(path(), text);
  }

  test('amid a decision loses none that was acknowledged', async () => {
    await prepare();
    const done = new Set<string>();
    for (const delay of delays) {
      for (const id of await killed('decide', delay)) done.add(id);
      const dataset = await DatasetFile.open(path());
      expect(dataset.counts()).toMatchObject({ records: size, missing: 0 });
      const kept = [...dataset.records()].flatMap((id) => dataset.history(id)).map(({ id }) => id);
      expect(kept).toEqual(expect.arrayContaining([...done]));
      // Of each process the one decision at most that it had no time to acknowledge.
      expect(kept.length - done.size).toBeLessThanOrEqual(delays.indexOf(delay) + 1);
      expect(dataset.problems.length).toBeLessThanOrEqual(delays.indexOf(delay) + 1);
    }
    expect((await readFile(path(), 'utf8')).startsWith(text)).toBe(true);
    expect(await readdir(folder.path())).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/tmp$/u)]),
    );
  });

  test('amid the save of a bulk edit leaves its beginning at most, and the next save goes well', async () => {
    await prepare();
    for (const delay of delays) {
      await writeFile(path(), text);
      const done = await killed('bulk', delay);
      const saved = await readFile(path(), 'utf8');
      expect(saved.startsWith(text)).toBe(true);
      const dataset = await DatasetFile.open(path());
      expect(dataset.counts()).toMatchObject({ records: size, missing: 0 });
      expect(records.filter(({ id }) => !holds(dataset, id, done))).toEqual([]);
      const last = `round-${done.length}`;
      const begun = records.map(({ id }) => dataset.state(id)?.tags.includes(last) === true);
      // All, none, or a beginning.
      expect(begun.lastIndexOf(true)).toBe(begun.filter(Boolean).length - 1);
      expect(dataset.problems.map(({ type }) => type)).toEqual(
        saved.endsWith('\n') ? [] : [expect.stringMatching('torn')],
      );
      await saveAfter();
      const after = await DatasetFile.open(path());
      await after.cutOutLines(after.problems);
      expect(after.problems).toEqual([]);
      expect(after.state(records[0]!.id)).toMatchObject({
        status: 'accepted',
        tags: dataset.state(records[0]!.id)?.tags,
      });
    }
  });

  test('amid a compaction leaves the file as it was, or compacted', async () => {
    await prepare();
    for (const delay of delays) {
      await writeFile(path(), text);
      const done = await killed('compact', delay * 5);
      const dataset = await DatasetFile.open(path());
      expect(dataset.problems).toEqual([]);
      expect(dataset.counts()).toMatchObject({ records: size, missing: 0 });
      expect(records.filter(({ id }) => !holds(dataset, id, done))).toEqual([]);
    }
    await (await DatasetFile.open(path())).compact();
    expect(await readdir(folder.path())).toEqual(['pairs.spar.jsonl', 'program.cjs']);
  });

  function holds(dataset: DatasetFile, id: string, tags: readonly string[]): boolean {
    const held = dataset.state(id)?.tags ?? [];
    return tags.every((tag) => held.includes(tag));
  }

  /** The dataset editor of the next window. */
  async function saveAfter(): Promise<void> {
    const table = await DatasetTable.open(path());
    await table.complete;
    const append = async (lines: Parameters<typeof datasetLineText>[0][]): Promise<void> => {
      await appendLines(path(), lines.map(datasetLineText));
    };
    const dataset = new EditedDataset({ path: path(), table, append: (lines) => append([...lines]) });
    const { id } = records[0]!;
    await dataset.apply([{ type: 'decide', id, decision: { status: 'accepted' } }]);
    await dataset.save();
    expect(foldLines(dataset.linesAbout(id)).status).toBe('accepted');
    dataset.dispose();
  }
});
