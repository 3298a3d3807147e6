import * as vscode from 'vscode';
import type { Prompts } from '../spar/refiner/prompts';
import type { Homes } from './homes';

/** The workspace's own prompts; null in Restricted Mode, where a stranger's folder has no say in what is sent. */
export async function openPrompts(homes: Homes): Promise<Prompts | null> {
  if (!vscode.workspace.isTrusted) return null;
  const { readOwnPrompts } = await import('./ownPrompts');
  return readOwnPrompts(homes.of(null).sparFolder);
}
