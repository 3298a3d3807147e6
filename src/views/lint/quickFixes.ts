import * as vscode from 'vscode';
import { commands } from '../../contributions';
import type { DatasetLint } from './datasetLint';
import { lintSource } from './diagnostics';
import { findingKey } from './problems';

export interface FixRequest {
  readonly range: vscode.Range;
  readonly context: vscode.CodeActionContext;
}

/** Actions on one line; a line with more findings is looked at in the dataset editor. */
const mostActions = 20;

/** What mends the findings of the lines in a range: edits that are appended to the dataset, never its rewriting. */
export function quickFixes(
  lint: DatasetLint,
  { uri }: vscode.TextDocument,
  { range, context }: FixRequest,
): vscode.CodeAction[] {
  if (context.only?.contains(vscode.CodeActionKind.QuickFix) === false) return [];
  const findings = lint.report(uri.fsPath)?.findings ?? [];
  return findings
    .filter(({ line, fix }) => fix !== undefined && range.start.line < line && line <= range.end.line + 1)
    .slice(0, mostActions)
    .map((finding) => {
      const title = finding.fixTitle ?? 'Mend this';
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { command: commands.fixFinding, title, arguments: [uri, findingKey(finding)] };
      action.diagnostics = context.diagnostics.filter(
        ({ source, code, range: at }) =>
          source === lintSource && code === finding.code && at.start.line === finding.line - 1,
      );
      return action;
    });
}
