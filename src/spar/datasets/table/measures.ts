/**
 * What records are sorted and filtered by. `created` is in milliseconds; `held` and `broken` count the constraints
 * that code verified in the chosen text.
 */
export const measures = [
  'created',
  'value',
  'yes',
  'no',
  'notDrawn',
  'distance',
  'interference',
  'rejectedWords',
  'chosenWords',
  'rejectedCharacters',
  'chosenCharacters',
  'held',
  'broken',
] as const;

export type Measure = (typeof measures)[number];
