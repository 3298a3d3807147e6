import { z } from 'zod';
import type { Price } from '../../models/usage';
import type { RunLimits } from '../settings';

/** What a run was begun with, as far as its settings say it. */
export interface AboutRun {
  /** ISO 8601 in UTC; null: not known. */
  readonly begun: string | null;
  /** Version of the run's files. */
  readonly format: number | null;
  readonly seed: number | null;
  readonly input: InputFile | null;
  readonly actor: ModelAbout | null;
  /** Null: rules alone, or not known. */
  readonly refiner: ModelAbout | null;
  /** Stages that are on: evolve, sample, judge, select, search, collect. */
  readonly stages: readonly string[];
  /** Files of evaluation prompts, by their names. */
  readonly guard: readonly string[];
  /** The dataset that pairs go to, absolute; null: the one in the run's folder. */
  readonly dataset: string | null;
  readonly limits: RunLimits;
  readonly price: Price | null;
  readonly policy: string | null;
  /** Of sampling and search, by name, for people. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

export interface InputFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

export interface ModelAbout {
  readonly model: string;
  /** Of its endpoints, or in words where it is reached otherwise. */
  readonly addresses: readonly string[];
}

/**
 * Reads a run's settings; what is missing, damaged or of a newer version is not known, and does not hide the rest.
 *
 * @param kept The whole settings file, by its keys.
 */
export function aboutRun(kept: ReadonlyMap<string, unknown>): AboutRun {
  const settings = asObject(kept.get('settings'));
  const source = asObject(settings['source']);
  const search = asObject(settings['search']);
  const read = <Value>(schema: z.ZodType<Value>, value: unknown): Value | null =>
    schema.safeParse(value).data ?? null;
  const isOn = (name: string): boolean => settings[name] === true;
  const policy = read(z.object({ name: z.string() }), settings['policy']);
  const guard = read(z.array(z.string()), source['guard']) ?? [];
  return {
    begun: read(z.string(), source['begun']) ?? read(z.string(), kept.get('created')),
    format: read(z.number(), kept.get('spar')),
    seed: read(z.number(), settings['seed']),
    input: read(inputSchema, source['input']),
    actor: modelOf(read(modelSchema, source['actor'])),
    refiner: modelOf(read(modelSchema, source['refiner'])),
    stages: [
      ...(isOn('evolve') ? ['evolve'] : []),
      'sample',
      ...(isOn('judge') ? ['judge'] : []),
      'select',
      ...(isOn('refine') ? ['search'] : []),
      ...(typeof settings['completeShare'] === 'number' && settings['completeShare'] > 0 ? ['collect'] : []),
    ],
    guard: guard.map((file) => file.replace(/^.*[\\/]/u, '')),
    dataset: read(z.string().min(1), source['dataset']),
    limits: read(limits, settings['limits']) ?? {},
    price: read(priceSchema, search['price']),
    policy: policy?.name ?? null,
    settings: [...plainOf(settings, ['samples', 'select', 'draw', 'completeShare']), ...searchOf(search)],
  };
}

const inputSchema = z.object({ path: z.string(), name: z.string(), sha256: z.string() });
const modelSchema = z.object({
  model: z.string(),
  baseUrls: z.array(z.string()).optional(),
  provider: z.string().optional(),
});
const priceSchema = z.object({
  promptPerMillion: z.number(),
  completionPerMillion: z.number(),
  currency: z.string(),
});
const limits = z.object({
  tokens: z.number().optional(),
  cost: z.number().optional(),
  milliseconds: z.number().optional(),
  items: z.number().optional(),
}) as unknown as z.ZodType<RunLimits>;

function modelOf(given: z.infer<typeof modelSchema> | null): ModelAbout | null {
  if (given === null) return null;
  const { model, baseUrls = [], provider } = given;
  return { model, addresses: provider === 'editor' ? ['language model of the editor'] : baseUrls };
}

function searchOf(search: Plain): AboutRun['settings'] {
  const names = ['algorithm', 'branchFactor', 'beamWidth', 'depth', 'votes', 'voting', 'gate', 'stop'];
  const samplings = ['sample', 'judge', 'refine'].flatMap((role): AboutRun['settings'] => {
    const words = plainOf(asObject(search[role]), ['temperature', 'topP', 'maxTokens'])
      .map(([name, value]) => `${samplingWords[name] ?? name} ${value}`)
      .join(', ');
    return words === '' ? [] : [[role, words]];
  });
  return [...plainOf(search, names), ...samplings];
}

const samplingWords: Readonly<Record<string, string>> = { topP: 'top-p', maxTokens: 'tokens at most' };

function plainOf(object: Plain, names: readonly string[]): AboutRun['settings'] {
  return names.flatMap((name): AboutRun['settings'] => {
    const value = object[name];
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isPlain ? [[name, String(value).slice(0, 200)]] : [];
  });
}

type Plain = Readonly<Record<string, unknown>>;

function asObject(value: unknown): Plain {
  return typeof value === 'object' && value !== null ? (value as Plain) : {};
}
