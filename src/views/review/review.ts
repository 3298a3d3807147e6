import * as vscode from 'vscode';
import { schemes } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import type { ItemToCheck } from '../../editor/checking/checkedItem';
import { assembledText } from '../../editor/selection/placedText';
import type { AcceptOptions } from '../../editor/sessions/session';
import { instructionText } from '../../spar/refiner/instruction';
import { rootPath } from '../../spar/search/events';
import { openDiff, openDiffs } from '../diffs/openDiff';
import type { ActiveReview } from './activeReview';
import { CritiqueThreads } from './critiqueThreads';
import { ReviewDocuments } from './documents';
import { candidateReference, changeTarget, type CandidateReference, type ReviewHost } from './host';
import { ReviewHover } from './hover';
import { candidateUri, nodeUri, reviewUri } from './locations';
import { ReviewEditors } from './reviewEditors';
import { candidateWords, nodeName, type ReviewDocument } from './reviewDocument';
import { ReviewFiles } from './reviewFiles';
import { decodeAddress } from './reviewUri';
import { acceptOptions, withDecisions } from './reviewState';
import type { LayoutKind } from './sentenceLayout';
import { changeAt, type ChangeDecision } from './trackedChanges';

export interface ReviewOptions {
  readonly active: ActiveReview;
  /** The layout setting as it stands now; `toggleLayout` goes against it until the window is reloaded. */
  readonly layout: () => LayoutKind;
}

export interface OpenOptions {
  readonly preserveFocus?: boolean;
}

/** Diffs shown at once at most; the multi-diff editor of a larger tree would be slow and unread. */
const mostDiffs = 100;

/** The inline review and the diff review of candidates: what is open, and what people do there. */
export class Review implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly documents: ReviewDocuments;
  readonly files: ReviewFiles;
  private readonly editors: ReviewEditors;
  private readonly threads: CritiqueThreads;
  private isToggled = false;
  private refreshTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly host: ReviewHost,
    private readonly options: ReviewOptions,
  ) {
    const layout = (): LayoutKind => this.layout();
    this.documents = new ReviewDocuments({ host, layout, now: () => Date.now() });
    this.files = this.store.add(new ReviewFiles(this.documents, host));
    this.editors = this.store.add(new ReviewEditors(this.documents));
    this.threads = this.store.add(new CritiqueThreads(this.documents));
    const selector = { scheme: schemes.review };
    this.store.add(vscode.languages.registerHoverProvider(selector, new ReviewHover(this.documents)));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.threads.refresh(document)),
    );
    this.store.add(host.onDidChange(() => this.refreshSoon()));
    // Sessions of an earlier window are added after the editor has brought their tabs back.
    this.store.add(host.onDidAdd(() => this.refreshSoon()));
    this.store.add(host.onDidRemove(() => this.refreshSoon()));
  }

  dispose(): void {
    if (this.refreshTimer !== null) clearTimeout(this.refreshTimer);
    this.store.dispose();
  }

  /** The response that a document of ours shows, with the constraints of its search; null for one without. */
  async itemIn(document: vscode.TextDocument): Promise<ItemToCheck | null> {
    await this.host.restore();
    const decoded = decodeAddress(document.uri);
    if (!decoded.ok) return null;
    const { address } = decoded;
    const session = this.host.find(address.sessionId);
    const text = document.getText();
    const response = this.documents.response(address, text);
    if (session === undefined || response === null) return null;
    return {
      range: { start: 0, end: text.length },
      instruction: assembledText(instructionText(session.instruction), []),
      response,
      columns: null,
      given: session.tree.constraints,
      own: [],
      isEditable: address.kind === 'candidate',
    };
  }

  /** Opens the inline review; one that is open already keeps its cursor. */
  async openReview(
    sessionId: string,
    path: string,
    { preserveFocus = false }: OpenOptions = {},
  ): Promise<void> {
    await this.host.restore();
    const reference = { sessionId, path };
    const uri = reviewUri(reference);
    const isOpen = this.options.active.hasTab(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const changes = this.documents.review(reference)?.tracked.changes ?? [];
    const first = changes.find((change) => change.decision === null) ?? changes[0];
    const at = document.positionAt(first?.start ?? 0);
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus,
      ...(isOpen ? {} : { selection: new vscode.Range(at, at) }),
    });
  }

  /** Opens the candidate as the editable side of a diff. */
  async openDiff(
    sessionId: string,
    path: string,
    against: 'original' | 'parent' = 'original',
  ): Promise<void> {
    await this.host.restore();
    const written = this.documents.written({ sessionId, path });
    const left = against === 'original' ? rootPath : (written?.node.parent ?? rootPath);
    await openDiff({ ...this.sides({ sessionId, path }, left), preserveFocus: false });
  }

  /** Every candidate against the original, the best first. */
  async openAllAsDiffs(sessionId: string): Promise<void> {
    await this.host.restore();
    const session = this.host.find(sessionId);
    if (session === undefined) return;
    const candidates = [...session.tree.nodes.values()]
      .filter((node) => node.path !== rootPath && node.node !== null)
      .sort(
        (a, b) =>
          (b.judgement?.value ?? -1) - (a.judgement?.value ?? -1) ||
          (a.node?.distance ?? 1) - (b.node?.distance ?? 1),
      );
    const shown = candidates.slice(0, mostDiffs);
    const count =
      shown.length === candidates.length ? '' : `, the best ${shown.length} of ${candidates.length}`;
    await openDiffs({
      title: `Refinements: ${session.title}${count}`,
      diffs: shown.map(({ path }) => this.sides({ sessionId, path }, rootPath)),
    });
  }

  /** Keeps the changes a lens names, else the one at the cursor; done again, lets them wait again. */
  keepChange(argument?: unknown): Promise<void> {
    return this.decideChanges('kept', argument);
  }

  /** Undoes the changes a lens names, else the one at the cursor; done again, lets them wait again. */
  undoChange(argument?: unknown): Promise<void> {
    return this.decideChanges('undone', argument);
  }

  keepAll(): Promise<void> {
    return this.decideAll('kept');
  }

  undoAll(): Promise<void> {
    return this.decideAll('undone');
  }

  nextChange(): void {
    this.goTo(1);
  }

  previousChange(): void {
    this.goTo(-1);
  }

  /** Opens the next candidate that waits, of any search, in the same kind of editor. */
  async nextCandidate(argument?: unknown): Promise<void> {
    const current = candidateReference(argument) ?? this.options.active.current();
    const pending = this.host.pending();
    const at = pending.findIndex(
      ({ session, path }) => session.id === current?.sessionId && path === current.path,
    );
    const next = pending[(at + 1) % pending.length];
    if (next === undefined || (at >= 0 && pending.length === 1)) {
      say('No other candidate waits for a decision.');
      return;
    }
    if (this.options.active.isDiff()) await this.openDiff(next.session.id, next.path);
    else await this.openReview(next.session.id, next.path);
  }

  /** Shows the critique as comment threads, or hides it. */
  async showCritique(argument?: unknown): Promise<void> {
    const reference = candidateReference(argument) ?? this.options.active.current();
    if (reference === null) return;
    const uri = reviewUri(reference);
    if (this.threads.isShown(uri)) {
      this.threads.hide(uri);
      return;
    }
    await this.openReview(reference.sessionId, reference.path);
    const document = await vscode.workspace.openTextDocument(uri);
    if (!this.threads.show(document, reference)) say('There is no critique of this candidate.');
  }

  /** One sentence a line, or lines as they are, in all open reviews and diffs. */
  async toggleLayout(): Promise<void> {
    // An unsaved edit was made in the lines of the layout that now goes.
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === schemes.candidate && document.isDirty) await document.save();
    }
    this.isToggled = !this.isToggled;
    await this.refresh();
  }

  /** How `SessionStore.accept` is to be called for this candidate; saves an open edit of it first. */
  async acceptOptions(reference: CandidateReference): Promise<AcceptOptions> {
    await this.host.restore();
    const uri = candidateUri(reference).toString();
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
    if (open?.isDirty === true && !(await open.save())) {
      throw new Error('Your edit could not be saved, so nothing was accepted. It is still in the editor.');
    }
    const written = this.documents.written(reference);
    return written === null ? {} : acceptOptions(written.reviewed);
  }

  private layout(): LayoutKind {
    const set = this.options.layout();
    if (!this.isToggled) return set;
    return set === 'sentences' ? 'as-written' : 'sentences';
  }

  private sides(
    { sessionId, path }: CandidateReference,
    left: string,
  ): { left: vscode.Uri; right: vscode.Uri; title: string } {
    const written = this.documents.written({ sessionId, path });
    const words = written === null ? '' : ` (${candidateWords(written.session, written.node)})`;
    return {
      left: nodeUri({ sessionId, path: left }, path),
      right: candidateUri({ sessionId, path }),
      title: `${nodeName(left)} ↔ ${nodeName(path)}${words}`,
    };
  }

  private async decideChanges(decision: ChangeDecision, argument: unknown): Promise<void> {
    const target = changeTarget(argument);
    const at = this.editors.activeReview();
    const here = at === null ? null : changeAt(at.review.tracked, at.offset);
    if (target !== null) await this.decide(target, { decision, changes: target.changes });
    else if (at !== null && here !== null) await this.decide(at.review, { decision, changes: [here.index] });
    else if (at !== null) say('No change stands at the cursor. Go to one with Next Change.');
  }

  private async decideAll(decision: ChangeDecision): Promise<void> {
    const reference = this.options.active.current();
    const review = reference === null ? null : this.documents.review(reference);
    if (reference === null || review === null) return;
    await this.decide(reference, {
      decision,
      changes: [...Array(review.tracked.total).keys()],
      isFinal: true,
    });
  }

  private async decide(
    reference: CandidateReference,
    {
      decision,
      changes,
      isFinal = false,
    }: { decision: ChangeDecision; changes: readonly number[]; isFinal?: boolean },
  ): Promise<void> {
    const written = this.documents.written(reference);
    const review = this.documents.review(reference);
    if (written === null || review === null) return;
    const { session, reviewed } = written;
    const known = new Set(reviewed.state[decision]);
    const real = changes.filter((index) => index < review.tracked.total);
    const isAgain = !isFinal && real.length > 0 && real.every((index) => known.has(index));
    const wanted = isAgain ? null : decision;
    this.editors.holdCursor(reference);
    const state = withDecisions(reviewed.state, { changes: real, decision: wanted, now: Date.now() });
    await this.host.saveReviewState(session, reference.path, state);
  }

  private goTo(step: 1 | -1): void {
    const at = this.editors.activeReview();
    if (at === null) return;
    const { changes } = at.review.tracked;
    const here = changeAt(at.review.tracked, at.offset);
    const ahead = step === 1 ? changes : [...changes].reverse();
    const next =
      ahead.find(
        (change) => (step === 1 ? change.start > at.offset : change.end < at.offset) && change !== here,
      ) ?? ahead[0];
    if (next === undefined) {
      say('This candidate changes nothing.');
      return;
    }
    this.editors.moveTo(at.editor, next);
    say(changeWords(at.review, next.index));
  }

  /** A running search tells of changes many times a second. */
  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = null;
      void this.refresh();
    }, 20);
  }

  private async refresh(): Promise<void> {
    await this.files.refresh();
    this.editors.refresh();
    this.threads.refresh();
  }
}

function changeWords({ tracked, need }: ReviewDocument, index: number): string {
  const change = tracked.changes.find((candidate) => candidate.index === index);
  const note = need?.unneeded.has(index) === true ? ', not needed by any checked constraint' : '';
  return `Change ${index + 1} of ${tracked.total}: ${change?.label ?? ''}${note}`;
}

/** In the status bar for a while: an answer to a key that asks for no attention. */
function say(words: string): void {
  vscode.window.setStatusBarMessage(words.replace(/\$\(/gu, '$ ('), 5000);
}
