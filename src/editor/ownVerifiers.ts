import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Errors } from './errors';
import type { Homes } from './homes';
import type { SessionItem } from './sessions/session';
import type { Constraint } from '../spar/verifiers/constraint';
import type { OwnVerifier } from '../spar/verifiers/own/ownVerifiers';

export interface OwnVerifiersOptions {
  readonly homes: Homes;
  readonly errors: Errors;
}

/**
 * The verifiers of the workspace's `.spar/verifiers.json`; what can't be used is told once with a way to its place.
 * None in Restricted Mode, where a stranger's folder has no say in what counts as right.
 *
 * @param document URI of the document in question; null for the first folder.
 */
export async function readOwnVerifiers(
  document: string | null,
  options: OwnVerifiersOptions,
): Promise<readonly OwnVerifier[]> {
  if (!vscode.workspace.isTrusted) return [];
  const path = join(options.homes.of(document).sparFolder, 'verifiers.json');
  // The reader loads all verifiers, and a search must not wait for them where there is no file.
  if (!existsSync(path)) return [];
  const { readOwnFile } = await import('../spar/verifiers/own/readOwnFile');
  const file = await readOwnFile(path);
  if (file.kind === 'none') return [];
  if (file.kind === 'unreadable') {
    void options.errors.showProblem(file.message, []);
    return [];
  }
  const [first] = file.problems;
  if (first !== undefined) {
    const others = file.problems.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'problem' : 'problems'})`;
    const place = { line: first.line, column: first.column };
    const said = `.spar/verifiers.json, line ${place.line}, column ${place.column}: ${first.message}${more} What is wrong there is left out.`;
    void offerFile(said, { path, ...place }, options.errors);
  }
  return file.verifiers;
}

/** An item with the constraints of the workspace's own verifiers beside its own; as it is where there are none. */
export async function withOwnVerifiers(
  item: SessionItem,
  options: OwnVerifiersOptions,
): Promise<SessionItem> {
  const verifiers = await readOwnVerifiers(item.source.uri, options);
  if (verifiers.length === 0) return item;
  const { instructionText } = await import('../spar/refiner/instruction');
  const { ownConstraints, withOwnConstraints } = await import('../spar/verifiers/own/ownConstraints');
  const instruction = instructionText(item.instruction);
  const own = ownConstraints(verifiers, instruction);
  for (const problem of own.problems) void options.errors.showProblem(problem, []);
  if (own.constraints.length === 0) return item;
  const known = item.constraints ?? (await read(instruction));
  return { ...item, constraints: withOwnConstraints(known, own.constraints) };
}

async function read(instruction: string): Promise<readonly Constraint[]> {
  const { detectConstraints } = await import('../spar/verifiers/detect');
  return detectConstraints(instruction).constraints;
}

async function offerFile(
  said: string,
  { path, line, column }: { readonly path: string; readonly line: number; readonly column: number },
  errors: Errors,
): Promise<void> {
  if (!(await errors.showNotice(said, 'Open File'))) return;
  const place = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(place, place) });
}
