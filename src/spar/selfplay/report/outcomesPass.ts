import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { rankOf } from '../../datasets/export/split';
import { ConstraintCounter } from '../../datasets/statistics/constraintCounts';
import { parseJson } from '../../log/jsonLine';
import { errorCode, toLogError } from '../../log/logError';
import { textChanges } from '../../text/wordDiff';
import type { Stretch } from '../../report/report';
import type { DoneItem } from './journalPass';
import type { PairEvidence, PairExample } from './runReport';
import { VoteCounter } from './voteCounter';

export interface OutcomesOptions {
  readonly seed: number;
  /** Most items whose results are read. */
  readonly mostRead: number;
  readonly examples: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

export interface OutcomesRead {
  readonly evidence: PairEvidence;
  readonly examples: readonly PairExample[];
  /** Results that could not be read. */
  readonly unread: number;
}

/** A result holds a few texts and votes; what claims to be longer is damaged. */
const mostBytes = 1 << 26;

/**
 * Reads the results of items that have pairs, one at a time; of very many a part that the seed draws. A result that
 * can't be read is counted and passed over.
 *
 * @throws LogError where the file can't be read; `signal.reason`.
 */
export async function readOutcomes(
  file: string,
  items: ReadonlyMap<number, DoneItem>,
  options: OutcomesOptions,
): Promise<OutcomesRead> {
  const { signal, onProgress } = options;
  const drawn = drawnItems(items, options);
  const shown = new Set(drawn.slice(0, options.examples).map(([index]) => index));
  const inOrder = drawn.sort(([, a], [, b]) => a.offset - b.offset);
  const constraints = new ConstraintCounter();
  const votes = new VoteCounter();
  const examples: PairExample[] = [];
  let [pairs, unread] = [0, 0];
  const handle = inOrder.length === 0 ? null : await openOutcomes(file);
  try {
    for (const [at, [index, item]] of inOrder.entries()) {
      signal.throwIfAborted();
      onProgress(at / inOrder.length);
      const result = handle === null ? null : await resultAt(handle, index, item);
      if (result === null) {
        unread += 1;
        continue;
      }
      for (const [which, { record }] of result.entries()) {
        const { path } = record.evidence;
        pairs += 1;
        constraints.add('rejected', path[0]?.checks ?? []);
        constraints.add('chosen', path.at(-1)?.checks ?? []);
        for (const [step, { judgement }] of path.entries())
          votes.add(step === 0 ? 'rejected' : 'chosen', judgement);
        if (which === 0 && shown.has(index)) examples.push(...exampleOf(item, record));
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toLogError(error, 'read the results', file);
  } finally {
    await handle?.close();
  }
  examples.sort((a, b) => a.place - b.place);
  return { evidence: { pairs, constraints: constraints.result(), votes: votes.result() }, examples, unread };
}

/** By rank: the first of them are as good a draw as all. */
function drawnItems(
  items: ReadonlyMap<number, DoneItem>,
  { seed, mostRead }: OutcomesOptions,
): [number, DoneItem][] {
  const withPairs = [...items].filter(([, { pairs }]) => pairs.length > 0);
  const ranks = new Map(withPairs.map(([index]) => [index, rankOf(String(index), seed)]));
  withPairs.sort(([a], [b]) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || a - b);
  return withPairs.slice(0, mostRead);
}

async function openOutcomes(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw toLogError(error, 'read the results', file);
  }
}

async function resultAt(
  handle: FileHandle,
  index: number,
  { offset, length }: DoneItem,
): Promise<readonly Pair[] | null> {
  if (length > mostBytes) return null;
  const bytes = Buffer.alloc(length);
  await handle.read(bytes, 0, length, offset);
  const parsed = parseJson(bytes.toString('utf8'));
  const result = resultSchema.safeParse(parsed.ok ? parsed.value : null);
  return result.success && result.data.item === index ? result.data.pairs : null;
}

const stepSchema = z.object({
  judgement: z.object({ by: z.string(), yes: z.number(), no: z.number(), unparsed: z.number() }).nullable(),
  checks: z.array(
    z.object({
      constraint: z.object({ type: z.string() }),
      result: z.object({ state: z.enum(['held', 'broken', 'unknown']) }),
    }),
  ),
});

const pairSchema = z.object({
  record: z.object({
    instruction: z.union([z.string(), z.array(z.object({ role: z.string(), content: z.string() }))]),
    rejected: z.string(),
    chosen: z.string(),
    evidence: z.object({ path: z.array(stepSchema) }),
  }),
});

const resultSchema = z.object({ item: z.number(), pairs: z.array(pairSchema) });

type Pair = z.infer<typeof pairSchema>;

/** Characters of each text of an example. */
const mostCharacters = 4000;

function exampleOf(
  { place, pairs }: DoneItem,
  { instruction, ...texts }: Pair['record'],
): readonly PairExample[] {
  const [summary] = pairs;
  if (summary === undefined) return [];
  const { value, distance, interference, depth, accepted } = summary;
  const asked =
    typeof instruction === 'string'
      ? instruction
      : instruction.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
  return [
    {
      place,
      instruction: cut(asked),
      difference: stretches(texts.rejected, texts.chosen),
      value,
      distance,
      interference,
      depth,
      isAccepted: accepted,
    },
  ];
}

/** The first so many characters of what turns one text into the other. */
function stretches(rejected: string, chosen: string): readonly Stretch[] {
  const all: Stretch[] = [];
  let at = 0;
  for (const { originalStart, originalEnd, removed, added } of textChanges(rejected, chosen)) {
    all.push({ kind: 'same', text: rejected.slice(at, originalStart) });
    all.push({ kind: 'removed', text: removed }, { kind: 'added', text: added });
    at = originalEnd;
  }
  all.push({ kind: 'same', text: rejected.slice(at) });
  const shown: Stretch[] = [];
  let left = mostCharacters;
  for (const { kind, text } of all) {
    if (text === '') continue;
    shown.push({ kind, text: cut(text, left) });
    left -= text.length;
    if (left <= 0) break;
  }
  return shown;
}

function cut(text: string, most = mostCharacters): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/u, '')}…`;
}
