import { z } from 'zod';

/** Version of a dataset's lines; lines of a newer one are kept as they are and reported. */
export const datasetVersion = 1;

const version = z.literal(datasetVersion).describe('Version of the line format.');
const recordId = z.string().regex(/^[0-9a-f]{40}$/u, 'must be 40 characters, each 0 to 9 or a to f');
const lineId = z.string().min(1).max(200);
const time = z.iso.datetime({ offset: true });
const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const plain = z.record(z.string(), z.unknown());

const instructionSchema = z
  .union([
    z.string(),
    z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  ])
  .describe('One user turn, or a conversation whose last turn is the user’s.');

const votesSchema = z.array(
  z.object({ draw: count, verdict: z.enum(['yes', 'no', 'unparsed']), text: z.string() }),
);

const judgementSchema = z.object({
  by: z.enum(['votes', 'rules', 'given']),
  value: share.nullable().describe('Share of Yes among parsed votes; null where nothing could decide.'),
  yes: count,
  no: count,
  notDrawn: count.describe('Votes that were not drawn because they could not matter.'),
  unparsed: count,
  critique: z.string(),
  votes: votesSchema,
  verdict: z.enum(['yes', 'no']).optional().describe('What a given critique concludes.'),
  audit: z
    .object({ yes: count, no: count, unparsed: count, votes: votesSchema, failure: z.string().optional() })
    .optional()
    .describe('Votes about a text that rules refute; they change no verdict.'),
});

const spanSchema = z.object({ start: count, end: count });

const checkSchema = z.object({
  constraint: z.object({
    id: z.string(),
    type: z.string(),
    args: plain,
    text: z.string(),
    span: spanSchema.nullable(),
    source: z
      .string()
      .optional()
      .describe('instruction, columns, own, proposed or person: how the constraint came to be.'),
  }),
  result: z.discriminatedUnion('state', [
    z.object({ state: z.literal('held') }),
    z.object({ state: z.literal('broken'), message: z.string(), spans: z.array(spanSchema) }),
    z.object({ state: z.literal('unknown'), message: z.string() }),
  ]),
});

const stepSchema = z.object({
  path: z.string().describe('Of the search node: 0 for the original, then 1, 1.2, …'),
  origin: z.string().describe('original, refined, repaired, trimmed, sampled or edited.'),
  text: z.string(),
  reflection: z.string(),
  judgement: judgementSchema.nullable(),
  checks: z.array(checkSchema),
});

const lengthSchema = z.object({ characters: count, words: count });

const metricsSchema = z.object({
  value: share.nullable().describe('Of the chosen text.'),
  yes: count,
  no: count,
  notDrawn: count,
  distance: share.describe('Changed words over the longer text’s words.'),
  interference: share
    .nullable()
    .describe('Share of changed words that no broken constraint needed; null: unknown.'),
  lengths: z.object({ rejected: lengthSchema, chosen: lengthSchema }),
});

const sourceSchema = z.object({
  file: z.string().optional().describe('Path inside the workspace.'),
  row: count.optional().describe('Row or line in the file, from 1.'),
  language: z.string().optional(),
  run: z.string().optional(),
  item: z.string().optional(),
  decision: z
    .object({ record: recordId, line: lineId })
    .optional()
    .describe('The decision on another record that this pair was made of.'),
});

const recordSchema = z
  .object({
    spar: version,
    kind: z.literal('record'),
    id: recordId.describe('Hash of instruction, rejected and chosen.'),
    created: time,
    instruction: instructionSchema,
    rejected: z.string(),
    chosen: z.string(),
    evidence: z.object({
      path: z.array(stepSchema).describe('From the original to the chosen text.'),
    }),
    metrics: metricsSchema,
    source: sourceSchema.nullable(),
    model: z.string().nullable().describe('Null where rules alone were at work.'),
    search: plain.nullable().describe('The search’s settings.'),
  })
  .describe('A preference pair as it was found. Never changed: corrections are lines of their own.');

const about = {
  spar: version,
  id: lineId,
  record: recordId.describe('The record that the line is about.'),
  time: time.describe('For people; order comes from after.'),
  after: z.array(lineId).describe('The lines about this record that the writer had seen.'),
  undoes: lineId.optional().describe('The line that this one takes back.'),
};

const judgedSchema = z.object({ judgement: judgementSchema, checks: z.array(checkSchema) });

const decisionSchema = z
  .object({
    ...about,
    kind: z.literal('decision'),
    status: z.enum(['accepted', 'rejected', 'pending']),
    by: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('person') }),
      z.object({ kind: z.literal('policy'), name: z.string() }),
    ]),
    changes: z
      .object({
        kept: z.array(count).describe('Indices into all.'),
        all: z.array(z.object({ removed: z.string(), added: z.string() })),
      })
      .optional()
      .describe(
        'Decided change by change: what turns rejected into the candidate, and which of it was kept.',
      ),
    chosen: z
      .string()
      .nullable()
      .optional()
      .describe('The text decided on where it is another than was chosen; null: the record’s own again.'),
    note: z.string().optional(),
  })
  .describe('What was decided about a record.');

const changeSchema = z
  .object({
    ...about,
    kind: z.literal('change'),
    tags: z.object({ add: z.array(z.string()), remove: z.array(z.string()) }).optional(),
    split: z.string().nullable().optional().describe('For example train or test; null: none.'),
    instruction: instructionSchema.nullable().optional().describe('Null: the record’s own again.'),
    rejected: z.string().nullable().optional(),
    chosen: z.string().nullable().optional(),
    judgements: z
      .object({ model: z.string().nullable(), rejected: judgedSchema, chosen: judgedSchema })
      .nullable()
      .optional()
      .describe('What a later judge said of both texts as they stood; null: taken back.'),
  })
  .describe('Tags, split, corrected text or a later judgement; without any, brings a deleted record back.');

const deletionSchema = z
  .object({ ...about, kind: z.literal('deletion') })
  .describe('The record is to be forgotten.');

export const datasetLineSchema = z.discriminatedUnion('kind', [
  recordSchema,
  decisionSchema,
  changeSchema,
  deletionSchema,
]);

export type DatasetRecord = DeepReadonly<z.infer<typeof recordSchema>>;
export type Decision = DeepReadonly<z.infer<typeof decisionSchema>>;
export type Change = DeepReadonly<z.infer<typeof changeSchema>>;
export type Deletion = DeepReadonly<z.infer<typeof deletionSchema>>;
/** What a later judge said of both texts. */
export type Judgements = NonNullable<Change['judgements']>;
/** A line about a record. */
export type AboutLine = Decision | Change | Deletion;
export type DatasetLine = DatasetRecord | AboutLine;
export type DecisionStatus = Decision['status'];
export type RecordedInstruction = DatasetRecord['instruction'];

type DeepReadonly<Value> = Value extends (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** JSON Schema (draft 7, which text editors read) of one line of a dataset. */
export function datasetJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    title: 'Line of a SPaR dataset',
    ...z.toJSONSchema(datasetLineSchema, { target: 'draft-7', io: 'input' }),
  };
}
