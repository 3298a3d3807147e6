import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, settings, settingsSection } from '../../../src/contributions';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import { recordLine } from '../../../src/spar/datasets/newLines';
import { workspaceRoot } from '../support/files';
import { until } from '../support/until';

const folder = (): string => join(workspaceRoot(), 'datasets');
const file = (): string => join(folder(), 'linted.spar.jsonl');
const uri = (): vscode.Uri => vscode.Uri.file(file());

function line(number: number, chosen: string): string {
  const pair = {
    instruction: `Name the ${number}. thing in one word.`,
    rejected: 'It is this thing.',
    chosen,
  };
  return `${datasetLineText(recordLine(pair, new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString()))}\n`;
}

/** `line code` of each problem, and its severity. */
function problems(): readonly string[] {
  return vscode.languages
    .getDiagnostics(uri())
    .filter(({ source }) => source === 'SPaR lint')
    .map(
      ({ range, code, severity }) =>
        `${range.start.line + 1} ${typeof code === 'string' ? code : ''} ${vscode.DiagnosticSeverity[severity]}`,
    )
    .sort();
}

async function shown(...wanted: readonly string[]): Promise<void> {
  const words = [...wanted].sort().join(', ');
  await until(() => problems().join(', ') === words, { what: `the problems ${words}`, within: 15_000 }).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}; there are ${problems().join(', ')}`);
    },
  );
}

describe('Lint of datasets', () => {
  before(async () => {
    await mkdir(folder(), { recursive: true });
    await writeFile(
      file(),
      `${line(1, 'Apple')}${line(2, 'Pear\u0007')}${line(3, "I'm sorry, but I can't help.")}not a line\n`,
    );
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(file(), { force: true });
  });

  it('shows what hurts training when a dataset is opened, as a table too', async () => {
    await vscode.commands.executeCommand('vscode.openWith', uri(), 'spar.dataset');
    await shown('2 control-character Warning', '3 refusal Warning', '4 damaged-line Error');
  });

  it('takes problems away with the tab, and brings them back for a text editor', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await shown();
    await vscode.window.showTextDocument(uri());
    await shown('2 control-character Warning', '3 refusal Warning', '4 damaged-line Error');
  });

  it('looks again when the file changes', async () => {
    await appendFile(file(), line(4, 'CafÃ©'));
    await shown(
      '2 control-character Warning',
      '3 refusal Warning',
      '4 damaged-line Error',
      '5 mojibake Warning',
    );
  });

  it('mends by a quick fix, which appends a line', async () => {
    const before = await readFile(file(), 'utf8');
    const action = await until(
      async () => {
        const range = new vscode.Range(1, 0, 1, 1);
        const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          uri(),
          range,
          'quickfix',
        );
        // The editor's own assistant offers actions, too.
        return found.find(({ command }) => command?.command === commands.fixFinding);
      },
      { what: 'a quick fix' },
    );
    assert.equal(action.title, 'Remove control characters');
    const { command } = action;
    assert.ok(command !== undefined);
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
    await shown('3 refusal Warning', '4 damaged-line Error', '5 mojibake Warning');
    const after = await readFile(file(), 'utf8');
    assert.ok(after.startsWith(before));
    const added = JSON.parse(after.slice(before.length)) as Record<string, unknown>;
    assert.deepEqual([added['kind'], added['chosen']], ['change', 'Pear']);
  });

  it('leaves out what the settings ignore, and looks on request though it is off', async () => {
    const section = vscode.workspace.getConfiguration(settingsSection);
    try {
      await section.update(settings.lintIgnore, ['refusal'], vscode.ConfigurationTarget.Workspace);
      await shown('4 damaged-line Error', '5 mojibake Warning');
      await section.update(settings.lintEnabled, false, vscode.ConfigurationTarget.Workspace);
      await shown();
      const found = await vscode.commands.executeCommand(commands.lintDataset, uri());
      assert.equal(found, 2);
      await shown('4 damaged-line Error', '5 mojibake Warning');
    } finally {
      await section.update(settings.lintEnabled, undefined, vscode.ConfigurationTarget.Workspace);
      await section.update(settings.lintIgnore, undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('finishes a look that was asked for, though the dataset changes meanwhile', async () => {
    const large = join(folder(), 'large.spar.jsonl');
    const lines = Array.from({ length: 12_000 }, (_, number) => line(number, `Thing ${number}`));
    await writeFile(large, lines.join(''));
    const asked = vscode.commands.executeCommand(commands.lintDataset, vscode.Uri.file(large));
    await appendFile(large, line(12_001, 'Another thing'));
    assert.equal(typeof (await asked), 'number');
    await appendFile(large, line(12_002, 'One more thing'));
    assert.equal(
      typeof (await vscode.commands.executeCommand(commands.lintDataset, vscode.Uri.file(large))),
      'number',
    );
  });
});
