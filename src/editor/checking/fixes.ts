import type { Constraint, ConstraintCheck, Repair } from '../../spar/verifiers/constraint';
import { repairs } from '../../spar/verifiers/repair';
import { textChanges } from '../../spar/text/wordDiff';
import type { TextRange } from '../selection/sections';
import { brokenChecks, type CheckedItem } from './checkedItem';

/** New text for a stretch of a document. */
export interface Patch {
  readonly range: TextRange;
  readonly text: string;
}

/** A way to mend a response, as few edits of its document. */
export interface Fix {
  readonly title: string;
  readonly patches: readonly Patch[];
  /** Constraints that it mends. */
  readonly mended: readonly Constraint[];
}

/** Longer responses are not mended while a person waits. */
const longest = 200_000;

/** The ways in which rules can mend one broken constraint and break none that holds, best first. */
export function fixesFor(
  item: CheckedItem,
  broken: ConstraintCheck,
  newline: '\n' | '\r\n',
): readonly Fix[] {
  const held = item.checks.filter((check) => check.result.state === 'held');
  const constraints = [...held, broken].map((check) => check.constraint);
  return fixesOf(item, constraints, newline).filter((fix) => fix.patches.length > 0);
}

/** All that rules can mend at once; null where they can mend nothing. */
export function fixOfAll(item: CheckedItem, newline: '\n' | '\r\n'): Fix | null {
  if (brokenChecks(item).length === 0) return null;
  const constraints = item.checks.map((check) => check.constraint);
  return fixesOf(item, constraints, newline)[0] ?? null;
}

function fixesOf(
  item: CheckedItem,
  constraints: readonly Constraint[],
  newline: '\n' | '\r\n',
): readonly Fix[] {
  const { text } = item.response;
  if (!item.isEditable || text.length > longest) return [];
  const found = repairs(item.instruction.text, constraints, text);
  return found.flatMap((repair): readonly Fix[] => {
    const patches = patchesOf(item, repair, newline);
    if (patches === null) return [];
    const mended = constraints.filter(({ id }) => repair.mended.includes(id));
    return [{ title: capitalised(repair.description), patches, mended }];
  });
}

/** Null where a change falls on a part of the response that stands nowhere in the document. */
function patchesOf(
  { response }: CheckedItem,
  repair: Repair,
  newline: '\n' | '\r\n',
): readonly Patch[] | null {
  const patches: Patch[] = [];
  for (const { originalStart, originalEnd, added } of textChanges(response.text, repair.text)) {
    const range = response.rangeOf({ start: originalStart, end: originalEnd });
    if (range === null) return null;
    patches.push({ range, text: response.written(added, newline) });
  }
  return patches;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
