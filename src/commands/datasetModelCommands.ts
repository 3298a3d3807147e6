import * as vscode from 'vscode';
import { commands } from '../contributions';
import { withProgress } from '../editor/datasets/progress';
import type { RejudgePorts } from '../editor/datasets/rejudge';
import type { Errors } from '../editor/errors';
import type { SessionStore } from '../editor/sessions';
import type { SessionItem } from '../editor/sessions/session';
import { datasetNameOf } from '../spar/datasets/datasetNames';
import { meantRecords } from './datasetCommands';
import type { CommandTable } from './register';

export interface DatasetModelCommandsOptions {
  readonly store: SessionStore;
  readonly engine: RejudgePorts['engine'];
  readonly errors: Errors;
  /** The item with the constraints of the workspace's own verifiers. */
  readonly withOwnVerifiers: (item: SessionItem) => Promise<SessionItem>;
}

/** Records at the same time: each asks for several votes at once. */
const most = 3;

/** So many searches are begun without a question. */
const mostUnasked = 20;

/** Commands that put records of a dataset before the model. Arguments: URI and ids, or a line of the Datasets view. */
export function datasetModelCommands(options: DatasetModelCommandsOptions): CommandTable {
  const onRecords =
    (work: (meant: Meant) => Promise<void>) =>
    async (...args: readonly unknown[]): Promise<void> => {
      const meant = await meantRecords(args);
      if (meant !== null && meant.ids.length > 0) await work(meant);
    };
  return {
    [commands.rejudgeRecords]: onRecords((meant) => judgeAgain(meant, options)),
    [commands.refineRecords]: onRecords((meant) => searchAgain(meant, options)),
  };
}

interface Meant {
  readonly file: string;
  readonly ids: readonly string[];
}

async function judgeAgain(meant: Meant, options: DatasetModelCommandsOptions): Promise<void> {
  const { engine, errors, withOwnVerifiers } = options;
  const { rejudge } = await import('../editor/datasets/rejudge');
  const title = `Judging pairs of “${datasetNameOf(meant.file)}” again`;
  const rejudged = await withProgress(title, (signal, report) =>
    rejudge(meant, { engine, prepare: withOwnVerifiers }, { signal, most, onProgress: counted(report) }),
  );
  if (rejudged === null) return;
  const { held, doubtful, undetermined, outdated, stopped, model } = rejudged;
  const words = [
    `${countOf(held.length + doubtful.length + undetermined.length)} judged again by ${model ?? 'rules alone'}:`,
    [
      `${held.length} as they should be`,
      ...(doubtful.length === 0 ? [] : [`${doubtful.length} not`]),
      ...(undetermined.length === 0 ? [] : [`${undetermined.length} undecided`]),
    ].join(', ') + '.',
    ...(outdated.length === 0 ? [] : [outdatedWords(outdated.length)]),
    ...(stopped === null ? [] : [stopped]),
  ];
  if (doubtful.length === 0) await errors.showNotice(words.join(' '));
  else if (await errors.showNotice(words.join(' '), 'Tag Doubtful Pairs')) {
    const { DatasetFile } = await import('../spar/datasets/store');
    const dataset = await DatasetFile.open(meant.file);
    await dataset.apply(
      doubtful.map((id) => ({ type: 'change', id, change: { tags: { add: [doubtfulTag] } } })),
    );
    const filter = { tags: [doubtfulTag] };
    await vscode.commands.executeCommand(commands.openDataset, vscode.Uri.file(meant.file), filter);
  }
}

function outdatedWords(count: number): string {
  const [pairs, were] = count === 1 ? ['1 pair', 'was'] : [`${count} pairs`, 'were'];
  return `${pairs} ${were} corrected or deleted meanwhile, so what was said of ${count === 1 ? 'it' : 'them'} was not kept.`;
}

/** Of pairs that a later judge does not find as they should be. */
const doubtfulTag = 'doubtful';

async function searchAgain(meant: Meant, options: DatasetModelCommandsOptions): Promise<void> {
  const { store, errors, withOwnVerifiers } = options;
  const { ids, file } = meant;
  if (ids.length > mostUnasked && !(await isWanted(ids.length))) return;
  const { refineAgain } = await import('../editor/datasets/refineAgain');
  const title = `Refining pairs of “${datasetNameOf(file)}” again`;
  const refined = await withProgress(title, (signal, report) =>
    refineAgain(meant, {
      ...{ store, prepare: withOwnVerifiers, signal, most },
      uri: vscode.Uri.file(file).toString(),
      onProgress: counted(report),
    }),
  );
  if (refined === null) return;
  const { searches, solved, stopped } = refined;
  const ended = `${searches === 1 ? '1 search has' : `${searches} searches have`} ended; ${solved} found a refinement that passes.`;
  if (await errors.showNotice(stopped === null ? ended : `${ended} ${stopped}`, 'Review'))
    await vscode.commands.executeCommand(commands.nextPending);
}

async function isWanted(count: number): Promise<boolean> {
  const detail = `They run ${most} at a time, with the model that is chosen now, and each may ask it many times. What has been found is kept when you stop them.`;
  const start = 'Start';
  return (
    (await vscode.window.showWarningMessage(`Start ${count} searches?`, { modal: true, detail }, start)) ===
    start
  );
}

function counted(report: (step: { readonly message: string; readonly increment: number }) => void) {
  return (done: number, all: number): void =>
    report({ message: `${done} of ${all}`, increment: 100 / Math.max(all, 1) });
}

function countOf(pairs: number): string {
  return pairs === 1 ? '1 pair was' : `${pairs} pairs were`;
}
