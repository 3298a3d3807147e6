import { z } from 'zod';
import type { Usage } from '../models/chatModel';
import type { BadRow } from './item';
import type { ItemSummary } from './itemResult';
import type { RunLimits } from './settings';
import type { PauseReason } from './stops';
import type { Spent } from './totals';

const count = z.number().int().min(0);

const usageSchema = z.object({
  requests: z.number(),
  sequences: z.number(),
  promptTokens: z.number(),
  completionTokens: z.number(),
  estimated: z.boolean(),
});

/** What was paid for, by stage. */
export const usageByStage = z.object({
  evolve: usageSchema.optional(),
  sample: usageSchema.optional(),
  judge: usageSchema.optional(),
  search: usageSchema.optional(),
  collect: usageSchema.optional(),
}) as unknown as z.ZodType<Spent>;

const figures = z
  .tuple([count, count, z.number().min(0), z.number().min(0), z.number()])
  .transform(([requests, sequences, promptTokens, completionTokens, estimated]): Usage => ({
    requests,
    sequences,
    promptTokens,
    completionTokens,
    estimated: estimated !== 0,
  }))
  .optional();

/** What was paid for as it stands beside replies: requests, sequences, prompt tokens, reply tokens, 1 for estimated. */
export const spentLineSchema = z.object({
  evolve: figures,
  sample: figures,
  judge: figures,
  search: figures,
  collect: figures,
}) as unknown as z.ZodType<Spent>;

const summarySchema = z.object({
  index: count,
  place: count,
  id: z.string(),
  status: z.enum([
    'solved',
    'unsolved',
    'no-failing-answer',
    'undetermined',
    'judged',
    'dropped',
    'held-back',
    'failed',
  ]),
  reason: z.string(),
  answers: z.object({ drawn: count, failing: count, passing: count, unknown: count }),
  nodes: count,
  pairs: z.array(
    z.object({
      value: z.number().nullable(),
      depth: count,
      distance: z.number(),
      interference: z.number().nullable(),
      accepted: z.boolean(),
    }),
  ),
  examples: count,
  usage: usageByStage,
  milliseconds: z.number(),
}) satisfies z.ZodType<ItemSummary>;

export const itemEventSchema = z.object({
  summary: summarySchema,
  outcome: z.object({ offset: count, length: count }),
  spent: usageByStage,
});

export const rowSchema = z.object({
  place: count,
  reason: z.string(),
}) satisfies z.ZodType<BadRow>;

/** A further segment of replies was begun: items whose replies lie in earlier ones. */
export const segmentSchema = z.object({ segment: count, open: z.array(count) });

export const spentSchema = z.object({ spent: usageByStage, milliseconds: z.number() });

/** Usable rows of the input up to the limit on items, and whether there are more. */
export const inputSchema = z.object({ rows: count, more: z.boolean().optional() });

/** Pairs of so many items, from the first, are in the dataset. */
export const releasedSchema = z.object({ items: count });

/** Failed items that are given another try. */
export const retrySchema = z.object({ items: z.array(count) });

/** Results that could not be read any more: their items are worked out again. */
export const lostSchema = z.object({ items: z.array(summarySchema) });

/** Limits that replace those that the run was begun with. */
export const limitsSchema = z.object({
  tokens: count.optional(),
  cost: z.number().min(0).optional(),
  milliseconds: z.number().min(0).optional(),
  items: count.optional(),
}) as unknown as z.ZodType<RunLimits>;

export const pausedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asked') }),
  z.object({ kind: z.literal('limit'), limit: z.enum(['tokens', 'cost', 'time']) }),
  z.object({ kind: z.literal('endpoint'), message: z.string(), wantsKey: z.boolean().optional() }),
  z.object({ kind: z.literal('disk'), message: z.string() }),
  z.object({ kind: z.literal('answers'), items: count }),
]) satisfies z.ZodType<PauseReason>;
