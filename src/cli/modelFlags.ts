import type { ModelPool } from '../spar/models/pool/pool';
import { concurrencyIn, type Concurrency, type InFlight, type Role } from '../spar/selfplay/plan/inFlight';
import {
  addressProblem,
  isEditorSource,
  isSameSource,
  type EndpointSource,
  type ModelSource,
  type RunModels,
} from '../spar/selfplay/plan/modelSource';
import { keysOf } from './keys/keyNames';
import { text, texts, type Given } from './options';
import type { Terminal } from './terminal';

export const modelOptionTypes = { model: text, 'base-url': texts, concurrency: text } as const;

export const runConcurrencyOptionTypes = {
  concurrency: text,
  'actor-concurrency': text,
  'refiner-concurrency': text,
} as const;

export const runModelOptionTypes = {
  ...modelOptionTypes,
  ...runConcurrencyOptionTypes,
  actor: text,
  'actor-base-url': texts,
  refiner: text,
  'refiner-base-url': texts,
} as const;

/** `--model` for both, `--actor` and `--refiner` before it. */
export function readRunModels(
  given: Given<typeof runModelOptionTypes>,
  problems: string[],
  /** Whether a model may do without an address, since its requests are left in files. */
  isAddressed = true,
): RunModels {
  const source = { model: given.model, baseUrls: given['base-url'], isAddressed };
  const both = sourceOf({ ...source, names: ['model', 'base-url'] }, problems);
  const one = (role: 'actor' | 'refiner'): ModelSource | null => {
    const [model, baseUrls] = [given[role], given[`${role}-base-url`]];
    if (model === undefined && baseUrls === undefined) return both;
    const named = model ?? given.model;
    // The common address is not one that was given to a role that uses none.
    const at = baseUrls ?? (named === 'offline' ? undefined : given['base-url']);
    const names = [role, `${role}-base-url`] as const;
    return sourceOf({ model: named, baseUrls: at, isAddressed, names }, problems);
  };
  return { actor: one('actor'), refiner: one('refiner') };
}

/** Null: rules alone. */
export function readModel(given: Given<typeof modelOptionTypes>, problems: string[]): EndpointSource | null {
  return sourceOf(
    { model: given.model, baseUrls: given['base-url'], isAddressed: true, names: ['model', 'base-url'] },
    problems,
  );
}

export function readConcurrency(
  given: Given<typeof runConcurrencyOptionTypes>,
  problems: string[],
  option: keyof typeof runConcurrencyOptionTypes = 'concurrency',
): Concurrency | undefined {
  const words = given[option];
  const concurrency = words === undefined ? undefined : concurrencyIn(words);
  if (concurrency === null) problems.push(`--${option} must be auto, or a whole number from 1 up to 10000.`);
  return concurrency ?? undefined;
}

export type GivenConcurrency = Partial<InFlight>;

/** What was given of the replies in flight, over all and of single roles. */
export function readConcurrencies(
  given: Given<typeof runConcurrencyOptionTypes>,
  problems: string[],
): GivenConcurrency {
  const common = readConcurrency(given, problems);
  const actor = readConcurrency(given, problems, 'actor-concurrency');
  const refiner = readConcurrency(given, problems, 'refiner-concurrency');
  const own = { ...(actor === undefined ? {} : { actor }), ...(refiner === undefined ? {} : { refiner }) };
  return {
    ...(common === undefined ? {} : { concurrency: common }),
    ...(Object.keys(own).length === 0 ? {} : { ownConcurrency: own }),
  };
}

/** What holds when a run is gone on with: a number for all goes before those of single roles so far. */
export function changedConcurrency(
  { concurrency, ownConcurrency }: InFlight,
  given: GivenConcurrency,
): Required<InFlight> {
  const kept = given.concurrency === undefined ? ownConcurrency : {};
  return {
    concurrency: given.concurrency ?? concurrency,
    ownConcurrency: { ...kept, ...given.ownConcurrency },
  };
}

interface GivenModel {
  readonly model: string | undefined;
  readonly baseUrls: readonly string[] | undefined;
  /** Whether it needs an address. */
  readonly isAddressed: boolean;
  /** Of the two options. */
  readonly names: readonly [string, string];
}

function sourceOf(
  { model = 'offline', baseUrls, isAddressed, names }: GivenModel,
  problems: string[],
): EndpointSource | null {
  const [name, address] = names;
  if (model === 'offline') {
    if (baseUrls !== undefined)
      problems.push(`--${address} needs --${name} NAME; “offline” uses no endpoint.`);
    return null;
  }
  if (baseUrls === undefined && !isAddressed) return { model, baseUrls: [] };
  if (baseUrls === undefined) {
    problems.push(
      `--${name} NAME needs --${address} URL, for example --${address} http://localhost:8000/v1.`,
    );
    return null;
  }
  readAddresses(baseUrls, address, problems);
  return { model, baseUrls };
}

export function readAddresses(baseUrls: readonly string[], option: string, problems: string[]): void {
  for (const baseUrl of baseUrls) {
    const problem = addressProblem(baseUrl);
    if (problem !== null) problems.push(`--${option} ${problem}`);
  }
}

export interface OpenModels {
  readonly actor: ModelPool | null;
  /** The same pool as the actor's where both are the same model with as many replies in flight. */
  readonly refiner: ModelPool | null;
}

/**
 * Pools for the models of a run, each with its key (see `keysOf`).
 *
 * @throws Error for a model of the editor's, which no terminal has.
 */
export async function openModels(
  models: RunModels,
  concurrency: Readonly<Record<Role, Concurrency>>,
  terminal: Pick<Terminal, 'environment'>,
): Promise<OpenModels> {
  const [actor, refiner] = [endpointOf(models.actor), endpointOf(models.refiner)];
  if (actor === null && refiner === null) return { actor: null, refiner: null };
  const { createModelPool } = await import('../spar/models/pool/pool');
  const open = (source: EndpointSource, role: Role, apiKey: string | null): ModelPool =>
    createModelPool({
      endpoints: source.baseUrls.map((baseUrl) => ({ baseUrl, apiKey, model: source.model })),
      concurrency: concurrency[role],
    });
  const { actor: actorKey, refiner: refinerKey } = keysOf({ actor, refiner }, terminal);
  const opened = actor === null ? null : open(actor, 'actor', actorKey);
  const isSame =
    actor !== null &&
    refiner !== null &&
    actorKey === refinerKey &&
    concurrency.actor === concurrency.refiner &&
    isSameSource(actor, refiner);
  if (isSame) return { actor: opened, refiner: opened };
  return { actor: opened, refiner: refiner === null ? null : open(refiner, 'refiner', refinerKey) };
}

/** @throws Error for a model of the editor's, which no terminal has. */
export function endpointOf(source: ModelSource | null): EndpointSource | null {
  if (source === null || !isEditorSource(source)) return source;
  throw new Error(`The run uses the model “${source.model}” of the editor. Go on with it in the editor.`);
}
