import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { recordLine } from '../../../src/spar/datasets/newLines';
import { DatasetTable } from '../../../src/spar/datasets/table/datasetTable';
import { temporaryFolder } from '../log/temporaryFolder';
import { change, decision, pair } from './lines';

/** What a bundle beside `datasetReader.js` says of a dataset, and whether it had threads for it. */
const script = `
  import { DatasetTable } from './src/spar/datasets/table/datasetTable';
  async function main() {
    let threads = 0;
    process.on('worker', () => (threads += 1));
    const table = await DatasetTable.open(process.argv[2]);
    await table.complete;
    const found = await table.query({ text: 'SAY 7' }, { by: 'created', descending: true });
    const { accepted, records, tags } = table.counts();
    const lines = Array.from({ length: table.size }, (_, row) => table.line(row) + ' ' + table.id(row));
    const { problems } = table;
    process.stdout.write(JSON.stringify({ threads: threads > 0, found: [...found], accepted, records, tags: [...tags], lines, problems }));
  }
  main().catch((error) => { console.error(error); process.exitCode = 1; });
`;

const folder = temporaryFolder();

test('threads read what is read without them', { timeout: 60_000 }, async () => {
  const file = folder.path('pairs.spar.jsonl');
  const lines = Array.from({ length: 100 }, (_, number) =>
    recordLine(
      { ...pair(number), chosen: `${number}${'x'.repeat(110_000)}`, metrics: { distance: 1 } },
      '2026-01-01T00:00:00Z',
    ),
  );
  const about = lines.slice(0, 40).flatMap(({ id }) => [
    { ...decision('a', ''), record: id },
    { ...change('b', 'a', { tags: { add: ['t'], remove: [] } }), record: id },
  ]);
  const texts = [...lines.slice(0, 70), ...about, ...lines.slice(70)].map(datasetLineText);
  await writeFile(file, [...texts.slice(0, 50), 'no line', ...texts.slice(50), ''].join('\n'));

  // As it is built: the CommonJS builds of some packages can't be bundled.
  const mainFields = ['module', 'main'];
  const options = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'error', mainFields } as const;
  const main = folder.path('main.cjs');
  buildSync({
    ...options,
    stdin: { contents: script, resolveDir: process.cwd(), loader: 'ts' },
    outfile: main,
  });
  const reader = 'src/spar/datasets/table/readerThread.ts';
  buildSync({ ...options, entryPoints: [reader], outfile: folder.path('datasetReader.js') });
  const { stdout } = await promisify(execFile)(process.execPath, [main, file], { maxBuffer: 1 << 26 });

  const table = await DatasetTable.open(file);
  await table.complete;
  const found = await table.query({ text: 'SAY 7' }, { by: 'created', descending: true });
  const { accepted, records, tags } = table.counts();
  expect(JSON.parse(stdout)).toEqual({
    threads: true,
    found: [...found],
    accepted,
    records,
    tags: [...tags],
    lines: Array.from({ length: table.size }, (_, row) => `${table.line(row)} ${table.id(row)}`),
    problems: table.problems,
  });
  expect([records, accepted, found.length, table.problems.length]).toEqual([100, 40, 11, 1]);
});
