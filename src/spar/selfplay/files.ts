/** Files of a run beside its settings, journal and summary. */
export const selfplayFiles = {
  outcomes: 'outcomes.jsonl',
  replies: 'replies',
  pairs: 'pairs.spar.jsonl',
  refiner: 'refiner.jsonl',
  heldBack: 'held-back.jsonl',
  problems: 'problems.jsonl',
} as const;
