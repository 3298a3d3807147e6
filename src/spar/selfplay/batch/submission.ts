import { createWriteStream } from 'node:fs';
import { rename, stat, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ignore } from '../../log/durable';
import { LogError, toLogError } from '../../log/logError';
import type { BatchProvider, ProviderBatch } from '../../models/batch/provider';
import { systemClock, type Clock } from '../../models/clock';
import { ModelError } from '../../models/modelError';
import { quotableWords } from '../../models/serverWords';
import { answersFile, errorsFile, fileNumber, requestsFile } from './batchFiles';
import type { BatchFile, BatchJournal } from './batchJournal';
import type { ProviderPlace } from './noting';

export interface SubmissionOptions {
  readonly folder: string;
  /** The run's id, which providers keep beside a batch. */
  readonly run: string;
  readonly journal: BatchJournal;
  readonly providerAt: (place: ProviderPlace) => BatchProvider;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** What came of a batch. */
export interface Fetched {
  readonly files: readonly string[];
  /** Whether the provider no longer has some of it. */
  readonly isIncomplete: boolean;
}

/** A file that is at a provider. */
export type SubmittedFile = BatchFile & { readonly batch: string };

/** Attempts to have a batch made, and the wait before the second; it doubles. */
const attempts = 6;
/** Of a file whose transfer breaks off, or that is not there yet. */
const downloads = 4;
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
      const path = requestsFile(folder, file.file);
      await stat(path).catch(() => {
        throw requestsGone(path);
      });
      uploaded = await provider.upload(path, signal);
      await journal.note({ kind: 'uploaded', file: file.file, id: uploaded });
    }
    await journal.note({ kind: 'creating', file: file.file, uploaded });
    try {
      return await this.created(file, await this.create(file, uploaded));
    } catch (error) {
      if (!(error instanceof ModelError) || (error.status !== 400 && error.status !== 404)) throw error;
      // A batch may have been made of it that only another key sees.
      if (file.isCreating && !(await this.seesUpload(file))) throw unseen(file);
      // The upload may have been deleted meanwhile: the next attempt sends it anew.
      await journal.note({ kind: 'rejected', file: file.file, reason: error.message });
      throw error;
    }
  }

  /** The batch of a file, if one was made without our knowing. @throws ModelError; LogError; `signal.reason`. */
  async find(file: BatchFile): Promise<string | null> {
    if (file.uploaded === null) return null;
    const found = await this.providerOf(file).find(file.uploaded, this.options.signal);
    return found === null ? null : this.created(file, found);
  }

  /** Null where the provider knows no such batch. @throws ModelError; `signal.reason`. */
  look(file: SubmittedFile): Promise<ProviderBatch | null> {
    return unlessUnknown(this.providerOf(file).retrieve(file.batch, this.options.signal));
  }

  /**
   * A batch that its provider does not know by its id, as it stands in the list of all; null where it is not there either.
   *
   * @throws ModelError; `signal.reason`.
   */
  async listed(file: SubmittedFile): Promise<ProviderBatch | null> {
    // Asked for no file in particular where none is known, the list shows that there are batches at all.
    const found = await this.providerOf(file).find(file.uploaded ?? '', this.options.signal);
    return file.uploaded === null ? null : found;
  }

  /**
   * Whether the provider knows what was uploaded; to the key of another project it says no.
   *
   * @throws ModelError; `signal.reason`.
   */
  async seesUpload(file: BatchFile): Promise<boolean> {
    if (file.uploaded === null) return false;
    return this.providerOf(file).knowsFile(file.uploaded, this.options.signal);
  }

  /**
   * Has a batch cancelled that is still worked on. False where the provider does not take that yet, or not any more, or
   * does not know the batch just now: the next look shows which.
   *
   * @throws ModelError; `signal.reason`.
   */
  async cancel(file: SubmittedFile): Promise<boolean> {
    const batch = (await this.look(file)) ?? (await unlessUnknown(this.listed(file)));
    if (batch === null) return false;
    if (batch.stage !== 'working') return true;
    try {
      const cancelled = await unlessUnknown(this.providerOf(file).cancel(batch.id, this.options.signal));
      return cancelled !== null;
    } catch (error) {
      if (error instanceof ModelError && (error.status === 400 || error.status === 409)) return false;
      throw error;
    }
  }

  /** Brings what came of a batch into the folder. @throws ModelError; LogError; `signal.reason`. */
  async fetch(file: BatchFile, batch: ProviderBatch): Promise<Fetched> {
    const { folder } = this.options;
    const places = [answersFile(folder, file.file), errorsFile(folder, file.file)];
    const files: string[] = [];
    let isIncomplete = false;
    for (const [at, place] of places.entries()) {
      const id = batch.outputs[at];
      if (id === undefined) break;
      const isThere = await this.bring(file, { id, place });
      isIncomplete ||= !isThere;
      // It may have been fetched before a crash.
      if (isThere || (await stat(place).catch(() => null)) !== null) files.push(place);
    }
    return { files, isIncomplete };
  }

  /** False where the provider does not have it. A transfer that breaks off begins anew. */
  private async bring(file: BatchFile, what: Download): Promise<boolean> {
    const { signal, clock = systemClock } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.download(file, what);
        return true;
      } catch (error) {
        const isAgain = isUnknown(error) || error instanceof BrokenOff;
        if (!isAgain) throw error;
        if (attempt >= downloads && isUnknown(error)) return false;
        if (attempt >= downloads) throw error.cause;
      }
      await clock.wait(firstWaitMs * 2 ** (attempt - 1), signal);
    }
  }

  private async download(file: BatchFile, { id, place }: Download): Promise<void> {
    const { signal } = this.options;
    const provider = this.providerOf(file);
    const part = `${place}.part`;
    let received = 0;
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of provider.download(id, signal)) {
        received += piece.length;
        yield piece;
      }
    };
    try {
      await pipeline(Readable.from(pieces()), createWriteStream(part), { signal });
      await rename(part, place);
    } catch (error) {
      // A full disk has a use for the room.
      await unlink(part).catch(ignore);
      signal.throwIfAborted();
      // Before its beginning the provider was asked again and again.
      const isBroken =
        error instanceof ModelError && error.isRetryable && (received > 0 || error.kind === 'bad-reply');
      if (isBroken) throw new BrokenOff(error);
      throw toLogError(error, 'keep the answers', place);
    }
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

  private providerOf({ baseUrl, role }: BatchFile): BatchProvider {
    if (baseUrl === null) throw new Error('The file is for no provider.');
    return this.options.providerAt({ baseUrl, role });
  }
}

function requestsGone(path: string): LogError {
  const message = `${path} is not there, and its requests are still to be sent. Put it back; or have them written anew: spar resume DIR --cancel, then spar resume DIR.`;
  return new LogError({ kind: 'not-found', path, message });
}

/** Of what may be there all the same, and would be paid for twice. */
export function unseen({ file, batch, baseUrl }: BatchFile): ModelError {
  const knows = batch === null ? 'does not know' : `knows neither the batch ${shownId(batch)} nor`;
  const message = `${baseUrl ?? ''} ${knows} the file that was uploaded for ${fileNumber(file)}.requests.jsonl (404). The key of another project hears the same: go on with the key and the address that it was uploaded with. If the provider has deleted it: spar resume DIR --cancel gives it up, and spar resume DIR asks again.`;
  return new ModelError({ kind: 'model-not-found', status: 404, message });
}

export function shownId(batch: string): string {
  return quotableWords(batch, []).slice(0, 100);
}

interface Download {
  /** Of the provider. */
  readonly id: string;
  readonly place: string;
}

/** A transfer that ended before its end. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff';

  constructor(override readonly cause: ModelError) {
    super(cause.message);
  }
}

export function isUnknown(error: unknown): error is ModelError {
  return error instanceof ModelError && error.status === 404;
}

/** Null where the provider knows nothing of what was asked for. */
export async function unlessUnknown<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (isUnknown(error)) return null;
    throw error;
  }
}
