import type { SearchStatus } from '../spar/search/events';

/** What `spar` answers its caller; documented in `spar refine --help`. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unsolved: 3,
  stopped: 4,
  /** Answers to batch files are waited for. */
  waiting: 5,
  interrupted: 130,
} as const;

export const exitCodeOfStatus: Readonly<Record<SearchStatus, number>> = {
  accepted: exitCodes.done,
  'already-follows': exitCodes.done,
  unsolved: exitCodes.unsolved,
  undetermined: exitCodes.unsolved,
  stopped: exitCodes.stopped,
  failed: exitCodes.failed,
};
