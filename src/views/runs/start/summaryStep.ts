import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { plain } from '../../../editor/datasets/pickDataset';
import type { Errors } from '../../../editor/errors';
import type { Homes } from '../../../editor/homes';
import { askPick, type StepPlace, type StepResult } from '../../../editor/steps';
import type { Price } from '../../../spar/search/settings';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import { forecastRun } from '../../../spar/selfplay/forecast';
import type { EarlierRun } from '../../../spar/selfplay/forecast/earlier';
import { evidenceFor } from '../../../spar/selfplay/plan/earlierRuns';
import type { RunPlan } from '../../../spar/selfplay/plan/runPlan';
import { startProblem, type StartChoices } from './choices';
import { askColumns } from './columnsStep';
import {
  editComplete,
  editConcurrency,
  editGate,
  editLimit,
  editPolicy,
  editPrice,
  editSamples,
  editSampling,
  editSearch,
  editSeed,
  editSelect,
  editVotes,
  type Edit,
} from './edits';
import { editDataset, editFolder, editGuard } from './fileEdits';
import { askInput } from './inputStep';
import { askActor, askRefiner, type ModelOptions } from './modelSteps';
import { readInput } from './readingStep';
import type { RunFolder } from './runFolder';
import { askStages } from './stagesStep';
import { forecastLine, summaryLines, type LineId } from './summaryLines';

export interface SummaryOptions extends ModelOptions {
  readonly homes: Homes;
  readonly errors: Errors;
  readonly earlier: Promise<readonly EarlierRun[]>;
  readonly prices: Readonly<Record<string, Price>>;
  readonly planOf: (choices: StartChoices) => RunPlan | null;
}

interface SummaryItem extends vscode.QuickPickItem {
  readonly act: 'start' | 'few' | 'folder' | LineId | null;
}

/** A run of so many rows tells what the others will take. */
const few = 20;

/** The last step: the forecast, all that was chosen with a line each to change it, and the start. */
export function askToStart(options: SummaryOptions) {
  const edits = editsOf(options);
  return async (first: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> => {
    let choices = first;
    for (;;) {
      const plan = options.planOf(choices);
      if (plan === null) return { kind: 'back' };
      const items = itemsOf(choices, { plan, earlier: await options.earlier });
      const picked = await askPick<SummaryItem>({
        ...place,
        placeholder: 'Start, or pick a line to change it',
        items,
      });
      if (picked.kind !== 'value') return picked;
      const { act } = picked.value;
      if (act === null) continue;
      if (act === 'start') {
        const problem = startProblem(choices, options.prices);
        if (problem === null) return { kind: 'value', value: choices };
        void options.errors.showProblem(problem, []);
        continue;
      }
      // A line is changed in a step of its own, from which Back leads here.
      const own = { ...place, step: Math.max(2, place.step) };
      const edited: StepResult<StartChoices> =
        act === 'few' ? { kind: 'value', value: withFewItems(choices) } : await edits[act](choices, own);
      if (edited.kind === 'cancelled') return edited;
      if (edited.kind === 'back') continue;
      const read = edited.value.scan === null ? await reread(edited.value, { options, place: own }) : edited;
      if (read.kind === 'cancelled') return read;
      if (read.kind === 'value') choices = read.value;
    }
  };
}

/** Of another file, other columns or another number of rows. */
async function reread(
  choices: StartChoices,
  { options, place }: { readonly options: SummaryOptions; readonly place: StepPlace },
): Promise<StepResult<StartChoices>> {
  const { errors } = options;
  const read = await readInput(choices, { place, errors });
  if (read.kind !== 'value' || read.value.scan !== null) return read;
  const named = await askColumns(read.value, place);
  return named.kind === 'value' ? readInput(named.value, { place, errors }) : named;
}

function withFewItems(choices: StartChoices): StartChoices {
  const { settings } = choices;
  return { ...choices, scan: null, settings: { ...settings, limits: { ...settings.limits, items: few } } };
}

function itemsOf(
  choices: StartChoices,
  { plan, earlier }: { readonly plan: RunPlan; readonly earlier: readonly EarlierRun[] },
): readonly SummaryItem[] {
  const { dataset, actor, refiner } = plan.source;
  const input = choices.scan?.shape;
  if (input === undefined) return [];
  const forecast = forecastRun({
    input,
    settings: plan,
    hasActor: actor !== null,
    hasRefiner: refiner !== null,
    earlier: evidenceFor(plan, earlier),
  });
  const { amounts, basis, checked } = forecastLine(forecast, { plan, choices });
  const isWide = forecast.tokens.most > 0 && forecast.basis !== 'earlier' && input.items > 2 * few;
  const datasetName = dataset === null ? 'in the run’s own folder' : placedName(dataset, choices.folder);
  const lines = summaryLines(choices, { plan, datasetName });
  return [
    { label: '$(play) Start', description: amounts, detail: basis, act: 'start' },
    ...(checked === null ? [] : [{ label: '$(law) Fewer votes', description: checked, act: null }]),
    ...(isWide
      ? [
          {
            label: `$(beaker) The first ${few} rows only`,
            description: 'what they take narrows the forecast of the others',
            act: 'few' as const,
          },
        ]
      : []),
    ...folderItems(choices.folder),
    ...lines.flatMap(({ id, group, label, value }, at): readonly SummaryItem[] => [
      ...(lines[at - 1]?.group === group ? [] : [heading(group)]),
      { label, description: plain(value), act: id },
    ]),
  ];
}

/** What the run takes from the input's folder without being asked for. */
function folderItems({ name, isFree, prompts, verifiers, sparFolder }: RunFolder): readonly SummaryItem[] {
  const place = name === '' ? '.spar' : plain(vscode.workspace.asRelativePath(sparFolder, true));
  const files = Object.keys(prompts ?? {}).map((prompt) => `${prompt}.md`);
  const own = {
    label: '$(root-folder) Folder',
    description: `${plain(name)}, where the run is kept`,
    act: isFree ? ('folder' as const) : null,
  };
  const taken: readonly (readonly [string, string, boolean])[] = [
    ['$(book) Your own prompts', `${files.join(', ')} of ${place}/prompts`, files.length > 0],
    ['$(law) Your own checks', `verifiers.json of ${place}`, verifiers !== null],
  ];
  return [
    ...(name === '' ? [] : [own]),
    ...taken.flatMap(([label, description, isThere]) => (isThere ? [{ label, description, act: null }] : [])),
  ];
}

/** A dataset's name, and its place where the workspace has several folders. */
function placedName(dataset: string, { name }: RunFolder): string {
  const own = plain(datasetNameOf(dataset));
  return name === '' ? own : `${own} in ${plain(vscode.workspace.asRelativePath(dirname(dataset), true))}`;
}

function heading(label: string): SummaryItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, act: null };
}

function editsOf(options: SummaryOptions): Readonly<Record<LineId | 'folder', Edit>> {
  const { homes, errors } = options;
  return {
    input: askInput({ homes, errors }),
    folder: editFolder({ homes, errors }),
    columns: async (choices, place) => editColumns(choices, place),
    stages: askStages,
    actor: askActor(options),
    refiner: askRefiner(options),
    concurrency: editConcurrency,
    sampling: editSampling,
    samples: editSamples,
    select: editSelect,
    votes: editVotes,
    gate: editGate,
    search: editSearch,
    complete: editComplete,
    seed: editSeed,
    items: editLimit('items'),
    tokens: editLimit('tokens'),
    cost: editLimit('cost'),
    time: editLimit('milliseconds'),
    price: editPrice,
    guard: editGuard,
    policy: editPolicy,
    dataset: editDataset(homes),
  };
}

/** Columns that were found are looked at anew, so that a person sees what stands in them. */
async function editColumns(choices: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> {
  const { input, scan } = choices;
  if (input === null) return { kind: 'back' };
  const { inspectInput } = await import('../../../spar/selfplay/intake/inspectInput');
  const look = choices.unclear ?? (await inspectInput(input.path));
  const columns = choices.columns ?? scan?.columns ?? null;
  const asked = await askColumns({ ...choices, columns, unclear: look }, place);
  return asked.kind === 'value' ? { kind: 'value', value: { ...asked.value, scan: null } } : asked;
}
