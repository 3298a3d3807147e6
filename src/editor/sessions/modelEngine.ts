import type { ChatModel } from '../../spar/models/chatModel';
import type { SearchEvent } from '../../spar/search/events';
import type { SearchDependencies } from '../../spar/search/run';
import type { Price, SearchSettings } from '../../spar/search/settings';
import type { ReplyStore } from '../../spar/models/recorded';
import type { Prompts } from '../../spar/refiner/prompts';
import type { EngineEdit, EngineStart, SessionEngine } from './ports';

export interface ModelEngineOptions {
  /** The chosen model; null for rules alone. May ask the person for consent. */
  readonly openModel: () => Promise<ChatModel | null>;
  /** A person's own prompts, if any; rejects with a sentence for a person where they can't be used. */
  readonly prompts: () => Promise<Prompts | null>;
  readonly settings: () => {
    readonly search: SearchSettings;
    readonly prices: Readonly<Record<string, Price>>;
  };
}

/** The search engine with the model and the settings that hold when a search starts; loaded when first used. */
export function createModelEngine(options: ModelEngineOptions): SessionEngine {
  return {
    search: (start, { signal }) => search(options, start, signal),
    judgeEdited: (edit, { signal }) => judgeEdited(options, edit, signal),
  };
}

async function* search(
  options: ModelEngineOptions,
  { item, continueFrom, replies }: EngineStart,
  signal: AbortSignal,
): AsyncGenerator<SearchEvent, void, undefined> {
  const dependencies = await dependenciesOf(options, replies);
  const { runSearch } = await import('../../spar/search/search');
  const { instruction, original, critique, constraints } = item;
  const start = {
    instruction,
    original,
    ...(critique === undefined ? {} : { critique }),
    ...(constraints === undefined ? {} : { constraints }),
    ...(continueFrom === null ? {} : { continueFrom }),
  };
  const { settings } = dependencies;
  yield* runSearch(
    start,
    { ...dependencies, settings: item.judgeOnly === true ? { ...settings, depth: 0 } : settings },
    { signal },
  );
}

async function* judgeEdited(
  options: ModelEngineOptions,
  { tree, parent, text, replies }: EngineEdit,
  signal: AbortSignal,
): AsyncGenerator<SearchEvent, void, undefined> {
  const dependencies = await dependenciesOf(options, replies);
  const { judgeEdited: judge } = await import('../../spar/search/search');
  yield* judge({ tree, parent, text }, dependencies, { signal });
}

async function dependenciesOf(
  options: ModelEngineOptions,
  replies: ReplyStore | null,
): Promise<SearchDependencies> {
  const model = await options.openModel();
  const { search: settings, prices } = options.settings();
  if (model === null) return { model, settings };
  const prompts = await options.prompts();
  const { withRecordedReplies } = await import('../../spar/models/recorded');
  return {
    model: replies === null ? model : withRecordedReplies(model, { store: replies }),
    ...(prompts === null ? {} : { prompts }),
    settings: { ...settings, price: Object.hasOwn(prices, model.id) ? (prices[model.id] ?? null) : null },
  };
}
