import { SearchTreeBuilder, type SearchTree } from '../../spar/search/tree';
import { rootPath, type SearchEvent } from '../../spar/search/events';
import { instructionText } from '../../spar/refiner/instruction';
import { activeOf, askDifferently, choicesOf, type ConstraintChoice } from './choices';
import type { JournalEntry, SessionJournal } from './ports';
import { untouched, type NodeDecision, type ReviewState, type Session, type SessionItem } from './session';

export interface LiveSessionOptions {
  readonly id: string;
  readonly startedAt: string;
  readonly item: SessionItem;
  readonly isRestored?: boolean;
}

/** A session as the store changes it; everyone else sees a `Session`. */
export class LiveSession implements Session {
  readonly id: string;
  readonly title: string;
  readonly startedAt: string;
  readonly isRestored: boolean;
  readonly source: SessionItem['source'];
  readonly instruction: SessionItem['instruction'];
  readonly original: string;
  private readonly given: SessionItem;
  /** Aborts what runs now; null while nothing does. */
  running: AbortController | null = null;
  /** Where changes are written; null until the journal is open, or after it failed. */
  journal: SessionJournal | null = null;
  /** Resolves when the last event is on the disk, or could not be written. */
  written: Promise<void> = Promise.resolve();
  private builder = new SearchTreeBuilder();
  private readonly decided = new Map<string, NodeDecision>();
  private readonly reviews = new Map<string, ReviewState>();
  /** Null where a person has changed nothing. */
  private chosen: readonly ConstraintChoice[] | null;
  /** As they were when the last search began. */
  private searched: readonly ConstraintChoice[] | null = null;

  constructor({ id, startedAt, item, isRestored = false }: LiveSessionOptions) {
    this.isRestored = isRestored;
    this.id = id;
    this.startedAt = startedAt;
    this.given = item;
    this.chosen = item.choices ?? null;
    this.source = item.source;
    this.instruction = item.instruction;
    this.original = item.original;
    this.title = titleOf(instructionText(item.instruction));
  }

  get tree(): SearchTree {
    return this.builder.tree;
  }

  /** The item as a further search takes it: with the constraints that the first one checked. */
  get item(): SessionItem {
    const { tree } = this;
    return tree.item === null
      ? this.given
      : { ...this.given, judgeOnly: false, constraints: tree.constraints };
  }

  /** The item as a search with the constraints that a person chose takes it. */
  get itemAgain(): SessionItem {
    const { tree, choices } = this;
    // Without a search there are no choices yet, and no choices would mean nothing to check.
    if (tree.item === null) return this.given;
    const root = tree.nodes.get(rootPath)?.judgement;
    return {
      ...this.given,
      ...(root?.by === 'given' ? { critique: root.critique } : {}),
      judgeOnly: tree.settings?.depth === 0,
      constraints: activeOf(choices),
      choices,
    };
  }

  /** True once a person has decided on, edited or begun to review a candidate. */
  get isTouched(): boolean {
    return (
      this.decided.size > 0 ||
      this.reviews.size > 0 ||
      [...this.tree.nodes.values()].some((node) => node.node?.origin === 'edited')
    );
  }

  get choices(): readonly ConstraintChoice[] {
    return this.chosen ?? choicesOf(this.tree.constraints);
  }

  /** The choices that the tree was searched with. */
  get choicesOfTree(): readonly ConstraintChoice[] {
    return this.searched ?? choicesOf(this.tree.constraints);
  }

  get areConstraintsChanged(): boolean {
    return this.chosen !== null && askDifferently(activeOf(this.chosen), this.tree.constraints);
  }

  /** Verdicts that are there stay as they are. */
  choose(choices: readonly ConstraintChoice[]): void {
    this.chosen = choices;
  }

  /** Empties the tree for a search from its root; what the earlier ones used stays counted. */
  beginAnew(): void {
    this.builder = new SearchTreeBuilder({ ...this.tree, nodes: new Map(), outcome: null });
  }

  get isRunning(): boolean {
    return this.running !== null;
  }

  get decisions(): ReadonlyMap<string, NodeDecision> {
    return this.decided;
  }

  reviewState(path: string): ReviewState {
    return this.reviews.get(path) ?? untouched;
  }

  /** Takes an event of the search; returns the paths that changed. */
  fold(event: SearchEvent): readonly string[] {
    if (event.type === 'search-started') this.searched = this.chosen;
    return this.builder.fold(event);
  }

  setDecision(path: string, decision: NodeDecision | null): void {
    if (decision === null) this.decided.delete(path);
    else this.decided.set(path, decision);
  }

  setReview(path: string, state: ReviewState): void {
    this.reviews.set(path, state);
  }
}

/** The session that journal entries tell of; null where its first entry is missing. */
export function replaySession(id: string, entries: readonly JournalEntry[]): LiveSession | null {
  const head = entries.find((entry) => entry.kind === 'session');
  if (head === undefined) return null;
  const session = new LiveSession({ id, startedAt: head.startedAt, item: head, isRestored: true });
  for (const entry of entries) {
    switch (entry.kind) {
      case 'session':
        break;
      case 'event':
        session.fold(entry.event);
        break;
      case 'decision':
        session.setDecision(entry.path, entry.decision);
        break;
      case 'review':
        session.setReview(entry.path, entry.state);
        break;
      case 'constraints':
        session.choose(entry.choices);
        break;
      case 'again':
        session.beginAnew();
        break;
    }
  }
  return session;
}

function titleOf(instruction: string): string {
  const line = instruction.replace(/\s+/gu, ' ').trim();
  // A cut must not leave half a surrogate pair behind.
  return line.length <= 80 ? line : `${line.slice(0, 79).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
