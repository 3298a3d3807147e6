import { join } from 'node:path';
import * as vscode from 'vscode';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import type { ExportResult } from '../../../spar/datasets/export/exportDataset';
import type { ExportPreview } from '../../../spar/datasets/export/previewExport';
import { runTask } from '../../../spar/datasets/work/runTask';
import type { Errors } from '../../errors';
import { messageText } from '../../messageText';
import { askPick, type StepResult } from '../../steps';
import { withProgress } from '../progress';
import type { VirtualTexts } from '../virtualTexts';
import { firstChoices, targetOf, type ExportChoices } from './choices';
import { previewText } from './preview';
import { askFolder, askFormat, askSplit, askStatuses, askWhat, type ExportStep } from './steps';

export interface ExportWizardOptions {
  readonly texts: VirtualTexts;
  readonly errors: Errors;
  /** The folder that takes exports, one below it each. */
  readonly exportsFolder: string;
  /** Ids of the records in which lint finds errors. */
  readonly lintErrors: (dataset: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/** Asks what to export and how, shows the first rows as they will be, and writes them when the person says so. */
export async function exportWizard(dataset: string, options: ExportWizardOptions): Promise<void> {
  const stop = new AbortController();
  // Asked for at once, and waited for only where it is used.
  const found = options.lintErrors(dataset, stop.signal).catch(() => []);
  const preview = new LivePreview(dataset, options.texts, found);
  try {
    const choices = await askAll(dataset, { options, preview, found });
    await preview.dispose();
    if (choices === null) return;
    const target = targetOf(choices, choices.withoutErrors ? await found : []);
    const title = `Exporting “${datasetNameOf(dataset)}”`;
    const result = await withProgress(title, (signal, report) => {
      let told = 0;
      const onProgress = (share: number): void => {
        const percent = Math.floor(share * 100);
        if (percent > told) report({ increment: percent - told, message: `${percent} % read` });
        told = Math.max(told, percent);
      };
      return runTask('export', target, { signal, onProgress });
    });
    if (result !== null) await tell(result, options.errors);
  } finally {
    stop.abort();
  }
}

interface Asking {
  readonly options: ExportWizardOptions;
  readonly preview: LivePreview;
  readonly found: Promise<readonly string[]>;
}

/** Null when the person turns away. Back goes to the step before with what was chosen there. */
async function askAll(dataset: string, { options, preview, found }: Asking): Promise<ExportChoices | null> {
  const steps: readonly ExportStep[] = [
    askWhat,
    askFormat(options.exportsFolder),
    askStatuses(found),
    askSplit,
    askFolder,
    (choices, place) => askToWrite(choices, place),
  ];
  let choices = firstChoices(dataset, options.exportsFolder);
  for (let at = 0; ;) {
    await preview.show(choices);
    const step = steps[at];
    if (step === undefined) return choices;
    const place = {
      title: `SPaR: Export “${datasetNameOf(dataset)}”`,
      step: at + 1,
      totalSteps: steps.length,
    };
    const answer: StepResult<ExportChoices> = await step(choices, place);
    if (answer.kind === 'cancelled') return null;
    if (answer.kind === 'value') choices = answer.value;
    at = Math.max(0, at + (answer.kind === 'back' ? -1 : 1));
  }
}

async function askToWrite(
  choices: ExportChoices,
  place: Parameters<ExportStep>[1],
): Promise<StepResult<ExportChoices>> {
  const folder = vscode.workspace.asRelativePath(vscode.Uri.file(choices.outputFolder));
  const picked = await askPick({
    ...place,
    placeholder: 'The document behind this shows what will be written',
    items: [{ label: `$(save) Write the files to ${folder}` }],
  });
  return picked.kind === 'value' ? { kind: 'value', value: choices } : picked;
}

/** The document that shows what the choices so far would write; each change begins it anew. */
class LivePreview {
  private readonly name: string;
  private running = new AbortController();
  private isShown = false;

  constructor(
    dataset: string,
    private readonly texts: VirtualTexts,
    private readonly found: Promise<readonly string[]>,
  ) {
    this.name = `Export of ${datasetNameOf(dataset)}.md`;
  }

  async show(choices: ExportChoices): Promise<void> {
    this.running.abort();
    this.running = new AbortController();
    if (!this.isShown)
      await this.texts.show(this.name, previewText(null, choices, { folder: shown(choices) }));
    this.isShown = true;
    void this.fill(choices, this.running.signal);
  }

  async dispose(): Promise<void> {
    this.running.abort();
    await this.texts.close(this.name);
  }

  private async fill(choices: ExportChoices, signal: AbortSignal): Promise<void> {
    const folder = shown(choices);
    const write = (preview: ExportPreview | null, note = ''): void => {
      if (!signal.aborted) this.texts.update(this.name, previewText(preview, choices, { folder, note }));
    };
    try {
      const except = choices.withoutErrors ? await this.found : [];
      write(await runTask('preview', targetOf(choices, except), { signal, onInterim: write }));
    } catch (error) {
      write(null, error instanceof Error ? error.message : String(error));
    }
  }
}

function shown({ outputFolder }: ExportChoices): string {
  return vscode.workspace.asRelativePath(vscode.Uri.file(outputFolder));
}

async function tell(result: ExportResult, errors: Errors): Promise<void> {
  const { rows, splits, training, outputFolder, notes, counts } = result;
  if (rows === 0) {
    const { accepted, pending, rejected, contested } = counts;
    const found = `${accepted} accepted, ${pending} pending, ${rejected} rejected, ${contested} contested`;
    await errors.showProblem(`Nothing qualifies (${found}), so no file was written.`, []);
    return;
  }
  const folder = vscode.workspace.asRelativePath(vscode.Uri.file(outputFolder));
  const parts = splits.map(({ file, rows: count }) => `${file} ${count}`).join(', ');
  const answer = await vscode.window.showInformationMessage(
    messageText(
      [`${rows} ${rows === 1 ? 'row was' : 'rows were'} written to ${folder} (${parts}).`, ...notes].join(
        ' ',
      ),
    ),
    'Open Folder',
    ...(training === null ? [] : ['Copy Training Command']),
  );
  if (answer === 'Open Folder') {
    const uri = vscode.Uri.file(join(outputFolder, 'manifest.json'));
    const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
  } else if (answer === 'Copy Training Command' && training !== null)
    await vscode.env.clipboard.writeText(training.text);
}
