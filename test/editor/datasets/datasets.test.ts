import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { recordIdOf, recordLine, type NewRecord } from '../../../src/spar/datasets/newLines';
import { jsonLines, workspaceRoot } from '../support/files';
import { until } from '../support/until';

const pair: NewRecord = {
  instruction: 'Say hello to the world. Do not use any commas.',
  rejected: 'Hello, dear world.',
  chosen: 'Hello dear world.',
};

const folder = (): string => join(workspaceRoot(), 'curated');
const file = (name: string): string => join(folder(), `${name}.spar.jsonl`);

async function write(name: string, ...records: readonly NewRecord[]): Promise<string> {
  const lines = records.map(
    (record) => `${datasetLineText(recordLine(record, '2026-01-01T00:00:00.000Z'))}\n`,
  );
  await mkdir(folder(), { recursive: true });
  await writeFile(file(name), lines.join(''));
  return lines.join('');
}

describe('Datasets', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder(), { recursive: true, force: true });
  });

  it('judges records again by rules, in a line of its own', async () => {
    const before = await write('judged', pair);
    const uri = vscode.Uri.file(file('judged'));
    // It ends when its message is dismissed.
    void vscode.commands.executeCommand(commands.rejudgeRecords, uri, [recordIdOf(pair)]);
    const line = await until(async () => (await jsonLines(file('judged')))[1], {
      what: 'the judgement is in the dataset',
      within: 25_000,
    });
    assert.equal(line['kind'], 'change');
    assert.equal(line['record'], recordIdOf(pair));
    const { model, rejected, chosen } = line['judgements'] as Record<'rejected' | 'chosen', Judged> & {
      model: unknown;
    };
    assert.deepEqual([model, rejected.judgement.value, chosen.judgement.value], [null, 0, 1]);
    assert.ok((await readFile(file('judged'), 'utf8')).startsWith(before));
  });

  it('opens a dataset in its editor, as text at a line, and follows a rename', async () => {
    await write('seen', pair, { ...pair, chosen: 'Hello world.' });
    const uri = vscode.Uri.file(file('seen'));
    await vscode.commands.executeCommand(commands.openDataset, uri);
    const tab = await until(() => vscode.window.tabGroups.activeTabGroup.activeTab, {
      what: 'a tab is open',
    });
    assert.ok(tab.input instanceof vscode.TabInputCustom);
    await vscode.commands.executeCommand(commands.openDatasetAsText, uri, 2);
    const editor = await until(() => vscode.window.activeTextEditor, { what: 'the text is open' });
    assert.deepEqual([editor.document.uri.fsPath, editor.selection.active.line], [file('seen'), 1]);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(uri, vscode.Uri.file(file('renamed')));
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await until(
      () =>
        vscode.window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .every(({ label }) => label.includes('renamed.spar.jsonl')),
      { what: 'both editors show the new name' },
    );
  });

  it('names nothing where a command is meant for no dataset', async () => {
    await vscode.commands.executeCommand(commands.rejudgeRecords, vscode.Uri.file('/etc/passwd'), ['x']);
    await vscode.commands.executeCommand(commands.moveRecords, undefined);
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab, undefined);
  });
});

interface Judged {
  readonly judgement: { readonly value: number | null };
}
