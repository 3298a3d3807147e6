import type { Constraint, Repair } from './constraint';
import {
  brokenIn,
  lastResortOf,
  mendedDrafts,
  targetsOf,
  workbenchFor,
  type Draft,
  type Workbench,
} from './drafts';
import { reasonFor } from './repairing/reasons';

/** Most repairs offered for one response. */
const maxRepairs = 3;

/** Longer texts are left as they are: each of many steps would read them whole. */
export const longestRepaired = 1_000_000;

/** Up to this length other orders are tried where the first one leaves something broken. */
const longestSearched = 30_000;

/** Most drafts whose next steps are looked at. */
const maxExpansions = 24;

/**
 * Whole texts that mend as many of the broken constraints as rules can, best first: those that mend most, then those
 * made of the more careful edits, and behind all of them the one that needs a last resort. No constraint that held in
 * `text` is broken in any of them, and no word is in them that neither `text` nor the instruction says. Empty where
 * nothing is broken, nothing can be mended by rules, or the text is longer than `longestRepaired`.
 */
export function repairs(
  instructionText: string,
  constraints: readonly Constraint[],
  text: string,
): readonly Repair[] {
  if (text.length > longestRepaired) return [];
  const bench = workbenchFor(instructionText, constraints, text);
  const start: Draft = { text, broken: brokenIn(bench.targets, text), notes: [] };
  if (start.broken.size === 0) return [];
  const careful = searched(start, bench);
  const last = careful.slice(0, 1).map((draft) => withLastResorts(draft, bench));
  return distinct(
    [...careful.slice(0, maxRepairs - 1), ...last, ...careful.slice(maxRepairs - 1)].map((draft) =>
      repairOf(draft, start),
    ),
  );
}

/** What to mend, and where. */
export interface RepairRequest {
  readonly instructionText: string;
  readonly constraints: readonly Constraint[];
  readonly text: string;
  /** The one of `constraints` that is to be mended. */
  readonly id: string;
}

/**
 * Texts in which one broken constraint is mended with as little change as that takes, most careful first, at most
 * three. They break nothing that held, as `repairs`; others that the same edit mends are among the `mended`. Empty
 * where the constraint holds, is not known, or rules can't mend it.
 */
export function repairsFor({ instructionText, constraints, text, id }: RepairRequest): readonly Repair[] {
  if (text.length > longestRepaired) return [];
  const bench = workbenchFor(instructionText, constraints, text);
  const start: Draft = { text, broken: brokenIn(bench.targets, text), notes: [] };
  const target = bench.targets.find(({ constraint }) => constraint.id === id);
  if (target === undefined || !start.broken.has(id)) return [];
  const resort = lastResortOf(target);
  const drafts = [
    ...mendedDrafts(start, target, bench),
    ...(resort === null ? [] : mendedDrafts(start, resort, bench)),
  ];
  return distinct(drafts.map((draft) => repairOf(draft, start))).slice(0, maxRepairs);
}

/** The repair that mends most, of equals the most careful; null where there is none. For those who can take only one. */
export function bestRepair(
  instructionText: string,
  constraints: readonly Constraint[],
  text: string,
): Repair | null {
  const made = repairs(instructionText, constraints, text);
  const most = Math.max(...made.map(({ mended }) => mended.length));
  return made.find(({ mended }) => mended.length === most) ?? null;
}

/** The broken constraints that `bestRepair` does not mend: what is left for a model, or for a person. */
export function unresolvedBy(
  instructionText: string,
  constraints: readonly Constraint[],
  text: string,
): readonly Constraint[] {
  const best = bestRepair(instructionText, constraints, text);
  const broken = brokenIn(targetsOf(constraints), text);
  return constraints.filter(({ id }) => broken.has(id) && best?.mended.includes(id) !== true);
}

/** One or two sentences that say why rules leave a broken constraint as it is. */
export function whyUnresolved(constraint: Constraint, text = ''): string {
  return text.length > longestRepaired
    ? `The text is longer than ${longestRepaired.toLocaleString('en')} characters; rules repair shorter ones only.`
    : reasonFor(constraint);
}

/**
 * The drafts that mend most. What one step could not do may be possible once another is made, and a step may stand in
 * the way of the next: where the order of the table leaves something broken, other orders are tried on short texts.
 */
function searched(start: Draft, bench: Workbench): readonly Draft[] {
  const straight = [...inOrder(start, bench)].sort((a, b) => a.broken.size - b.broken.size);
  const fewest = straight[0]?.broken.size ?? 0;
  if (fewest === 0 || start.text.length > longestSearched || start.broken.size < 2) return straight;
  const others = inAnyOrder(start, bench).filter(({ broken }) => broken.size < fewest);
  return [...others, ...straight].slice(0, maxRepairs);
}

/** Each broken constraint mended in turn, twice; several ways of mending one make several drafts. */
function inOrder(start: Draft, bench: Workbench): readonly Draft[] {
  let drafts: readonly Draft[] = [start];
  for (const target of [...bench.targets, ...bench.targets]) {
    drafts = drafts
      .flatMap((draft) => {
        const next = draft.broken.has(target.constraint.id) ? mendedDrafts(draft, target, bench) : [];
        return next.length > 0 ? next : [draft];
      })
      .slice(0, maxRepairs);
  }
  return drafts;
}

/** The drafts with the fewest broken constraints that a best-first search reaches. */
function inAnyOrder(start: Draft, bench: Workbench): readonly Draft[] {
  const found = new Map<string, Draft>([[start.text, start]]);
  const open: Draft[] = [start];
  for (let expansions = 0; expansions < maxExpansions; expansions += 1) {
    const draft = takeBest(open);
    if (draft === undefined || draft.broken.size === 0) break;
    for (const target of bench.targets) {
      if (!draft.broken.has(target.constraint.id)) continue;
      for (const next of mendedDrafts(draft, target, bench)) {
        if (found.has(next.text)) continue;
        found.set(next.text, next);
        open.push(next);
      }
    }
  }
  return fewestBroken([...found.values()]);
}

/** Takes out the draft with the fewest broken constraints, of equals the earliest found. */
function takeBest(open: Draft[]): Draft | undefined {
  const [best] = fewestBroken(open);
  return best === undefined ? undefined : open.splice(open.indexOf(best), 1)[0];
}

function fewestBroken(drafts: readonly Draft[]): readonly Draft[] {
  const fewest = Math.min(...drafts.map(({ broken }) => broken.size));
  return drafts.filter(({ broken }) => broken.size === fewest);
}

/** The draft with what is still broken mended by last resorts. */
function withLastResorts(draft: Draft, bench: Workbench): Draft {
  return bench.targets.reduce((current, target) => {
    const resort = current.broken.has(target.constraint.id) ? lastResortOf(target) : null;
    return resort === null ? current : (mendedDrafts(current, resort, bench)[0] ?? current);
  }, draft);
}

function repairOf(draft: Draft, start: Draft): Repair {
  return {
    text: draft.text,
    mended: [...start.broken].filter((id) => !draft.broken.has(id)),
    description: [...new Set(draft.notes)].join('; '),
  };
}

function distinct(made: readonly Repair[]): readonly Repair[] {
  const byText = new Map<string, Repair>();
  for (const repair of made)
    if (repair.mended.length > 0 && !byText.has(repair.text)) byText.set(repair.text, repair);
  return [...byText.values()];
}
