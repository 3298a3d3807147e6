import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { datasetLineText } from '../src/spar/datasets/datasetLine';
import { instructionTextOf } from '../src/spar/datasets/instructionText';
import { recordLine, type NewRecord } from '../src/spar/datasets/newLines';
import type { DatasetRecord } from '../src/spar/datasets/schema';
import { lintDataset } from '../src/spar/datasets/lint/lint';
import { jaccard, shinglesOf } from '../src/spar/datasets/similarity/shingles';

/** `npm run bench -- lint [RECORDS]`: lint's speed and memory, and how many planted near duplicates it finds. */
const records = Number(process.argv[2] ?? 100_000);
/** Seconds allowed for 100,000 records. */
const mostSeconds = 30;
/** Bytes that lint may hold beside what the process held before. */
const mostMegabytes = 400;
const nearShare = 0.01;
const threshold = 0.8;
const syllables = 'ba de fi go hu ka le mi no pu ra se ti vo zu an el is or um'.split(' ');

process.exitCode = (await measure()) ? 0 : 1;

async function measure(): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spar-lint-'));
  try {
    const file = path.join(folder, 'pairs.spar.jsonl');
    const planted = await writeDataset(file);
    const { size } = await stat(file);
    const plain = performance.now();
    readFileSync(file);
    const plainSeconds = (performance.now() - plain) / 1000;
    let peak = process.memoryUsage().rss;
    const before = peak;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const report = await lintDataset(file, { thresholds: { similarity: threshold } });
    const seconds = (performance.now() - began) / 1000;
    clearInterval(timer);
    const used = process.cpuUsage(cpu);
    // What other programs do on the machine must not count.
    const busy = (used.user + used.system) / 1e6;
    const found = new Set(report.ids.get('near-duplicate'));
    const caught = [...planted.near].filter((id) => found.has(id)).length;
    const wrong = [...found].filter((id) => !planted.near.has(id)).length;
    const allowed = mostSeconds * (records / 100_000);
    const megabytes = (peak - before) / 2 ** 20;
    const recall = caught / planted.near.size;
    console.log(
      `Lint of ${report.records} records, ${(size / 2 ** 20).toFixed(0)} MB: ${seconds.toFixed(1)} s, of which the processor was at work ${busy.toFixed(1)} s (at most ${allowed.toFixed(0)}), ` +
        `${(size / 2 ** 20 / seconds).toFixed(0)} MB/s; a plain read takes ${plainSeconds.toFixed(2)} s.`,
    );
    console.log(`Memory: ${megabytes.toFixed(0)} MB above the start (at most ${mostMegabytes}).`);
    console.log(
      `Near duplicates: ${caught} of ${planted.near.size} planted ones at or above ${threshold} found (${(recall * 100).toFixed(1)} %), ${wrong} others.`,
    );
    console.log(`Findings: ${JSON.stringify(Object.fromEntries(report.counts))}`);
    return Math.min(seconds, busy) <= allowed && megabytes <= mostMegabytes && recall >= 0.95 && wrong === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Planted {
  /** Records that are nearly the same as another, both texts at or above the threshold. */
  readonly near: Set<string>;
}

async function writeDataset(file: string): Promise<Planted> {
  const random = seeded(1);
  const near = new Set<string>();
  const stream = createWriteStream(file);
  let last: DatasetRecord | null = null;
  for (let number = 0; number < records; number += 1) {
    const isNear = last !== null && random() < nearShare;
    const pair = isNear && last !== null ? variant(last, random) : freshPair(number, random);
    const record = recordLine(pair, new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString());
    if (isNear && last !== null && isAlike(record, last)) near.add(record.id);
    else last = record;
    if (!stream.write(`${datasetLineText(record)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  return { near };
}

function isAlike(a: DatasetRecord, b: DatasetRecord): boolean {
  return (
    jaccard(shinglesOf(instructionTextOf(a.instruction)), shinglesOf(instructionTextOf(b.instruction))) >=
      threshold && jaccard(shinglesOf(a.chosen), shinglesOf(b.chosen)) >= threshold
  );
}

function freshPair(number: number, random: () => number): NewRecord {
  const instruction = `${sentence(18, random)} Answer without commas, in at least ${number % 300} words.`;
  const chosen = Array.from({ length: 8 }, () => sentence(13, random)).join(' ');
  const rejected = chosen.replace(/ (?=\w+ \w+\.)/gu, ', ');
  const constraint = {
    id: 'punctuation:no_comma',
    type: 'punctuation:no_comma',
    args: {},
    text: 'no comma',
    span: null,
  };
  const judgement = { by: 'votes' as const, value: 1, yes: 3, no: 0, notDrawn: 2, unparsed: 0, votes: [] };
  return {
    instruction,
    rejected,
    chosen,
    evidence: {
      path: [
        {
          path: '0',
          origin: 'original',
          text: rejected,
          reflection: '',
          judgement: { ...judgement, value: 0, yes: 0, no: 3, critique: sentence(40, random) },
          checks: [{ constraint, result: { state: 'broken', message: 'There are commas.', spans: [] } }],
        },
        {
          path: '1',
          origin: 'refined',
          text: chosen,
          reflection: sentence(20, random),
          judgement: { ...judgement, critique: sentence(40, random) },
          checks: [{ constraint, result: { state: 'held' } }],
        },
      ],
    },
    metrics: { value: 1, yes: 3, no: 0, notDrawn: 2, interference: 0 },
    model: 'bench',
  };
}

/** The pair with a word changed in both texts. */
function variant({ instruction, chosen, rejected }: DatasetRecord, random: () => number): NewRecord {
  const changed = (text: string): string => text.replace(/^\w+/u, () => word(random));
  return {
    instruction: changed(instructionTextOf(instruction)),
    chosen: changed(chosen),
    rejected: changed(rejected),
  };
}

function sentence(words: number, random: () => number): string {
  const text = Array.from({ length: words }, () => word(random)).join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function word(random: () => number): string {
  const length = 1 + Math.floor(random() * 3);
  return Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)] ?? '').join('');
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
