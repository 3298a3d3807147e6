import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** What the tests look at: files that a person could open, never the extension's own state. */

export function workspaceRoot(): string {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (root === undefined) throw new Error('The tests need a folder open.');
  return root;
}

/** The lines of a JSON Lines file, parsed; none where it does not exist or its last line is being written. */
export async function jsonLines(file: string): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function datasetLines(): Promise<readonly Record<string, unknown>[]> {
  return jsonLines(join(workspaceRoot(), 'datasets', 'pairs.spar.jsonl'));
}

/** Ids of the searches kept in the workspace. */
export async function runIds(): Promise<readonly string[]> {
  return (await readdir(join(workspaceRoot(), '.spar', 'runs')).catch(() => [])).sort();
}

export interface JournalledEvent {
  readonly type: string;
  readonly path?: string;
  readonly node?: { readonly path: string; readonly text: string; readonly origin: string };
  readonly judgement?: { readonly value: number | null; readonly by: string };
  readonly outcome?: {
    readonly status: string;
    readonly reason: string;
    readonly stoppedBy: string | null;
    readonly best: string | null;
  };
}

/** The search events that a run's journal holds. */
export async function journalledEvents(id: string): Promise<readonly JournalledEvent[]> {
  const lines = await jsonLines(join(workspaceRoot(), '.spar', 'runs', id, 'journal.jsonl'));
  return lines.filter(({ kind }) => kind === 'event').map(({ payload }) => payload as JournalledEvent);
}
