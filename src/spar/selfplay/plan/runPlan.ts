import { z } from 'zod';
import type { Prompts } from '../../refiner/prompts';
import type { EvolvePrompt } from '../evolve/evolvePrompt';
import type { Mapping } from '../intake/mapping';
import { ownPromptProblems } from './ownPrompts';
import { limitsSchema } from '../journalEvents';
import type { RunSettings } from '../settings';
import type { InFlight } from './inFlight';
import { addressProblem, type RunModels } from './modelSource';

/** All that a run needs to be gone on with but keys; kept with its settings. */
export interface RunPlan extends RunSettings {
  readonly source: RunSource;
}

export interface RunSource extends RunModels, InFlight {
  /** ISO 8601 in UTC; stands on the pairs. */
  readonly begun: string;
  readonly input: {
    /** Absolute. */
    readonly path: string;
    /** As it stands in the records. */
    readonly name: string;
    /** Of its bytes, in hexadecimal. */
    readonly sha256: string;
    /** Null where the rows' shape is known. */
    readonly columns: Mapping | null;
  };
  /** Absent: requests go out live. */
  readonly engine?: BatchEngine;
  /** Files of evaluation prompts, absolute. */
  readonly guard: readonly string[];
  /** File of own verifiers, absolute; null: none. */
  readonly verifiers: string | null;
  /** The dataset that pairs go to, absolute; null: the one in the run's folder. */
  readonly dataset: string | null;
  /** Set where the run takes the recorded replies of another one. */
  readonly replay?: ReplaySource;
  /** A person's own, whole, so that going on asks what was asked before; the built-in ones for those left out. */
  readonly prompts?: OwnPrompts;
}

export interface ReplaySource {
  /** Folder of the other run, absolute. */
  readonly of: string;
  /** Whether what is missing is asked for; else it leaves items undecided. */
  readonly draws: boolean;
}

export type OwnPrompts = Partial<Prompts & EvolvePrompt>;

/** Requests go out in files of the OpenAI batch format. */
export interface BatchEngine {
  readonly kind: 'batch';
  /** `endpoint`: submitted where the models are; `files`: left in the run's folder for any engine. */
  readonly to: 'endpoint' | 'files';
  /** Most of one file. */
  readonly rows: number;
  readonly bytes: number;
  /** After so many files that brought no reply a request counts as failed. */
  readonly tries: number;
}

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const sampling = z.object({
  temperature: z.number().min(0),
  topP: z.number().optional(),
  maxTokens: z.number().int().min(1),
});
const concurrency = z.union([z.literal('auto'), z.number().int().min(1)]);
const price = z.object({
  promptPerMillion: z.number().min(0),
  completionPerMillion: z.number().min(0),
  currency: z.string(),
});
const address = z.string().refine((url) => addressProblem(url) === null);
// Strict: a model of a kind that came later must not be taken for one of these.
const model = z
  .union([
    z.strictObject({ model: z.string().min(1), baseUrls: z.array(address) }),
    z.strictObject({ provider: z.literal('editor'), model: z.string().regex(/^[^\s/]+\/\S/u) }),
  ])
  .nullable();

export const batchEngineSchema = z.object({
  kind: z.literal('batch'),
  to: z.enum(['endpoint', 'files']),
  rows: z.number().int().min(1),
  bytes: z.number().int().min(1),
  tries: z.number().int().min(1),
});

const planSchema = z.object({
  kind: z.literal('selfplay'),
  seed: count,
  evolve: z.boolean(),
  samples: z.number().int().min(1),
  judge: z.boolean(),
  select: z.enum(['one', 'all']),
  draw: z.enum(['as-needed', 'all']),
  refine: z.boolean(),
  search: z.object({
    algorithm: z.enum(['breadth-first', 'depth-first', 'best-of-n', 'chain']),
    branchFactor: z.number().int().min(1),
    beamWidth: z.number().int().min(1),
    depth: count,
    votes: z.number().int().min(1),
    voting: z.enum(['settled', 'screen', 'all']),
    gate: z.number().min(0).lt(1),
    stop: z.enum(['level', 'first']),
    selection: z.enum(['greedy', 'weighted']),
    seed: count,
    retriesOfUnparsed: count,
    askWhenVerified: z.boolean(),
    auditShare: share,
    judge: sampling,
    refine: sampling,
    sample: sampling,
    budget: z.object({
      nodes: count.optional(),
      tokens: count.optional(),
      cost: z.number().optional(),
      milliseconds: z.number().optional(),
    }),
    price: price.nullable(),
  }),
  completeShare: share,
  limits: limitsSchema,
  policy: z.object({ name: z.string(), value: share, interference: share, verified: z.boolean() }).nullable(),
  source: z.object({
    begun: z.iso.datetime(),
    input: z.object({
      path: z.string().min(1),
      name: z.string().min(1),
      sha256: z.string().regex(/^[\da-f]{64}$/u),
      columns: z
        .object({
          instruction: z.string(),
          response: z.string().optional(),
          critique: z.string().optional(),
          system: z.string().optional(),
        })
        .nullable(),
    }),
    actor: model,
    refiner: model,
    concurrency,
    ownConcurrency: z.object({ actor: concurrency.optional(), refiner: concurrency.optional() }).optional(),
    engine: batchEngineSchema.optional(),
    guard: z.array(z.string().min(1)),
    verifiers: z.string().min(1).nullable(),
    dataset: z.string().min(1).nullable(),
    replay: z.object({ of: z.string().min(1), draws: z.boolean() }).optional(),
    prompts: z
      .object({
        judge: z.string().optional(),
        refine: z.string().optional(),
        evolve: z.string().optional(),
      })
      .refine((own) => ownPromptProblems(own).length === 0)
      .optional(),
  }),
});

/** The plan that a run was begun with; null for anything else. Never throws. */
export function parsePlan(settings: unknown): RunPlan | null {
  const parsed = planSchema.safeParse(settings);
  // What is absent is absent: the schema's optional fields are left out, never undefined, in JSON.
  return parsed.success ? (parsed.data as unknown as RunPlan) : null;
}
