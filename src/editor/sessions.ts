import { rootPath, type SearchEvent } from '../spar/search/events';
import type { ReplyStore } from '../spar/models/recorded';
import { Emitter, type Disposable, type Event } from './emitter';
import type { ConstraintChoice } from './sessions/choices';
import { LiveSession, replaySession } from './sessions/liveSession';
import type { DecidedNode, JournalEntry, SessionPorts } from './sessions/ports';
import type {
  AcceptOptions,
  AcceptResult,
  NodeDecision,
  NodeReference,
  ReviewState,
  Session,
  SessionItem,
} from './sessions/session';
import { pendingPaths, standingOf } from './sessions/standing';

export interface SessionChange {
  readonly session: Session;
  /** Paths whose node, children, decision or review changed. Empty where only the session as a whole did. */
  readonly paths: readonly string[];
}

/**
 * All searches of this window and what people decided in them. The only place that changes a session; views
 * read sessions and listen. Everything that happens is journalled as it happens, and comes back by `restore`.
 */
export class SessionStore implements Disposable {
  private readonly live: LiveSession[] = [];
  private readonly changed = new Emitter<SessionChange>();
  private readonly added = new Emitter<Session>();
  private readonly removed = new Emitter<Session>();
  private restoring: Promise<void> | null = null;

  readonly onDidChange: Event<SessionChange> = this.changed.event;
  readonly onDidAdd: Event<Session> = this.added.event;
  readonly onDidRemove: Event<Session> = this.removed.event;

  constructor(private readonly ports: SessionPorts) {}

  /** The newest first. */
  get sessions(): readonly Session[] {
    return this.live;
  }

  find(id: string): Session | undefined {
    return this.live.find((session) => session.id === id);
  }

  /** Every candidate that waits for a decision, the newest session's first. */
  pending(): readonly NodeReference[] {
    return this.live.flatMap((session) => pendingPaths(session).map((path) => ({ session, path })));
  }

  /** Reads back the sessions of earlier windows, once; later calls share the first one's result. */
  restore(): Promise<void> {
    this.restoring ??= this.readBack();
    return this.restoring;
  }

  /** Shows the session at once and searches on in the background; `finished` resolves when it has ended. */
  start(item: SessionItem): { readonly session: Session; readonly finished: Promise<void> } {
    const startedAt = this.ports.clock().toISOString();
    const id = `${startedAt.replace(/[:.]/gu, '-')}-${this.ports.nonce()}`;
    const session = new LiveSession({ id, startedAt, item });
    session.running = new AbortController();
    this.live.unshift(session);
    this.added.fire(session);
    return { session, finished: this.searchOnceShown(session, item) };
  }

  /** Stops what runs in a session; what was found so far is kept. */
  stop(session: Session): void {
    this.liveOf(session).running?.abort(new DOMException('Stopped by a person.', 'AbortError'));
  }

  /**
   * Goes on with a search that was stopped. Where nobody has touched its candidates it is run again with the
   * replies that are recorded, which costs nothing twice; else it grows on from its root with new nodes, since
   * decisions must keep the texts that they were made about.
   */
  resume(session: Session): Promise<void> {
    const live = this.liveOf(session);
    if (live.areConstraintsChanged && !live.isTouched) return this.searchAgain(session).finished;
    return this.continue(live, live.isTouched ? rootPath : null);
  }

  /**
   * Searches from the original with the constraints that a person chose. A tree that nobody has touched is made
   * anew in its place; beside one with decisions or edits, which keep the texts that they were made about, a new
   * session appears. Nothing happens while the session still runs.
   */
  searchAgain(session: Session): { readonly session: Session; readonly finished: Promise<void> } {
    const live = this.liveOf(session);
    if (live.running !== null) return { session, finished: Promise.resolve() };
    const item = live.itemAgain;
    if (live.isTouched) {
      // What was changed goes along with the new session, and is no change of this one any more.
      void this.choose(live, live.choicesOfTree);
      return this.start(item);
    }
    live.running = new AbortController();
    this.changed.fire({ session, paths: [rootPath] });
    return { session, finished: this.runSearch(live, { item, from: null, isAnew: true }) };
  }

  /** Keeps what the next search is to check; the verdicts that are there stay. Resolves when it is on the disk. */
  async choose(session: Session, choices: readonly ConstraintChoice[]): Promise<void> {
    const live = this.liveOf(session);
    live.choose(choices);
    this.changed.fire({ session, paths: [] });
    await this.record(live, { kind: 'constraints', choices });
  }

  /** Searches further beneath a node of the same tree. Nothing happens while the session still runs. */
  refineFurther(session: Session, path: string): Promise<void> {
    return this.continue(this.liveOf(session), path);
  }

  /**
   * Accepts a candidate as it is, as a mixture of its changes, or as edited by hand. A mixture or an edit
   * becomes a node of its own and is judged before it counts.
   */
  async accept(session: Session, path: string, options: AcceptOptions = {}): Promise<AcceptResult> {
    const live = this.liveOf(session);
    const text = live.tree.nodes.get(path)?.node?.text;
    if (text === undefined)
      return { status: 'failed', reason: 'This candidate has no text, so there is nothing to accept.' };
    const wanted = await wantedText(live.original, text, options);
    if (wanted === live.original) {
      return {
        status: 'failed',
        reason:
          'With every change undone this is the original again. Keep at least one change, or reject the candidate.',
      };
    }
    const own = wanted === text ? path : await this.judgeEdit(live, path, wanted);
    if (own === null) {
      return {
        status: 'failed',
        reason:
          'Your text could not be judged. It is kept in the review; accept it again when the model answers.',
      };
    }
    const reason = this.whyNotPassing(live, own);
    if (reason !== null && options.anyway !== true) return { status: 'not-passing', path: own, reason };
    const decision = await this.decide({
      session: live,
      path: own,
      state: 'accepted',
      madeOf: own === path ? null : path,
      kept: own === path ? null : (options.kept ?? null),
    });
    return { status: 'accepted', path: own, decision };
  }

  async reject(session: Session, path: string): Promise<void> {
    const live = this.liveOf(session);
    if (path === rootPath || live.tree.nodes.get(path)?.node == null) return;
    await this.decide({ session: live, path, state: 'rejected', madeOf: null, kept: null });
  }

  /** Takes a decision back; the dataset gets one more line that says so. */
  async undoDecision(session: Session, path: string): Promise<void> {
    const live = this.liveOf(session);
    const decision = live.decisions.get(path);
    if (decision === undefined) return;
    await this.ports.pairs.undo(decision);
    live.setDecision(path, null);
    this.changed.fire({ session, paths: [path, rootPath] });
    await this.record(live, { kind: 'decision', path, decision: null });
  }

  /** Keeps a review's state, whole; resolves when it is on the disk. */
  async saveReviewState(session: Session, path: string, state: ReviewState): Promise<void> {
    const live = this.liveOf(session);
    live.setReview(path, state);
    this.changed.fire({ session, paths: [path] });
    await this.record(live, { kind: 'review', path, state });
  }

  /** Takes a session off the list; its decisions and files stay. */
  async remove(session: Session): Promise<void> {
    const live = this.liveOf(session);
    this.stop(live);
    this.live.splice(this.live.indexOf(live), 1);
    this.removed.fire(session);
    await closeJournal(live);
    await this.ports.journals.forget(session.id);
  }

  /** Stops every search; journals keep what was found. */
  dispose(): void {
    for (const session of this.live) {
      this.stop(session);
      void closeJournal(session);
    }
    this.changed.dispose();
    this.added.dispose();
    this.removed.dispose();
  }

  private async readBack(): Promise<void> {
    for await (const stored of this.ports.journals.restore()) {
      const session = replaySession(stored.id, stored.entries);
      if (session === null || this.find(stored.id) !== undefined) continue;
      session.journal = stored.journal;
      const at = this.live.findIndex((other) => other.startedAt < session.startedAt);
      this.live.splice(at < 0 ? this.live.length : at, 0, session);
      this.added.fire(session);
    }
  }

  /** The engine, when first loaded, keeps the thread from the view for longer than a person waits gladly. */
  private async searchOnceShown(session: LiveSession, item: SessionItem): Promise<void> {
    await Promise.all([this.openJournal(session, item), this.ports.shown?.()]);
    await this.runSearch(session, { item, from: null });
  }

  private async openJournal(session: LiveSession, item: SessionItem): Promise<void> {
    try {
      session.journal = await this.ports.journals.create(session.id, item.source);
      const { source, instruction, original } = item;
      await session.journal.append({
        kind: 'session',
        startedAt: session.startedAt,
        source,
        instruction,
        original,
      });
      if (item.choices !== undefined)
        await session.journal.append({ kind: 'constraints', choices: item.choices });
    } catch (cause) {
      session.journal = null;
      this.ports.problems.journalFailed(session, cause);
    }
  }

  private async continue(session: LiveSession, from: string | null): Promise<void> {
    if (session.running !== null) return;
    session.running = new AbortController();
    this.changed.fire({ session, paths: [rootPath] });
    await this.runSearch(session, {
      item: session.item,
      from: from !== null && session.tree.nodes.has(from) ? from : null,
    });
  }

  private async runSearch(
    session: LiveSession,
    start: { item: SessionItem; from: string | null; isAnew?: boolean },
  ): Promise<void> {
    const signal = session.running?.signal ?? new AbortController().signal;
    const replies = await this.repliesOf(session);
    const continueFrom = start.from === null ? null : { tree: session.tree, path: start.from };
    try {
      for await (const event of this.ports.engine.search(
        { item: start.item, continueFrom, replies },
        { signal },
      )) {
        // Not before: where no search can begin, what is there is all there is.
        if (start.isAnew === true && event.type === 'search-started') this.beginAnew(session);
        this.take(session, event);
      }
    } catch (cause) {
      if (!signal.aborted) this.ports.problems.searchFailed(session, cause);
    } finally {
      session.running = null;
      this.changed.fire({ session, paths: [rootPath] });
    }
    await session.written;
  }

  /** The path of the judged node for a person's text; null where no verdict could be had. */
  private async judgeEdit(session: LiveSession, parent: string, text: string): Promise<string | null> {
    const known = [...session.tree.nodes.values()].find(
      (node) => node.node?.text === text && node.judgement !== null,
    );
    if (known !== undefined) return known.path;
    const controller = new AbortController();
    if (session.running === null) session.running = controller;
    let path: string | null = null;
    try {
      const edit = { tree: session.tree, parent, text, replies: await this.repliesOf(session) };
      for await (const event of this.ports.engine.judgeEdited(edit, { signal: controller.signal })) {
        this.take(session, event);
        if (event.type === 'node-refined' && event.node.text === text) path = event.node.path;
        if (event.type === 'node-merged') path = event.into;
      }
    } catch (cause) {
      if (!controller.signal.aborted) this.ports.problems.searchFailed(session, cause);
    } finally {
      if (session.running === controller) session.running = null;
      this.changed.fire({ session, paths: [rootPath] });
    }
    return path !== null && session.tree.nodes.get(path)?.judgement != null ? path : null;
  }

  /** A sentence for the person, or null where the node may be accepted without asking. */
  private whyNotPassing(session: LiveSession, path: string): string | null {
    const node = session.tree.nodes.get(path);
    const gate = session.tree.settings?.gate ?? 0.5;
    if (node === undefined) return null;
    const standing = standingOf(node, gate);
    if (standing === 'passes' || standing === 'unjudged') return null;
    const broken = node.node?.checks.filter((check) => check.result.state === 'broken') ?? [];
    if (broken.length > 0) return `Still broken: ${broken.map((check) => check.constraint.text).join(', ')}.`;
    if (node.judgement === null) return 'It has not been judged.';
    return `The judge gave it ${node.judgement.yes} of ${node.judgement.yes + node.judgement.no} votes.`;
  }

  private async decide(decided: DecidedNode & { readonly session: LiveSession }): Promise<NodeDecision> {
    const { session, path, state, madeOf, kept } = decided;
    const where = await this.ports.pairs.decide(decided);
    const decision: NodeDecision = { state, at: this.ports.clock().toISOString(), ...where, madeOf, kept };
    session.setDecision(path, decision);
    this.changed.fire({ session, paths: [path, rootPath] });
    await this.record(session, { kind: 'decision', path, decision });
    return decision;
  }

  private beginAnew(session: LiveSession): void {
    const paths = [...session.tree.nodes.keys()];
    session.beginAnew();
    void this.record(session, { kind: 'again' });
    this.changed.fire({ session, paths });
  }

  private take(session: LiveSession, event: SearchEvent): void {
    const paths = session.fold(event);
    session.written = this.record(session, { kind: 'event', event });
    this.changed.fire({ session, paths });
  }

  private async record(session: LiveSession, entry: JournalEntry): Promise<void> {
    try {
      await session.journal?.append(entry);
    } catch (cause) {
      this.ports.problems.journalFailed(session, cause);
    }
  }

  /** Without the disk a search still runs; only its resuming asks again. */
  private async repliesOf(session: LiveSession): Promise<ReplyStore | null> {
    try {
      return (await session.journal?.replies()) ?? null;
    } catch (cause) {
      this.ports.problems.journalFailed(session, cause);
      return null;
    }
  }

  private liveOf(session: Session): LiveSession {
    const live = this.live.find((other) => other === session);
    if (live === undefined) throw new Error('This search has been removed from the list.');
    return live;
  }
}

/** What a search that is being stopped still says would open the journal, and its lock, again. */
async function closeJournal(session: LiveSession): Promise<void> {
  const { journal } = session;
  session.journal = null;
  await journal?.close();
}

async function wantedText(original: string, text: string, options: AcceptOptions): Promise<string> {
  if (options.editedText !== undefined) return options.editedText;
  if (options.kept === undefined) return text;
  const { applyChanges, textChanges } = await import('../spar/text/wordDiff');
  return applyChanges(original, textChanges(original, text), new Set(options.kept));
}
