import { onStop } from './stopping';
import { startTimer } from './timer';

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
      const callOff = startTimer(milliseconds, () => {
        leave();
        resolve();
      });
      const leave = onStop(signal, () => {
        callOff();
        reject(signal.reason as Error);
      });
    }),
};
