import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { plainError, type Assignment, type FromThread } from './messages';
import { doTask } from './tasks';

/** What runs in a thread that works on datasets for the editor: `dist/datasetWorker.js`. One task, then it ends. */
const { task, input, inBackground } = workerData as Assignment;
const stop = new AbortController();
// `ToThread` has one message only.
parentPort?.on('message', () => stop.abort());
if (inBackground) yieldToOthers();

doTask(task, input, {
  signal: stop.signal,
  onProgress: (share) => send({ type: 'progress', share }),
  onInterim: (interim) => send({ type: 'interim', interim }),
})
  .then(
    (output) => send({ type: 'done', output }),
    (error: unknown) => send({ type: 'failed', error: plainError(error) }),
  )
  .finally(() => parentPort?.close());

function send(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** On Linux the number 0 means the calling thread; elsewhere it means the whole process, which is not to be slowed. */
function yieldToOthers(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, 15);
  } catch {
    // A container may forbid it; then it competes.
  }
}
