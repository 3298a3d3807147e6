import { checkConstraint } from './check';
import type { Constraint } from './constraint';
import type { DetectableVerifier } from './detectable';
import { repeatPrompt } from './families/combination';
import { echoedRequest, keepsEcho } from './repairing/echo';
import { verifiers } from './table';
import { foreignWords, wordsKnown } from './vocabulary';

/** A text on its way to being mended. */
export interface Draft {
  readonly text: string;
  /** Ids of the constraints that don't hold in it. */
  readonly broken: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** A constraint that code can check. */
export interface Target {
  readonly constraint: Constraint;
  readonly verifier: DetectableVerifier;
}

/** All that the making of repairs for one response looks at. */
export interface Workbench {
  /** In the order in which repairs are made. */
  readonly targets: readonly Target[];
  /** Words that a repair may use. */
  readonly known: ReadonlySet<string>;
  /** What a repair must begin with, see `echoedRequest`. */
  readonly echo: string;
}

export function workbenchFor(
  instructionText: string,
  constraints: readonly Constraint[],
  text: string,
): Workbench {
  // Where the wish to repeat was read, its own check guards it, and a repair may put a poor repetition right.
  const isGuarded = constraints.some((constraint) => constraint.type === repeatPrompt.type);
  return {
    targets: targetsOf(constraints),
    known: wordsKnown(instructionText, text),
    echo: isGuarded ? '' : echoedRequest(instructionText, text),
  };
}

/** Constraints that code can check, in the order in which repairs are made. */
export function targetsOf(constraints: readonly Constraint[]): readonly Target[] {
  return verifiers.flatMap((verifier) =>
    constraints
      .filter((constraint) => constraint.type === verifier.type)
      .map((constraint) => ({ constraint, verifier })),
  );
}

export function brokenIn(targets: readonly Target[], text: string): ReadonlySet<string> {
  return new Set(
    targets
      .filter(({ constraint }) => checkConstraint(constraint, text)?.state === 'broken')
      .map(({ constraint }) => constraint.id),
  );
}

/** Most repairs of second order: each puts right what the one before it broke. */
const maxFollowUps = 3;

/** The draft with one more constraint mended, in each way that breaks nothing; empty where there is none. */
export function mendedDrafts(draft: Draft, target: Target, bench: Workbench): readonly Draft[] {
  const clean: Draft[] = [];
  const harming: Draft[] = [];
  for (const text of candidatesOf(target, draft.text, bench)) {
    const next: Draft = {
      text,
      broken: brokenIn(bench.targets, text),
      notes: [...draft.notes, target.verifier.repairNote ?? target.constraint.text],
    };
    if (next.broken.has(target.constraint.id)) continue;
    (isBetter(next, draft) ? clean : harming).push(next);
  }
  if (clean.length > 0) return clean;
  for (let steps = 1; steps <= maxFollowUps; steps += 1) {
    const found = harming.flatMap((next) => followedUp(next, { before: draft, steps }, bench));
    if (found.length > 0) return found;
  }
  return [];
}

/** The target with its last resort in place of its careful repair; null where it has none. */
export function lastResortOf({ constraint, verifier }: Target): Target | null {
  if (verifier.lastResort === undefined) return null;
  const { lastResortNote = verifier.repairNote } = verifier;
  return {
    constraint,
    verifier: {
      ...verifier,
      repair: (text, args) => verifier.lastResort?.(text, args) ?? [],
      ...(lastResortNote === undefined ? {} : { repairNote: lastResortNote }),
    },
  };
}

/** A repair may break what further ones mend at once: an ending added to a text in lowercase. */
function followedUp(
  next: Draft,
  { before, steps }: { readonly before: Draft; readonly steps: number },
  bench: Workbench,
): readonly Draft[] {
  const harmed = bench.targets.filter(
    ({ constraint }) => next.broken.has(constraint.id) && !before.broken.has(constraint.id),
  );
  if (steps === 0 || harmed.length > steps) return [];
  for (const target of harmed) {
    for (const text of candidatesOf(target, next.text, bench)) {
      const mended: Draft = { text, broken: brokenIn(bench.targets, text), notes: next.notes };
      if (isBetter(mended, before)) return [mended];
      const further = followedUp(mended, { before, steps: steps - 1 }, bench);
      if (further.length > 0) return further;
    }
  }
  return [];
}

/** Fewer broken constraints, and none that was not broken before. */
function isBetter(next: Draft, before: Draft): boolean {
  return next.broken.size < before.broken.size && [...next.broken].every((id) => before.broken.has(id));
}

function candidatesOf(
  { constraint, verifier }: Target,
  text: string,
  { known, echo }: Workbench,
): readonly string[] {
  const args = verifier.args.safeParse(constraint.args);
  if (!args.success || verifier.repair === undefined) return [];
  return verifier
    .repair(text, args.data)
    .filter(
      (candidate) => candidate !== text && keepsEcho(candidate, echo) && !foreignWords(candidate, known),
    );
}
