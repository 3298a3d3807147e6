import * as vscode from 'vscode';
import { commands } from '../contributions';
import { readConfiguration } from '../editor/configuration';
import type { Errors } from '../editor/errors';
import type { SessionStore } from '../editor/sessions';
import type { AcceptOptions, AcceptResult, NodeReference } from '../editor/sessions/session';
import { rootPath } from '../spar/search/events';
import { candidatesOf, type CandidateSources } from './candidates';
import type { CommandTable } from './register';

export interface DecisionCommandsOptions {
  readonly store: SessionStore;
  readonly candidates: CandidateSources;
  readonly errors: Errors;
  /** Opens a candidate's review and shows it in the view. */
  readonly review: (candidate: NodeReference) => Promise<void>;
  /** What stands in a candidate's review: whole, some of its changes, or edited by hand. */
  readonly wanted: (candidate: NodeReference) => Promise<AcceptOptions>;
}

export function decisionCommands(options: DecisionCommandsOptions): CommandTable {
  const { store, candidates } = options;
  return {
    [commands.accept]: (...args) => accept(options, candidatesOf(candidates, args).filter(isCandidate)),
    [commands.reject]: async (...args) => {
      for (const { session, path } of candidatesOf(candidates, args).filter(isCandidate)) {
        await store.reject(session, path);
      }
    },
    [commands.undoDecision]: async (...args) => {
      for (const { session, path } of candidatesOf(candidates, args)) {
        for (const decided of decidedPaths(session.decisions, path))
          await store.undoDecision(session, decided);
      }
    },
    [commands.nextPending]: () => goToPending(options, 1),
    [commands.previousPending]: () => goToPending(options, -1),
  };
}

function isCandidate({ path }: NodeReference): boolean {
  return path !== rootPath;
}

/** The decision of a node, or of the mixtures that were made of it. */
function decidedPaths(decisions: NodeReference['session']['decisions'], path: string): readonly string[] {
  if (decisions.has(path)) return [path];
  return [...decisions].flatMap(([decided, { madeOf }]) => (madeOf === path ? [decided] : []));
}

type NotPassing = Extract<AcceptResult, { status: 'not-passing' }>;

async function accept(options: DecisionCommandsOptions, meant: readonly NodeReference[]): Promise<void> {
  const { store, errors } = options;
  const open: {
    readonly candidate: NodeReference;
    readonly wanted: AcceptOptions;
    readonly result: NotPassing;
  }[] = [];
  const saved: string[] = [];
  const take = async (candidate: NodeReference, wanted: AcceptOptions): Promise<void> => {
    const result = await store.accept(candidate.session, candidate.path, wanted);
    if (result.status === 'failed') void errors.showProblem(result.reason, []);
    else if (result.status === 'not-passing') open.push({ candidate, wanted, result });
    else {
      saved.push(result.decision.dataset);
      await writeBackIfWanted(options, candidate, result.path);
    }
  };
  for (const candidate of meant) await take(candidate, await options.wanted(candidate));
  const doubtful = open.splice(0);
  if (doubtful.length > 0 && (await askAnyway(doubtful.map(({ result }) => result)))) {
    for (const { candidate, wanted } of doubtful) await take(candidate, { ...wanted, anyway: true });
  }
  if (saved.length > 0) {
    const pairs = saved.length === 1 ? 'Preference pair' : `${saved.length} preference pairs`;
    const file = vscode.workspace.asRelativePath(vscode.Uri.file(saved[0] ?? ''));
    vscode.window.setStatusBarMessage(`$(check) ${pairs} saved in ${file}`, 8_000);
  }
}

async function askAnyway(results: readonly NotPassing[]): Promise<boolean> {
  const [only] = results;
  const message =
    results.length === 1 && only !== undefined
      ? `This refinement does not pass. ${only.reason}`
      : `${results.length} refinements do not pass.`;
  const detail =
    'Accepted all the same, it becomes a preference pair whose chosen side breaks the instruction. Nothing is lost if you keep reviewing.';
  return (
    (await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Accept Anyway')) ===
    'Accept Anyway'
  );
}

async function writeBackIfWanted(
  options: DecisionCommandsOptions,
  { session }: NodeReference,
  path: string,
): Promise<void> {
  const { uri } = session.source;
  const text = session.tree.nodes.get(path)?.node?.text;
  const scope = uri === null ? undefined : vscode.Uri.parse(uri);
  if (text === undefined || !readConfiguration(scope).writeBack) return;
  const { writeBack } = await import('../editor/writeBack');
  const result = await writeBack(session, text);
  if (!result.written) options.errors.note(result.reason);
}

async function goToPending(
  { store, candidates, review }: DecisionCommandsOptions,
  by: 1 | -1,
): Promise<void> {
  await store.restore();
  const pending = store.pending();
  const [current] = candidatesOf(candidates, []);
  const at = pending.findIndex(({ session, path }) => session === current?.session && path === current.path);
  // From what does not wait itself, such as a search's own line, the way leads into its search first.
  const inSearch = pending.find(({ session }) => session === current?.session);
  const near = at < 0 && inSearch !== undefined ? inSearch : pending.at((at < 0 && by < 0 ? 0 : at) + by);
  const next = near ?? pending.at(by > 0 ? 0 : -1);
  if (next === undefined) void vscode.window.showInformationMessage('Nothing waits for a decision.');
  else await review(next);
}
