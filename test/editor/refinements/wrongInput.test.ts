import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions';
import { datasetLines, journalledEvents, runIds, workspaceRoot } from '../support/files';
import { until } from '../support/until';

async function open(content: string, language = 'markdown'): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content }));
}

/** The command ends, says what is wrong in a message, and starts no search. */
async function refused(): Promise<void> {
  const before = await runIds();
  await vscode.commands.executeCommand(commands.refineResponse);
  assert.deepEqual(await runIds(), before);
}

describe('Wrong input', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('an empty response starts nothing', async () => {
    await open('## Instruction\n\nSay hello.\n\n## Response\n\n\n');
    await refused();
  });

  it('a response of 2 MB starts nothing', async () => {
    await open(`## Instruction\n\nSay hello.\n\n## Response\n\n${'Hello, world. '.repeat(150_000)}`);
    await refused();
  });

  it('a malformed row under the cursor starts nothing', async () => {
    await open('{"prompt": "Say hello.", "response": "Hel\n', 'jsonl');
    await refused();
  });

  it('a binary file starts nothing', async () => {
    await open(`\u0000\u0001\u0002${'\u0000'.repeat(100)}`, 'plaintext');
    await refused();
  });

  it('without a selection the steps ask, and Escape ends them', async () => {
    await open('Nothing in here looks like an instruction.', 'typescript');
    const before = await runIds();
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
    assert.deepEqual(await runIds(), before);
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
      const before = new Set(await runIds());
      await vscode.commands.executeCommand(commands.refineResponse);
      const id = await until(async () => (await runIds()).find((run) => !before.has(run)), {
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
