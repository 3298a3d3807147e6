import { commands } from '../contributions';
import type { Review } from '../views/review/review';
import { candidateOf, type CandidateSources } from './candidates';
import type { CommandTable } from './register';

export interface ReviewCommandsOptions {
  readonly review: Review;
  readonly candidates: CandidateSources;
}

export function reviewCommands({ review, candidates }: ReviewCommandsOptions): CommandTable {
  const open =
    (how: (sessionId: string, path: string) => Promise<void>) =>
    async (...args: readonly unknown[]): Promise<void> => {
      const meant = candidateOf(candidates, args);
      if (meant !== null) await how(meant.session.id, meant.path);
    };
  return {
    [commands.openReview]: open((sessionId, path) => review.openReview(sessionId, path)),
    [commands.openDiff]: open((sessionId, path) => review.openDiff(sessionId, path, 'original')),
    [commands.openDiffWithParent]: open((sessionId, path) => review.openDiff(sessionId, path, 'parent')),
    [commands.openAllAsDiffs]: open((sessionId) => review.openAllAsDiffs(sessionId)),
    [commands.keepChange]: (argument) => review.keepChange(argument),
    [commands.undoChange]: (argument) => review.undoChange(argument),
    [commands.keepAllChanges]: () => review.keepAll(),
    [commands.undoAllChanges]: () => review.undoAll(),
    [commands.nextChange]: () => review.nextChange(),
    [commands.previousChange]: () => review.previousChange(),
    [commands.nextCandidate]: (argument) => review.nextCandidate(argument),
    [commands.showCritique]: (argument) => review.showCritique(argument),
    [commands.toggleReviewLayout]: () => review.toggleLayout(),
  };
}
