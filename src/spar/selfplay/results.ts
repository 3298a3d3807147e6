import { join } from 'node:path';
import { ExampleDraw } from '../datasets/export/examples/draw';
import { paperMix, type ExampleKind, type RefinerMix } from '../datasets/export/examples/examples';
import { rankOf } from '../datasets/export/split';
import { jsonLine } from '../log/jsonLine';
import { writeLinesDurably } from '../log/writeLines';
import type { BadRow } from './item';
import type { ItemSummary, RankedExample } from './itemResult';
import { UnreadableResult } from './lostResults';
import { selfplayFiles, type DoneItem, type RunStore } from './runStore';

export interface ResultsOptions {
  /** Most refiner's examples of each kind; the paper's unless told. */
  readonly mix?: RefinerMix;
  readonly signal?: AbortSignal;
}

export interface Results {
  readonly examples: Readonly<Record<ExampleKind, number>>;
  readonly heldBack: number;
  /** Rows that could not be used, and items that failed or were dropped. */
  readonly problems: number;
}

/**
 * Writes what follows from the items that are done, each file in one step and in the order of the input:
 * `refiner.jsonl` (conversations to train the refiner on, drawn by the mix, one for each judge prompt),
 * `held-back.jsonl` and `problems.jsonl`. They can be written again at any time. Results that are damaged are taken back,
 * and are missing until their items are worked out again.
 *
 * @throws LogError; `signal.reason`.
 */
export async function writeResults(store: RunStore, options: ResultsOptions = {}): Promise<Results> {
  try {
    return await writeFiles(store, options);
  } catch (error) {
    if (!(error instanceof UnreadableResult) || (await store.loseUnreadable()) === 0) throw error;
    return writeFiles(store, options);
  }
}

async function writeFiles(store: RunStore, options: ResultsOptions): Promise<Results> {
  const { signal } = options;
  const file = (name: string): string => join(store.folder, name);
  const stoppable = signal === undefined ? {} : { signal };
  const { draw, taken } = await drawExamples(store, options);
  await writeLinesDurably(file(selfplayFiles.refiner), exampleLines(store, taken), stoppable);
  const { items, rows } = await store.leftovers(['held-back', 'failed', 'dropped']);
  const isHeldBack = ({ status }: ItemSummary): boolean => status === 'held-back';
  const heldBack = items.filter(isHeldBack).map(({ place, reason }) => ({ place, reason }));
  const problems = problemsOf(
    items.filter((item) => !isHeldBack(item)),
    rows,
  );
  const lines = (found: readonly object[]): Iterable<string> =>
    found.map((row) => jsonLine(row, ['place', 'status', 'reason']));
  await writeLinesDurably(file(selfplayFiles.heldBack), lines(heldBack), stoppable);
  await writeLinesDurably(file(selfplayFiles.problems), lines(problems), stoppable);
  return { examples: draw.counts(), heldBack: heldBack.length, problems: problems.length };
}

/** Which examples are in: by item and place among its own. */
async function drawExamples(
  store: RunStore,
  { mix = paperMix, signal }: ResultsOptions,
): Promise<{ readonly draw: ExampleDraw; readonly taken: ReadonlySet<string> }> {
  const draw = new ExampleDraw(mix);
  const prompts = new Set<number>();
  const names: string[] = [];
  // Pairs of an item may be in the dataset already, and then nobody else looks whether its result can be read.
  const hasAny = ({ examples, pairs }: DoneItem): boolean => examples > 0 || pairs > 0;
  for await (const { item, at, example } of examplesOf(store, hasAny)) {
    signal?.throwIfAborted();
    // One example for each judge prompt: of equal ones the first in the order of the input.
    const prompt = rankOf(example.messages[0]?.content ?? '', 0);
    if (prompts.has(prompt)) continue;
    if (!draw.offer(example.kind, { rank: example.rank, index: names.length })) continue;
    prompts.add(prompt);
    names.push(`${item} ${at}`);
  }
  const drawn = draw.indices();
  return { draw, taken: new Set(names.filter((_, index) => drawn.has(index))) };
}

async function* exampleLines(store: RunStore, taken: ReadonlySet<string>): AsyncGenerator<string> {
  for await (const { item, at, example } of examplesOf(store, ({ examples }) => examples > 0))
    if (taken.has(`${item} ${at}`)) yield jsonLine({ messages: example.messages });
}

/** Reads the results of the items that are wanted. @throws UnreadableResult */
async function* examplesOf(
  store: RunStore,
  isWanted: (item: DoneItem) => boolean,
): AsyncGenerator<{ readonly item: number; readonly at: number; readonly example: RankedExample }> {
  for (const done of store.done()) {
    if (!isWanted(done)) continue;
    const { index } = done;
    const result = await store.result(index);
    for (const [at, example] of (result?.examples ?? []).entries()) yield { item: index, at, example };
  }
}

function problemsOf(items: readonly ItemSummary[], rows: readonly BadRow[]): readonly object[] {
  return [
    ...rows.map(({ place, reason }) => ({ place, status: 'refused', reason })),
    ...items.map(({ place, status, reason }) => ({ place, status, reason })),
  ].sort((a, b) => a.place - b.place);
}
