import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Homes } from '../homes';

/** Opens the own verifiers of the active document's folder; where there is no file yet, begins it with examples. */
export async function openOwnVerifiers(homes: Homes): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri.toString() ?? null;
  const path = join(homes.of(active).sparFolder, 'verifiers.json');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, exampleVerifiers, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}

/** Each holds only where the instruction calls it up, so that a new file changes nothing yet. */
export const exampleVerifiers = `{
  "verifiers": [
    {
      "name": "ISO dates",
      "type": "custom:regex",
      "args": { "pattern": "\\\\d{1,2}/\\\\d{1,2}/\\\\d{2,4}", "max": 0 },
      "message": "Write dates as 2026-01-31",
      "when": { "phrases": ["ISO dates"] }
    },
    {
      "name": "no filler",
      "type": "custom:word_list",
      "args": { "words": ["basically", "actually", "needless to say"], "must": "none" },
      "when": { "phrases": ["house style"] }
    },
    {
      "name": "brief",
      "type": "custom:length",
      "args": { "unit": "sentences", "max": 6 },
      "when": { "phrases": ["be brief", "keep it short"] }
    }
  ]
}
`;
