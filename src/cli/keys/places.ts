import { linkIn } from '../../spar/log/links';
import { isEditorSource, type ModelSource, type RunModels } from '../../spar/selfplay/plan/modelSource';
import type { RunSource } from '../../spar/selfplay/plan/runPlan';
import { endpointOf, readAddresses } from '../modelFlags';
import { flag, texts, type Given } from '../options';
import { harmlessLine } from '../output/paint';
import type { Terminal } from '../terminal';
import { keyNamesOf } from './keyNames';
import { isOwnRun, noteOwnRun } from './ownRuns';

/** Where the models of a run are that is gone on with. */
export const placeOptionTypes = {
  'base-url': texts,
  'actor-base-url': texts,
  'refiner-base-url': texts,
  trust: flag,
} as const;

export interface GivenPlaces {
  /** Undefined: as before. */
  readonly actor: readonly string[] | undefined;
  readonly refiner: readonly string[] | undefined;
  /** Whether what the run's settings name is right. */
  readonly trust: boolean;
}

export function readPlaces(given: Given<typeof placeOptionTypes>, problems: string[]): GivenPlaces {
  for (const name of ['base-url', 'actor-base-url', 'refiner-base-url'] as const)
    readAddresses(given[name] ?? [], name, problems);
  return {
    actor: given['actor-base-url'] ?? given['base-url'],
    refiner: given['refiner-base-url'] ?? given['base-url'],
    trust: given.trust ?? false,
  };
}

/** The run's models, where they are now. */
export function placedModels({ actor, refiner }: RunModels, places: GivenPlaces): RunModels {
  return { actor: placed(actor, places.actor), refiner: placed(refiner, places.refiner) };
}

function placed(model: ModelSource | null, baseUrls: readonly string[] | undefined): ModelSource | null {
  if (model === null || isEditorSource(model) || baseUrls === undefined) return model;
  return { ...model, baseUrls };
}

interface Asked {
  /** The run's. */
  readonly folder: string;
  /** With the places that were given; null where the run's plan can't be read. */
  readonly source: RunSource | null;
  readonly places: GivenPlaces;
}

export type Vouching =
  | {
      readonly ok: true;
      /** Whether a person here has named every address, so that a run that is made of this one is theirs too. */
      readonly isOwn: boolean;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Whether a run may be gone on with as its settings say. They lie in its folder, which may come from anybody. So a key
 * of the environment goes only to addresses that were given now, and to those of a run that a person here began or
 * trusts; only such a run adds to a dataset elsewhere. Links, which lead anywhere, are followed where this very command
 * says so. An address of this machine is no exception: on a shared one others listen, too.
 *
 * @throws Error for a model of the editor's, which no terminal has.
 */
export async function vouchFor({ folder, source, places }: Asked, terminal: Terminal): Promise<Vouching> {
  const { replay, dataset = null, actor = null, refiner = null } = source ?? {};
  if (places.trust) await noteOwnRun(folder, terminal);
  // A replay that draws nothing asks nobody.
  const asks = replay?.draws !== false;
  const models = { actor: asks ? endpointOf(actor) : null, refiner: asks ? endpointOf(refiner) : null };
  if (places.trust) return { ok: true, isOwn: true };
  const link = await linkIn(folder);
  if (await isOwnRun(folder, terminal))
    return link === null ? { ok: true, isOwn: true } : { ok: false, reason: linkRefusal(folder, link) };
  const names = keyNamesOf(models, terminal);
  const unnamed = (['actor', 'refiner'] as const).flatMap((role) =>
    places[role] === undefined
      ? (models[role]?.baseUrls ?? []).map((url) => ({ name: names[role], origin: new URL(url).origin }))
      : [],
  );
  const sent = unnamed.flatMap(({ name, origin }) => (name === null ? [] : [`${name} to ${origin}`]));
  if (sent.length === 0 && dataset === null && link === null)
    return { ok: true, isOwn: unnamed.length === 0 };
  return { ok: false, reason: refusal(folder, { sent: [...new Set(sent)], dataset, link }) };
}

/** A run is known by its settings alone: its other files may have come since. */
function linkRefusal(folder: string, link: string): string {
  return `The run in “${harmlessLine(folder, 300)}” would follow the link “${harmlessLine(link, 300)}”, which no run makes. If that is right, add --trust.`;
}

interface Deeds {
  readonly sent: readonly string[];
  readonly dataset: string | null;
  readonly link: string | null;
}

function refusal(folder: string, { sent, dataset, link }: Deeds): string {
  const deeds = [
    ...(sent.length === 0 ? [] : [`send the key in ${harmlessLine(sent.join(', '), 400)}`]),
    ...(dataset === null ? [] : [`add its pairs to “${harmlessLine(dataset, 300)}”`]),
    ...(link === null ? [] : [`follow the link “${harmlessLine(link, 300)}”`]),
  ];
  return [
    `The run in “${harmlessLine(folder, 300)}” was not begun at your terminal here, or its settings.json was changed since.`,
    `It would ${deeds.join(', and ')}. If that is right, add --trust.`,
    ...(sent.length === 0
      ? []
      : ['If its models are elsewhere, add --base-url URL. To send no key, unset the variable.']),
  ].join(' ');
}
