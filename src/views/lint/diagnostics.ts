import * as vscode from 'vscode';
import type { Severity } from '../../spar/datasets/lint/finding';
import type { Problem } from './problems';

/** `Diagnostic.source` of what lint finds. */
export const lintSource = 'SPaR lint';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

export function diagnosticOf(uri: vscode.Uri, problem: Problem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    lineRange(problem.line),
    problem.message,
    severities[problem.severity],
  );
  diagnostic.source = lintSource;
  if (problem.code !== null) diagnostic.code = problem.code;
  diagnostic.relatedInformation = problem.related.map(
    ({ file, line, message }) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(file === null ? uri : vscode.Uri.file(file), lineRange(line)),
        message,
      ),
  );
  return diagnostic;
}

/** The line's beginning: lines are long, and underlining all of one says no more. */
function lineRange(line: number): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, 80);
}
