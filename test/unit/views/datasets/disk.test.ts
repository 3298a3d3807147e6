import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { curatedRecord, datasetText } from '../../../support/curationDataset';
import { buildProgram, Program } from '../../../support/program';
import { temporaryFolder } from '../../log/temporaryFolder';

/** A dataset editor under a person's hands: each line that it is given is one thing to do. */
const source = `
  import { createInterface } from 'node:readline';
  import { datasetLineText } from './src/spar/datasets/datasetLine';
  import { DatasetTable } from './src/spar/datasets/table/datasetTable';
  import { appendLines } from './src/spar/log/appendLines';
  import { EditedDataset } from './src/views/datasets/editor/editedDataset';

  const [path] = process.argv.slice(2);
  const tell = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
  const accept = (id) => ({ type: 'decide', id, decision: { status: 'accepted' } });

  async function main() {
    const table = await DatasetTable.open(path);
    await table.complete;
    const append = async (lines) => void (await appendLines(path, lines.map(datasetLineText)));
    const dataset = new EditedDataset({ path, table, append });
    const ids = Array.from({ length: table.size }, (_, row) => table.id(row));
    let step;
    const actions = {
      'accept all': async () => (step = await dataset.apply(ids.map(accept))),
      'accept one': async () => (step = await dataset.apply([accept(ids[0])])),
      undo: () => step.undo(),
      save: () => dataset.save(),
    };
    for await (const action of createInterface({ input: process.stdin })) {
      const outcome = await actions[action]().then(() => ({}), ({ kind, message }) => ({ kind, message }));
      tell({ action, ...outcome, unsaved: dataset.pending.length, accepted: table.counts().accepted });
    }
  }
  main().catch((error) => { console.error(error); process.exitCode = 1; });
`;

const size = 300;
const text = datasetText(Array.from({ length: size }, (_, number) => curatedRecord(number)));

describe.runIf(process.platform !== 'win32')('a disk that takes no edit', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('pairs.spar.jsonl');

  async function prepare(): Promise<readonly [string, ...string[]]> {
    buildProgram(folder.path('program.cjs'), source);
    await writeFile(path(), text);
    return [process.execPath, folder.path('program.cjs'), path()];
  }

  test('full: nothing is added, every edit waits on, and a smaller one is saved', async () => {
    const command = await prepare();
    // The system itself cuts a write short where a file reaches its limit, in blocks of 512 bytes.
    const blocks = Math.ceil(text.length / 512) + 10;
    const program = new Program(['sh', '-c', `ulimit -f ${blocks} && exec "$0" "$@"`, ...command]);
    await done(program, 'accept all', { unsaved: size, accepted: size });
    const message = expect.stringContaining('Nothing was added. Free some space, then try again.') as string;
    await done(program, 'save', { kind: 'disk-full', message, unsaved: size, accepted: size });
    expect(await readFile(path(), 'utf8')).toBe(text);
    await done(program, 'undo', { unsaved: 0, accepted: 0 });
    await done(program, 'accept one', { unsaved: 1, accepted: 1 });
    await done(program, 'save', { unsaved: 0, accepted: 1 });
    program.kill();
    await program.ended;
    const dataset = await DatasetFile.open(path());
    expect(dataset.problems).toEqual([]);
    expect(dataset.counts()).toMatchObject({ records: size, accepted: 1 });
    expect((await readdir(folder.path())).sort()).toEqual(['pairs.spar.jsonl', 'program.cjs']);
  });

  test.each([
    ['a read-only file', 0o444, 0o777],
    ['a read-only folder', 0o666, 0o555],
  ])('%s: every edit waits until it can be written', async (_, ofFile, ofFolder) => {
    const command = await prepare();
    await chmod(path(), ofFile);
    await chmod(folder.path(), ofFolder);
    // Nothing is read-only for the superuser, so its tests run as nobody.
    const program = new Program(command, process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {});
    try {
      await done(program, 'accept one', { unsaved: 1, accepted: 1 });
      const message = expect.stringContaining(
        'Make the file and its folder writable, or choose another folder, then try again.',
      ) as string;
      await done(program, 'save', { kind: 'no-permission', message, unsaved: 1, accepted: 1 });
      expect(await readFile(path(), 'utf8')).toBe(text);
    } finally {
      await chmod(folder.path(), 0o777);
      await chmod(path(), 0o666);
    }
    await done(program, 'save', { unsaved: 0, accepted: 1 });
    program.kill();
    await program.ended;
    expect((await DatasetFile.open(path())).counts()).toMatchObject({ records: size, accepted: 1 });
    expect((await readdir(folder.path())).sort()).toEqual(['pairs.spar.jsonl', 'program.cjs']);
  });
});

/** Has one thing done, and expects what is told of it. */
async function done(program: Program, action: string, outcome: object): Promise<void> {
  const told = new Promise<string>((resolve, reject) => {
    program.onLine(resolve);
    void program.ended.then(({ errors }) => reject(new Error(`ended: ${errors}`)));
  });
  program.say(action);
  expect(JSON.parse(await told)).toEqual({ action, ...outcome });
}
