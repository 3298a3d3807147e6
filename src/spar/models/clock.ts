import { onStop } from './stopping';

/** Time as the wrappers see it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Resolves after that time, or after three weeks. @throws the signal's reason at once when it is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Timers take no more: one that is set to a longer time ends at once. */
const longestWait = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          leave();
          resolve();
        },
        Math.min(milliseconds, longestWait),
      );
      const leave = onStop(signal, () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};
