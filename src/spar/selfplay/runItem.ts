import { addUsage, noUsage, type ChatModel, type Usage } from '../models/chatModel';
import { ModelError } from '../models/modelError';
import { instructionText, type Instruction } from '../refiner/instruction';
import type { Prompts } from '../refiner/prompts';
import { pairRecord } from '../search/pairRecord';
import { runSearch } from '../search/search';
import { SearchTreeBuilder, type SearchTree } from '../search/tree';
import { rootPath } from '../search/events';
import { contentId } from '../search/seeds';
import type { Constraint } from '../verifiers/constraint';
import { answersTo } from './answers';
import { withCompleteVotes } from './completeVotes';
import { examplesOfTrees } from './examples';
import type { RunItem } from './item';
import type {
  FoundPair,
  ItemResult,
  ItemStatus,
  ItemSummary,
  PairSummary,
  RankedExample,
  Stage,
} from './itemResult';
import { policyDecision } from './policy';
import { answerVoting, type RunSettings } from './settings';
import { endsRun, requireOwnEnd } from './stops';

/** What became of an instruction that was to be made harder. */
export type EvolvedInstruction =
  { readonly ok: true; readonly instruction: Instruction } | { readonly ok: false; readonly reason: string };

export interface ItemPorts {
  readonly settings: RunSettings;
  /** Answers, and makes instructions harder; null: answers come from the rows. */
  readonly actor: ChatModel | null;
  /** Judges and refines; null: rules alone. */
  readonly refiner: ChatModel | null;
  readonly prompts: Prompts;
  /** Makes an instruction harder; asked where the settings say so. */
  readonly evolve: (item: RunItem, actor: ChatModel, signal: AbortSignal) => Promise<EvolvedInstruction>;
  /** What an instruction asks for that code can check. */
  readonly constraintsOf: (instruction: string) => readonly Constraint[];
  /** The evaluation prompt that a text overlaps, in words; null: none. */
  readonly overlapOf: (instruction: string) => string | null;
  /** Named in the records: the input file and the run. */
  readonly source: { readonly file: string; readonly run: string };
  readonly signal: AbortSignal;
  /** Told when an item goes into a stage. */
  readonly onStage?: (stage: Stage) => void;
  readonly onUsage?: (stage: Stage, usage: Usage) => void;
  readonly now?: () => number;
}

/**
 * Takes one item through all stages. What concerns the item alone ends in its result; the same item, settings and
 * replies give the same result whatever the timing.
 *
 * @throws ModelError where an endpoint is of no use to any item; `signal.reason`.
 */
export function runItem(item: RunItem, ports: ItemPorts): Promise<ItemResult> {
  return new ItemRun(item, ports).run();
}

/** An item that ends before its stages do. */
class Ended extends Error {
  constructor(
    readonly status: ItemStatus,
    readonly reason: string,
    readonly overlap: string | null = null,
  ) {
    super(reason);
  }
}

class ItemRun {
  private readonly usage = new Map<Stage, Usage>();
  private readonly answers = { drawn: 0, failing: 0, passing: 0, unknown: 0 };
  private readonly pairs: FoundPair[] = [];
  private readonly pairSummaries: PairSummary[] = [];
  private nodes = 0;
  private examples: readonly RankedExample[] = [];
  /** Of each answer, in the order of the draws. */
  private readonly trees: SearchTree[] = [];
  private readonly now: () => number;

  constructor(
    private item: RunItem,
    private readonly ports: ItemPorts,
  ) {
    this.now = ports.now ?? (() => performance.now());
  }

  async run(): Promise<ItemResult> {
    const began = this.now();
    const ending = await this.stages().catch((error: unknown): Ended => {
      this.ports.signal.throwIfAborted();
      if (error instanceof Ended) return error;
      if (isUndecided(error)) return new Ended('undetermined', error.message);
      if (endsRun(error)) throw error;
      return new Ended('failed', wordsOf(error));
    });
    return this.result(ending, this.now() - began);
  }

  private async stages(): Promise<Ended> {
    this.requireNoOverlap();
    await this.evolve();
    const failing = await this.failingAnswers();
    if (failing.length === 0) return this.withoutFailing();
    if (!this.ports.settings.refine) {
      await this.collect();
      return new Ended('judged', 'Failing answers were found; the run does not search.');
    }
    this.enter('search');
    const outcomes = await Promise.all(failing.map((at) => this.search(at).catch(undecidedSearch)));
    await this.collect();
    if (this.pairs.length > 0) return new Ended('solved', 'A refinement passed the gate.');
    const undecided = outcomes.find(({ status }) => status === 'undecided');
    if (undecided !== undefined) return new Ended('undetermined', undecided.reason);
    const failed = outcomes.find(({ status }) => status === 'failed');
    if (failed !== undefined) return new Ended('failed', failed.reason);
    if (outcomes.every(({ status }) => status === 'already-follows'))
      return new Ended('no-failing-answer', outcomes[0]?.reason ?? '');
    const open = outcomes.every(({ status }) => status === 'undetermined');
    return new Ended(open ? 'undetermined' : 'unsolved', outcomes[0]?.reason ?? '');
  }

  private async evolve(): Promise<void> {
    const { settings, actor, evolve, signal } = this.ports;
    if (!settings.evolve) return;
    if (actor === null) throw new Ended('failed', 'Making instructions harder needs a model. Select one.');
    this.enter('evolve');
    const evolved = await evolve(this.item, this.metered(actor, 'evolve'), signal);
    if (!evolved.ok) throw new Ended('dropped', evolved.reason);
    // Answers and constraints of the row are about another instruction.
    const { instruction } = evolved;
    // Two rows that come to the same text are two items with draws of their own: see the decision on self-play runs.
    const id = contentId(instructionText(instruction), this.item.id);
    this.item = { ...this.item, id, instruction, responses: [], critique: null, constraints: null };
    this.requireNoOverlap();
  }

  private requireNoOverlap(): void {
    const overlap = this.ports.overlapOf(instructionText(this.item.instruction));
    if (overlap === null) return;
    throw new Ended('held-back', `The instruction overlaps an evaluation prompt: ${overlap}`, overlap);
  }

  /** Indices of the trees of the answers that are to be searched from. */
  private async failingAnswers(): Promise<readonly number[]> {
    const { settings, actor, signal } = this.ports;
    const isOne = settings.select === 'one';
    const metered = actor === null ? null : this.metered(actor, 'sample');
    if (this.item.responses.length === 0) this.enter('sample');
    const failing: number[] = [];
    const seen = new Set<string>();
    for await (const answer of answersTo(this.item, { settings, actor: metered, signal })) {
      this.answers.drawn += 1;
      if (!answer.ok) {
        this.answers.unknown += 1;
        continue;
      }
      if (seen.has(answer.text)) continue;
      seen.add(answer.text);
      const at = this.trees.length;
      const verdict = await this.judge(answer.text);
      this.answers[verdict] += 1;
      if (verdict !== 'failing') continue;
      failing.push(at);
      if (isOne && settings.draw === 'as-needed') break;
    }
    // Samples are equally distributed and a row's own are in seeded order, so the first is as good as any.
    return isOne ? failing.slice(0, 1) : failing;
  }

  private async judge(answer: string): Promise<'failing' | 'passing' | 'unknown'> {
    const { settings } = this.ports;
    const isGiven = this.item.critique !== null;
    if (!settings.judge && !isGiven) {
      this.trees.push(new SearchTreeBuilder().tree);
      this.unjudged.set(this.trees.length - 1, answer);
      return 'failing';
    }
    this.enter('judge');
    const { search } = settings;
    const voting = answerVoting(search.voting);
    const judging = { ...search, voting, algorithm: 'breadth-first', depth: 0 } as const;
    const tree = await this.searched(
      { original: answer, ...(this.item.critique === null ? {} : { critique: this.item.critique }) },
      { settings: judging, stage: 'judge' },
    );
    this.trees.push(tree);
    const judgement = tree.nodes.get(rootPath)?.judgement ?? null;
    // A critique that came with the row and concludes with Yes: what passes must not become the rejected side.
    if (judgement?.by === 'given' && judgement.verdict === 'yes') return 'passing';
    const value = judgement?.value ?? null;
    if (value === null) return 'unknown';
    return value > settings.search.gate ? 'passing' : 'failing';
  }

  /** Answers that nobody judged, by the index of their trees. */
  private readonly unjudged = new Map<number, string>();

  private async search(at: number): Promise<{ readonly status: string; readonly reason: string }> {
    const { settings } = this.ports;
    const known = this.trees[at];
    const original = this.unjudged.get(at) ?? known?.item?.original ?? '';
    const goesOn = known?.item == null ? {} : { continueFrom: { tree: known, path: rootPath } };
    const tree = await this.searched(
      { original, ...goesOn },
      { settings: settings.search, stage: 'search', known },
    );
    this.trees[at] = tree;
    this.nodes += Math.max(0, tree.nodes.size - 1);
    const { outcome } = tree;
    if (outcome === null) throw new Error('A search ended without an outcome.');
    if (outcome.status === 'accepted' && outcome.best !== null) this.keepPair(tree, outcome.best);
    return outcome;
  }

  private keepPair(tree: SearchTree, best: string): void {
    const { source, settings } = this.ports;
    const record = pairRecord(tree, best, {
      file: source.file,
      row: this.item.place,
      run: source.run,
      item: this.item.id,
    });
    const found = tree.nodes.get(best);
    const decision = policyDecision(settings.policy, { tree, path: best });
    this.pairs.push({ record, decision });
    this.pairSummaries.push({
      value: found?.judgement?.value ?? null,
      depth: found?.depth ?? 0,
      distance: found?.node?.distance ?? 0,
      interference: found?.node?.interference ?? null,
      accepted: decision !== null,
    });
  }

  private async collect(): Promise<void> {
    const { settings, refiner, prompts, signal } = this.ports;
    const { completeShare: share, seed } = settings;
    let trees: readonly SearchTree[] = this.trees;
    if (refiner !== null && share > 0) {
      this.enter('collect');
      const model = this.metered(refiner, 'collect');
      trees = await Promise.all(
        trees.map((tree) => withCompleteVotes(tree, { model, prompts, share, signal })),
      );
    }
    this.examples = examplesOfTrees({ gate: settings.search.gate, seed, item: this.item.id, trees }, prompts);
  }

  private async withoutFailing(): Promise<Ended> {
    const { drawn, passing, unknown } = this.answers;
    if (drawn === 0) {
      return new Ended('failed', 'The row brings no answer, and there is no actor to give one.');
    }
    await this.collect();
    if (passing > 0) return new Ended('no-failing-answer', 'All answers that were judged follow it.');
    const reason = this.trees.find(({ outcome }) => outcome?.status === 'failed')?.outcome?.reason;
    if (reason !== undefined) return new Ended('failed', reason);
    const cannotTell = `None of ${unknown} answers could be judged.`;
    return new Ended('undetermined', this.trees[0]?.outcome?.reason ?? cannotTell);
  }

  /** One search of this item, to its end. */
  private async searched(
    start: {
      readonly original: string;
      readonly critique?: string;
      readonly continueFrom?: { readonly tree: SearchTree; readonly path: string };
    },
    {
      settings,
      stage,
      known,
    }: {
      readonly settings: RunSettings['search'];
      readonly stage: Stage;
      readonly known?: SearchTree | undefined;
    },
  ): Promise<SearchTree> {
    const { actor, refiner, prompts, signal } = this.ports;
    const { instruction, constraints } = this.item;
    const checked = constraints ?? this.ports.constraintsOf(instructionText(instruction));
    const builder = new SearchTreeBuilder(start.continueFrom === undefined ? undefined : known);
    const dependencies = {
      model: refiner === null ? null : this.metered(refiner, stage),
      ...(actor === null ? {} : { actor: this.metered(actor, stage) }),
      settings: { ...settings, seed: this.ports.settings.seed },
      prompts,
    };
    const from = { ...start, instruction, constraints: checked };
    for await (const event of runSearch(from, dependencies, { signal })) builder.fold(event);
    const { tree } = builder;
    if (tree.outcome !== null) requireOwnEnd(tree.outcome, signal);
    return tree;
  }

  private metered(model: ChatModel, stage: Stage): ChatModel {
    return {
      id: model.id,
      maxConcurrency: model.maxConcurrency,
      complete: (request, options) =>
        model.complete(request, {
          signal: options.signal,
          onUsage: (usage) => {
            this.usage.set(stage, addUsage(this.usage.get(stage) ?? noUsage, usage));
            this.ports.onUsage?.(stage, usage);
            options.onUsage(usage);
          },
        }),
    };
  }

  private enter(stage: Stage): void {
    this.ports.onStage?.(stage);
  }

  private result({ status, reason, overlap }: Ended, milliseconds: number): ItemResult {
    const { index, place, id } = this.item;
    const summary: ItemSummary = {
      index,
      place,
      id,
      status,
      reason,
      answers: { ...this.answers },
      nodes: this.nodes,
      pairs: this.pairSummaries,
      examples: this.examples.length,
      usage: Object.fromEntries(this.usage),
      milliseconds: Math.round(milliseconds),
    };
    return { summary, pairs: this.pairs, examples: this.examples, overlap };
  }
}

/** A replay needs replies that are not recorded. */
function isUndecided(error: unknown): error is ModelError {
  return error instanceof ModelError && error.kind === 'not-recorded';
}

function undecidedSearch(error: unknown): { readonly status: string; readonly reason: string } {
  if (isUndecided(error)) return { status: 'undecided', reason: error.message };
  throw error;
}

function wordsOf(error: unknown): string {
  if (error instanceof ModelError) return error.message;
  return `Something went wrong inside SPaR: ${error instanceof Error ? error.message : String(error)}`;
}
