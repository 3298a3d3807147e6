import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions';
import { datasetLines, journalledEvents, runIds, workspaceRoot } from '../support/files';
import { until } from '../support/until';

async function open(content: string, language = 'markdown'): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content }));
}

describe('Wrong input', () => {
  /** Run ids begin with the time of their start, so they compare with this. */
  let began = '';
  before(() => {
    began = new Date().toISOString().replace(/[:.]/gu, '-');
  });
  const started = async (): Promise<readonly string[]> => (await runIds()).filter((id) => id >= began);

  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('an empty response starts nothing', async () => {
    await open('## Instruction\n\nSay hello.\n\n## Response\n\n\n');
    await vscode.commands.executeCommand(commands.refineResponse);
  });

  it('a response of 2 MB starts nothing', async () => {
    await open(`## Instruction\n\nSay hello.\n\n## Response\n\n${'Hello, world. '.repeat(150_000)}`);
    await vscode.commands.executeCommand(commands.refineResponse);
  });

  it('a malformed row under the cursor starts nothing', async () => {
    await open('{"prompt": "Say hello.", "response": "Hel\n', 'jsonl');
    await vscode.commands.executeCommand(commands.refineResponse);
  });

  it('a binary file starts nothing', async () => {
    await open(`\u0000\u0001\u0002${'\u0000'.repeat(100)}`, 'plaintext');
    await vscode.commands.executeCommand(commands.refineResponse);
  });

  it('without a selection the steps ask, and Escape ends them', async () => {
    await open('Nothing in here looks like an instruction.', 'typescript');
    const asked = vscode.commands.executeCommand(commands.refineResponse);
    // Escape before the box is drawn would be lost, so it is pressed until the command ends.
    const ended = asked.then(() => true);
    await until(
      async () => {
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        return Promise.race([ended, new Promise<false>((resolve) => setTimeout(() => resolve(false), 50))]);
      },
      { what: 'the steps are closed' },
    );
  });

  it('and right input, after all of these, is the first to start a search', async () => {
    await open('## Instruction\n\nGreet them. Do not use any commas.\n\n## Response\n\nHello, all.\n');
    await vscode.commands.executeCommand(commands.refineResponse);
    const [id] = await until(async () => ((await started()).length > 0 ? started() : undefined), {
      what: 'a run is journalled',
    });
    await until(
      async () => (await journalledEvents(id ?? '')).some(({ type }) => type === 'search-finished'),
      {
        what: 'the search has ended',
      },
    );
    assert.deepEqual(await started(), [id]);
  });
});

describe('A dataset folder that can not be written', () => {
  const folder = (): string => join(workspaceRoot(), 'datasets');
  const aside = (): string => join(workspaceRoot(), 'datasets-aside');

  it('loses nothing: the decision can be made again', async () => {
    const exists = (await readdir(workspaceRoot())).includes('datasets');
    if (exists) await rename(folder(), aside());
    await writeFile(folder(), 'a file stands where the folder should be');
    try {
      await open(
        '## Instruction\n\nGreet everybody. Do not use any commas.\n\n## Response\n\nWelcome, everybody, to the hall.\n',
      );
      const known = new Set(await runIds());
      await vscode.commands.executeCommand(commands.refineResponse);
      const id = await until(async () => (await runIds()).find((run) => !known.has(run)), {
        what: 'a run is journalled',
      });
      await until(async () => (await journalledEvents(id)).some(({ type }) => type === 'search-finished'), {
        what: 'the search has ended',
      });
      await vscode.commands.executeCommand(commands.openReview, { sessionId: id, path: '1' });
      await vscode.commands.executeCommand(commands.accept);
      await rm(folder());
      if (exists) await rename(aside(), folder());
      else await mkdir(folder());
      const lines = (await datasetLines()).length;
      await vscode.commands.executeCommand(commands.accept);
      const added = (await datasetLines()).slice(lines);
      assert.deepEqual(
        added.map(({ kind, status, chosen }) => [kind, status ?? chosen]),
        [
          ['record', 'Welcome everybody to the hall.'],
          ['decision', 'accepted'],
        ],
      );
    } finally {
      await vscode.commands.executeCommand('notifications.clearAll');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });
});
