import { z } from 'zod';
import { modelErrorKinds } from '../../spar/models/modelError';
import { rootPath, type SearchEvent } from '../../spar/search/events';
import { defaultSettings } from '../../spar/search/settings';
import type { JournalEntry } from './ports';

/**
 * An entry as it was read back; null for what this version does not know. Journals are files that anyone may
 * have touched, so nothing of them is taken on trust.
 */
export function parseEntry(kind: string, payload: unknown): JournalEntry | null {
  switch (kind) {
    case 'session':
      return parsed(head, payload, (value) => ({ kind, ...value }));
    case 'event':
      return parsed(event, payload, (value) => ({ kind, event: value }));
    case 'decision':
      return parsed(decision, payload, (value) => ({ kind, ...value }));
    case 'review':
      return parsed(review, payload, (value) => ({ kind, ...value }));
    case 'constraints':
      return parsed(constraints, payload, (value) => ({ kind, ...value }));
    case 'again':
      return { kind };
    default:
      return null;
  }
}

/** True for the entry that takes a session off the list. */
export const forgottenKind = 'forgotten';

function parsed<Value>(
  schema: z.ZodType<Value>,
  payload: unknown,
  make: (value: Value) => JournalEntry,
): JournalEntry | null {
  const result = schema.safeParse(payload);
  return result.success ? make(result.data) : null;
}

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const nodePath = z.string().regex(/^\d+(?:\.\d+)*$/u);
const span = z.object({ start: count, end: count });
const instruction = z.union([
  z.string(),
  z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
]);
const constraint = z.object({
  id: z.string(),
  type: z.string(),
  args: z.record(z.string(), z.unknown()),
  text: z.string(),
  span: span.nullable(),
  source: z.enum(['instruction', 'columns', 'own', 'proposed', 'person']).exactOptional(),
});
const checks = z.array(
  z.object({
    constraint,
    result: z.union([
      z.object({ state: z.literal('held') }),
      z.object({ state: z.literal('broken'), message: z.string(), spans: z.array(span) }),
      z.object({ state: z.literal('unknown'), message: z.string() }),
    ]),
  }),
);
/** A path names its parent; anything else could be a circle, in which a tree never ends. */
function isInPlace({ path, parent }: { readonly path: string; readonly parent: string | null }): boolean {
  if (path === rootPath) return parent === null;
  return parent === (path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : rootPath);
}
const node = z
  .object({
    path: nodePath,
    parent: nodePath.nullable(),
    depth: count,
    origin: z.enum(['original', 'refined', 'repaired', 'trimmed', 'sampled', 'edited']),
    text: z.string(),
    reflection: z.string(),
    checks,
    distance: share,
    interference: share.nullable(),
  })
  .refine(isInPlace);
const votes = z.array(
  z.object({ draw: count, verdict: z.enum(['yes', 'no', 'unparsed']), text: z.string() }),
);
const judgement = z.object({
  by: z.enum(['votes', 'rules', 'given']),
  value: share.nullable(),
  yes: count,
  no: count,
  notDrawn: count,
  unparsed: count,
  critique: z.string(),
  votes,
  verdict: z.enum(['yes', 'no']).exactOptional(),
  audit: z
    .object({ yes: count, no: count, unparsed: count, votes, failure: z.string().exactOptional() })
    .exactOptional(),
});
const usage = z.object({
  requests: count,
  sequences: count,
  promptTokens: z.number().nonnegative(),
  completionTokens: z.number().nonnegative(),
  estimated: z.boolean(),
});
const sampling = z.object({ temperature: z.number(), topP: z.number().exactOptional(), maxTokens: count });
const settings = z.object({
  algorithm: z.enum(['breadth-first', 'depth-first', 'best-of-n', 'chain']),
  branchFactor: count,
  beamWidth: count,
  depth: count,
  votes: count,
  voting: z.enum(['all', 'settled', 'screen']),
  gate: share,
  stop: z.enum(['level', 'first']),
  selection: z.enum(['greedy', 'weighted']),
  seed: z.number(),
  retriesOfUnparsed: count,
  // Journals of earlier versions don't have these.
  askWhenVerified: z.boolean().default(defaultSettings.askWhenVerified),
  auditShare: share.default(defaultSettings.auditShare),
  judge: sampling,
  refine: sampling,
  sample: sampling,
  budget: z.object({
    nodes: z.number().exactOptional(),
    tokens: z.number().exactOptional(),
    cost: z.number().exactOptional(),
    milliseconds: z.number().exactOptional(),
  }),
  price: z
    .object({ promptPerMillion: z.number(), completionPerMillion: z.number(), currency: z.string() })
    .nullable(),
});
const cost = z.number().nullable();
const event: z.ZodType<SearchEvent> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('search-started'),
    purpose: z.enum(['search', 'edit']),
    item: z.object({ id: z.string(), instruction, original: z.string() }),
    settings,
    model: z.string().nullable(),
    constraints: z.array(constraint),
    unchecked: z.array(z.string()),
    from: node,
  }),
  z
    .object({ type: z.literal('node-started'), path: nodePath, parent: nodePath, depth: count })
    .refine(isInPlace),
  z.object({ type: z.literal('node-refined'), node }),
  z.object({ type: z.literal('node-merged'), path: nodePath, into: nodePath }),
  z.object({ type: z.literal('node-judged'), path: nodePath, judgement }),
  z.object({
    type: z.literal('node-failed'),
    path: nodePath,
    stage: z.enum(['refine', 'judge']),
    reason: z.string(),
  }),
  z.object({ type: z.literal('usage-updated'), usage, cost }),
  z.object({
    type: z.literal('search-finished'),
    outcome: z.object({
      status: z.enum(['accepted', 'unsolved', 'already-follows', 'undetermined', 'stopped', 'failed']),
      reason: z.string(),
      best: nodePath.nullable(),
      complete: z.boolean(),
      needsModel: z.boolean(),
      stoppedBy: z.enum(['abort', 'nodes', 'tokens', 'cost', 'time', 'endpoint']).nullable(),
      failure: z.enum(modelErrorKinds).exactOptional(),
      usage,
      cost,
      milliseconds: z.number(),
    }),
  }),
]);
const head = z.object({
  startedAt: z.iso.datetime(),
  source: z.object({
    kind: z.enum(['selection', 'row', 'input']),
    uri: z.string().nullable(),
    range: span.nullable(),
    line: count.nullable(),
  }),
  instruction,
  original: z.string(),
});
const decision = z.object({
  path: nodePath,
  decision: z
    .object({
      state: z.enum(['accepted', 'rejected']),
      at: z.string(),
      recordId: z.string(),
      dataset: z.string().endsWith('.spar.jsonl'),
      madeOf: nodePath.nullable(),
      kept: z.array(count).nullable(),
      further: z.string().optional(),
    })
    .nullable(),
});
const review = z.object({
  path: nodePath,
  state: z.object({
    editedText: z.string().nullable(),
    kept: z.array(count),
    undone: z.array(count),
    savedAt: z.number(),
  }),
});
/** Views tell constraints apart by their ids. */
const constraints = z
  .object({
    choices: z.array(z.object({ constraint, isActive: z.boolean(), found: constraint.nullable() })),
  })
  .refine(({ choices }) => new Set(choices.map((choice) => choice.constraint.id)).size === choices.length);
