import type { RowConstraints } from '../../spar/datasets/rowShapes';
import { checkConstraints } from '../../spar/verifiers/check';
import type { Constraint, ConstraintCheck, Span } from '../../spar/verifiers/constraint';
import { uncheckedBy } from '../../spar/verifiers/covered';
import { detectConstraints } from '../../spar/verifiers/detect';
import { ownConstraints, withOwnConstraints } from '../../spar/verifiers/own/ownConstraints';
import type { OwnVerifier } from '../../spar/verifiers/own/ownVerifiers';
import { constraintsFromRow } from '../../spar/verifiers/rows';
import type { PlacedItem } from '../selection/documentItems';

/** What is checked: an item of a document, or a candidate with the constraints of its search. */
export interface ItemToCheck extends PlacedItem {
  /** The constraints of a search; null where they are to be read. */
  readonly given: readonly Constraint[] | null;
  /** The workspace's own verifiers, which count beside what is read; not beside the constraints of a search. */
  readonly own: readonly OwnVerifier[];
  /** False where the document can't be changed, so that nothing can be mended in it. */
  readonly isEditable: boolean;
}

/** An item with what code finds of it. */
export interface CheckedItem extends ItemToCheck {
  readonly checks: readonly ConstraintCheck[];
  /** Parts of the instruction that no constraint covers. */
  readonly unchecked: readonly Span[];
}

/** Checks kept; those of items long gone from their documents go first. */
const mostKept = 4000;

type Found = Pick<CheckedItem, 'checks' | 'unchecked'>;

/** Checks items, and remembers what it found for as long as the texts stay the same. */
export class ItemChecker {
  private readonly known = new Map<string, Found>();
  private readonly numbers = new WeakMap<readonly OwnVerifier[], number>();
  private lists = 0;

  check(item: ItemToCheck): CheckedItem {
    const { instruction, response, columns, given, own } = item;
    const key = JSON.stringify([instruction.text, response.text, columns, given, this.numberOf(own)]);
    const found = this.known.get(key) ?? find(item);
    this.known.delete(key);
    this.known.set(key, found);
    const oldest = this.known.keys().next();
    if (this.known.size > mostKept && oldest.done !== true) this.known.delete(oldest.value);
    return { ...item, ...found };
  }

  private numberOf(own: readonly OwnVerifier[]): number {
    if (own.length === 0) return 0;
    const known = this.numbers.get(own) ?? (this.lists += 1);
    this.numbers.set(own, known);
    return known;
  }
}

export function brokenChecks(item: Pick<CheckedItem, 'checks'>): readonly ConstraintCheck[] {
  return item.checks.filter((check) => check.result.state === 'broken');
}

/** The row's own constraints where code knows them all; else they are read from the instruction's words. */
export function constraintsOf(instruction: string, columns: RowConstraints | null): readonly Constraint[] {
  if (columns !== null) {
    const { constraints, refused } = constraintsFromRow(columns.instructionIds, columns.kwargs);
    if (refused.length === 0 && constraints.length > 0) return constraints;
  }
  return detectConstraints(instruction).constraints;
}

function find({ instruction, response, columns, given, own }: ItemToCheck): Found {
  const { text } = instruction;
  const constraints =
    given ?? withOwnConstraints(constraintsOf(text, columns), ownConstraints(own, text).constraints);
  return {
    checks: checkConstraints(constraints, response.text),
    unchecked: uncheckedBy(constraints, text),
  };
}
