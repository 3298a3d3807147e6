import { auditShareOfRuns, type Price, type SearchSettings } from '../../../spar/search/settings';
import type { InputLook } from '../../../spar/selfplay/intake/inspectInput';
import type { Mapping } from '../../../spar/selfplay/intake/mapping';
import type { InputScan } from '../../../spar/selfplay/plan/inputScan';
import type { InFlight } from '../../../spar/selfplay/plan/inFlight';
import type { ModelSource } from '../../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../../spar/selfplay/plan/runPlan';
import { defaultRunSettings, type RunSettings } from '../../../spar/selfplay/settings';
import type { RunFolder } from './runFolder';

/** What can be switched off; which failing answers are selected is a setting. */
export const stageNames = ['evolve', 'sample', 'judge', 'search', 'collect'] as const;
export type StageName = (typeof stageNames)[number];

/** What a person has chosen so far; each step fills in some. Plain data. */
export interface StartChoices {
  readonly input: { readonly path: string; readonly name: string } | null;
  /** Whose prompts, checks and dataset the run takes. */
  readonly folder: RunFolder;
  /** As a person said them; null: as they are found. */
  readonly columns: Mapping | null;
  /** Where it is not clear which column is which. */
  readonly unclear: InputLook | null;
  /** Null until the input was read through. */
  readonly scan: InputScan | null;
  readonly stages: ReadonlySet<StageName>;
  /** Null: no model; undefined: not chosen yet. */
  readonly actor: ModelSource | null | undefined;
  readonly refiner: ModelSource | null | undefined;
  /** Of what stages are left out of. */
  readonly settings: RunSettings;
  /** Undefined: by the settings, for the models that are chosen. */
  readonly price: Price | undefined;
  readonly inFlight: InFlight;
  /** Absolute. */
  readonly guard: readonly string[];
  /** Absolute; null: in the run's own folder; undefined: where pairs of the workspace folder go. */
  readonly dataset: string | null | undefined;
}

export interface FirstChoices {
  readonly search: SearchSettings;
  readonly folder: RunFolder;
  readonly guard: readonly string[];
}

export function firstChoices({ search, folder, guard }: FirstChoices): StartChoices {
  return {
    input: null,
    folder,
    columns: null,
    unclear: null,
    scan: null,
    stages: new Set(['sample', 'judge', 'search', 'collect']),
    actor: undefined,
    refiner: undefined,
    settings: {
      ...defaultRunSettings,
      seed: search.seed,
      // Budgets of the settings are those of a person who waits; a run has limits of its own.
      search: { ...search, auditShare: search.auditShare || auditShareOfRuns, budget: {}, price: null },
    },
    price: undefined,
    inFlight: { concurrency: 'auto' },
    guard,
    dataset: undefined,
  };
}

/** Another input, in that folder: what was chosen of the one before counts no more. */
export function withInput(
  choices: StartChoices,
  { input, folder }: Pick<StartChoices, 'input' | 'folder'>,
): StartChoices {
  if (input?.path === choices.input?.path) return choices;
  return { ...choices, input, folder, columns: null, unclear: null, scan: null };
}

/** Where the pairs go; null: in the run's own folder. */
export function datasetOf({ dataset, folder }: Pick<StartChoices, 'dataset' | 'folder'>): string | null {
  return dataset === undefined ? folder.dataset : dataset;
}

/** Items whose answers the actor has to give. */
export function unanswered({ scan }: StartChoices): number {
  return scan === null ? 0 : scan.shape.items - scan.shape.answered;
}

/** Whether a model is asked for answers or for harder instructions. */
export function needsActor(choices: StartChoices): boolean {
  const { stages } = choices;
  return stages.has('evolve') || (stages.has('sample') && unanswered(choices) > 0);
}

export function needsRefiner({ stages }: StartChoices): boolean {
  return stages.has('judge') || stages.has('search');
}

/** What is wrong with stages that were marked; null: nothing. */
export function stagesProblem(stages: ReadonlySet<StageName>): string | null {
  if (!stages.has('judge') && !stages.has('search'))
    return 'A run judges answers, searches from them, or both. Mark one of the two.';
  if (stages.has('evolve') && !stages.has('sample'))
    return 'Harder instructions need new answers. Mark “Sample answers” as well.';
  return null;
}

/** Why a run of these choices can't begin; null: it can. */
export function startProblem(
  choices: StartChoices,
  prices: Readonly<Record<string, Price>> = {},
): string | null {
  const { scan, stages, settings } = choices;
  if (scan === null) return 'Choose a file of instructions first.';
  const { actor } = modelsOf(choices);
  if (stages.has('evolve') && actor === null)
    return 'Making instructions harder needs a model. Choose an actor.';
  if (actor === null && scan.shape.answered === 0)
    return stages.has('sample')
      ? 'No row brings an answer, and there is no model to give any. Choose an actor, or a file with answers.'
      : 'No row brings an answer. Switch “Sample answers” on, or choose a file with answers.';
  if (settings.limits.cost !== undefined && priceOf(choices, prices) === null)
    return 'A limit of money needs a price. Say what the model costs, or take the limit out.';
  return null;
}

/** The models that will be asked; null where none is. */
export function modelsOf(choices: StartChoices): { actor: ModelSource | null; refiner: ModelSource | null } {
  return {
    actor: needsActor(choices) ? (choices.actor ?? null) : null,
    refiner: needsRefiner(choices) ? (choices.refiner ?? null) : null,
  };
}

/** The dearer of what the models cost, so that no limit of money is passed; null where one has no price. */
export function priceOf(choices: StartChoices, prices: Readonly<Record<string, Price>>): Price | null {
  if (choices.price !== undefined) return choices.price;
  const { actor, refiner } = modelsOf(choices);
  const models = [actor, refiner].flatMap((source) => (source === null ? [] : [source.model]));
  const known = models.map((model) => (Object.hasOwn(prices, model) ? prices[model] : undefined));
  return (
    known.reduce<Price | null | undefined>((dearest, price) => {
      if (price === undefined || dearest === null) return null;
      if (dearest === undefined) return price;
      if (dearest.currency !== price.currency) return null;
      return {
        promptPerMillion: Math.max(dearest.promptPerMillion, price.promptPerMillion),
        completionPerMillion: Math.max(dearest.completionPerMillion, price.completionPerMillion),
        currency: price.currency,
      };
    }, undefined) ?? null
  );
}

export interface PlanSurroundings {
  /** ISO 8601 in UTC. */
  readonly begun: string;
  readonly prices: Readonly<Record<string, Price>>;
}

/** The plan of what was chosen; null before the input was read. */
export function planOf(choices: StartChoices, { begun, prices }: PlanSurroundings): RunPlan | null {
  const { input, scan, stages, settings, inFlight, guard } = choices;
  const { verifiers, prompts } = choices.folder;
  if (input === null || scan === null) return null;
  return {
    ...settings,
    evolve: stages.has('evolve'),
    judge: stages.has('judge'),
    refine: stages.has('search'),
    completeShare: stages.has('collect') ? settings.completeShare : 0,
    search: { ...settings.search, price: priceOf(choices, prices) },
    source: {
      begun,
      input: { path: input.path, name: input.name, sha256: scan.sha256, columns: scan.columns },
      ...modelsOf(choices),
      ...inFlight,
      guard,
      verifiers,
      dataset: datasetOf(choices),
      ...(prompts === undefined ? {} : { prompts }),
    },
  };
}
