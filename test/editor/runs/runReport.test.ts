import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions';
import { until } from '../support/until';
import { mixedRun } from '../../unit/selfplay/report/mixedRun';

let folder: string;
let run: string;

const tabs = (): readonly string[] =>
  vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

/** The window tells of closed tabs a little later. */
const noTabs = (): Promise<unknown> => until(() => tabs().length === 0, { what: 'no tab is open' });

describe('Open Run Report', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spar-run-report-'));
    run = join(folder, 'sea');
    await mixedRun(run);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('has one tab for a run, however it is named, and leaves the keyboard where it is when it reads again', async () => {
    await vscode.commands.executeCommand(commands.openRunReport, run);
    assert.deepEqual(tabs(), ['Run: sea']);
    await vscode.commands.executeCommand(commands.openRunReport, { folder: run });
    await vscode.commands.executeCommand(commands.openRunReport, vscode.Uri.file(run));
    assert.deepEqual(tabs(), ['Run: sea']);
    const document = await vscode.workspace.openTextDocument({ content: 'elsewhere' });
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    await vscode.commands.executeCommand(commands.refreshRunReport);
    assert.equal(vscode.window.activeTextEditor?.document, document);
  });

  it('leaves no tab of a folder that holds no run', async () => {
    await vscode.commands.executeCommand(commands.openRunReport, join(folder, 'nothing'));
    await noTabs();
    const other = join(folder, 'search');
    await mkdir(other);
    await writeFile(join(other, 'settings.json'), '{"spar":1,"settings":{"kind":"search"}}\n');
    await vscode.commands.executeCommand(commands.openRunReport, other);
    await noTabs();
  });
});
