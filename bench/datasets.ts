import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactDataset } from '../src/spar/datasets/compaction';
import { exportDataset } from '../src/spar/datasets/export/exportDataset';
import { lintDataset } from '../src/spar/datasets/lint/lint';
import { DatasetFile } from '../src/spar/datasets/store';
import { DatasetTable } from '../src/spar/datasets/table/datasetTable';
import { madePair, makeDataset } from './datasetFile';

/**
 * npm run bench -- datasets [RECORDS [FOLDER]]
 *
 * Opening, searching and writing a dataset made for it: a million records unless fewer are asked for, which then proves less.
 * Other work on the machine only makes figures worse, so each is the best of a few runs. The file is in the system's
 * cache, as it is once it was written: what is measured is the program, not the disk.
 */
export async function measureDatasets(records: number, folder: string): Promise<boolean> {
  const file = join(folder, 'bench.spar.jsonl');
  const made = makeDataset(file, records);
  const megabytes = made.bytes / 1e6;
  const figures = new Figures(await bestOf(3, () => plainRead(file)), megabytes);
  console.log(
    `${made.records} records in ${made.lines} lines, ${megabytes.toFixed(0)} MB; a plain read takes ${seconds(figures.plain)}`,
  );
  await measureOpening(file, folder, figures);
  await measureQueries(file, folder, figures);
  await measureWriting(file, folder, figures);
  await measureOthers(folder, figures);
  return figures.areKept;
}

class Figures {
  areKept = true;

  constructor(
    /** Milliseconds of a plain read of the same file in the same run. */
    readonly plain: number,
    readonly megabytes: number,
  ) {}

  /** A time of work on the whole file. */
  time(name: string, milliseconds: number, most?: number): void {
    const ratio = `${(milliseconds / this.plain).toFixed(2)} × a plain read`;
    this.say(name, `${seconds(milliseconds)}, ${ratio}`, most === undefined || milliseconds <= most);
  }

  speed(name: string, milliseconds: number, least: number): void {
    const speed = (this.megabytes / milliseconds) * 1000;
    const ratio = `${(milliseconds / this.plain).toFixed(2)} × a plain read`;
    this.say(name, `${speed.toFixed(0)} MB/s of at least ${least}, ${ratio}`, speed >= least);
  }

  say(name: string, value: string, isKept: boolean): void {
    this.areKept &&= isKept;
    console.log(`${isKept ? 'kept  ' : 'MISSED'} ${name}: ${value}`);
  }
}

interface Opening {
  readonly first: number;
  readonly complete: number;
  /** Most bytes resident in the process. */
  readonly peak: number;
  readonly size: number;
}

/** Each in a process of its own, as an extension host is one. */
async function measureOpening(file: string, folder: string, figures: Figures): Promise<void> {
  const cache = join(folder, 'cache');
  const cold = await openings(3, () => opening(file));
  figures.time('first rows, at most 2 s', Math.min(...cold.map(({ first }) => first)), 2000);
  figures.time('all rows, cold, at most 10 s', Math.min(...cold.map(({ complete }) => complete)), 10_000);
  const memory = Math.min(...cold.map(({ peak }) => peak)) / 1e6;
  figures.say('resident while it opens, at most 400 MB', `${memory.toFixed(0)} MB`, memory <= 400);
  await opening(file, cache);
  const kept = await openings(3, () => opening(file, cache));
  figures.time(
    'all rows with the kept index, at most 2 s',
    Math.min(...kept.map(({ complete }) => complete)),
    2000,
  );
}

async function openings(runs: number, run: () => Promise<Opening>): Promise<readonly Opening[]> {
  const all: Opening[] = [];
  for (let number = 0; number < runs; number += 1) all.push(await run());
  return all;
}

async function measureQueries(file: string, folder: string, figures: Figures): Promise<void> {
  const table = await DatasetTable.open(file, { cacheFolder: join(folder, 'cache') });
  await table.complete;
  const byLine = { by: 'line', descending: false } as const;
  const rows = Array.from({ length: 50 }, (_, index) => Math.floor((index * table.size) / 50));
  let slowest = 0;
  for (const row of rows) slowest = Math.max(slowest, await bestOf(3, () => table.read([row])));
  figures.say('any row, at most 50 ms', `${slowest.toFixed(1)} ms for the slowest of 50`, slowest <= 50);
  for (const [name, text] of [
    ['rare text', 'Harbour 123450.'],
    ['text of every other record', 'harbour'],
    ['text with escapes', 'boats.\nthe'],
    ['text that is not ASCII', 'ÉLAN 東京'],
  ] as const) {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 2; run += 1) {
      // What was searched for last is remembered.
      await table.query({ text: 'no record has this' }, byLine);
      best = Math.min(best, await timed(() => table.query({ text }, byLine)));
    }
    figures.speed(`free text, ${name}`, best, 300);
  }
  figures.time(
    'sort by a measure',
    await bestOf(3, () => table.query({}, { by: 'distance', descending: true })),
  );
  figures.time(
    'filter by status, model and range',
    await bestOf(3, () =>
      table.query(
        { statuses: ['accepted'], models: ['model-1'], ranges: [{ measure: 'value', min: 0.5 }] },
        byLine,
      ),
    ),
  );
  table.dispose();
}

async function measureWriting(file: string, folder: string, figures: Figures): Promise<void> {
  const copy = join(folder, 'copy.spar.jsonl');
  await copyFile(file, copy);
  const dataset = await DatasetFile.open(copy);
  const [id = ''] = dataset.records();
  const appends: number[] = [];
  const syncs: number[] = [];
  const other = await open(join(folder, 'synced'), 'a');
  for (let number = 0; number < 40; number += 1) {
    const bytes = Buffer.alloc(1000, 'x');
    syncs.push(
      await timed(async () => {
        await other.write(bytes);
        await other.sync();
      }),
    );
    appends.push(
      await timed(() =>
        number % 2 === 0 ? dataset.addRecord(madePair(number)) : dataset.decide(id, { status: 'accepted' }),
      ),
    );
  }
  await other.close();
  const own = median(appends) - median(syncs);
  figures.say(
    'append of a record or decision beside the disk’s own sync, at most 5 ms',
    `${own.toFixed(1)} ms of ${median(appends).toFixed(1)} ms`,
    own <= 5,
  );
  figures.speed('compaction', await timed(() => compactDataset(copy)), 50);
}

async function measureOthers(folder: string, figures: Figures): Promise<void> {
  const file = join(folder, 'part.spar.jsonl');
  const made = makeDataset(file, 100_000);
  const part = new Figures(await bestOf(3, () => plainRead(file)), made.bytes / 1e6);
  part.time('lint of 100,000 records, at most 30 s', await timed(() => lintDataset(file)), 30_000);
  const target = { datasets: [file], format: 'trl' as const, statuses: ['accepted', 'pending'] as const };
  part.speed(
    'export of 100,000 records',
    await bestOf(2, () => exportDataset({ ...target, outputFolder: join(folder, 'export') })),
    50,
  );
  figures.areKept &&= part.areKept;
}

/** Opens a dataset in a process of its own. */
function opening(file: string, cache?: string): Promise<Opening> {
  const script = process.argv[1] ?? '';
  const child = spawn(process.execPath, [script, '--open', file, ...(cache === undefined ? [] : [cache])]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.pipe(process.stderr);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Opening);
      else reject(new Error(`Opening ended with ${code}.`));
    });
  });
}

async function openHere(file: string, cacheFolder: string | undefined): Promise<Opening> {
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const begun = performance.now();
  const table = await DatasetTable.open(file, cacheFolder === undefined ? {} : { cacheFolder });
  const first = performance.now() - begun;
  await table.complete;
  const complete = performance.now() - begun;
  await table.kept;
  clearInterval(watch);
  return { first, complete, peak: Math.max(peak, process.memoryUsage.rss()), size: table.size };
}

async function plainRead(file: string): Promise<void> {
  const handle = await open(file, 'r');
  const { size } = await stat(file);
  const chunk = Buffer.allocUnsafe(4 << 20);
  for (let at = 0; at < size; at += chunk.length) await handle.read(chunk, 0, chunk.length, at);
  await handle.close();
}

async function bestOf(runs: number, work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let number = 0; number < runs; number += 1) best = Math.min(best, await timed(work));
  return best;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

// The whole bench is bundled into one file, and runs it there itself.
if (import.meta.url.endsWith('/datasets.mjs')) {
  const [first = '1000000', second, third] = process.argv.slice(2);
  if (first === '--open') console.log(JSON.stringify(await openHere(second ?? '', third)));
  else {
    const folder = await mkdtemp(join(second ?? tmpdir(), 'spar-bench-'));
    try {
      process.exitCode = (await measureDatasets(Number(first), folder)) ? 0 : 1;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
