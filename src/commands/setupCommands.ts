import * as vscode from 'vscode';
import { commands, walkthrough } from '../contributions';
import { exists } from '../editor/exists';
import type { Log } from '../editor/log';
import type { Keys } from '../editor/models/keys';
import type { CommandTable } from './register';

export interface SetupCommandsOptions {
  readonly extension: { readonly id: string; readonly uri: vscode.Uri };
  readonly keys: Keys;
  readonly log: Log;
  readonly selectModel: () => Promise<boolean>;
}

export function setupCommands(options: SetupCommandsOptions): CommandTable {
  const { extension, keys, log } = options;
  return {
    [commands.selectModel]: () => options.selectModel(),
    [commands.setApiKey]: async () => (await import('../editor/models/keyCommands')).setApiKey(keys),
    [commands.clearApiKey]: async () => (await import('../editor/models/keyCommands')).clearApiKey(keys),
    [commands.openLog]: () => log.show(),
    [commands.openSample]: () => openSample(extension.uri),
    [commands.openWalkthrough]: () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${extension.id}#${walkthrough}`,
        false,
      ),
  };
}

const sampleFile = 'getting-started.md';

/** The sample of the open folder where it is one; else the extension's own, as a new document that can be edited. */
async function openSample(extension: vscode.Uri): Promise<void> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const file = vscode.Uri.joinPath(folder.uri, sampleFile);
    if (await exists(file)) {
      await vscode.window.showTextDocument(file);
      return;
    }
  }
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, 'samples', sampleFile));
  const content = new TextDecoder().decode(bytes);
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'markdown', content }),
  );
}
