import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { revivedError, type Assignment, type FromThread, type ToThread } from './messages';
import {
  doTask,
  writingTasks,
  type TaskInput,
  type TaskInterim,
  type TaskName,
  type TaskOutput,
} from './tasks';

export interface RunOptions<Name extends TaskName> {
  readonly signal?: AbortSignal | undefined;
  /** Share of the work that is done, 0 to 1; told once for each whole percent. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly onInterim?: (interim: TaskInterim<Name>) => void;
  /** Nobody waits for it, so it yields to what people do. */
  readonly inBackground?: boolean;
  /** What the thread runs; null: the work is done in this thread. Found beside the bundle by default. */
  readonly script?: string | null;
  /** Milliseconds that a task which writes is given to stop; 10 s by default. */
  readonly patience?: number;
  /** The editor's own by default. */
  readonly resourceLimits?: ResourceLimits;
}

/**
 * Does work on datasets in a thread of its own, so that this one stays free; in this one where there is no bundle, as
 * in unit tests. A task that only reads ends the moment it is aborted; one that writes is waited for, and where it was
 * done before it heard, its result counts.
 *
 * @throws as the work does, errors of the same kind and words; `signal.reason` when aborted; Error, with a sentence for
 * a person, where the thread dies, or where it wrote, did not stop in time and was ended.
 */
export async function runTask<Name extends TaskName>(
  task: Name,
  input: TaskInput<Name>,
  options: RunOptions<Name> = {},
): Promise<TaskOutput<Name>> {
  const { signal, script = threadScript(), inBackground = false } = options;
  signal?.throwIfAborted();
  if (script === null) return here(task, input, options);
  return inThread({ task, input, inBackground }, script, options);
}

function here<Name extends TaskName>(
  task: Name,
  input: TaskInput<Name>,
  { signal, onProgress, onInterim }: RunOptions<Name>,
): Promise<TaskOutput<Name>> {
  return doTask(task, input, {
    signal: signal ?? new AbortController().signal,
    onProgress: (share) => onProgress?.(share),
    onInterim: (interim) => onInterim?.(interim),
  });
}

async function inThread<Name extends TaskName>(
  assignment: Assignment<Name>,
  script: string,
  { signal, onProgress, onInterim, patience = 10_000, resourceLimits = {} }: RunOptions<Name>,
): Promise<TaskOutput<Name>> {
  const thread = new Worker(script, { workerData: assignment, resourceLimits });
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      const abandon = (): void => reject(abortReason(signal));
      onAbort = () => {
        if (!writingTasks.has(assignment.task)) {
          abandon();
          return;
        }
        const message: ToThread = { type: 'abort' };
        thread.postMessage(message);
        timer = setTimeout(() => reject(endedAmid(assignment)), patience);
      };
      thread.on('message', (message: FromThread<Name>) => {
        switch (message.type) {
          case 'progress':
            if (signal?.aborted !== true) onProgress?.(message.share);
            return;
          case 'interim':
            if (signal?.aborted !== true) onInterim?.(message.interim);
            return;
          case 'done':
            resolve(message.output);
            return;
          case 'failed':
            if (signal?.aborted === true) abandon();
            else reject(revivedError(message.error));
        }
      });
      thread.on('messageerror', (error) => reject(error));
      thread.on('error', (error) => reject(deathOf(assignment.task, error)));
      thread.on('exit', (code) => reject(deathOf(assignment.task, code)));
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    await thread.terminate();
  }
}

/** A signal's reason may be anything; what is thrown is an error. */
function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('Stopped.', 'AbortError');
}

const doing: Readonly<Record<TaskName, string>> = {
  lint: 'lints the dataset',
  fix: 'fixes the dataset',
  edit: 'changes the dataset',
  similar: 'looks for similar records',
  statistics: 'counts the dataset',
  runReport: 'reads the run',
  preview: 'previews the export',
  export: 'exports the dataset',
};

/** @param cause What it threw outside the task, or the code it ended with. */
function deathOf(task: TaskName, cause: unknown): Error {
  const isMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const why = isMemory
    ? 'it needed more memory than the editor gives it. Split the dataset, or run “spar” in a terminal'
    : `${cause instanceof Error ? cause.message : `it ended with code ${String(cause)}`}. Try again`;
  return new Error(`The thread that ${doing[task]} died: ${why}.`, { cause });
}

/** It wrote until its end, so nobody knows how much of it is there. */
function endedAmid<Name extends TaskName>({ task, input }: Assignment<Name>): Error {
  const place = 'outputFolder' in input ? input.outputFolder : 'file' in input ? input.file : '';
  return new Error(
    `The thread that ${doing[task]} did not stop when it was asked to, and was ended while it wrote. A part of its work may be in ${place}: look there before you try again.`,
  );
}

const scriptName = 'datasetWorker.js';

/** Beside the bundle that this is part of, or one folder up; null where the sources run unbundled. */
function threadScript(): string | null {
  const folder = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const places = [join(folder, scriptName), join(folder, '..', scriptName)];
  return places.find((place) => existsSync(place)) ?? null;
}
