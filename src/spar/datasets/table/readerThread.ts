import { openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode } from '../../log/logError';
import { RangeReader } from './scan';
import { doJob, transferOf, type RangeJob, type RangeReply } from './threads';

/** What runs in a thread that reads a dataset: `dist/datasetReader.js`, a bundle of its own. */
let reader: RangeReader | null = null;

parentPort?.on('message', (job: RangeJob) => {
  try {
    reader ??= new RangeReader(openSync((workerData as { readonly file: string }).file, 'r'));
    const result = doJob(reader, job);
    const reply: RangeReply = { number: job.number, result };
    parentPort?.postMessage(reply, transferOf(result));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reply: RangeReply = { number: job.number, failure: { message, code: errorCode(error) } };
    parentPort?.postMessage(reply);
  }
});
