import type { RecordState } from '../../../spar/datasets/recordState';
import { foldLines } from '../../../spar/datasets/recordState';
import type { Disposable } from '../../../editor/emitter';
import { editFor, settlingEdit, textEdit, wishLabel, type Wish, type WishedState } from './datasetActions';
import { isReplaced, type EditedDataset } from './editedDataset';
import { editableText, pairView } from './pairView';
import type { DocumentMessage, Facet, Facets, Filter, Request, Sorting, Target } from './protocol';
import type { TableFilter, TableRecord } from './recordTable';
import { rowView } from './rowView';
import type { SessionHost } from './sessionHost';

/** One page: its filter, its result, and what it asks for. A dataset may have several. */
export class EditorSession implements Disposable {
  private rows: Uint32Array = new Uint32Array();
  /** What they count in. */
  private numbering: object | null = null;
  private result = 0;
  private filter: Filter = {};
  private sort: Sorting = { by: 'line', descending: false };
  /** What `rows` were found by: `filter` and `sort` may still be looked for. */
  private answered = { filter: this.filter, sort: this.sort };
  private shownPair: string | null = null;
  private querying: AbortController | null = null;
  /** What is alike takes long to find, so a result that is shown anew meanwhile waits for it with the first. */
  private alike: { readonly to: string; readonly ids: Promise<readonly string[]>; stop(): void } | null =
    null;
  private isComplete = false;
  /** Requests for rows under way, and when the last result was shown whose rows have not come yet. */
  private reading = 0;
  private waitsSince: number | null = null;
  /** While the file is read: when a result may be shown next, so that showing takes a tenth of the time at most. */
  private restsUntil = 0;
  private readonly subscription: Disposable;

  constructor(
    private readonly dataset: EditedDataset,
    private readonly options: { readonly kind: DocumentMessage['kind']; readonly host: SessionHost },
  ) {
    this.subscription = dataset.onDidChange(() => void this.requery());
    dataset.table.complete.then(
      () => {
        this.isComplete = true;
        if (this.result > 0) void this.requery();
      },
      (error: unknown) => this.host.fail(error),
    );
  }

  /** Ids of the records that the filter leaves, in the order shown. */
  ids(): readonly string[] {
    return Array.from(this.rows, (row) => this.dataset.table.id(row));
  }

  get shownRecord(): string | null {
    return this.shownPair;
  }

  dispose(): void {
    this.querying?.abort();
    this.alike?.stop();
    this.subscription.dispose();
  }

  /** Never rejects: what goes wrong is told. */
  async take(request: Request): Promise<void> {
    try {
      await this.answerOfNow(request);
    } catch (error) {
      if (request.type === 'rows' || request.type === 'query')
        this.host.post({ type: 'failed', request: request.type });
      this.host.fail(error);
    }
  }

  /** Shows anew what the filter leaves, for example while the file is still being read. */
  async requery(): Promise<void> {
    if (this.result === 0 && this.querying === null) return;
    await this.take({ type: 'query', filter: this.filter, sort: this.sort });
  }

  /**
   * Shows more of a file that is still being read, unless the page waits for rows of what it was shown: rows of an
   * older result are of no use to it, so a busy editor would never show any.
   */
  async readOn(): Promise<void> {
    const waits = this.waitsSince !== null && Date.now() - this.waitsSince < longestWait;
    const began = Date.now();
    if (this.reading > 0 || waits || began < this.restsUntil) return;
    await this.requery();
    this.restsUntil = Date.now() + Math.min(longestWait, 9 * (Date.now() - began));
  }

  private get host(): SessionHost {
    return this.options.host;
  }

  /** A compaction or a checkout moves what is in the file; it is read anew then. */
  private async answerOfNow(request: Request): Promise<void> {
    try {
      await this.answer(request);
    } catch (error) {
      if (!isReplaced(error)) throw error;
      await this.dataset.refresh();
      await this.answer(request);
    }
  }

  private async answer(request: Request): Promise<void> {
    // The page of another file's rows offers none of these; what can't be must not be asked for either.
    if (this.options.kind === 'rows' && !readable.has(request.type)) return;
    switch (request.type) {
      case 'query':
        return this.query(request.filter, request.sort);
      case 'rows': {
        if (request.result !== this.result) return;
        if (this.isStale()) return this.requery();
        const { result, from } = request;
        const records = await this.readRows(from, request.to);
        const rows = records.map((found) => rowView(found, this.dataset.isUnsaved(found.record.id)));
        this.host.post({ type: 'rows', result, from, rows });
        this.waitsSince = null;
        return;
      }
      case 'ids': {
        if (request.result !== this.result) return;
        if (this.isStale()) return this.requery();
        const rows = this.rows.subarray(request.from, request.to);
        const ids = Array.from(rows, (row) => this.dataset.table.id(row));
        this.host.post({ type: 'ids', result: request.result, ids });
        return;
      }
      case 'pair':
        this.shownPair = request.id;
        return this.showPair(request.id, request.whole);
      case 'text': {
        const found = await this.read(request.id);
        if (found !== null) this.host.post({ ...request, text: editableText(found.record, request.field) });
        return;
      }
      case 'edit':
        return this.edit(request);
      case 'act':
        return this.act(request.action, request.target);
      case 'settle': {
        const conflict = this.state(request.id).conflicts[request.conflict];
        const edit = settlingEdit(request.id, conflict, request.side);
        if (edit !== null) await this.host.apply([edit], 'Settle');
        return;
      }
      case 'open-source': {
        const found = await this.read(request.id);
        if (found !== null) await this.host.openSource(found);
        return;
      }
      case 'open-line': {
        const found = await this.read(request.id);
        if (found !== null) await this.host.openLine(found.line);
        return;
      }
      case 'fix': {
        const { fix, fixTitle } = this.host.findingsOf(request.id)[request.finding] ?? {};
        if (fix !== undefined) await this.host.apply(fix, fixTitle ?? 'Fix');
        return;
      }
      case 'run':
        return this.host.run(request.command);
    }
  }

  private async query(filter: Filter, sort: Sorting): Promise<void> {
    this.querying?.abort();
    const querying = new AbortController();
    this.querying = querying;
    this.filter = filter;
    this.sort = sort;
    if (this.alike !== null && this.alike.to !== filter.similarTo) {
      this.alike.stop();
      this.alike = null;
    }
    const { table } = this.dataset;
    try {
      const wanted = await this.tableFilter(filter, querying.signal);
      const { numbering } = table;
      const rows = await table.query(wanted, sort, querying.signal);
      if (querying.signal.aborted) return;
      this.rows = rows;
      this.answered = { filter, sort };
      this.numbering = numbering;
      this.result += 1;
      this.waitsSince = Date.now();
      this.postResult();
      this.host.post({
        type: 'document',
        kind: this.options.kind,
        unsaved: this.dataset.pendingCount,
        notices: this.host.notices(),
      });
      if (this.shownPair !== null) await this.showPair(this.shownPair, false);
    } catch (error) {
      if (querying.signal.aborted) return;
      // What was given up must not begin again with the next change of the file.
      ({ filter: this.filter, sort: this.sort } = this.answered);
      throw error;
    }
  }

  private postResult(): void {
    const { table } = this.dataset;
    const { records, deleted, accepted, rejected, pending, contested } = table.counts();
    const shown = this.shownPair === null ? undefined : table.rowOf(this.shownPair);
    const position = shown === undefined ? -1 : this.rows.indexOf(shown);
    this.host.post({
      type: 'result',
      result: this.result,
      count: this.rows.length,
      total: records,
      deleted,
      byStatus: { accepted, rejected, pending, contested },
      facets: this.facets(),
      isComplete: this.isComplete,
      position: position < 0 ? null : position,
    });
  }

  private facets(): Facets {
    const { tags, splits, constraints, models, runs, sources } = this.dataset.table.facets();
    return {
      tags: mostFrequent(tags),
      splits: mostFrequent(splits),
      constraints: mostFrequent(constraints),
      models: mostFrequent(models),
      runs: mostFrequent(runs),
      sources: mostFrequent(sources),
      findings: this.host.findings(),
    };
  }

  private async tableFilter(filter: Filter, signal: AbortSignal): Promise<TableFilter> {
    const { finding, similarTo, ...rest } = filter;
    const found = finding === undefined ? null : await this.host.withFinding(finding);
    if (similarTo === undefined) return found === null ? rest : { ...rest, ids: found };
    const target = await this.read(similarTo);
    signal.throwIfAborted();
    const alike = target === null ? [] : await this.like(target);
    const kept = found === null ? alike : alike.filter((id) => found.includes(id));
    return { ...rest, ids: kept };
  }

  private async like(target: TableRecord): Promise<readonly string[]> {
    const { id } = target.record;
    if (this.alike?.to !== id) {
      const aborting = new AbortController();
      const ids = this.host.like(target, aborting.signal);
      this.alike = { to: id, ids, stop: () => aborting.abort() };
    }
    const own = this.alike;
    try {
      return await own.ids;
    } finally {
      // The document keeps what was found, until the file changes.
      if (this.alike === own) this.alike = null;
    }
  }

  private async showPair(id: string, whole: boolean): Promise<void> {
    const found = await this.read(id);
    const pair =
      found === null
        ? null
        : pairView(found, {
            isUnsaved: this.dataset.isUnsaved(id),
            isSearched: this.options.kind === 'dataset',
            history: this.dataset.linesAbout(id),
            findings: this.host.findingsOf(id),
            whole,
          });
    this.host.post({ type: 'pair', id, pair });
  }

  private async edit(request: Request & { readonly type: 'edit' }): Promise<void> {
    const { id, field, text } = request;
    const found = await this.read(id);
    if (found === null || editableText(found.record, field) === text) return;
    const isPlainInstruction = typeof found.record.instruction === 'string';
    const edit = textEdit(id, { field, text, isPlainInstruction });
    if (typeof edit === 'string') {
      this.host.tell(edit);
      // The page closed its field; the text comes back into it.
      this.host.post({ type: 'text', id, field, text });
    } else await this.host.apply([edit], `Edit ${fieldWords[field]}`);
  }

  private async act(action: Extract<Request, { type: 'act' }>['action'], target: Target): Promise<void> {
    if ('all' in target && this.isStale()) {
      this.host.tell('Another program replaced the file. Look at what is shown of it now, then try again.');
      return this.requery();
    }
    if ('all' in target && JSON.stringify(this.filter) !== JSON.stringify(this.answered.filter)) {
      this.host.tell('The filter is still being applied. Look at what it leaves, then try again.');
      return;
    }
    const ids = 'all' in target ? this.ids() : target.ids.filter((id) => this.isThere(id));
    if (ids.length === 0) return;
    if (action === 'refine' || action === 'judge') {
      // The model sees what is in the file.
      if (ids.some((id) => this.dataset.isUnsaved(id)))
        this.host.tell('Save the dataset first: the model is asked about what is saved.');
      else this.host.refine(ids, action === 'judge');
      return;
    }
    const wish = await this.wishOf(action, ids);
    if (wish === null) return;
    const edits = ids.flatMap((id) => editFor(wish, id, this.brief(id)) ?? []);
    if (edits.length > 0) await this.host.apply(edits, wishLabel(wish));
  }

  private async wishOf(
    action: Exclude<Extract<Request, { type: 'act' }>['action'], 'refine' | 'judge'>,
    ids: readonly string[],
  ): Promise<Wish | null> {
    switch (action) {
      case 'accept':
        return { do: 'decide', status: 'accepted' };
      case 'reject':
        return { do: 'decide', status: 'rejected' };
      case 'pending':
        return { do: 'decide', status: 'pending' };
      case 'delete':
      case 'restore':
        return { do: action };
      case 'tag':
      case 'split': {
        const held = new Set<string>();
        for (const id of ids.slice(0, 10_000)) for (const tag of this.brief(id).tags) held.add(tag);
        return this.host.ask(action, { tags: [...held].sort(), count: ids.length });
      }
    }
  }

  /** True where the file was replaced since the result was found, so that its rows are others. */
  private isStale(): boolean {
    return this.numbering !== this.dataset.table.numbering;
  }

  private async readRows(from: number, to: number): Promise<readonly TableRecord[]> {
    this.reading += 1;
    try {
      return await this.dataset.table.read([...this.rows.subarray(from, to)]);
    } finally {
      this.reading -= 1;
    }
  }

  private async read(id: string): Promise<TableRecord | null> {
    const row = this.dataset.table.rowOf(id);
    return row === undefined ? null : ((await this.dataset.table.read([row]))[0] ?? null);
  }

  private isThere(id: string): boolean {
    return this.dataset.table.rowOf(id) !== undefined;
  }

  /** From memory, since bulk actions ask it of many records. */
  private brief(id: string): WishedState {
    const { table } = this.dataset;
    const row = table.rowOf(id) ?? 0;
    return {
      status: table.status(row),
      deleted: table.isDeleted(row),
      tags: table.tags(row),
      split: table.split(row),
    };
  }

  private state(id: string): RecordState {
    return foldLines(this.dataset.linesAbout(id));
  }
}

/** Milliseconds that a page is waited for which asks for no rows, since it has them or shows none. */
const longestWait = 2000;

/** What rows of other files can be asked. */
const readable: ReadonlySet<Request['type']> = new Set([
  'query',
  'rows',
  'ids',
  'pair',
  'open-source',
  'open-line',
]);

const fieldWords = { instruction: 'Instruction', rejected: 'Rejected Text', chosen: 'Chosen Text' } as const;

function mostFrequent(counts: ReadonlyMap<string, number>): readonly Facet[] {
  return [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, 200)
    .map(([value, count]) => ({ value, count }));
}
