import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toLogError } from '../../log/logError';
import type { BatchProvider, ProviderBatch } from '../../models/batch/provider';
import { systemClock, type Clock } from '../../models/clock';
import { ModelError } from '../../models/modelError';
import { answersFile, errorsFile, requestsFile } from './batchFiles';
import type { BatchFile, BatchJournal } from './batchJournal';

export interface SubmissionOptions {
  readonly folder: string;
  /** The run's id, which providers keep beside a batch. */
  readonly run: string;
  readonly journal: BatchJournal;
  readonly providerAt: (baseUrl: string) => BatchProvider;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** Attempts to have a batch made, and the wait before the second; it doubles. */
const attempts = 6;
const firstWaitMs = 1000;
/** Whatever a provider asks for. */
const longestWaitMs = 3_600_000;

/** What is between the files of requests and a provider. Whatever it is told is written down before anything follows. */
export class Submission {
  constructor(private readonly options: SubmissionOptions) {}

  /**
   * Has a batch made of a file, unless it has one. One that was asked for without an answer to that, as before a crash, is
   * looked for first, so that none is made twice.
   *
   * @throws ModelError; LogError; `signal.reason`.
   */
  async submit(file: BatchFile): Promise<string> {
    if (file.batch !== null) return file.batch;
    const { folder, journal, signal } = this.options;
    const provider = this.providerOf(file);
    const found = await this.find(file);
    if (found !== null) return found;
    let { uploaded } = file;
    if (uploaded === null) {
      uploaded = await provider.upload(requestsFile(folder, file.file), signal);
      await journal.note({ kind: 'uploaded', file: file.file, id: uploaded });
    }
    await journal.note({ kind: 'creating', file: file.file });
    return this.created(file, await this.create(file, uploaded));
  }

  /** The batch of a file, if one was made without our knowing. @throws ModelError; LogError; `signal.reason`. */
  async find(file: BatchFile): Promise<string | null> {
    if (file.uploaded === null || !file.isCreating) return null;
    const found = await this.providerOf(file).find(file.uploaded, this.options.signal);
    return found === null ? null : this.created(file, found);
  }

  async look(file: BatchFile & { readonly batch: string }): Promise<ProviderBatch> {
    return this.providerOf(file).retrieve(file.batch, this.options.signal);
  }

  /**
   * Has a batch cancelled that is still worked on. False where the provider does not take that yet, or not any more: the
   * next look shows which.
   *
   * @throws ModelError; `signal.reason`.
   */
  async cancel(file: BatchFile & { readonly batch: string }): Promise<boolean> {
    const { signal } = this.options;
    const provider = this.providerOf(file);
    const { stage } = await provider.retrieve(file.batch, signal);
    if (stage !== 'working') return true;
    try {
      await provider.cancel(file.batch, signal);
      return true;
    } catch (error) {
      if (error instanceof ModelError && (error.status === 400 || error.status === 409)) return false;
      throw error;
    }
  }

  /** Brings what came of a batch into the folder. @returns the files. @throws ModelError; LogError; `signal.reason`. */
  async fetch(file: BatchFile, batch: ProviderBatch): Promise<readonly string[]> {
    const { folder, signal } = this.options;
    const provider = this.providerOf(file);
    const places = [answersFile(folder, file.file), errorsFile(folder, file.file)];
    const fetched: string[] = [];
    for (const [at, id] of batch.outputs.entries()) {
      const place = places[at];
      if (place === undefined) break;
      const part = `${place}.part`;
      try {
        await pipeline(Readable.from(provider.download(id, signal)), createWriteStream(part), { signal });
        await rename(part, place);
      } catch (error) {
        signal.throwIfAborted();
        throw toLogError(error, 'keep the answers', place);
      }
      fetched.push(place);
    }
    return fetched;
  }

  private async create(file: BatchFile, inputFile: string): Promise<ProviderBatch> {
    const { run, signal, clock = systemClock } = this.options;
    const provider = this.providerOf(file);
    const metadata = { spar_run: run.slice(0, 200), spar_file: basename(requestsFile('', file.file)) };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await provider.create({ inputFile, metadata }, signal);
      } catch (error) {
        if (!(error instanceof ModelError) || !error.isRetryable || attempt >= attempts) throw error;
        await clock.wait(
          Math.max(firstWaitMs * 2 ** (attempt - 1), Math.min(longestWaitMs, error.retryAfterMs ?? 0)),
          signal,
        );
        // What got no answer may have been taken all the same.
        const found = error.kind === 'rate-limited' ? null : await provider.find(inputFile, signal);
        if (found !== null) return found;
      }
    }
  }

  private async created(file: BatchFile, { id }: ProviderBatch): Promise<string> {
    await this.options.journal.note({ kind: 'created', file: file.file, batch: id });
    return id;
  }

  private providerOf({ baseUrl }: BatchFile): BatchProvider {
    if (baseUrl === null) throw new Error('The file is for no provider.');
    return this.options.providerAt(baseUrl);
  }
}
