import * as vscode from 'vscode';
import { messageText } from '../../editor/messageText';
import { describeCode, type Finding, type FindingCode } from '../../spar/datasets/lint/finding';
import type { LintReport } from '../../spar/datasets/lint/report';

/** Asks for which codes the fixes are to be made; null when the person gives up, or when nothing can be mended. */
export async function pickFixes(report: LintReport): Promise<readonly Finding[] | null> {
  const fixable = report.findings.filter(({ fix }) => fix !== undefined);
  const codes = [...new Set(fixable.map(({ code }) => code))];
  if (codes.length === 0) {
    const found = report.findings.length === 0 ? 'Nothing was found' : 'Nothing that was found';
    const words =
      report.findings.length === 0 ? `${found} in this dataset.` : `${found} can be mended by rule.`;
    void vscode.window.showInformationMessage(messageText(words));
    return null;
  }
  const items = codes.map((code) =>
    itemOf(
      code,
      fixable.filter((finding) => finding.code === code),
    ),
  );
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: 'SPaR: Fix Lint Findings',
    placeHolder: 'Each fix is a line added to the dataset, and can be undone there',
    matchOnDetail: true,
  });
  if (picked === undefined || picked.length === 0) return null;
  const wanted = new Set(picked.map(({ code }) => code));
  return fixable.filter(({ code }) => wanted.has(code));
}

interface CodeItem extends vscode.QuickPickItem {
  readonly code: FindingCode;
}

function itemOf(code: FindingCode, findings: readonly Finding[]): CodeItem {
  const titles = [...new Set(findings.map(({ fixTitle }) => fixTitle ?? ''))];
  return {
    code,
    label: describeCode(code).title,
    description: `${findings.length} · ${code}`,
    detail: titles.slice(0, 2).join('; '),
  };
}
