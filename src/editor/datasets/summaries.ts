import { Emitter, type Disposable, type Event } from '../emitter';
import type { DatasetSummary } from './summary';

/** What tells a file's state from an earlier one; texts that differ mean that it is read anew. */
export type FileVersion = string;

export type SummaryState =
  /** Not counted yet; `last` is what was known of an earlier version. */
  | { readonly state: 'counting'; readonly last: DatasetSummary | null }
  | { readonly state: 'counted'; readonly summary: DatasetSummary }
  /** A sentence for a person. */
  | { readonly state: 'failed'; readonly reason: string };

/** Kept summaries by file, as they are stored. */
export type KeptSummaries = Readonly<Record<string, KeptSummary>>;

export interface KeptSummary {
  readonly version: FileVersion;
  readonly summary: DatasetSummary;
}

export interface SummariesPorts {
  /** Null where the file is not there. */
  readonly versionOf: (file: string) => Promise<FileVersion | null>;
  /** Reads a dataset whole; it may take long. */
  readonly summarise: (file: string, signal: AbortSignal) => Promise<DatasetSummary>;
  /** What earlier windows counted; never rejects. */
  readonly load: () => Promise<KeptSummaries>;
  readonly save: (kept: KeptSummaries) => Promise<void>;
  readonly reasonOf: (error: unknown) => string;
}

/**
 * The counts of datasets: asked for one after the other, so that large ones never compete, kept between windows,
 * and told when they are there. Nobody waits for them.
 */
export class Summaries implements Disposable {
  private readonly known = new Map<string, KeptSummary>();
  private readonly states = new Map<string, SummaryState>();
  private readonly waiting = new Set<string>();
  private readonly stop = new AbortController();
  private readonly changed = new Emitter<string>();
  private loaded: Promise<void> | null = null;
  private working = false;

  /** The file whose state is another now. */
  readonly onDidChange: Event<string> = this.changed.event;

  constructor(private readonly ports: SummariesPorts) {}

  /** At once; asks for the counts where they are not known. */
  of(file: string): SummaryState {
    const known = this.states.get(file);
    if (known !== undefined) return known;
    this.refresh(file);
    return { state: 'counting', last: null };
  }

  /** The file may have changed: its counts are looked at again, and what was known is shown until then. */
  refresh(file: string): void {
    this.waiting.add(file);
    void this.work();
  }

  forget(file: string): void {
    this.waiting.delete(file);
    this.states.delete(file);
    this.known.delete(file);
  }

  dispose(): void {
    this.waiting.clear();
    this.stop.abort();
    this.changed.dispose();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      await (this.loaded ??= this.load());
      let counted = false;
      for (const file of this.waiting) {
        // Out of the list first: a change while it is read asks for it again.
        this.waiting.delete(file);
        counted = (await this.count(file)) || counted;
        if (this.stop.signal.aborted) return;
      }
      if (counted) await this.ports.save(Object.fromEntries(this.known)).catch(() => null);
    } finally {
      this.working = false;
      if (this.waiting.size > 0) void this.work();
    }
  }

  private async load(): Promise<void> {
    const kept = await this.ports.load().catch(() => ({}));
    for (const [file, one] of Object.entries(kept)) this.known.set(file, one);
  }

  /** True when the file was read. */
  private async count(file: string): Promise<boolean> {
    try {
      const version = await this.ports.versionOf(file);
      if (version === null) {
        this.forget(file);
        return false;
      }
      const known = this.known.get(file);
      if (known?.version === version) {
        this.tell(file, { state: 'counted', summary: known.summary });
        return false;
      }
      this.tell(file, { state: 'counting', last: known?.summary ?? null });
      const summary = await this.ports.summarise(file, this.stop.signal);
      this.known.set(file, { version, summary });
      this.tell(file, { state: 'counted', summary });
      return true;
    } catch (error) {
      if (!this.stop.signal.aborted) this.tell(file, { state: 'failed', reason: this.ports.reasonOf(error) });
      return false;
    }
  }

  private tell(file: string, state: SummaryState): void {
    this.states.set(file, state);
    this.changed.fire(file);
  }
}
