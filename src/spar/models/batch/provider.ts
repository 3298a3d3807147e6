/** A batch as its provider tells it. */
export interface ProviderBatch {
  readonly id: string;
  /** The provider's own word. */
  readonly state: string;
  /**
   * `rejected`: it was refused as a whole, and no row was served. `ended`: nothing more comes of it; rows may have been
   * served all the same, whatever it is called.
   */
  readonly stage: 'working' | 'ended' | 'rejected';
  readonly inputFile: string;
  /** Files of answers and of errors. */
  readonly outputs: readonly string[];
  readonly counts: { readonly total: number; readonly done: number; readonly failed: number } | null;
  /** What it was refused for, in the provider's words, fit to be shown. */
  readonly problems: readonly string[];
}

/** A batch endpoint. All of it throws ModelError, and the signal's reason when aborted. */
export interface BatchProvider {
  /** @returns the file's id. */
  upload(file: string, signal: AbortSignal): Promise<string>;
  /** Whether it knows an uploaded file, by its id. */
  knowsFile(id: string, signal: AbortSignal): Promise<boolean>;
  create(request: NewBatch, signal: AbortSignal): Promise<ProviderBatch>;
  retrieve(id: string, signal: AbortSignal): Promise<ProviderBatch>;
  /** The latest batch of an uploaded file, if there is one. */
  find(inputFile: string, signal: AbortSignal): Promise<ProviderBatch | null>;
  cancel(id: string, signal: AbortSignal): Promise<ProviderBatch>;
  /** A file's bytes, piece by piece. */
  download(id: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface NewBatch {
  readonly inputFile: string;
  /** Kept beside it by the provider. */
  readonly metadata: Readonly<Record<string, string>>;
}
