import { addUsage, noUsage, type Usage } from '../../models/chatModel';
import type { EarlierRun } from './earlier';
import type { Span } from './span';

/** Lengths of replies, in tokens. */
export interface Lengths {
  readonly answer: Span;
  readonly critique: Span;
  readonly reflection: Span;
}

/** Where nothing is known yet: from a terse model to a wordy one. */
export const assumedLengths: Lengths = {
  answer: { least: 80, most: 900 },
  critique: { least: 60, most: 500 },
  reflection: { least: 40, most: 400 },
};

/** Fewer replies tell little about their length. */
const fewestReplies = 20;
/** How far the mean length for other instructions may lie from that for earlier ones. */
const margin = 0.35;

/** As the same models wrote before; assumed where they did not. `isSeen` is true where any of it was seen. */
export function lengthsOf(
  runs: readonly EarlierRun[],
  models: { readonly actor: string | null; readonly refiner: string | null },
): { readonly lengths: Lengths; readonly isSeen: boolean } {
  const answer = meanOf(runs.flatMap((run) => (isSame(run.actor, models.actor) ? [run.spent.sample] : [])));
  const critique = meanOf(
    runs.flatMap((run) => (isSame(run.refiner, models.refiner) ? [run.spent.judge] : [])),
  );
  return {
    lengths: {
      answer: answer ?? assumedLengths.answer,
      critique: critique ?? assumedLengths.critique,
      // The same model says what it changed in about as many words as what is wrong, or in fewer.
      reflection:
        critique === null ? assumedLengths.reflection : { least: critique.least / 2, most: critique.most },
    },
    isSeen: answer !== null || critique !== null,
  };
}

function isSame(one: string | null, other: string | null): boolean {
  return one !== null && one === other;
}

function meanOf(usages: readonly (Usage | undefined)[]): Span | null {
  const { sequences, completionTokens } = usages.reduce<Usage>(
    (total, usage) => addUsage(total, usage ?? noUsage),
    noUsage,
  );
  if (sequences < fewestReplies) return null;
  const mean = completionTokens / sequences;
  return { least: mean * (1 - margin), most: mean * (1 + margin) };
}
