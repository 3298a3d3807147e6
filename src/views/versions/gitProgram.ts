import * as vscode from 'vscode';

/** What this uses of the Git extension (its API, version 1). */
interface GitExtension {
  getAPI(version: 1): { readonly git: { readonly path: string } };
}

/** The Git that the editor itself uses; the one on the search path where its extension is off. */
export async function gitProgram(): Promise<string> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (extension === undefined) return 'git';
  try {
    const { path } = (await extension.activate()).getAPI(1).git;
    return path;
  } catch {
    // It throws where Git is switched off in the settings.
    return 'git';
  }
}
