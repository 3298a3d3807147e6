import type { ChatMessage, ChatModel } from '../models/chatModel';
import { ModelError } from '../models/modelError';
import { instructionText } from '../refiner/instruction';
import { judgeMessages, type Prompts } from '../refiner/prompts';
import { checkConstraints } from '../verifiers/check';
import type { Constraint, ConstraintCheck } from '../verifiers/constraint';
import { verifiedIn } from './critique';
import { Desk, type Question } from './desk';
import type { Judgement, SearchEvent, SearchItem, SearchNode } from './events';
import { Ledger } from './ledger';
import type { Candidate } from './level';
import { distance } from '../text/wordDiff';
import { interferenceOf } from '../verifiers/interference';
import { Poll } from './poll';
import { judgeByRules } from './ruleJudge';
import type { SearchSettings } from './settings';
import { childPath, type SearchTree } from './tree';

export interface ContextOptions {
  readonly item: SearchItem;
  readonly settings: SearchSettings;
  readonly prompts: Prompts;
  readonly model: ChatModel | null;
  readonly actor?: ChatModel | undefined;
  readonly constraints: readonly Constraint[];
  /** Whether the constraints cover the whole instruction. */
  readonly complete: boolean;
  readonly emit: (event: SearchEvent) => void;
  readonly signal: AbortSignal;
  /** The tree that this search goes on with, if any. */
  readonly known: SearchTree | null;
}

/** What all parts of one search share: its item, its model, its money, the texts it has seen. */
export class SearchContext {
  readonly item: SearchItem;
  readonly settings: SearchSettings;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly instruction: string;
  /** The reason of the first request that failed for its own sake, for the closing words of a search that made nothing. */
  firstFailure: string | null = null;
  private readonly desk: Desk | null;
  private readonly pathByText = new Map<string, string>();
  private readonly childCounts = new Map<string, number>();

  constructor(readonly options: ContextOptions) {
    const { item, settings, model, actor, signal, emit } = options;
    this.item = item;
    this.settings = settings;
    this.signal = signal;
    this.instruction = instructionText(item.instruction);
    this.ledger = new Ledger(settings.budget, settings.price, (usage, cost) => {
      emit({ type: 'usage-updated', usage, cost });
    });
    this.desk =
      model === null ? null : new Desk({ model, actor, settings, itemId: item.id, ledger: this.ledger });
    for (const { node, path, children, copies } of options.known?.nodes.values() ?? []) {
      if (node !== null) this.pathByText.set(node.text, path);
      for (const used of [path, ...children, ...copies]) this.noteChild(used);
    }
  }

  get hasModel(): boolean {
    return this.desk !== null;
  }

  emit(event: SearchEvent): void {
    this.options.emit(event);
  }

  deskOrThrow(): Desk {
    if (this.desk === null) throw new Error('a search without a model asked for one');
    return this.desk;
  }

  askEarly(question: Question): void {
    this.desk?.askEarly(question, this.signal);
  }

  dropEarly(isGivenUp: (path: string) => boolean): void {
    this.desk?.dropEarly(isGivenUp);
  }

  /** How many children of a node have been numbered so far. */
  childCount(parent: string): number {
    return this.childCounts.get(parent) ?? 0;
  }

  /** Runs one request; null when it went well, the reason when it failed in a way that concerns this request alone. */
  async attempt(request: () => Promise<void>): Promise<string | null> {
    try {
      await request();
      return null;
    } catch (error) {
      if (!(error instanceof ModelError) || error.isEndpointWide) throw error;
      this.firstFailure ??= error.message;
      return error.message;
    }
  }

  /** Path of a further child; never one that the tree has used before. */
  nextPath(parent: string): string {
    const index = (this.childCounts.get(parent) ?? 0) + 1;
    this.childCounts.set(parent, index);
    return childPath(parent, index);
  }

  /** The node of a text, measured against the original and checked by code. */
  measure(node: Omit<SearchNode, 'checks' | 'distance' | 'interference'>): SearchNode {
    const { constraints } = this.options;
    return {
      ...node,
      checks: checkConstraints(constraints, node.text),
      distance: distance(this.item.original, node.text),
      interference:
        node.origin === 'original' ? null : interferenceOf(this.item.original, node.text, constraints).share,
    };
  }

  /** Takes a text into the tree; the path that already holds it, or null when it is new. */
  claim(node: SearchNode): string | null {
    const holder = this.pathByText.get(node.text);
    if (holder !== undefined && holder !== node.path) return holder;
    this.pathByText.set(node.text, node.path);
    return null;
  }

  /**
   * The judge's question about a node, with what code has verified of it. Of a text that code refutes it says nothing
   * of that: the critique of the rules answers it, or an audit asks it as if there were no rules.
   */
  judgeRequest({ text, checks }: SearchNode): readonly ChatMessage[] {
    const { instruction } = this.item;
    return judgeMessages(this.options.prompts, { instruction, response: text, verified: verifiedIn(checks) });
  }

  candidate(node: SearchNode): Candidate {
    const { settings, options, hasModel } = this;
    const { askWhenVerified, votes } = settings;
    const ruled = judgeByRules(node.checks, { complete: options.complete, askWhenVerified, hasModel, votes });
    if (ruled !== null) return { node, poll: null, ruled };
    const poll = new Poll({
      path: node.path,
      messages: this.judgeRequest(node),
      judged: [this.instruction, node.text],
      votes: settings.votes,
      retries: settings.retriesOfUnparsed,
    });
    return { node, poll, ruled: null };
  }

  /**
   * True where checks and judgement leave nothing open: no part of the instruction, and no constraint about which code
   * could not tell. Votes are about the instruction, so they can't stand in for a person's own constraint.
   */
  isComplete(checks: readonly ConstraintCheck[], judgement: Judgement | null): boolean {
    const open = checks.filter(({ result }) => result.state === 'unknown');
    return judgement?.by === 'votes'
      ? open.every(({ constraint }) => constraint.source !== 'own')
      : this.options.complete && open.length === 0;
  }

  private noteChild(path: string): void {
    const dot = path.lastIndexOf('.');
    const parent = dot === -1 ? '0' : path.slice(0, dot);
    if (path === parent) return;
    const index = Number(path.slice(dot + 1));
    this.childCounts.set(parent, Math.max(this.childCounts.get(parent) ?? 0, index));
  }
}
