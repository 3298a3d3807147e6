import { commands } from '../contributions';
import type { LateReview } from '../views/review/lateReview';
import type { Review } from '../views/review/review';
import { candidateOf, type CandidateSources } from './candidates';
import type { CommandTable } from './register';

export interface ReviewCommandsOptions {
  readonly review: LateReview;
  readonly candidates: CandidateSources;
}

export function reviewCommands({ review, candidates }: ReviewCommandsOptions): CommandTable {
  const open =
    (how: (loaded: Review, sessionId: string, path: string) => Promise<void>) =>
    async (...args: readonly unknown[]): Promise<void> => {
      const meant = candidateOf(candidates, args);
      if (meant !== null) await how(await review.load(), meant.session.id, meant.path);
    };
  const within =
    (how: (loaded: Review, argument: unknown) => Promise<void> | void) =>
    async (argument?: unknown): Promise<void> =>
      how(await review.load(), argument);
  return {
    [commands.openReview]: open((loaded, sessionId, path) => loaded.openReview(sessionId, path)),
    [commands.openDiff]: open((loaded, sessionId, path) => loaded.openDiff(sessionId, path, 'original')),
    [commands.openDiffWithParent]: open((loaded, sessionId, path) =>
      loaded.openDiff(sessionId, path, 'parent'),
    ),
    [commands.openAllAsDiffs]: open((loaded, sessionId) => loaded.openAllAsDiffs(sessionId)),
    [commands.keepChange]: within((loaded, argument) => loaded.keepChange(argument)),
    [commands.undoChange]: within((loaded, argument) => loaded.undoChange(argument)),
    [commands.keepAllChanges]: within((loaded) => loaded.keepAll()),
    [commands.undoAllChanges]: within((loaded) => loaded.undoAll()),
    [commands.nextChange]: within((loaded) => loaded.nextChange()),
    [commands.previousChange]: within((loaded) => loaded.previousChange()),
    [commands.nextCandidate]: within((loaded, argument) => loaded.nextCandidate(argument)),
    [commands.showCritique]: within((loaded, argument) => loaded.showCritique(argument)),
    [commands.toggleReviewLayout]: within((loaded) => loaded.toggleLayout()),
  };
}
