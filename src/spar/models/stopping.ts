import { setMaxListeners } from 'node:events';

/**
 * Calls `listener` once when the signal is aborted, at once if it is already; gives back what takes it off
 * again. A search has one signal and hundreds of calls, which is no leak, so Node's warning is lifted.
 */
export function onStop(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
  };
}

/** Never resolves; rejects with the signal's reason when it is aborted. */
export function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    onStop(signal, () => reject(signal.reason as Error));
  });
}
