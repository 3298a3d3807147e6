import type { Constraint, Repair } from './constraint';
import { checkConstraint } from './check';
import type { DetectableVerifier } from './detectable';
import { verifiers } from './table';
import { repeatPrompt } from './families/combination';
import { echoedRequest, keepsEcho } from './repairing/echo';
import { foreignWords, wordsKnown } from './vocabulary';

/** Most repairs offered for one response. */
const maxRepairs = 3;

/**
 * Whole texts that mend as many of the broken constraints as rules can, best first: those that mend most, then those
 * made of the more careful edits, and behind all of them the one that needs a last resort. No constraint that held in `text` is broken in any of them, and no word is in them
 * that neither `text` nor the instruction says. Empty where nothing is broken, or nothing can be mended by rules.
 */
export function repairs(
  instructionText: string,
  constraints: readonly Constraint[],
  text: string,
): readonly Repair[] {
  const known = wordsKnown(instructionText, text);
  // Where the wish to repeat was read, its own check guards it, and a repair may put a poor repetition right.
  const isGuarded = constraints.some((constraint) => constraint.type === repeatPrompt.type);
  const echo = isGuarded ? '' : echoedRequest(instructionText, text);
  const targets = targetsOf(constraints).map((target) => ({ ...target, known, echo }));
  const broken = brokenIn(targets, text);
  let drafts: readonly Draft[] = [{ text, broken, notes: [] }];
  for (const target of targets) {
    if (broken.has(target.constraint.id))
      drafts = drafts.flatMap((draft) => step(draft, target, targets)).slice(0, maxRepairs);
  }
  // What one step could not do may be possible once another is made.
  for (const target of targets) {
    drafts = drafts
      .flatMap((draft) => (draft.broken.has(target.constraint.id) ? step(draft, target, targets) : [draft]))
      .slice(0, maxRepairs);
  }
  const careful = [...drafts].sort((a, b) => a.broken.size - b.broken.size);
  const last = careful.slice(0, 1).map((draft) => withLastResorts(draft, targets));
  const seen = new Set<string>();
  return [...careful.slice(0, maxRepairs - 1), ...last, ...careful.slice(maxRepairs - 1)].flatMap(
    (draft): readonly Repair[] => {
      const mended = [...broken].filter((id) => !draft.broken.has(id));
      if (mended.length === 0 || seen.has(draft.text)) return [];
      seen.add(draft.text);
      return [{ text: draft.text, mended, description: [...new Set(draft.notes)].join('; ') }];
    },
  );
}

/** The broken constraints that no repair of `repairs` mends: what is left for a model, or for a person. */
export function unresolvedBy(
  instructionText: string,
  constraints: readonly Constraint[],
  text: string,
): readonly Constraint[] {
  const best = repairs(instructionText, constraints, text)[0];
  const broken = brokenIn(targetsOf(constraints), text);
  return constraints.filter(
    (constraint) => broken.has(constraint.id) && best?.mended.includes(constraint.id) !== true,
  );
}

/** The draft with what is still broken mended by last resorts. */
function withLastResorts(draft: Draft, targets: readonly RepairTarget[]): Draft {
  return targets.reduce((current, target) => {
    const { lastResortNote } = target.verifier;
    if (target.verifier.lastResort === undefined || !current.broken.has(target.constraint.id)) return current;
    const verifier: DetectableVerifier = {
      ...target.verifier,
      repair: (text, args) => target.verifier.lastResort?.(text, args) ?? [],
      ...(lastResortNote === undefined ? {} : { repairNote: lastResortNote }),
    };
    return step(current, { ...target, verifier }, targets)[0] ?? current;
  }, draft);
}

interface Target {
  readonly constraint: Constraint;
  readonly verifier: DetectableVerifier;
}

interface RepairTarget extends Target {
  /** Words that a repair may use. */
  readonly known: ReadonlySet<string>;
  /** What a repair must begin with, see `echoedRequest`. */
  readonly echo: string;
}

interface Draft {
  readonly text: string;
  /** Ids of the constraints that don't hold in it. */
  readonly broken: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** Constraints that code can check, in the order in which repairs are made. */
function targetsOf(constraints: readonly Constraint[]): readonly Target[] {
  return verifiers.flatMap((verifier) =>
    constraints
      .filter((constraint) => constraint.type === verifier.type)
      .map((constraint) => ({ constraint, verifier })),
  );
}

function brokenIn(targets: readonly Target[], text: string): ReadonlySet<string> {
  return new Set(
    targets
      .filter(({ constraint }) => checkConstraint(constraint, text)?.state === 'broken')
      .map(({ constraint }) => constraint.id),
  );
}

/** The draft with one more constraint mended, in each way that breaks nothing; the draft itself where there is none. */
function step(draft: Draft, target: RepairTarget, targets: readonly RepairTarget[]): readonly Draft[] {
  const clean: Draft[] = [];
  const followedUp: Draft[] = [];
  for (const text of candidatesOf(target, draft.text)) {
    const next: Draft = {
      text,
      broken: brokenIn(targets, text),
      notes: [...draft.notes, target.verifier.repairNote ?? target.constraint.text],
    };
    if (next.broken.has(target.constraint.id)) continue;
    if (isBetter(next, draft)) clean.push(next);
    else followedUp.push(...afterwards(next, draft, targets));
  }
  const found = clean.length > 0 ? clean : followedUp;
  return found.length > 0 ? found : [draft];
}

/** A repair may break what a second one mends at once: an ending added to a text in lowercase. */
function afterwards(next: Draft, before: Draft, targets: readonly RepairTarget[]): readonly Draft[] {
  for (const target of targets.filter(
    ({ constraint }) => next.broken.has(constraint.id) && !before.broken.has(constraint.id),
  )) {
    for (const text of candidatesOf(target, next.text)) {
      const mended: Draft = { text, broken: brokenIn(targets, text), notes: next.notes };
      if (isBetter(mended, before)) return [mended];
    }
  }
  return [];
}

/** Fewer broken constraints, and none that was not broken before. */
function isBetter(next: Draft, before: Draft): boolean {
  return next.broken.size < before.broken.size && [...next.broken].every((id) => before.broken.has(id));
}

function candidatesOf({ constraint, verifier, known, echo }: RepairTarget, text: string): readonly string[] {
  const args = verifier.args.safeParse(constraint.args);
  if (!args.success || verifier.repair === undefined) return [];
  return verifier
    .repair(text, args.data)
    .filter(
      (candidate) => candidate !== text && keepsEcho(candidate, echo) && !foreignWords(candidate, known),
    );
}
