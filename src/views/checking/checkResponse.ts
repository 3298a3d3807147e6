import * as vscode from 'vscode';
import type { CheckedItem, ItemToCheck } from '../../editor/checking/checkedItem';
import { targetOf, type CheckTarget } from '../../editor/checking/checkTarget';
import { itemFromEditor, selectionIn } from '../../editor/itemFromEditor';
import { readSelection } from '../../editor/selection/readSelection';
import { assembledText, plainText } from '../../editor/selection/placedText';
import type { SessionItem } from '../../editor/sessions/session';
import { instructionText } from '../../spar/refiner/instruction';
import type { Checking } from './checking';
import { pickConstraint } from './constraintPick';
import { countSentence } from './constraintWords';
import { isOwn } from './lateChecking';

export const checkTitle = 'SPaR: Check Response';

/**
 * Checks what is selected, read as Refine Response reads it, and goes on checking it in its document. Answers with a
 * sentence where there is nothing to check, else null.
 */
export async function checkResponse(checking: Checking): Promise<string | null> {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && isOwn(editor.document)) {
    await checking.check(editor.document);
    return showConstraints(checking);
  }
  const input = editor === undefined ? null : selectionIn(editor);
  const read = input === null ? null : readSelection(input);
  if (editor !== undefined && input !== null && read?.ok === true) {
    return tell(await checking.checkTarget(editor.document, targetOf(input, read)));
  }
  const asked = await itemFromEditor(checkTitle);
  if (asked.kind === 'cancelled') return null;
  if (asked.kind === 'problem') return asked.message;
  const target = editor === undefined ? null : typedTarget(asked.item);
  if (editor !== undefined && target !== null) {
    return tell(await checking.checkTarget(editor.document, target));
  }
  const found = checking.checkItem(itemOfTexts(asked.item));
  await pickConstraint(found, null);
  return null;
}

/** Lists the constraints of the response at the cursor; one that is chosen is gone to. */
export async function showConstraints(checking: Checking): Promise<string | null> {
  const editor = vscode.window.activeTextEditor;
  const found =
    editor === undefined
      ? null
      : checking.itemAt(editor.document, editor.document.offsetAt(editor.selection.active));
  if (editor === undefined || found === null) {
    return 'No response is checked here. Put the cursor into one, and use Check Response.';
  }
  await pickConstraint(found, editor);
  return null;
}

/** What is found is told by the squiggles and the item in the status bar. */
function tell(found: CheckedItem | null): string | null {
  if (found === null) return 'The response is no longer there. Select it, and use Check Response again.';
  return found.checks.length === 0 ? `${countSentence([])} Refine Response asks a model.` : null;
}

function typedTarget({ instruction, source }: SessionItem): CheckTarget | null {
  const { range } = source;
  return range === null
    ? null
    : { kind: 'typed', instruction: instructionText(instruction), answered: range };
}

/** A response that stands in no document. */
function itemOfTexts({ instruction, original, constraints }: SessionItem): ItemToCheck {
  return {
    range: { start: 0, end: original.length },
    instruction: assembledText(instructionText(instruction), []),
    response: plainText(original, { start: 0, end: original.length }),
    columns: null,
    given: constraints ?? null,
    own: [],
    isEditable: false,
  };
}
