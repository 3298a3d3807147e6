import { access, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { plain } from '../../../editor/datasets/pickDataset';
import type { Errors } from '../../../editor/errors';
import type { Homes } from '../../../editor/homes';
import { askPick, type StepPlace, type StepResult } from '../../../editor/steps';
import { withInput, type StartChoices } from './choices';
import { runFolderOf } from './runFolder';
import { sampleName, sampleText } from './sampleRows';

interface InputItem extends vscode.QuickPickItem {
  readonly file: vscode.Uri | 'choose' | 'sample' | null;
}

/** Endings of files that a run reads. */
const endings = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'parquet', 'txt', 'text'] as const;
/** Of a folder with many, a person opens the right one or chooses it. */
const mostFiles = 30;

export interface InputOptions {
  readonly homes: Homes;
  readonly errors: Errors;
}

/** The step that asks for the file of instructions. */
export function askInput({ homes, errors }: InputOptions) {
  return async (choices: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> => {
    for (;;) {
      const picked = await askPick<InputItem>({ ...place, ...offersOf(choices) });
      if (picked.kind !== 'value') return picked;
      const { file } = picked.value;
      const uri =
        file === 'choose'
          ? await chooseFile(place.title)
          : file === 'sample'
            ? await writeSample(homes)
            : file;
      if (uri == null) continue;
      try {
        return { kind: 'value', value: await withFile(choices, uri, homes) };
      } catch (error) {
        // Another file may lie in a folder whose prompts can be used.
        void errors.show(error);
      }
    }
  };
}

/** With a file as the input, and what its folder brings. @throws PromptProblem */
export async function withFile(choices: StartChoices, uri: vscode.Uri, homes: Homes): Promise<StartChoices> {
  return withInput(choices, { input: inputOf(uri, homes), folder: await runFolderOf(uri, homes) });
}

/** As the plan holds it. */
function inputOf(uri: vscode.Uri, homes: Homes): NonNullable<StartChoices['input']> {
  return { path: uri.fsPath, name: homes.relativePath(uri.toString()) ?? basename(uri.fsPath) };
}

/** Whether a file may hold instructions, by its ending; a dataset holds pairs. */
export function mayBeInput({ scheme, path }: vscode.Uri): boolean {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const isKnown = endings.some((known) => known === ending);
  return scheme === 'file' && isKnown && !path.endsWith('.spar.jsonl');
}

function offersOf({ input }: StartChoices) {
  const opened = vscode.window.activeTextEditor?.document.uri;
  const first = input === null ? opened : vscode.Uri.file(input.path);
  const isOffered = first !== undefined && mayBeInput(first);
  const items: readonly InputItem[] = [
    ...(isOffered ? [fileItem(first, input === null ? 'open in the editor' : 'chosen')] : []),
    {
      label: '$(folder-opened) Choose a file…',
      description: 'JSONL, JSON, CSV, TSV, Parquet, or a text with a prompt a line',
      file: 'choose',
    },
    {
      label: '$(beaker) Try it on a sample',
      description: 'six rows with answers, for rules alone; no model needed',
      file: 'sample',
    },
  ];
  const more = filesOfWorkspace(isOffered ? first : null);
  return { placeholder: 'The file with the instructions', items, more };
}

function fileItem(uri: vscode.Uri, description: string): InputItem {
  return { label: `$(file) ${plain(vscode.workspace.asRelativePath(uri))}`, description, file: uri };
}

async function filesOfWorkspace(except: vscode.Uri | null): Promise<readonly InputItem[]> {
  // Most .json files are settings.
  const pattern = `**/*.{${endings.filter((ending) => ending !== 'json').join(',')}}`;
  const hidden = '{**/node_modules/**,**/.*/**,**/exports/**}';
  const found = await vscode.workspace.findFiles(pattern, hidden, mostFiles);
  const others = found
    .filter((uri) => mayBeInput(uri) && uri.toString() !== except?.toString())
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (others.length === 0) return [];
  const separator = { label: 'In the workspace', kind: vscode.QuickPickItemKind.Separator, file: null };
  return [separator, ...others.map((uri) => fileItem(uri, ''))];
}

async function chooseFile(title: string): Promise<vscode.Uri | null> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: 'Choose',
      filters: { Instructions: [...endings], 'All files': ['*'] },
      ...(folder === undefined ? {} : { defaultUri: folder }),
    })) ?? [];
  return file ?? null;
}

/** The sample in the first folder; one that is there already is the person's, and stays as it is. */
async function writeSample(homes: Homes): Promise<vscode.Uri> {
  const file = join(dirname(homes.of(null).sparFolder), sampleName);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(dirname(file)));
    await writeFile(file, sampleText(), { flag: 'wx' });
  }
  return vscode.Uri.file(file);
}
