import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { webviews } from '../../contributions';
import { runTask } from '../../spar/datasets/work/runTask';
import { runFiles } from '../../spar/log/runFolders';
import { selfplayFiles } from '../../spar/selfplay/files';
import { runReportPage } from '../../spar/selfplay/report/runReportPage';
import { ReportPanels, type ReportPorts } from '../report/reportPanels';

/** Reports of self-play runs as tabs of the editor, at most one for a run's folder. */
export function runReportPanels(ports: ReportPorts): ReportPanels {
  return new ReportPanels(ports, {
    viewType: webviews.runReport,
    name: 'self-play run',
    tabTitle: (folder) => `Run: ${basename(folder)}`,
    countingTitle: (folder) => `Reading ${basename(folder)}`,
    saveTitle: 'Save Run Report as HTML',
    savePlace,
    count: async (folder, work) => {
      const report = await runTask('runReport', { folder }, work);
      return {
        report: runReportPage(report),
        isGrowing: report.state === 'running',
        source: report.about.input?.path ?? null,
        // What people decide on its pairs is counted.
        files: [report.about.dataset ?? join(folder, selfplayFiles.pairs)],
      };
    },
    watch: (folder, onChange) => watchJournal(folder, onChange),
    openLine: async ({ source }, line) => {
      if (source !== null) await openLine(source, line);
    },
  });
}

/** Where a person sees it: runs of the editor lie in a hidden folder. */
function savePlace(folder: string): string {
  const workspace = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder));
  return join(workspace?.uri.fsPath ?? dirname(folder), `${basename(folder)}-report.html`);
}

/** A run that is gone on with makes its report grow again. */
function watchJournal(folder: string, onChange: () => void): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), runFiles.journal);
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  watcher.onDidChange(onChange);
  watcher.onDidCreate(onChange);
  return watcher;
}

/** @throws Error, in words, where the input is gone. */
async function openLine(file: string, line: number): Promise<void> {
  const uri = vscode.Uri.file(file);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw new Error(`The run’s input is no longer at ${file}. Put it back to see its lines.`);
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
  await vscode.window.showTextDocument(document, { selection: range, preview: true });
}
