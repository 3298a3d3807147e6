/**
 * Works through a list, a few at a time, until it is done, stopped, or the work says that no more is to be begun.
 * What has begun is finished. Rejects with the first error, once the others of its moment have ended.
 *
 * @param work False: nothing more is begun.
 */
export async function atATime<Item>(
  items: readonly Item[],
  options: { readonly most: number; readonly signal: AbortSignal },
  work: (item: Item, index: number) => Promise<boolean>,
): Promise<void> {
  let next = 0;
  let goesOn = true;
  let failure: { readonly error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    while (goesOn && next < items.length && !options.signal.aborted) {
      const index = next;
      next += 1;
      try {
        // Below the length, so it is there.
        if (!(await work(items[index] as Item, index))) goesOn = false;
      } catch (error) {
        goesOn = false;
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.most, items.length) }, worker));
  // Assigned in a callback, which the compiler does not see.
  const found = failure as { readonly error: unknown } | null;
  if (found !== null) throw found.error;
}
