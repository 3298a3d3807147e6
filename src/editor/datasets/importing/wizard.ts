import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import { planImport, type ImportPlan } from '../../../spar/datasets/import/plan';
import { runImport, writeUnpaired } from '../../../spar/datasets/import/runImport';
import { recordIdOf } from '../../../spar/datasets/newLines';
import type { Errors } from '../../errors';
import { askPick } from '../../steps';
import { takeOut } from '../appendStretch';
import { withProgress } from '../progress';
import type { VirtualTexts } from '../virtualTexts';
import { importedStretch, sizeOf } from './importedStretch';
import { planText } from './planText';

export interface ImportWizardOptions {
  readonly texts: VirtualTexts;
  readonly errors: Errors;
  readonly open: (file: string) => Promise<unknown>;
}

/** Asks for files, shows what an import of them would do, and does it when the person says so: all of it or nothing. */
export async function importWizard(
  dataset: string,
  given: readonly string[],
  options: ImportWizardOptions,
): Promise<void> {
  const name = datasetNameOf(dataset);
  const files = given.length > 0 ? given : await askFiles(name, dataset);
  if (files.length === 0) return;
  const sourceName = (file: string): string => vscode.workspace.asRelativePath(vscode.Uri.file(file), false);
  const plan = await withProgress(`Reading what to import into “${name}”`, (signal, report) =>
    planImport(files, {
      dataset,
      sourceName,
      signal,
      onProgress: (file) => report({ message: basename(file) }),
    }),
  );
  if (plan === null) return;
  const document = `Import into ${name}.md`;
  await options.texts.show(document, planText(plan, sourceName));
  const wanted = await askWhat(plan, name);
  await options.texts.close(document);
  if (wanted === 'unpaired') await saveUnpaired(plan, options);
  else if (wanted !== null) await run({ ...plan, status: wanted }, options);
}

async function askFiles(name: string, dataset: string): Promise<readonly string[]> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(dataset))?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: `SPaR: Import into “${name}”`,
    openLabel: 'Import',
    canSelectMany: true,
    filters: { 'Rows (JSONL, JSON, CSV, Parquet)': ['jsonl', 'json', 'csv', 'parquet'], 'All files': ['*'] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return (picked ?? []).map(({ fsPath }) => fsPath);
}

interface WhatItem extends vscode.QuickPickItem {
  readonly wanted: 'pending' | 'accepted' | 'unpaired' | null;
}

async function askWhat(plan: ImportPlan, name: string): Promise<WhatItem['wanted']> {
  const { records, unpaired } = plan;
  const pairs = records.length === 1 ? '1 pair' : `${records.length} pairs`;
  const items: WhatItem[] = [];
  if (records.length > 0) {
    items.push(
      { label: `$(save) Import ${pairs} as pending`, description: 'to be reviewed', wanted: 'pending' },
      {
        label: `$(pass) Import ${pairs} as accepted`,
        description: 'they are exported without a review',
        wanted: 'accepted',
      },
    );
  }
  if (unpaired.length > 0) {
    const rows = unpaired.length === 1 ? 'the row' : `the ${unpaired.length} rows`;
    items.push({
      label: `$(sparkle) Save ${rows} with one answer as a file to refine`,
      wanted: 'unpaired',
    });
  }
  items.push({ label: '$(close) Import nothing', wanted: null });
  const picked = await askPick({
    title: `SPaR: Import into “${name}”`,
    step: 1,
    totalSteps: 1,
    placeholder: 'The document behind this shows what would be imported',
    items,
  });
  return picked.kind === 'value' ? picked.value.wanted : null;
}

async function run(plan: ImportPlan, { errors, open }: ImportWizardOptions): Promise<void> {
  const { dataset } = plan;
  const name = datasetNameOf(dataset);
  const before = await sizeOf(dataset);
  const imported = await withProgress(`Importing into “${name}”`, (signal) => runImport(plan, signal));
  if (imported === null) return;
  await open(dataset);
  const added = await importedStretch(dataset, before, new Set(plan.records.map(recordIdOf)));
  const pairs = imported.added === 1 ? '1 pair was' : `${imported.added} pairs were`;
  const message = `${pairs} imported into “${name}”.`;
  if (added === null) await errors.showNotice(message);
  else if (await errors.showNotice(message, 'Undo')) {
    await takeOut(added);
    await errors.showNotice(`“${name}” is as it was before the import.`);
  }
}

async function saveUnpaired(plan: ImportPlan, { errors }: ImportWizardOptions): Promise<void> {
  const [first] = plan.unpaired;
  const source = first === undefined ? plan.dataset : first.place.file;
  const name = `${basename(source, extname(source))}-to-refine.jsonl`;
  const uri = await vscode.window.showSaveDialog({
    title: 'SPaR: Rows to Refine',
    defaultUri: vscode.Uri.file(join(dirname(source), name)),
  });
  if (uri === undefined) return;
  await writeUnpaired(plan, uri.fsPath);
  await vscode.window.showTextDocument(uri);
  const rows = plan.unpaired.length === 1 ? '1 row was' : `${plan.unpaired.length} rows were`;
  await errors.showNotice(`${rows} saved. Put the cursor on one and refine it.`);
}
