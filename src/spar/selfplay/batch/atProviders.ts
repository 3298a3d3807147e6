import { basename } from 'node:path';
import type { ProviderBatch } from '../../models/batch/provider';
import type { Clock } from '../../models/clock';
import { ModelError } from '../../models/modelError';
import type { PauseReason } from '../stops';
import { fileNumber } from './batchFiles';
import type { BatchFile, BatchJournal } from './batchJournal';
import type { Collection } from './collection';
import { isUnknown, shownId, unlessUnknown, unseen, type Submission, type SubmittedFile } from './submission';

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
  /** As a sentence. */
  readonly onWarning: (words: string) => void;
}

export interface Look {
  readonly doing: 'submitting' | 'waiting' | 'reading';
  readonly files: readonly BatchFile[];
  /** Rows that providers tell as done or failed. */
  readonly served: number;
  /** How many batches are in each of the providers' states. */
  readonly states: Readonly<Record<string, number>>;
}

/** Looks after which what is not there is taken for gone: some providers are not of one mind at once. */
const looksForMissing = 3;

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
    // A key that does not see what is there must not send the rest.
    const isUnsent = ({ batch }: BatchFile): boolean => batch === null;
    if (!cancel && this.open.some(isUnsent) && !this.open.every(isUnsent)) {
      const problem = await this.lookAtAll();
      if (problem !== null) return { kind: 'endpoint', message: problem };
    }
    while (this.open.length > 0) {
      const before = this.open.length;
      await (cancel ? this.cancelAll() : this.submitAll());
      const problem = await this.lookAtAll();
      if (problem !== null) return { kind: 'endpoint', message: problem };
      const { open } = this;
      if (open.length === 0) break;
      // A provider that has too much of ours takes more when some of it is done; else a person has to see to it.
      const isStuck = open.length === before && open.every(isUnsent);
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
      const batch = file.batch ?? (await unlessUnknown(submission.find(file)));
      if (batch === null) await collection.close(file, null);
      else if (!this.cancelled.has(batch) && (await submission.cancel({ ...file, batch })))
        this.cancelled.add(batch);
    }
  }

  /** @returns what no row of an endpoint would fare better with; null: nothing. */
  private async lookAtAll(): Promise<string | null> {
    this.served = 0;
    this.states = {};
    const missing: SubmittedFile[] = [];
    for (const file of this.open) {
      if (file.batch === null) continue;
      const submitted = { ...file, batch: file.batch };
      const batch = await this.options.submission.look(submitted);
      if (batch === null) missing.push(submitted);
      const problem = batch === null ? null : await this.takeLook(submitted, batch);
      if (problem !== null) return problem;
    }
    for (const file of await this.stillMissing(missing)) {
      const batch = await this.listed(file);
      const problem = batch === null ? await this.giveUp(file) : await this.takeLook(file, batch);
      if (problem !== null) return problem;
    }
    return null;
  }

  private async takeLook(file: SubmittedFile, batch: ProviderBatch): Promise<string | null> {
    const { journal, collection } = this.options;
    const served = (batch.counts?.done ?? 0) + (batch.counts?.failed ?? 0);
    this.served += served;
    this.states[batch.state] = (this.states[batch.state] ?? 0) + 1;
    if (batch.stage === 'working') return null;
    if (batch.stage === 'rejected') {
      const reason = batch.problems[0] ?? 'no reason given';
      this.rejected.set(file.file, rejectionWords(file, reason));
      await journal.note({ kind: 'rejected', file: file.file, reason });
      return null;
    }
    this.tell('reading');
    const { problem, isIncomplete } = await this.takeAnswers(file, batch);
    const isTheirs = problem === null && !/^cancell?ed$/iu.test(batch.state);
    const reason = `The batch ended (${batch.state}) without an answer to it.`;
    const missing = await collection.close(file, isTheirs ? reason : null);
    if (isIncomplete) this.options.onWarning(goneWords(file, { what: 'what came of the batch', missing }));
    this.hasEnded = true;
    // What is told is about the files that are open.
    this.served -= served;
    this.states = without(this.states, batch.state);
    return problem;
  }

  /** Again where fewer rows come than the provider says it served: what comes late or cut is paid for. */
  private async takeAnswers(
    file: SubmittedFile,
    first: ProviderBatch,
  ): Promise<{ readonly problem: string | null; readonly isIncomplete: boolean }> {
    const { submission, collection, journal, clock, pollMs, signal } = this.options;
    let batch = first;
    for (let look = 1; ; look += 1) {
      const { files, isIncomplete } = await submission.fetch(file, batch);
      const sources = await Promise.all(files.map((path) => collection.answerFile(basename(path))));
      const problem = await collection.take(file, sources);
      const { answered = 0, failed = 0 } = journal.file(file.file)?.read ?? {};
      const isShort = answered + failed < Math.min(batch.counts?.done ?? 0, file.rows);
      if (problem !== null || isIncomplete || !isShort || look >= looksForMissing)
        return { problem, isIncomplete };
      await clock.wait(pollMs.first, signal);
      const later = await submission.look(file);
      if (later !== null && later.outputs.length >= batch.outputs.length) batch = later;
    }
  }

  private async stillMissing(files: readonly SubmittedFile[]): Promise<readonly SubmittedFile[]> {
    const { submission, clock, pollMs, signal } = this.options;
    let missing = files;
    for (let look = 2; look <= looksForMissing && missing.length > 0; look += 1) {
      await clock.wait(pollMs.first, signal);
      const still: SubmittedFile[] = [];
      for (const file of missing) if ((await submission.look(file)) === null) still.push(file);
      missing = still;
    }
    return missing;
  }

  /** Null also where a person cancels at an address that has no batches any more. */
  private async listed(file: SubmittedFile): Promise<ProviderBatch | null> {
    try {
      return await this.options.submission.listed(file);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      if (this.options.cancel) return null;
      // Asking again elsewhere would pay twice for what this address may still have.
      const message = `${file.baseUrl ?? ''} knows neither the batch ${shownId(file.batch)} nor any other (404). See whether the address still holds. To give its batches up: spar resume DIR --cancel.`;
      throw new ModelError({ kind: 'model-not-found', status: 404, message });
    }
  }

  /** Its rows count as unanswered, but for those whose answers lie in the folder. */
  private async giveUp(file: SubmittedFile): Promise<string | null> {
    const { collection, submission, cancel, onWarning } = this.options;
    // Asking again would pay twice for a batch that only another key sees.
    if (!cancel && !(await submission.seesUpload(file))) throw unseen(file);
    const sources = await collection.sourcesOf(file);
    const problem = sources.length === 0 ? null : await collection.take(file, sources);
    const missing = await collection.close(
      file,
      problem === null ? 'The provider no longer knows the batch that it was asked for in.' : null,
    );
    onWarning(goneWords(file, { what: 'the batch', missing }));
    this.hasEnded = true;
    return problem;
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

function goneWords(
  { file, batch, rows }: SubmittedFile,
  { what, missing }: { readonly what: string; readonly missing: number },
): string {
  return `The provider no longer knows ${what} ${shownId(batch)} of ${fileNumber(file)}.requests.jsonl (404, as it says to another project’s key). ${missing} of its ${rows} requests stay without an answer from it.`;
}

function rejectionWords({ file }: BatchFile, reason: string): string {
  return `The provider rejected the batch of ${fileNumber(file)}.requests.jsonl: “${reason.replace(/[.\s]+$/u, '')}”. Mend that, then go on.`;
}
