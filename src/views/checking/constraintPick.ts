import * as vscode from 'vscode';
import type { CheckedItem } from '../../editor/checking/checkedItem';
import { findingsOf } from '../../editor/checking/findings';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { inOrder } from '../refinements/checkMarks';
import { countSentence, uncheckedParts } from './constraintWords';
import { rangeIn } from './diagnostics';

interface ConstraintPick extends vscode.QuickPickItem {
  /** Where to go; null for what stands nowhere in the document. */
  readonly range: vscode.Range | null;
}

/** Lists an item's constraints, those that are broken first; goes to the one that is chosen. */
export async function pickConstraint(item: CheckedItem, editor: vscode.TextEditor | null): Promise<void> {
  const version = editor?.document.version;
  const picked = await vscode.window.showQuickPick(picksOf(item, editor?.document ?? null), {
    title: `SPaR: ${countSentence(item.checks)}`,
    placeHolder: editor === null ? 'What was found' : 'Go to a constraint',
    matchOnDetail: true,
    matchOnDescription: true,
  });
  if (picked?.range == null || editor === null || editor.document.version !== version) return;
  const shown = await vscode.window.showTextDocument(editor.document, {
    ...(editor.viewColumn === undefined ? {} : { viewColumn: editor.viewColumn }),
  });
  shown.selection = new vscode.Selection(picked.range.start, picked.range.end);
  shown.revealRange(picked.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function picksOf(item: CheckedItem, document: vscode.TextDocument | null): readonly ConstraintPick[] {
  const findings = findingsOf(item);
  const checks = inOrder(item.checks).map((check): ConstraintPick => {
    const places = findings.filter((finding) => finding.check === check);
    const [first] = places;
    const label = `$(${icons[check.result.state]}) ${plain(check.constraint.text)}`;
    const asked = check.constraint.span === null ? null : item.instruction.rangeOf(check.constraint.span);
    const place = first?.range ?? asked;
    return {
      label,
      description: wordsOf(check, first === undefined || first.isMissing ? 0 : places.length),
      ...(check.result.state === 'held' ? {} : { detail: plain(check.result.message) }),
      range: place === null || document === null ? null : rangeIn(document, place),
    };
  });
  const parts = uncheckedParts(item);
  const rest = parts.map(({ text, span }): ConstraintPick => {
    const place = item.instruction.rangeOf(span);
    return {
      label: `$(dash) ${plain(text)}`,
      range: place === null || document === null ? null : rangeIn(document, place),
    };
  });
  const separator = { label: 'Not checked by code', kind: vscode.QuickPickItemKind.Separator, range: null };
  return rest.length === 0 ? checks : [...checks, separator, ...rest];
}

const icons = { held: 'pass', broken: 'error', unknown: 'question' } as const;

function wordsOf({ result }: ConstraintCheck, places: number): string {
  if (result.state === 'held') return 'holds';
  if (result.state === 'unknown') return 'not known';
  return places > 1 ? `broken in ${places} places` : 'broken';
}

/** On one line, and without what would be drawn as an icon. */
function plain(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().replace(/\$\(/gu, '$ (');
}
