/** Timers take no more: one that is set to a longer time ends at once. */
const longest = 2 ** 31 - 1;

/** Calls back once after so many milliseconds, be they months; gives back what calls it off. */
export function startTimer(milliseconds: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > longest ? wait(left - longest) : callback()), Math.min(left, longest));
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
