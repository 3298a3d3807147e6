import { basename } from 'node:path';
import type { Clock } from '../../models/clock';
import type { PauseReason } from '../stops';
import { fileNumber } from './batchFiles';
import type { BatchFile, BatchJournal } from './batchJournal';
import type { Collection } from './collection';
import type { Submission } from './submission';

export interface AtProvidersOptions {
  readonly journal: BatchJournal;
  readonly submission: Submission;
  readonly collection: Collection;
  readonly wait: boolean;
  readonly cancel: boolean;
  readonly pollMs: { readonly first: number; readonly most: number };
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLook: (look: Look) => void;
}

export interface Look {
  readonly doing: 'submitting' | 'waiting' | 'reading';
  readonly files: readonly BatchFile[];
  /** Rows that providers tell as done or failed. */
  readonly served: number;
  /** How many batches are in each of the providers' states. */
  readonly states: Readonly<Record<string, number>>;
}

/** Files that are at providers, from their submission to the end of their batches. */
export class AtProviders {
  /** Why files were rejected last. */
  private readonly rejected = new Map<number, string>();
  private readonly cancelled = new Set<string>();
  /** Whether a batch has ended since files were submitted last. */
  private hasEnded = false;
  private served = 0;
  private states: Record<string, number> = {};

  constructor(private readonly options: AtProvidersOptions) {}

  /**
   * Submits what is not yet, waits until all batches have ended, and takes in what came of them.
   *
   * @returns why the run can't go on; null where it can.
   * @throws ModelError; LogError; `signal.reason`.
   */
  async settle(): Promise<PauseReason | null> {
    const { cancel, wait, pollMs, clock, signal, collection } = this.options;
    let pause = pollMs.first;
    while (this.open.length > 0) {
      const before = this.open.length;
      await (cancel ? this.cancelAll() : this.submitAll());
      const problem = await this.lookAtAll();
      if (problem !== null) return { kind: 'endpoint', message: problem };
      const { open } = this;
      if (open.length === 0) break;
      // A provider that has too much of ours takes more when some of it is done; else a person has to see to it.
      const isStuck = open.length === before && open.every(({ batch }) => batch === null);
      const [rejection] = this.rejected.values();
      if (!cancel && isStuck && rejection !== undefined) return { kind: 'endpoint', message: rejection };
      if (!wait) return { kind: 'answers', items: (await collection.itemsOf(open)).size };
      pause = open.length < before ? pollMs.first : Math.min(pollMs.most, pause * 1.5);
      this.tell('waiting');
      await clock.wait(pause, signal);
    }
    return null;
  }

  private get open(): readonly BatchFile[] {
    return this.options.journal.open.filter(({ baseUrl }) => baseUrl !== null);
  }

  private async submitAll(): Promise<void> {
    const { open } = this;
    const isWorking = open.some(({ batch }) => batch !== null);
    for (const file of open) {
      if (file.batch !== null) continue;
      if (this.rejected.has(file.file) && isWorking && !this.hasEnded) continue;
      this.tell('submitting');
      await this.options.submission.submit(file);
    }
    this.hasEnded = false;
  }

  private async cancelAll(): Promise<void> {
    const { submission, collection } = this.options;
    for (const file of this.open) {
      // A batch whose making was never answered may be there all the same.
      const batch = file.batch ?? (await submission.find(file));
      if (batch === null) await collection.close(file, null);
      else if (!this.cancelled.has(batch) && (await submission.cancel({ ...file, batch })))
        this.cancelled.add(batch);
    }
  }

  private async lookAtAll(): Promise<string | null> {
    const { submission, journal } = this.options;
    this.served = 0;
    this.states = {};
    for (const file of this.open) {
      if (file.batch === null) continue;
      const batch = await submission.look({ ...file, batch: file.batch });
      const served = (batch.counts?.done ?? 0) + (batch.counts?.failed ?? 0);
      this.served += served;
      this.states[batch.state] = (this.states[batch.state] ?? 0) + 1;
      if (batch.stage === 'working') continue;
      if (batch.stage === 'rejected') {
        const reason = batch.problems[0] ?? 'no reason given';
        this.rejected.set(file.file, rejectionWords(file, reason));
        await journal.note({ kind: 'rejected', file: file.file, reason });
        continue;
      }
      this.tell('reading');
      const { collection } = this.options;
      const fetched = await submission.fetch(file, batch);
      const sources = await Promise.all(fetched.map((path) => collection.answerFile(basename(path))));
      const problem = await collection.take(file, sources);
      const isTheirs = problem === null && !/^cancell?ed$/iu.test(batch.state);
      const reason = `The batch ended (${batch.state}) without an answer to it.`;
      await collection.close(file, isTheirs ? reason : null);
      this.hasEnded = true;
      // What is told is about the files that are open.
      this.served -= served;
      this.states = without(this.states, batch.state);
      if (problem !== null) return problem;
    }
    return null;
  }

  private tell(doing: Look['doing']): void {
    const { open, served, states } = this;
    this.options.onLook({ doing, files: open, served, states: { ...states } });
  }
}

function without(states: Readonly<Record<string, number>>, state: string): Record<string, number> {
  const { [state]: count = 0, ...others } = states;
  return count > 1 ? { ...others, [state]: count - 1 } : others;
}

function rejectionWords({ file }: BatchFile, reason: string): string {
  return `The provider rejected the batch of ${fileNumber(file)}.requests.jsonl: “${reason.replace(/[.\s]+$/u, '')}”. Mend that, then go on.`;
}
