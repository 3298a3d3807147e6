/** What outlives that the tab is hidden. */
export interface Remembered {
  readonly layout: 'inline' | 'beside';
  /** What the person has done with the pair that is shown. */
  readonly id: string | null;
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
