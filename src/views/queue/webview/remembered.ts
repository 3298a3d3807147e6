import type { KeptQueue } from '../protocol';

/** What outlives that the tab is hidden, and that the window is reloaded. */
export interface Remembered extends KeptQueue {
  readonly layout: 'inline' | 'beside';
  /** What the person has done with the pair that is shown. */
  readonly undone: readonly number[];
  readonly draft: string | null;
}

/** The page wrote it itself, perhaps in an earlier version. */
export function isRemembered(value: unknown): value is Remembered {
  return (
    typeof value === 'object' &&
    value !== null &&
    'layout' in value &&
    'undone' in value &&
    Array.isArray(value.undone)
  );
}
