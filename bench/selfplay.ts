import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanInput } from '../src/spar/selfplay/plan/inputScan';
import { defaultRunSettings, type RunSettings } from '../src/spar/selfplay/settings';
import type { SimulatorTotals } from '../test/support/simulator/protocol';
import { sendBare, type BareRequest } from './bareClient';
import { isRunProcess, playRun, playRunApart, writeInput, type RunFigures } from './selfplayRun';
import { isServerProcess, startServerProcess, type ServerSettings } from './simulatedServer';

const usualServer: ServerSettings = {
  latency: { baseMs: 40, perTokenMs: 0.2 },
  concurrency: 64,
  pieces: 'tick',
  replies: 'world',
};
const quickServer: ServerSettings = {
  latency: { baseMs: 1, perTokenMs: 0 },
  pieces: 'tick',
  replies: 'world',
};

const parts: Readonly<Record<string, (folder: string) => Promise<boolean>>> = {
  throughput: measureThroughput,
  tokens: measureTokens,
  scale: measureScale,
};

/**
 * The whole loop with as many sequences in flight as the server takes, and then a bare client (`fetch` with kept
 * connections) that sends the very bodies that the run sent. What counts is tokens in a second, since the run gives
 * requests up and the bare client lets all of them end.
 */
async function measureThroughput(folder: string): Promise<boolean> {
  const items = itemsGiven(2000);
  console.log(
    `The whole loop over ${count(items)} instructions, 40 ms + 0.2 ms a token, 64 sequences at once`,
  );
  const input = await writeInput(join(folder, 'prompts.jsonl'), items, false);
  const server = await startServerProcess(usualServer);
  const settings = { ...defaultRunSettings };
  // Before the clock runs: code that is met for the first time is slow in both.
  const first = await writeInput(join(folder, 'first.jsonl'), 50, false);
  const url = server.url;
  await playRun({ folder: join(folder, 'first'), input: first, url, settings, concurrency: 64 });
  const recorder = new RequestRecorder();
  const before = await server.totals();
  const run = await playRun({ folder: join(folder, 'run'), input, url, settings, concurrency: 64 });
  recorder.stop();
  const between = await server.totals();
  const processor = process.cpuUsage();
  const began = performance.now();
  await sendBare(recorder.requests, 64);
  const bareSeconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const after = await server.totals();
  await server.close();
  const runTokens = between.completionTokens - before.completionTokens;
  const bareTokens = after.completionTokens - between.completionTokens;
  const perSecond = { run: runTokens / run.seconds, bare: bareTokens / bareSeconds };
  const ratio = perSecond.run / perSecond.bare;
  const requests = recorder.requests.length;
  const share = (seconds: number): string =>
    `${((seconds / requests) * 1e6).toFixed(0)} µs of processor time`;
  const bareUse = placesInUse({ before: between, after, seconds: bareSeconds });
  const runUse = placesInUse({ before, after: between, seconds: run.seconds });
  console.log(
    `  bare client  ${perSecond.bare.toFixed(0)} tokens/s, ${(requests / bareSeconds).toFixed(0)} requests/s, ${bareUse} of the server's places in use, ${share((user + system) / 1e6)} a request`,
  );
  console.log(
    `  run          ${perSecond.run.toFixed(0)} tokens/s, ${(requests / run.seconds).toFixed(0)} requests/s, ${runUse} of the server's places in use, ${share(run.processorSeconds)} a request, ` +
      `${run.seconds.toFixed(1)} s, ${count(run.pairs)} pairs`,
  );
  return claim('throughput over the bare client’s', ratio, { least: 0.95 });
}

interface ServerWork {
  readonly before: SimulatorTotals;
  readonly after: SimulatorTotals;
  readonly seconds: number;
}

/** Of what the usual server can do in that time. */
function placesInUse({ before, after, seconds }: ServerWork): string {
  const { latency = { baseMs: 0, perTokenMs: 0 }, concurrency = 1 } = usualServer;
  const busyMs =
    (after.sequences - before.sequences) * latency.baseMs +
    (after.completionTokens - before.completionTokens) * latency.perTokenMs;
  return `${((100 * busyMs) / (concurrency * seconds * 1000)).toFixed(1)} %`;
}

/**
 * The same instructions under the reference policy (all answers sampled, all votes drawn) and under SPaR's. What requests
 * that were given up had received counts, as the server counted it, and so do the votes that are drawn for the refiner's
 * data alone.
 */
async function measureTokens(folder: string): Promise<boolean> {
  const items = itemsGiven(400);
  console.log(`\nTokens a pair over the whole loop, ${count(items)} instructions`);
  const input = await writeInput(join(folder, 'prompts.jsonl'), items, false);
  // Each draw a request of its own: all policies see the same draws, so that the shares truly right compare exactly.
  const isKept = await comparePolicies({ folder: join(folder, 'one'), input, refuses: ['n'] });
  // The usual server: the prompt of a request of several draws counts once.
  console.log('  The same on a server that gives several replies to a request');
  return (await comparePolicies({ folder: join(folder, 'several'), input, refuses: [] })) && isKept;
}

interface Comparison {
  readonly folder: string;
  readonly input: string;
  readonly refuses: readonly string[];
}

async function comparePolicies({ folder, input, refuses }: Comparison): Promise<boolean> {
  const policies: readonly { name: string; most: number | null; settings: RunSettings }[] = [
    { name: 'reference', most: null, settings: withVoting('all', { draw: 'all' }) },
    { name: 'settled', most: 0.8, settings: withVoting('settled') },
    { name: 'screen', most: 0.6, settings: withVoting('screen') },
  ];
  const areKept: boolean[] = [];
  let reference: { readonly replies: number; readonly all: number; readonly right: number } | null = null;
  for (const { name, most, settings } of policies) {
    const server = await startServerProcess({
      ...usualServer,
      latency: { baseMs: 10, perTokenMs: 0.05 },
      refuses,
    });
    const run = await playRun({
      folder: join(folder, name),
      input,
      url: server.url,
      settings,
      concurrency: 64,
    });
    const { promptTokens, completionTokens, abortedTokens } = await server.totals();
    await server.close();
    const figures = {
      replies: completionTokens / run.pairs,
      all: (promptTokens + completionTokens) / run.pairs,
      right: run.rightPairs / run.pairs,
    };
    reference ??= figures;
    const counted = run.tokens / (promptTokens + completionTokens);
    console.log(
      `  ${name.padEnd(10)} ${figures.replies.toFixed(0).padStart(6)} tokens of replies a pair, ` +
        `${figures.all.toFixed(0)} with prompts, ${count(run.pairs)} pairs, ` +
        `${(100 * figures.right).toFixed(2)} % truly right, ${count(abortedTokens)} tokens of requests given up, ` +
        `the run counted ${counted.toFixed(3)} of the server's tokens, ${run.seconds.toFixed(1)} s`,
    );
    if (most === null) continue;
    const over = (what: 'replies' | 'all' | 'right'): number => figures[what] / (reference ?? figures)[what];
    areKept.push(claim(`${name}: tokens of replies over the reference policy’s`, over('replies'), { most }));
    areKept.push(claim(`${name}: the same with prompts`, over('all'), { most }));
    // Of other draws the shares differ by chance.
    if (refuses.includes('n'))
      areKept.push(
        claim(`${name}: share truly right over the reference policy’s`, over('right'), { least: 1 }),
      );
  }
  return areKept.every(Boolean);
}

/** A run of many items with few requests each, on a server that answers at once. */
async function measureScale(folder: string): Promise<boolean> {
  const items = itemsGiven(100_000);
  console.log(`\n${count(items)} items on a server that answers in 1 ms, three requests an item`);
  const server = await startServerProcess(quickServer);
  const settings: RunSettings = {
    ...defaultRunSettings,
    completeShare: 0,
    search: { ...defaultRunSettings.search, algorithm: 'chain', depth: 1, votes: 1, auditShare: 0 },
  };
  const play = async (name: string, size: number): Promise<RunFigures> => {
    const input = await writeInput(join(folder, `${name}.jsonl`), size, true);
    const run = await playRunApart({
      ...{ folder: join(folder, name), input, url: server.url, settings },
      concurrency: 'auto',
    });
    console.log(
      `  ${count(run.items)} items in ${run.seconds.toFixed(1)} s: ${((1000 * run.seconds) / size).toFixed(2)} ms an item, ` +
        `${((1000 * run.processorSeconds) / size).toFixed(2)} ms of processor time, ${run.resident.toFixed(0)} MB resident, ${count(run.pairs)} pairs`,
    );
    if (run.pace !== null)
      console.log(
        `    second tenth ${run.pace.early.toFixed(2)} ms an item, last tenth ${run.pace.late.toFixed(2)} ms`,
      );
    return run;
  };
  const small = await play('few', 1000);
  const large = await play('many', items);
  const input = join(folder, 'many.jsonl');
  const again = await playRunApart({
    ...{ folder: join(folder, 'many'), input, url: server.url, settings },
    concurrency: 'auto',
  });
  await server.close();
  // As `spar resume` does before it goes on, to see whether the input is the same.
  const began = performance.now();
  const { signal } = new AbortController();
  await scanInput({ input, columns: null, limit: undefined, signal });
  const scanSeconds = (performance.now() - began) / 1000;
  console.log(
    `  input read in ${scanSeconds.toFixed(1)} s, opened again in ${again.openingSeconds.toFixed(1)} s, ` +
      `found finished after ${again.seconds.toFixed(1)} s, ${again.resident.toFixed(0)} MB resident`,
  );
  const each = (run: RunFigures): number => run.seconds / run.items;
  return [
    claim('MB resident', large.resident, { most: 400 }),
    claim('time an item over that of 1,000', each(large) / each(small), { most: 1.2 }),
    claim('seconds until a finished run is seen through', scanSeconds + again.seconds, { most: 10 }),
  ].every(Boolean);
}

function withVoting(
  voting: RunSettings['search']['voting'],
  settings: Partial<RunSettings> = {},
): RunSettings {
  const { search, ...others } = defaultRunSettings;
  return { ...others, ...settings, search: { ...search, voting } };
}

/** Notes the requests that this process sends from now on. */
class RequestRecorder {
  readonly requests: BareRequest[] = [];
  private readonly original = globalThis.fetch;

  constructor() {
    globalThis.fetch = (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : null;
      if (body !== null && typeof input !== 'object')
        this.requests.push({ url: input, body, sequences: sequencesOf(body) });
      return this.original(input, init);
    };
  }

  stop(): void {
    globalThis.fetch = this.original;
  }
}

function sequencesOf(body: string): number {
  return Number(/"n":(\d+)/u.exec(body.slice(-400))?.[1] ?? 1);
}

function claim(
  name: string,
  figure: number,
  { least, most }: { readonly least?: number; readonly most?: number },
): boolean {
  const isKept =
    figure >= (least ?? Number.NEGATIVE_INFINITY) && figure <= (most ?? Number.POSITIVE_INFINITY);
  const wanted = least === undefined ? `at most ${String(most)}` : `at least ${String(least)}`;
  console.log(`  ${name}: ${figure.toFixed(3)} [${wanted}: ${isKept ? 'kept' : 'MISSED'}]`);
  return isKept;
}

/** The second argument, where it is a number. */
function itemsGiven(usual: number): number {
  const given = Number(process.argv[3]);
  return Number.isInteger(given) && given > 0 ? given : usual;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

async function measureSelfplay(): Promise<boolean> {
  const areKept: boolean[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (!name.includes(process.argv[2] ?? '')) continue;
    const folder = await mkdtemp(join(tmpdir(), 'spar-bench-'));
    try {
      areKept.push(await measure(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return areKept.every(Boolean);
}

/** `npm run bench -- selfplay [PART [ITEMS]]`: what a self-play run costs, in time, tokens and memory. */
if (!(await isServerProcess()) && !(await isRunProcess()))
  process.exitCode = (await measureSelfplay()) ? 0 : 1;
