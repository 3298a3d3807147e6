import { differenceKinds, type PairDifference, type VersionDifference } from './versionDifference';

/** For headings and filters. */
export const kindWords: Readonly<Record<PairDifference['kind'], string>> = {
  added: 'added',
  removed: 'removed',
  decided: 'decided differently',
  changed: 'changed in texts, tags or split',
};

/** What differs in one sentence, and what else a person should know. */
export function differenceWords({ counts, pairs, unreadable }: VersionDifference): {
  readonly summary: string;
  readonly notes: readonly string[];
} {
  const number = (value: number): string => value.toLocaleString('en');
  const parts = differenceKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${number(counts[kind])} ${kindWords[kind]}`);
  const all = differenceKinds.reduce((sum, kind) => sum + counts[kind], 0);
  const same = `${number(counts.unchanged)} ${counts.unchanged === 1 ? 'pair is' : 'pairs are'} as before`;
  const notes = [
    ...(all > pairs.length ? [`${number(all - pairs.length)} of them are counted and not shown.`] : []),
    ...(unreadable.before + unreadable.after === 0
      ? []
      : [
          `Lines that can’t be read, in which pairs may hide: ${number(unreadable.before)} before, ${number(unreadable.after)} after.`,
        ]),
  ];
  return {
    summary: parts.length === 0 ? `No pair differs; ${same}.` : `${parts.join(', ')}; ${same}.`,
    notes,
  };
}
