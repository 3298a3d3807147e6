import { SearchTreeBuilder, type SearchTree } from '../../spar/search/tree';
import type { SearchEvent } from '../../spar/search/events';
import { instructionText } from '../../spar/refiner/instruction';
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
  private readonly builder = new SearchTreeBuilder();
  private readonly decided = new Map<string, NodeDecision>();
  private readonly reviews = new Map<string, ReviewState>();

  constructor({ id, startedAt, item, isRestored = false }: LiveSessionOptions) {
    this.isRestored = isRestored;
    this.id = id;
    this.startedAt = startedAt;
    this.given = item;
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

  get isReviewed(): boolean {
    return this.reviews.size > 0;
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
    }
  }
  return session;
}

function titleOf(instruction: string): string {
  const line = instruction.replace(/\s+/gu, ' ').trim();
  // A cut must not leave half a surrogate pair behind.
  return line.length <= 80 ? line : `${line.slice(0, 79).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
