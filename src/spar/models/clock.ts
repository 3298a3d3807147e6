import { onStop } from './stopping';

/** Time as the wrappers see it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Resolves after that time. @throws the signal's reason at once when it is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        leave();
        resolve();
      }, milliseconds);
      const leave = onStop(signal, () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};
