import type { ChatRequest } from '../src/spar/models/chatModel';
import { createModelPool } from '../src/spar/models/pool/pool';
import { sendBare, type BareRequest } from './bareClient';
import { isServerProcess, startServerProcess, type ServerSettings } from './simulatedServer';

interface Case {
  readonly name: string;
  readonly server: ServerSettings;
  readonly requests: number;
  /** Replies asked for in one request. */
  readonly replies: number;
  readonly concurrency: number;
  /** Least share of the bare client's throughput; null: only shown. */
  readonly least: number | null;
}

async function measureThroughput(): Promise<boolean> {
  const usual = { latency: { baseMs: 40, perTokenMs: 0.2 }, pieces: 'tick', concurrency: 64 } as const;
  const cases: readonly Case[] = [
    {
      name: 'single replies',
      server: { ...usual, replies: [150, 450] },
      requests: 4000,
      replies: 1,
      concurrency: 64,
      least: 0.95,
    },
    {
      name: 'five replies a request',
      server: { ...usual, replies: [150, 450] },
      requests: 1200,
      replies: 5,
      concurrency: 64,
      least: 0.95,
    },
    {
      name: 'a server that answers in 1 ms',
      server: { latency: { baseMs: 1, perTokenMs: 0 }, pieces: 'tick', replies: [150, 450] },
      requests: 6000,
      replies: 1,
      concurrency: 64,
      least: null,
    },
  ];
  const areKept: boolean[] = [];
  const wished = process.argv[2] ?? '';
  for (const own of cases) if (own.name.includes(wished)) areKept.push(await measureCase(own));
  return areKept.every(Boolean);
}

/** Sends all requests, and resolves when all are answered. */
type Client = (requests: readonly ChatRequest[]) => Promise<void>;

const clients: Readonly<Record<string, (url: string, own: Case) => Client>> = {
  'bare client': bareClient,
  pool: (url, { concurrency }) => poolClient({ url, streams: false, concurrency }),
  'pool, auto': (url) => poolClient({ url, streams: false, concurrency: 'auto' }),
  'pool, streaming': (url, { concurrency }) => poolClient({ url, streams: true, concurrency }),
};

const rounds = 8;

/** The clients take turns in short rounds, so that whatever else the machine does meets all of them. */
async function measureCase(own: Case): Promise<boolean> {
  console.log(
    `${own.name}: ${String(own.requests)} requests, ${String(own.concurrency)} sequences in flight`,
  );
  const requests = Array.from({ length: own.requests }, (_, index) => requestOf(index, own.replies));
  const server = await startServerProcess(own.server);
  const runs = Object.entries(clients).map(([name, start]) => ({
    name,
    client: start(server.url, own),
    seconds: 0,
    processor: 0,
  }));
  for (const { client } of runs) await client(requests.slice(0, Math.ceil(own.requests / 4)));
  const size = Math.ceil(own.requests / rounds);
  for (let from = 0; from < own.requests; from += size) {
    for (const run of runs) {
      const before = process.cpuUsage();
      const began = performance.now();
      await run.client(requests.slice(from, from + size));
      run.seconds += (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(before);
      run.processor += (user + system) / 1e6;
    }
  }
  await server.close();
  const bare = runs[0]?.seconds ?? Number.NaN;
  const ratio = bare / (runs[1]?.seconds ?? Number.NaN);
  for (const run of runs) {
    console.log(
      `  ${run.name.padEnd(16)} ${(own.requests / run.seconds).toFixed(0).padStart(6)} requests/s, ` +
        `${(bare / run.seconds).toFixed(3)} of the bare client, ` +
        `${((run.processor / own.requests) * 1e6).toFixed(0)} µs of processor time a request`,
    );
  }
  const isKept = own.least === null || ratio >= own.least;
  if (own.least !== null) console.log(`  at least ${String(own.least)}: ${isKept ? 'kept' : 'MISSED'}\n`);
  return isKept;
}

function requestOf(index: number, replies: number): ChatRequest {
  return {
    messages: [
      { role: 'user', content: `Question ${String(index)}. ${'Some words of a prompt. '.repeat(40)}` },
    ],
    seeds: Array.from({ length: replies }, (_, draw) => index * 10 + draw),
    temperature: 0.7,
    maxTokens: 1000,
  };
}

function bareClient(url: string, { concurrency }: Case): Client {
  return (requests) =>
    sendBare(
      requests.map((request) => bareRequest(url, request)),
      concurrency,
    );
}

function bareRequest(url: string, { messages, seeds, temperature, maxTokens }: ChatRequest): BareRequest {
  const several = seeds.length > 1 ? { n: seeds.length } : {};
  const [seed] = seeds;
  const body = { model: 'simulated', messages, max_tokens: maxTokens, temperature, seed, ...several };
  return { url: `${url}/chat/completions`, body: JSON.stringify(body), sequences: seeds.length };
}

/** As a run does it: a further item begins when there is room. */
function poolClient(options: {
  readonly url: string;
  readonly streams: boolean;
  readonly concurrency: 'auto' | number;
}): Client {
  const { url, streams, concurrency } = options;
  const endpoints = [{ baseUrl: url, model: 'simulated', apiKey: null }];
  const pool = createModelPool({ endpoints, concurrency, streams });
  const { signal } = new AbortController();
  return async (requests) => {
    const underWay = new Set<Promise<unknown>>();
    for (const [index, request] of requests.entries()) {
      await pool.hasRoom(signal);
      const asked = pool
        .at(index % 3, `item ${String(index)}`)
        .complete(request, { signal, onUsage: () => undefined })
        .finally(() => underWay.delete(asked));
      underWay.add(asked);
    }
    await Promise.all(underWay);
  };
}

/**
 * `npm run bench -- throughput [PART OF A CASE'S NAME]`: a pool of models against a bare HTTP client (`fetch` with kept connections) that sends
 * the same bodies to the same server, in a process of its own, at the same number of sequences in flight.
 */
if (!(await isServerProcess())) process.exitCode = (await measureThroughput()) ? 0 : 1;
