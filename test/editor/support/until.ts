export interface UntilOptions {
  /** What is waited for, in the failure's words, for example `the tree shows its root`. */
  readonly what: string;
  /** Milliseconds. */
  readonly within?: number;
}

/**
 * Asks again and again until the answer is neither undefined, null nor false, and returns it.
 * Editors work in their own time; a test waits for a state, never for a span of time.
 */
export async function until<T>(
  ask: () => T | PromiseLike<T>,
  { what, within = 10_000 }: UntilOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const late = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) {
      return answer as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > late) throw new Error(`Not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
