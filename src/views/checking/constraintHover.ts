import * as vscode from 'vscode';
import type { CheckedItem } from '../../editor/checking/checkedItem';
import { itemAround, itemAt, type PlacedItem } from '../../editor/selection/documentItems';
import { constraintList } from './constraintWords';
import { rangeIn } from './diagnostics';

export interface ConstraintHoverOptions {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  /** Items of the document that are checked already. */
  readonly known: readonly CheckedItem[];
  readonly check: (item: PlacedItem) => CheckedItem;
}

/** On an instruction: what was found in it and how the response stands; null elsewhere. */
export function constraintHover(options: ConstraintHoverOptions): vscode.Hover | null {
  const { document, position, known, check } = options;
  const offset = document.offsetAt(position);
  let item = itemAt(known, offset);
  if (item === null) {
    const { languageId, fileName } = document;
    const placed = itemAround({ text: document.getText(), languageId, fileName }, offset);
    if (placed?.instruction.offsetAt(offset) == null) return null;
    item = check(placed);
  }
  const at = item.instruction.offsetAt(offset);
  if (at === null || item.checks.length === 0) return null;
  const clause = item.checks
    .map(({ constraint }) => constraint.span)
    .find((span) => span !== null && span.start <= at && at < span.end);
  const range = clause == null ? null : item.instruction.rangeOf(clause);
  const words = constraintList(item);
  return new vscode.Hover(
    new vscode.MarkdownString(words),
    range === null ? undefined : rangeIn(document, range),
  );
}
