import type { ModelPool } from '../spar/models/pool/pool';
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
import { numberIn } from './values';

export const modelOptionTypes = { model: text, 'base-url': texts, concurrency: text } as const;

export const runModelOptionTypes = {
  ...modelOptionTypes,
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
  given: Given<typeof modelOptionTypes>,
  problems: string[],
): 'auto' | number | undefined {
  const { concurrency } = given;
  if (concurrency === undefined || concurrency === 'auto') return concurrency;
  const number = numberIn(concurrency, { least: 1, most: 10_000, whole: true });
  if (number === undefined)
    problems.push('--concurrency must be auto, or a whole number from 1 up to 10000.');
  return number;
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
  /** The same pool as the actor's where both are the same model. */
  readonly refiner: ModelPool | null;
}

/**
 * Pools for the models of a run, each with its key (see `keysOf`).
 *
 * @throws Error for a model of the editor's, which no terminal has.
 */
export async function openModels(
  models: RunModels,
  concurrency: 'auto' | number,
  terminal: Pick<Terminal, 'environment'>,
): Promise<OpenModels> {
  const [actor, refiner] = [endpointOf(models.actor), endpointOf(models.refiner)];
  if (actor === null && refiner === null) return { actor: null, refiner: null };
  const { createModelPool } = await import('../spar/models/pool/pool');
  const open = (source: EndpointSource, apiKey: string | null): ModelPool =>
    createModelPool({
      endpoints: source.baseUrls.map((baseUrl) => ({ baseUrl, apiKey, model: source.model })),
      concurrency,
    });
  const { actor: actorKey, refiner: refinerKey } = keysOf({ actor, refiner }, terminal);
  const opened = actor === null ? null : open(actor, actorKey);
  const isSame =
    actor !== null && refiner !== null && actorKey === refinerKey && isSameSource(actor, refiner);
  if (isSame) return { actor: opened, refiner: opened };
  return { actor: opened, refiner: refiner === null ? null : open(refiner, refinerKey) };
}

/** @throws Error for a model of the editor's, which no terminal has. */
export function endpointOf(source: ModelSource | null): EndpointSource | null {
  if (source === null || !isEditorSource(source)) return source;
  throw new Error(`The run uses the model “${source.model}” of the editor. Go on with it in the editor.`);
}
