import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Homes } from '../../../editor/homes';
import { readRunPrompts } from '../../../editor/ownPrompts';
import type { OwnPrompts } from '../../../spar/selfplay/plan/runPlan';

/** What a run takes from a folder of the workspace. Plain data; paths are absolute. */
export interface RunFolder {
  /** What tells it from the workspace's other folders; empty where there are none. */
  readonly name: string;
  /** Of several folders the input lies in none, so a person may say which one is meant. */
  readonly isFree: boolean;
  /** Keeps the run. */
  readonly sparFolder: string;
  /** Where the folder's pairs go, by its settings. */
  readonly dataset: string;
  /** Null: none. */
  readonly verifiers: string | null;
  /** A person's own; undefined: the built-in ones. */
  readonly prompts?: OwnPrompts | undefined;
}

/**
 * The folder that the input lies in; the workspace's first where it lies in none, and, without its prompts, before one
 * is chosen.
 *
 * @throws PromptProblem for own prompts that can't be used.
 */
export async function runFolderOf(input: vscode.Uri | null, homes: Homes): Promise<RunFolder> {
  const { sparFolder, datasetFile, workspaceFolder } = homes.of(input?.toString() ?? null);
  const name = nameAmongSeveral(workspaceFolder);
  const verifiers = join(sparFolder, 'verifiers.json');
  const hasVerifiers = await access(verifiers).then(
    () => true,
    () => false,
  );
  return {
    name,
    isFree: name !== '' && input !== null && vscode.workspace.getWorkspaceFolder(input) === undefined,
    sparFolder,
    dataset: datasetFile,
    verifiers: hasVerifiers ? verifiers : null,
    prompts: input !== null && vscode.workspace.isTrusted ? await readRunPrompts(sparFolder) : undefined,
  };
}

function nameAmongSeveral(folder: string | null): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folder === null || folders.length < 2) return '';
  return folders.find(({ uri }) => uri.toString() === folder)?.name ?? '';
}
