import { z } from 'zod';
import type { FormatName } from '../../../../src/spar/datasets/export/formats';

/**
 * What the trainers' own loaders ask of a row, as far as their sources and documents say it: strict, so that a column
 * too many fails as one too few does. Where a loader only warns and drops the row, that counts as refused.
 */

const role = z.enum(['system', 'user', 'assistant']);
const turn = z.strictObject({ role, content: z.string() });
const answer = z.strictObject({ role: z.literal('assistant'), content: z.string().min(1) });
const conversation = z.array(turn).min(1);

type Turns = z.infer<typeof conversation>;

const endsWithUser = (turns: Turns): boolean => turns.at(-1)?.role === 'user';

const withoutSystem = (turns: Turns): Turns => (turns[0]?.role === 'system' ? turns.slice(1) : turns);

const alternates = (turns: Turns): boolean =>
  withoutSystem(turns).every((item, index) => item.role === (index % 2 === 0 ? 'user' : 'assistant'));

/** LLaMA-Factory's sharegpt converter: an odd number of turns with a ranking, an even one without. */
const oddTurns = conversation.refine((turns) => alternates(turns) && withoutSystem(turns).length % 2 === 1);
const evenTurns = conversation.refine((turns) => alternates(turns) && withoutSystem(turns).length % 2 === 0);

const llamaPreference = z.strictObject({ messages: oddTurns, chosen: answer, rejected: answer });
const llamaSupervised = z.strictObject({ messages: evenTurns });

const trlPreference = z.strictObject({
  prompt: conversation.refine(endsWithUser),
  chosen: z.array(answer).length(1),
  rejected: z.array(answer).length(1),
});
/** TRL, OpenAI and those like it: the last turn is the assistant's. */
const supervised = z.strictObject({
  messages: conversation.refine((turns) => turns.at(-1)?.role === 'assistant'),
});

const preferred = {
  preferred_output: z.array(answer).length(1),
  non_preferred_output: z.array(answer).length(1),
};
const openAi = z.strictObject({
  input: z.strictObject({
    messages: conversation.refine(endsWithUser),
    tools: z.array(z.unknown()),
    parallel_tool_calls: z.boolean(),
  }),
  ...preferred,
});
const plainInput = z.strictObject({
  input: z.strictObject({ messages: conversation.refine(endsWithUser) }),
  ...preferred,
});

/** Of the row formats; CSV and Parquet are read back by readers of theirs. */
export const trainerSchemas: Readonly<Record<Exclude<FormatName, 'csv' | 'parquet'>, z.ZodType>> = {
  trl: trlPreference,
  'trl-sft': supervised,
  'trl-kto': z.strictObject({
    prompt: conversation.refine(endsWithUser),
    completion: z.array(answer).length(1),
    label: z.boolean(),
  }),
  'llama-factory': llamaPreference,
  'llama-factory-sft': llamaSupervised,
  // Axolotl's chat_template.default takes the last item of what it finds in both columns.
  axolotl: llamaPreference,
  'axolotl-sft': llamaSupervised,
  openai: openAi,
  'openai-sft': supervised,
  azure: plainInput,
  'azure-sft': supervised,
  together: plainInput,
  'together-sft': llamaSupervised,
  fireworks: plainInput,
  'fireworks-sft': supervised,
};

/** LLaMA-Factory's DatasetAttr: once there are columns or tags, what is left out of them counts as none. */
export const datasetInfoEntry = z.strictObject({
  file_name: z.string().regex(/\.jsonl$/u),
  formatting: z.literal('sharegpt'),
  ranking: z.literal(true).optional(),
  columns: z.union([
    z.strictObject({ messages: z.literal('messages') }),
    z.strictObject({
      messages: z.literal('messages'),
      chosen: z.literal('chosen'),
      rejected: z.literal('rejected'),
    }),
  ]),
  tags: z.strictObject({
    role_tag: z.literal('role'),
    content_tag: z.literal('content'),
    user_tag: z.literal('user'),
    assistant_tag: z.literal('assistant'),
    system_tag: z.literal('system'),
  }),
});
