import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from '../src/spar/models/chatModel';
import { createEndpointModel } from '../src/spar/models/openaiModel';
import { runSearch } from '../src/spar/search/search';
import { defaultSettings, type VotingPolicy } from '../src/spar/search/settings';
import { SearchTreeBuilder, type SearchTree } from '../src/spar/search/tree';
import type { SimulatorOptions } from '../test/support/simulator/protocol';
import { startSimulator, type Simulator } from '../test/support/simulator/simulator';
import { isRight, worldItems, worldReply, type WorldItem } from '../test/support/world';

/** The simulated server of the claims. */
const latency = { baseMs: 40, perTokenMs: 0.2 };
const concurrency = 64;

const policies: readonly VotingPolicy[] = ['all', 'settled', 'screen'];
/** Most wall time over the critical path of the same items. */
const slowest: Readonly<Record<VotingPolicy, number | null>> = { all: 1.15, settled: 1.4, screen: null };
/** Most completion tokens an accepted pair over those of `all`. */
const dearest: Readonly<Record<VotingPolicy, number | null>> = { all: null, settled: 0.8, screen: 0.6 };

/**
 * Prints what a search costs under each voting policy, side by side in this run, against a simulated server of known
 * statistics (test/support/world.ts). Returns whether every claim held.
 */
export async function measureSearch(counts: {
  readonly latencyItems: number;
  readonly tokenItems: number;
}): Promise<boolean> {
  console.log(
    'Simulated server: 40 ms + 0.2 ms a token, 64 sequences at once. Simulated refiner: mends each missing',
  );
  console.log(
    'quality with probability 0.5, loses one with 0.05; a vote is right with 0.9. Five votes, gate 0.5.\n',
  );
  const isQuick = await measureLatency(worldItems(counts.latencyItems));
  const isCheap = await measureTokens(worldItems(counts.tokenItems));
  return isQuick && isCheap;
}

/**
 * One item at a time. The critical path is, for each level of the search with all votes, its longest refinement and its
 * longest judgement, as long as these calls took to be answered.
 */
async function measureLatency(items: readonly WorldItem[]): Promise<boolean> {
  console.log(`One item alone, ${String(items.length)} items`);
  const walls = new Map<VotingPolicy, number>();
  let path = 0;
  for (const voting of policies) {
    const server = await startWorld({});
    // Before the clock runs: the first request loads the client library.
    for (const item of items.slice(0, 3)) await searchItem(endpoint(server.url), item, voting);
    let wall = 0;
    for (const item of items) {
      const model = new TimedModel(endpoint(server.url));
      const began = performance.now();
      await searchItem(model, item, voting);
      wall += performance.now() - began;
      if (voting === 'all') path += criticalPath(model.calls);
    }
    walls.set(voting, wall);
    await server.close();
  }
  const each = (milliseconds: number): string => (milliseconds / items.length).toFixed(0).padStart(5);
  console.log(`  critical path ${each(path)} ms an item`);
  return policies
    .map((voting) => {
      const wall = walls.get(voting) ?? NaN;
      const { text, isKept } = judged(wall / path, slowest[voting]);
      console.log(`  ${voting.padEnd(13)} ${each(wall)} ms an item, ${text} the critical path`);
      return isKept;
    })
    .every(Boolean);
}

/**
 * Many items at once. Each draw is a request of its own with its own seed, so that the policies see the same draws;
 * the parts of replies that a cancelled request had received count.
 */
async function measureTokens(items: readonly WorldItem[]): Promise<boolean> {
  console.log(
    `\nCompletion tokens an accepted pair, ${String(items.length)} items, the same draws for each policy`,
  );
  const rows: PolicyRow[] = [];
  for (const voting of policies) {
    const server = await startWorld({ refuses: ['n'] });
    const began = performance.now();
    const trees = await inParallel(items, 24, (item) => searchItem(endpoint(server.url), item, voting));
    const seconds = (performance.now() - began) / 1000;
    await server.settled();
    rows.push({ voting, seconds, ...totalsOf(trees), abortedTokens: server.totals().abortedTokens });
    await server.close();
  }
  const reference = rows[0]!;
  return rows
    .map((row) => {
      const { text, isKept } = judged(
        row.tokens / row.accepted / (reference.tokens / reference.accepted),
        dearest[row.voting],
      );
      const right = row.right / row.accepted;
      const isAsRight = right >= reference.right / reference.accepted;
      console.log(
        `  ${row.voting.padEnd(8)} ${(row.tokens / row.accepted).toFixed(0).padStart(6)} tokens (${text} all), ` +
          `${(row.sequences / row.accepted).toFixed(1)} sequences, ${String(row.accepted)} accepted, ` +
          `${(100 * right).toFixed(2)} % truly right${isAsRight ? '' : ' (LOWER than all)'}, ` +
          `${String(row.abortedTokens)} tokens of cancelled calls in all, ${row.seconds.toFixed(1)} s`,
      );
      return isKept && isAsRight;
    })
    .every(Boolean);
}

interface PolicyRow {
  readonly voting: VotingPolicy;
  readonly seconds: number;
  readonly accepted: number;
  readonly right: number;
  readonly tokens: number;
  readonly sequences: number;
  readonly abortedTokens: number;
}

function totalsOf(
  trees: readonly SearchTree[],
): Pick<PolicyRow, 'accepted' | 'right' | 'tokens' | 'sequences'> {
  const texts = trees.flatMap(({ outcome, nodes }) =>
    outcome?.status === 'accepted' ? [nodes.get(outcome.best ?? '')?.node?.text ?? ''] : [],
  );
  return {
    accepted: texts.length,
    right: texts.filter(isRight).length,
    tokens: trees.reduce((sum, tree) => sum + tree.usage.completionTokens, 0),
    sequences: trees.reduce((sum, tree) => sum + tree.usage.sequences, 0),
  };
}

interface TimedCall {
  readonly role: 'judge' | 'refine';
  readonly milliseconds: number;
}

/** Notes how long each call of a model took, in the order in which they were sent. */
class TimedModel implements ChatModel {
  readonly calls: TimedCall[] = [];

  constructor(private readonly model: ChatModel) {}

  get id(): string {
    return this.model.id;
  }

  get maxConcurrency(): number {
    return this.model.maxConcurrency;
  }

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    const place = this.calls.length;
    const role = request.messages.length > 1 ? 'refine' : 'judge';
    this.calls.push({ role, milliseconds: 0 });
    const began = performance.now();
    const replies = await this.model.complete(request, options);
    this.calls[place] = { role, milliseconds: performance.now() - began };
    return replies;
  }
}

/** Sum over the levels of the longest refinement and the longest judgement; calls come level after level. */
function criticalPath(calls: readonly TimedCall[]): number {
  let sum = 0;
  let longest = 0;
  calls.forEach(({ role, milliseconds }, index) => {
    if (index > 0 && role !== calls[index - 1]?.role) {
      sum += longest;
      longest = 0;
    }
    longest = Math.max(longest, milliseconds);
  });
  return sum + longest;
}

function startWorld(options: SimulatorOptions): Promise<Simulator> {
  return startSimulator({
    latency,
    concurrency,
    pieces: 'tick',
    usage: 'every-piece',
    ...options,
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
  });
}

function endpoint(url: string): ChatModel {
  return createEndpointModel({ baseUrl: url, model: 'simulated', apiKey: null, concurrency });
}

async function searchItem(model: ChatModel, item: WorldItem, voting: VotingPolicy): Promise<SearchTree> {
  const start = {
    instruction: item.instruction,
    original: item.response,
    critique: 'Some qualities are lacking.',
  };
  const builder = new SearchTreeBuilder();
  const dependencies = { model, settings: { ...defaultSettings, voting } };
  const options = { signal: new AbortController().signal };
  for await (const event of runSearch(start, dependencies, options)) builder.fold(event);
  const { tree } = builder;
  if (tree.outcome?.status === 'failed') throw new Error(tree.outcome.reason);
  return tree;
}

async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

function judged(ratio: number, limit: number | null): { readonly text: string; readonly isKept: boolean } {
  const isKept = limit === null || ratio <= limit;
  const claim = limit === null ? '' : ` [at most ${String(limit)}: ${isKept ? 'kept' : 'MISSED'}]`;
  return { text: `${ratio.toFixed(3)}${claim} times`, isKept };
}

// The whole bench is bundled into one file, and runs it there itself.
if (import.meta.url.endsWith('/search.mjs')) {
  const isKept = await measureSearch({ latencyItems: 120, tokenItems: 400 });
  process.exitCode = isKept ? 0 : 1;
}
