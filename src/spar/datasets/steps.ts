import type { DatasetRecord } from './schema';

/** A text on the way from the original to the chosen one. */
export type Step = DatasetRecord['evidence']['path'][number];
/** What a verified constraint came to. */
export type Check = Step['checks'][number];

/** The step whose text is the pair's; null where the search did not say, or where the text was corrected since. */
export function stepOf(
  { evidence: { path }, ...texts }: Pick<DatasetRecord, 'evidence' | 'rejected' | 'chosen'>,
  field: 'rejected' | 'chosen',
): Step | null {
  const isText = ({ text }: Step): boolean => text === texts[field];
  return (field === 'rejected' ? path.find(isText) : path.findLast(isText)) ?? null;
}
