import { decide, takeBack, wishedText, type Decided } from '../../editor/queue/decisions';
import type { Disposable } from '../../editor/emitter';
import { brokenIn, mixtureOf } from '../../editor/queue/mixture';
import type { QueueFile } from '../../editor/queue/queueFile';
import type { RefusedChanges } from '../../editor/sessions/refusedPair';
import type { CuratedRecord } from '../../spar/datasets/curated';
import { progressWords, timeLeft, withDecision, type Pace } from '../../spar/datasets/queue/pace';
import { acceptedByPolicy } from '../../spar/datasets/queue/policyRows';
import { orderedRows, type QueueOrder } from '../../spar/datasets/queue/queueOrder';
import { QueueWalk } from '../../spar/datasets/queue/queueWalk';
import { checkedAnew, textEvidence } from '../../spar/datasets/textEvidence';
import { LogError } from '../../spar/log/logError';
import { checksOf, pairView } from '../datasets/editor/pairView';
import { visibleLine } from '../datasets/editor/visibleText';
import type { Request, Response, StateMessage } from './protocol';
import { decidedWords, endWords, noticeOf } from './queueWords';

export interface SessionPorts {
  post(message: Response): void;
  fail(error: unknown): void;
  open(what: 'source' | 'line', record: CuratedRecord): Promise<void>;
  /** Whether refused changes become pairs of their own. */
  refusedChanges(): RefusedChanges;
  /** Milliseconds, from any beginning. */
  now(): number;
  keep(order: QueueOrder): void;
}

/** Where a person begins. */
export interface QueueStart {
  readonly order: QueueOrder;
  /** The record that they saw last; null: from the first one. */
  readonly id: string | null;
}

/** One person's way through a dataset: what they see, and what becomes of what they press. */
export class QueueSession implements Disposable {
  private readonly walk: QueueWalk;
  private order: QueueOrder;
  private readonly decided: Decided[] = [];
  /** Ids whose decision the person has made here. */
  private own: ReadonlyMap<string, Decided> = new Map();
  private readonly read = new Map<string, Promise<CuratedRecord | null>>();
  /** Decisions before this one were made on another walk. */
  private counted = 0;
  /** Rows that a policy accepted and nobody has checked. */
  private audited = new Set<number>();
  private pace: Pace = [];
  private shownAt = 0;
  private last: Promise<unknown> = Promise.resolve();
  private readonly stop = new AbortController();
  private isBegun = false;
  private isWhole = false;
  /** What the order's row numbers count in. */
  private numbering: object | null = null;
  /** Others wrote what a reading took in beside a refresh. */
  private isStale = false;

  constructor(
    private readonly file: QueueFile,
    private readonly start: QueueStart,
    private readonly ports: SessionPorts,
  ) {
    const { table } = file;
    this.order = start.order;
    this.walk = new QueueWalk({
      id: (row) => table.id(row),
      rowOf: (id) => table.rowOf(id),
      waits: (row) => this.waits(row),
    });
  }

  dispose(): void {
    this.stop.abort(new Error('The review queue was closed.'));
  }

  /** Never rejects: what goes wrong is told. One after the other, in the order in which they come. */
  take(request: Request): Promise<void> {
    return this.guarded(() => this.answer(request));
  }

  /** Takes in what others wrote: what they decided leaves the queue, what they added comes into it. */
  refresh(): Promise<void> {
    return this.guarded(async () => {
      if (!(await this.file.refresh()) && !this.isStale) return;
      this.isStale = false;
      this.read.clear();
      if (!this.isBegun) return;
      const wasAtEnd = this.walk.current === null;
      this.walk.take(await this.ordered());
      if (wasAtEnd) this.show(this.walk.next());
      await this.postState('');
    });
  }

  private guarded(work: () => Promise<void>): Promise<void> {
    const turn = this.last.then(async () => {
      try {
        await work();
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.ports.fail(error);
        // The page waits for an answer; it is shown what there is.
        await this.postState('').catch(() =>
          // Nothing can be shown; the keys are given back.
          this.ports.post({ type: 'refused', id: '', words: '', canInsist: false }),
        );
      }
    });
    this.last = turn;
    return turn;
  }

  private async answer(request: Request): Promise<void> {
    await this.renumber();
    switch (request.type) {
      case 'ready':
        if (!this.isBegun) this.show(this.begin(await this.ordered()));
        this.isBegun = true;
        return this.postState('');
      case 'decide':
        return this.decide(request);
      case 'mixture':
        return this.showMixture(request);
      case 'text': {
        const record = await this.current(request.id);
        if (record === null) return;
        const text = wishedText(record.record, { status: 'accepted', undone: request.undone });
        this.ports.post({ type: 'text', id: request.id, text });
        return;
      }
      case 'go':
        if (request.to === 'again') this.show(this.walk.begin(await this.ordered()));
        else this.show(request.to === 'next' ? this.walk.next() : this.walk.previous());
        return this.postState('');
      case 'undo':
        return this.undo();
      case 'order':
        if ((this.order.by === 'audit') !== (request.order.by === 'audit')) {
          this.walk.forget();
          this.counted = this.decided.length;
        }
        this.order = request.order;
        this.ports.keep(this.order);
        this.show(this.walk.begin(await this.ordered()));
        return this.postState('');
      case 'whole':
        this.isWhole = request.id === this.walk.current;
        return this.postState('');
      case 'open': {
        const record = await this.current(request.id);
        if (record !== null) await this.ports.open(request.what, record);
      }
    }
  }

  private begin(order: Uint32Array): string | null {
    const { id } = this.start;
    return id === null ? this.walk.begin(order) : this.walk.beginAt(order, id);
  }

  private async decide({ id, decision, anyway }: Request & { readonly type: 'decide' }): Promise<void> {
    const found = await this.current(id);
    // Of a pair that is no longer shown nothing can be meant.
    if (found === null) return this.postState('');
    const { record } = found;
    const text = wishedText(record, decision);
    const refused = decision.status === 'accepted' ? this.problemOf(found, text) : null;
    if (refused !== null && !(refused.canInsist && anyway)) {
      this.ports.post({ type: 'refused', id, ...refused });
      return;
    }
    const written = await decide(this.file, { seen: found, wish: decision }, this.ports.refusedChanges());
    if (written === null) {
      this.read.clear();
      await this.renumber();
      return this.postState('Somebody changed this pair meanwhile. Look at it, then decide again.');
    }
    this.decided.push(written);
    this.recount();
    const row = this.file.table.rowOf(id);
    if (row !== undefined) this.audited.delete(row);
    this.pace = withDecision(this.pace, this.ports.now() - this.shownAt);
    this.read.delete(id);
    await this.renumber();
    this.show(this.walk.onward());
    await this.postState(decidedWords(written));
  }

  /** Why a text should not be accepted; null where nothing speaks against it that the person has not seen. */
  private problemOf(
    { record }: CuratedRecord,
    text: string,
  ): { readonly words: string; readonly canInsist: boolean } | null {
    if (text === record.chosen) return null;
    if (text === record.rejected)
      return {
        words:
          'This is the rejected text: with every change undone there is nothing to accept. R rejects the pair.',
        canInsist: false,
      };
    if (text.trim() === '')
      return { words: 'An empty text can’t be accepted. R rejects the pair.', canInsist: false };
    const broken = brokenIn(checkedAnew(record, text));
    if (broken.length === 0) return null;
    const constraints = visibleLine(broken.map((constraint) => `“${constraint}”`).join(', '), 400);
    return {
      words: `This text breaks ${constraints}. Do the same again to accept it anyway.`,
      canInsist: true,
    };
  }

  private async undo(): Promise<void> {
    const decided = this.decided.pop();
    if (decided === undefined) return this.postState('There is nothing to undo.');
    let isTakenBack: boolean;
    try {
      isTakenBack = await takeBack(this.file, decided);
    } catch (error) {
      this.decided.push(decided);
      throw error;
    }
    await this.renumber();
    this.counted = Math.min(this.counted, this.decided.length);
    this.recount();
    this.read.delete(decided.id);
    const row = this.file.table.rowOf(decided.id);
    if (row !== undefined && decided.before.decision?.by.kind === 'policy') this.audited.add(row);
    if (this.walk.goTo(decided.id)) this.show(decided.id);
    else {
      const wasAtEnd = this.walk.current === null;
      this.walk.take(await this.ordered());
      if (wasAtEnd) this.show(this.walk.next());
    }
    await this.postState(
      isTakenBack
        ? `Undone: ${decidedWords(decided).toLowerCase()}`
        : 'Somebody has decided on this pair since, so nothing was undone.',
    );
  }

  private async showMixture({ id, undone }: Request & { readonly type: 'mixture' }): Promise<void> {
    const found = await this.current(id);
    if (found === null) return;
    const { record, state } = found;
    const mixture = mixtureOf(record, undone);
    const ofChosen =
      mixture === null
        ? textEvidence(record, state, 'chosen')
        : { judgement: null, checks: checkedAnew(record, mixture.text) };
    const checks = checksOf(textEvidence(record, state, 'rejected'), ofChosen);
    this.ports.post({ type: 'mixture', id, undone, checks });
  }

  private show(id: string | null): void {
    this.shownAt = this.ports.now();
    this.isWhole = false;
    // Read while the person looks at this one.
    for (const ahead of id === null ? [] : [id, ...this.walk.ahead(prefetched)]) void this.record(ahead);
  }

  /** The record that is shown, if it is the one with this id. */
  private current(id: string): Promise<CuratedRecord | null> {
    return id === this.walk.current ? this.record(id) : Promise.resolve(null);
  }

  private record(id: string): Promise<CuratedRecord | null> {
    const known = this.read.get(id);
    if (known !== undefined) return known;
    const read = this.readNow(id);
    this.read.set(id, read);
    read.catch(() => this.read.delete(id));
    const [oldest] = this.read.keys();
    if (this.read.size > remembered && oldest !== undefined) this.read.delete(oldest);
    return read;
  }

  private async readNow(id: string): Promise<CuratedRecord | null> {
    try {
      return await this.file.read(id);
    } catch (error) {
      if (!(error instanceof LogError && error.kind === 'changed')) throw error;
      // A compaction or a checkout moved what is in the file.
      if (await this.file.refresh()) this.isStale = true;
      return this.file.read(id);
    }
  }

  /** A file that was read anew, also beside a decision, has other row numbers. */
  private async renumber(): Promise<void> {
    if (this.isBegun && this.numbering !== this.file.table.numbering) this.walk.take(await this.ordered());
  }

  private async ordered(): Promise<Uint32Array> {
    const { table } = this.file;
    this.numbering = table.numbering;
    const isAudit = this.order.by === 'audit';
    const statuses = isAudit ? (['accepted'] as const) : (['pending'] as const);
    const rows = await table.query({ statuses }, { by: 'line', descending: false }, this.stop.signal);
    const waiting = isAudit ? await acceptedByPolicy(table, rows, this.stop.signal) : rows;
    this.audited = new Set(isAudit ? waiting : []);
    return orderedRows(table, waiting, this.order);
  }

  private waits(row: number): boolean {
    const { table } = this.file;
    if (table.isDeleted(row)) return false;
    if (this.order.by !== 'audit') return table.status(row) === 'pending';
    return this.audited.has(row) && table.status(row) === 'accepted';
  }

  private recount(): void {
    this.own = new Map(this.decided.map((one) => [one.id, one]));
  }

  private async postState(said: string): Promise<void> {
    const { walk } = this;
    const id = walk.current;
    const found = id === null ? null : await this.record(id);
    if (this.stop.signal.aborted) return;
    const pair =
      found === null
        ? null
        : pairView(found, {
            isUnsaved: false,
            isSearched: true,
            history: this.file.history(found.record.id),
            findings: [],
            whole: this.isWhole,
            isNumbered: true,
          });
    this.ports.post({
      type: 'state',
      file: this.file.path,
      order: this.order,
      ...this.progress(),
      pair,
      hasChanges: pair?.pieces.some(({ change }) => change !== undefined) ?? false,
      notice: noticeOf(found, { own: this.own.get(id ?? '') ?? null, order: this.order }),
      canUndo: this.decided.length > 0,
      canGoBack: walk.hasPrevious,
      end:
        pair === null
          ? endWords({
              order: this.order,
              left: walk.left,
              isGone: id !== null,
              decided: this.decided.length - this.counted,
            })
          : null,
      said,
    });
  }

  private progress(): Pick<StateMessage, 'progress' | 'share'> {
    const { place, total } = this.walk;
    const own = new Map(this.decided.slice(this.counted).map(({ id, status }) => [id, status]));
    const statuses = [...own.values()];
    const accepted = statuses.filter((status) => status === 'accepted').length;
    const rejected = statuses.length - accepted;
    const shown = this.walk.current === null ? place : place - 1;
    const left = total === shown ? null : timeLeft(this.pace, total - shown);
    return {
      progress: total === 0 ? '' : progressWords({ place, total, accepted, rejected, left }),
      share: total === 0 ? 1 : shown / total,
    };
  }
}

/** Records that are read before they are wanted. */
const prefetched = 2;
const remembered = 12;
