import { textChanges, type TextChange } from '../../spar/text/wordDiff';
import type { Constraint, ConstraintCheck, Repair } from '../../spar/verifiers/constraint';
import { bestRepair, repairsFor } from '../../spar/verifiers/repair';
import type { TextRange } from '../selection/sections';
import { brokenChecks, type CheckedItem } from './checkedItem';

/** New text for a stretch of a document. */
export interface Patch {
  readonly range: TextRange;
  readonly text: string;
}

/** A way to mend a response, as few edits of its document. */
export interface Fix {
  /** What it does, for example `remove the commas`. */
  readonly title: string;
  readonly patches: readonly Patch[];
  /** Constraints that it mends. */
  readonly mended: readonly Constraint[];
}

export type Newline = '\n' | '\r\n';

/** Longer responses are not mended while a person waits; `spar repair` does it. */
const longest = 100_000;

/** The ways in which rules can mend one broken constraint and break none that holds, best first. */
export function fixesFor(item: CheckedItem, broken: ConstraintCheck, newline: Newline): readonly Fix[] {
  const { text } = item.response;
  if (!canMend(item)) return [];
  const constraints = item.checks.map((check) => check.constraint);
  const instructionText = item.instruction.text;
  const found = repairsFor({ instructionText, constraints, text, id: broken.constraint.id });
  return found.flatMap((repair) => fixOf(item, repair, newline) ?? []);
}

/** All that rules can mend at once; null where they can mend nothing. */
export function fixOfAll(item: CheckedItem, newline: Newline): Fix | null {
  if (!canMend(item) || brokenChecks(item).length === 0) return null;
  const constraints = item.checks.map((check) => check.constraint);
  const repair = bestRepair(item.instruction.text, constraints, item.response.text);
  return repair === null ? null : fixOf(item, repair, newline);
}

function canMend({ isEditable, response }: CheckedItem): boolean {
  return isEditable && response.text.length <= longest;
}

/** Null where a change falls on a part of the response that stands nowhere in the document. */
function fixOf(item: CheckedItem, repair: Repair, newline: Newline): Fix | null {
  const { response, checks } = item;
  const patches: Patch[] = [];
  for (const change of textChanges(response.text, repair.text)) {
    const { originalStart, originalEnd, added } = narrowed(change);
    const range = response.rangeOf({ start: originalStart, end: originalEnd });
    if (range === null) return null;
    patches.push({ range, text: response.written(added, newline) });
  }
  const mended = checks.flatMap(({ constraint }) =>
    repair.mended.includes(constraint.id) ? [constraint] : [],
  );
  return patches.length === 0 ? null : { title: asCommand(repair.description), patches, mended };
}

type Change = Pick<TextChange, 'originalStart' | 'originalEnd' | 'removed' | 'added'>;

/** A change of whole words as one of the characters that differ, so that the others keep how they are written. */
function narrowed({ originalStart, originalEnd, removed, added }: Change): Change {
  const shorter = Math.min(removed.length, added.length);
  let first = 0;
  while (first < shorter && removed.charAt(first) === added.charAt(first)) first += 1;
  if (/[\uD800-\uDBFF]/u.test(removed.charAt(first - 1))) first -= 1;
  let last = 0;
  while (last < shorter - first && removed.at(-1 - last) === added.at(-1 - last)) last += 1;
  if (/[\uDC00-\uDFFF]/u.test(removed.charAt(removed.length - last))) last -= 1;
  return {
    originalStart: originalStart + first,
    originalEnd: originalEnd - last,
    removed: removed.slice(first, removed.length - last),
    added: added.slice(first, added.length - last),
  };
}

/** Repairs tell what they did; a fix says what it will do. */
const commands: Readonly<Record<string, string>> = {
  added: 'add',
  changed: 'change',
  divided: 'divide',
  joined: 'join',
  left: 'leave',
  made: 'make',
  put: 'put',
  removed: 'remove',
  shortened: 'shorten',
  wrote: 'write',
};

/** `removed the commas; added the ending` as `remove the commas; add the ending`. */
function asCommand(description: string): string {
  return description.replace(/(^|; | or )(\p{Ll}+)/gu, (whole, before: string, verb: string) => {
    const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
    return command === undefined ? whole : before + command;
  });
}
