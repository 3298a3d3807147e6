import { turnsAlternate, type ExportPair, type ExportTurn, type LeftOutReason } from './pair';

/** What is exported: the actor's preference pairs, or the conversations that the refiner is trained on. */
export type ExportKind = 'pairs' | 'refiner';

export type Trainer = 'trl' | 'llama-factory' | 'axolotl' | 'openai' | 'azure' | 'together' | 'fireworks';

export type FormatName = Trainer | `${Trainer}-sft` | 'trl-kto' | 'csv' | 'parquet';

/** How the rows train: on pairs, on single answers with a label, or on one answer each. */
export type Method = 'preference' | 'kto' | 'supervised';

/** A row in the order in which its columns are written. */
export type Row = Readonly<Record<string, unknown>>;

export interface Format {
  readonly name: FormatName;
  /** One line for lists. */
  readonly summary: string;
  readonly trainer: Trainer | null;
  readonly method: Method;
  readonly ending: 'jsonl' | 'csv' | 'parquet';
  /** Turns must alternate, or the trainer drops or refuses the row. */
  readonly alternates: boolean;
  /** Fewest rows that the service takes. */
  readonly leastRows?: number;
}

const trainers: readonly {
  readonly trainer: Trainer;
  readonly label: string;
  readonly alternates: boolean;
  readonly least?: { readonly preference?: number; readonly supervised?: number };
}[] = [
  { trainer: 'trl', label: 'TRL', alternates: false },
  { trainer: 'llama-factory', label: 'LLaMA-Factory', alternates: true },
  { trainer: 'axolotl', label: 'Axolotl', alternates: true },
  { trainer: 'openai', label: 'OpenAI', alternates: false, least: { supervised: 10 } },
  { trainer: 'azure', label: 'Azure OpenAI', alternates: false, least: { supervised: 10 } },
  { trainer: 'together', label: 'Together', alternates: true },
  { trainer: 'fireworks', label: 'Fireworks', alternates: false, least: { preference: 3, supervised: 3 } },
];

/** All that can be exported to. */
export const formats: readonly Format[] = [
  ...trainers.flatMap(({ trainer, label, alternates, least }): readonly Format[] => [
    {
      name: trainer,
      summary: `${label}: preference pairs`,
      trainer,
      method: 'preference',
      ending: 'jsonl',
      alternates,
      ...(least?.preference === undefined ? {} : { leastRows: least.preference }),
    },
    {
      name: `${trainer}-sft`,
      summary: `${label}: supervised fine-tuning on the chosen texts`,
      trainer,
      method: 'supervised',
      ending: 'jsonl',
      alternates,
      ...(least?.supervised === undefined ? {} : { leastRows: least.supervised }),
    },
  ]),
  {
    name: 'trl-kto',
    summary: 'TRL: KTO, two labelled rows for each pair',
    trainer: 'trl',
    method: 'kto',
    ending: 'jsonl',
    alternates: false,
  },
  {
    name: 'csv',
    summary: 'CSV: prompt, messages (JSON), chosen, rejected',
    trainer: null,
    method: 'preference',
    ending: 'csv',
    alternates: false,
  },
  {
    name: 'parquet',
    summary: 'Parquet: the columns of TRL’s preference pairs',
    trainer: 'trl',
    method: 'preference',
    ending: 'parquet',
    alternates: false,
  },
];

/** The format of a name as people write it (`llamafactory`, `TRL_KTO`, `trl-dpo`); undefined for none. */
export function formatOf(name: string): Format | undefined {
  const bare = name
    .toLowerCase()
    .replace(/[^a-z]/gu, '')
    .replace(/(?:dpo|preference|pref)$/u, '');
  return formats.find((format) => format.name.replace(/-/gu, '') === bare);
}

/**
 * The rows of a pair, in the shapes that the trainers' own loaders take; or why there is none. No row has a column
 * beyond its shape's, since some services refuse those.
 */
export function pairRows(format: Format, pair: ExportPair): readonly Row[] | LeftOutReason {
  const { turns, rejected, chosen } = pair;
  if (format.alternates && !turnsAlternate(turns)) return 'turns';
  if (format.name === 'csv') return csvRow(pair);
  const [good, bad] = [chosen, rejected].map((content) => ({ role: 'assistant' as const, content }));
  switch (format.method) {
    case 'supervised':
      return [conversationRow([...turns, { role: 'assistant', content: chosen }])];
    case 'kto':
      return [
        { prompt: turns, completion: [good], label: true },
        { prompt: turns, completion: [bad], label: false },
      ];
    case 'preference':
      switch (format.trainer) {
        case 'llama-factory':
        case 'axolotl':
          return [{ messages: turns, chosen: good, rejected: bad }];
        case 'openai':
          return [
            {
              input: { messages: turns, tools: [], parallel_tool_calls: true },
              preferred_output: [good],
              non_preferred_output: [bad],
            },
          ];
        case 'azure':
        case 'together':
        case 'fireworks':
          return [{ input: { messages: turns }, preferred_output: [good], non_preferred_output: [bad] }];
        case 'trl':
        case null:
          return [{ prompt: turns, chosen: [good], rejected: [bad] }];
      }
  }
}

/** A whole conversation, whose assistant turns are learnt: the same in all formats. */
export function conversationRow(messages: readonly ExportTurn[]): Row {
  return { messages };
}

function csvRow({ turns, rejected, chosen }: ExportPair): readonly Row[] | LeftOutReason {
  // Python's reader ends at a NUL.
  if ([...turns.map(({ content }) => content), rejected, chosen].some((text) => text.includes('\0')))
    return 'unwritable';
  const only = turns.length === 1 ? turns[0]?.content : undefined;
  const prompt = only ?? turns.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
  return [{ prompt, messages: turns, chosen, rejected }];
}
