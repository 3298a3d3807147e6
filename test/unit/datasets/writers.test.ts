import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordIdOf } from '../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { buildProgram, Program } from '../../support/program';
import { SparProcess } from '../cli/bundle';
import { temporaryFolder } from '../log/temporaryFolder';
import { record } from './lines';

/** Seconds; a minute is asked for with SPAR_WRITERS_SECONDS=60. */
const duration = Number(process.env['SPAR_WRITERS_SECONDS'] ?? 6);
const size = 200;

/** What a window does until its time is over; it tells each thing once it is saved. */
const source = `
  import { DatasetFile } from './src/spar/datasets/store';
  import { datasetLineText } from './src/spar/datasets/datasetLine';
  import { DatasetTable } from './src/spar/datasets/table/datasetTable';
  import { appendLines } from './src/spar/log/appendLines';
  import { EditedDataset } from './src/views/datasets/editor/editedDataset';

  const [path, what, seconds] = process.argv.slice(2);
  const isOver = () => performance.now() > Number(seconds) * 1000;
  const tell = (ids, tag) => process.stdout.write(JSON.stringify({ ids, tag }) + '\\n');

  /** The dataset editor: bulk edits of what was there and of what others add, saved in one append each. */
  async function edit() {
    const table = await DatasetTable.open(path);
    await table.complete;
    const append = async (lines) => void (await appendLines(path, lines.map(datasetLineText)));
    const dataset = new EditedDataset({ path, table, append });
    for (let round = 0; !isOver(); round += 1) {
      const tag = 'edit-' + round;
      const ids = Array.from({ length: 20 }, (_, n) => table.id((round * 7 + n * 31) % table.size));
      await dataset.apply(ids.map((id) => ({ type: 'change', id, change: { tags: { add: [tag] } } })));
      await dataset.save();
      tell(ids, tag);
      await dataset.refresh();
    }
    dataset.dispose();
  }

  /** Reviews: pairs and decisions, one append each, and a compaction now and then. */
  async function review() {
    const dataset = await DatasetFile.open(path);
    for (let round = 0; !isOver(); round += 1) {
      const tag = 'review-' + round;
      const pair = { instruction: tag, rejected: 'no '.repeat(round % 300), chosen: 'yes' };
      const { id } = await dataset.addRecord(pair, { status: 'accepted' });
      await dataset.change(id, { tags: { add: [tag] } });
      tell([id], tag);
      if (round % 20 === 19) await dataset.compact();
    }
  }

  ({ edit, review })[what]().catch((error) => { console.error(error); process.exitCode = 1; });
`;

interface Told {
  readonly ids: readonly string[];
  readonly tag: string;
}

let spar: SparProcess;
beforeAll(async () => {
  spar = await SparProcess.build();
});
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});
const folder = temporaryFolder();

test(
  'two windows and terminal commands that write at once lose nothing and tear nothing',
  { timeout: (duration + 120) * 1000 },
  async () => {
    const path = folder.path('datasets', 'pairs.spar.jsonl');
    const first = await DatasetFile.open(path);
    await first.apply(
      Array.from({ length: size }, (_, number) => {
        const { instruction, rejected, chosen } = record(number);
        return { type: 'add', record: { instruction, rejected, chosen } };
      }),
    );
    const program = folder.path('program.cjs');
    buildProgram(program, source);
    const windows = ['edit', 'review'].map(
      (what) => new Program([process.execPath, program, path, what, String(duration)]),
    );
    const over = Promise.all(windows.map(({ ended }) => ended));
    let isOver = false;
    void over.then(() => (isOver = true));
    const told: Told[] = [];
    for (let round = 0; !isOver; round += 1) told.push(await runImport(path, round));
    for (const end of await over) expect(end).toEqual({ code: 0, signal: null, errors: '' });
    for (const { told: lines } of windows) told.push(...lines.map((line) => JSON.parse(line) as Told));

    const dataset = await DatasetFile.open(path);
    expect(dataset.problems).toEqual([]);
    expect(told.filter(({ ids, tag }) => !ids.every((id) => isTagged(dataset, id, tag)))).toEqual([]);
    const added = told.filter(({ tag }) => !tag.startsWith('edit-')).flatMap(({ ids }) => ids);
    expect(dataset.counts()).toMatchObject({ records: size + added.length, missing: 0, contested: 0 });
    expect(new Set(told.map(({ tag }) => tag.split('-')[0]))).toEqual(new Set(['edit', 'review', 'import']));
    for (const line of (await readFile(path, 'utf8')).split('\n').slice(0, -1)) JSON.parse(line);
    expect((await readdir(folder.path('datasets'))).sort()).toEqual(['.gitattributes', 'pairs.spar.jsonl']);
    if (duration > 30) console.log(`${told.length} things were saved by three processes`);
  },
);

/** As in a terminal beside the windows. */
async function runImport(path: string, round: number): Promise<Told> {
  const tag = `import-${round}`;
  const pairs = [1, 2, 3].map((number) => ({ prompt: `${tag} ${number}`, chosen: 'yes', rejected: 'no' }));
  const rows = folder.path('rows.jsonl');
  await writeFile(rows, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  const { code, stderr } = await spar.run(['import', '--dataset', path, '--tag', tag, rows]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return {
    tag,
    ids: pairs.map(({ prompt, ...texts }) => recordIdOf({ instruction: prompt, ...texts })),
  };
}

function isTagged(dataset: DatasetFile, id: string, tag: string): boolean {
  return dataset.state(id)?.tags.includes(tag) === true;
}
