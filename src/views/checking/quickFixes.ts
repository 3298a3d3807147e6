import * as vscode from 'vscode';
import { commands, schemes } from '../../contributions';
import { brokenChecks, type CheckedItem } from '../../editor/checking/checkedItem';
import { findingsOf } from '../../editor/checking/findings';
import { fixesFor, fixOfAll, type Fix } from '../../editor/checking/fixes';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { diagnosticSource, rangeIn } from './diagnostics';
import { fixAllKind } from './lateChecking';

export interface ActionRequest {
  readonly range: vscode.Range;
  readonly context: vscode.CodeActionContext;
  readonly token: vscode.CancellationToken;
}

/** What mends the violations that touch a range, and, where it is asked for, all that rules can mend in the document. */
export function quickFixes(
  document: vscode.TextDocument,
  items: readonly CheckedItem[],
  { range, context, token }: ActionRequest,
): vscode.CodeAction[] {
  const { only, triggerKind } = context;
  // Whoever lets all linters fix on save has not asked for responses to be rewritten.
  const isAsked = triggerKind === vscode.CodeActionTriggerKind.Invoke;
  const wantsFixes = only === undefined || only.contains(vscode.CodeActionKind.QuickFix);
  const wantsAll =
    only !== undefined && ((isAsked && only.contains(fixAllKind)) || fixAllKind.contains(only));
  const actions: vscode.CodeAction[] = [];
  if (wantsFixes) {
    for (const item of items) {
      if (token.isCancellationRequested) return [];
      actions.push(...fixesAt(document, item, { range, context, token }));
    }
  }
  if (wantsAll) actions.push(...fixAll(document, items, token));
  return actions;
}

function fixesAt(
  document: vscode.TextDocument,
  item: CheckedItem,
  { range, context, token }: ActionRequest,
): readonly vscode.CodeAction[] {
  const touched = findingsOf(item).filter(
    (finding) => rangeIn(document, finding.range).intersection(range) !== undefined,
  );
  const checks = [...new Set(touched.map(({ check }) => check))];
  if (checks.length === 0 || !item.isEditable) return [];
  const actions = checks.flatMap((check) => {
    if (token.isCancellationRequested) return [];
    const told = context.diagnostics.filter((one) => isAbout(one, check));
    const fixes = fixesFor(item, check, newlineOf(document));
    return fixes.map((fix, index) => fixAction(document, fix, { check, told, index }));
  });
  const all = brokenChecks(item).length > 1 ? fixOfAll(item, newlineOf(document)) : null;
  if (all !== null && all.mended.length > 1) {
    const action = new vscode.CodeAction(
      `Mend all that rules can: ${all.mended.map(({ text }) => text).join(', ')}`,
      vscode.CodeActionKind.QuickFix,
    );
    action.edit = editOf(document, all);
    actions.push(action);
  }
  return actions.length > 0 || document.uri.scheme === schemes.candidate
    ? actions
    : [refineAction(checks, context)];
}

interface About {
  readonly check: ConstraintCheck;
  readonly told: readonly vscode.Diagnostic[];
  readonly index: number;
}

function fixAction(
  document: vscode.TextDocument,
  fix: Fix,
  { check, told, index }: About,
): vscode.CodeAction {
  const { text } = check.constraint;
  const other = fix.mended.filter(({ id }) => id !== check.constraint.id).map((one) => one.text);
  const also = other.length === 0 ? '' : ` (also ${other.join(', ')})`;
  const number = index === 0 ? '' : ` (${index + 1})`;
  const action = new vscode.CodeAction(
    `Mend “${text}”${number}: ${fix.title}${also}`,
    vscode.CodeActionKind.QuickFix,
  );
  action.edit = editOf(document, fix);
  action.diagnostics = [...told];
  action.isPreferred = index === 0;
  return action;
}

/** Where rules are at their end the way on is a search. */
function refineAction(
  checks: readonly ConstraintCheck[],
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const action = new vscode.CodeAction(
    'Rules can’t mend this: Refine Response',
    vscode.CodeActionKind.QuickFix,
  );
  action.command = { command: commands.refineResponse, title: 'Refine Response' };
  action.diagnostics = context.diagnostics.filter((one) => checks.some((check) => isAbout(one, check)));
  return action;
}

function fixAll(
  document: vscode.TextDocument,
  items: readonly CheckedItem[],
  token: vscode.CancellationToken,
): readonly vscode.CodeAction[] {
  const edit = new vscode.WorkspaceEdit();
  let count = 0;
  for (const item of items) {
    if (token.isCancellationRequested) return [];
    const fix = fixOfAll(item, newlineOf(document));
    if (fix === null) continue;
    addTo(edit, document, fix);
    count += 1;
  }
  if (count === 0) return [];
  const action = new vscode.CodeAction('Mend all that rules can (SPaR)', fixAllKind);
  action.edit = edit;
  return [action];
}

function isAbout(diagnostic: vscode.Diagnostic, { constraint }: ConstraintCheck): boolean {
  const { source, code, message } = diagnostic;
  const type = typeof code === 'object' ? code.value : code;
  return source === diagnosticSource && type === constraint.type && message.startsWith(`${constraint.text}:`);
}

function editOf(document: vscode.TextDocument, fix: Fix): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  addTo(edit, document, fix);
  return edit;
}

function addTo(edit: vscode.WorkspaceEdit, document: vscode.TextDocument, { patches }: Fix): void {
  for (const { range, text } of patches) edit.replace(document.uri, rangeIn(document, range), text);
}

function newlineOf({ eol }: vscode.TextDocument): '\n' | '\r\n' {
  return eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
}
