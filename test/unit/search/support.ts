import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from '../../../src/spar/models/chatModel';
import { compareNodes, comparePaths } from '../../../src/spar/search/order';
import type { SearchEvent } from '../../../src/spar/search/events';
import { runSearch, type SearchStart } from '../../../src/spar/search/search';
import { defaultSettings, type SearchSettings } from '../../../src/spar/search/settings';
import { SearchTreeBuilder, type SearchTree } from '../../../src/spar/search/tree';

export interface Searched {
  readonly tree: SearchTree;
  readonly events: readonly SearchEvent[];
}

export interface SearchCase {
  readonly start: SearchStart;
  readonly model: ChatModel | null;
  readonly settings?: Partial<SearchSettings>;
  readonly signal?: AbortSignal;
}

/** Runs a search to its end. */
export async function search({ start, model, settings, signal }: SearchCase): Promise<Searched> {
  const builder = new SearchTreeBuilder(start.continueFrom?.tree);
  const events: SearchEvent[] = [];
  const dependencies = { model, settings: { ...defaultSettings, ...settings } };
  for await (const event of runSearch(start, dependencies, {
    signal: signal ?? new AbortController().signal,
  })) {
    events.push(event);
    builder.fold(event);
  }
  return { tree: builder.tree, events };
}

/** The text of the accepted node, or null. */
export function acceptedText({ tree }: Searched): string | null {
  const { outcome } = tree;
  if (outcome?.status !== 'accepted' || outcome.best === null) return null;
  return tree.nodes.get(outcome.best)?.node?.text ?? null;
}

/** A tree as one readable text: a line a node, in order of paths. */
export function drawn({ tree }: Searched): string {
  const nodes = [...tree.nodes.values()].sort((a, b) => comparePaths(a.path, b.path));
  const lines = nodes.map(({ path, node, judgement, failure, copies }) => {
    const verdict = judgement === null ? 'not judged' : votesOf(judgement);
    const parts = [path, node?.origin ?? 'unwritten', JSON.stringify(node?.text ?? ''), verdict];
    if (failure !== null) parts.push(`failed: ${failure.reason}`);
    if (copies.length > 0) parts.push(`= ${copies.join(' ')}`);
    return parts.join(' · ');
  });
  return [...lines, `${tree.outcome?.status ?? 'running'} → ${tree.outcome?.best ?? 'none'}`].join('\n');
}

function votesOf(judgement: {
  by: string;
  yes: number;
  no: number;
  notDrawn: number;
  value: number | null;
}): string {
  if (judgement.by !== 'votes') return `${judgement.by} ${String(judgement.value)}`;
  return `${String(judgement.yes)} yes ${String(judgement.no)} no ${String(judgement.notDrawn)} not drawn`;
}

/** Best first. */
export function ranked({ tree }: Searched): readonly string[] {
  const judged = [...tree.nodes.values()].flatMap(({ node, judgement }) =>
    node === null ? [] : [{ node, judgement }],
  );
  return judged.sort(compareNodes).map(({ node }) => node.path);
}

export type Answer =
  string | Error | { readonly text: string; readonly finishReason: ChatReply['finishReason'] };

/** A model whose replies are written in the test: one function for judgements, one for refinements. */
export class ScriptedModel implements ChatModel {
  readonly id = 'scripted';
  readonly maxConcurrency = 64;
  readonly requests: ChatRequest[] = [];
  /** Milliseconds before each answer, by request number; answers at once where absent. */
  delays: readonly number[] = [];

  constructor(
    private readonly script: {
      readonly judge: (response: string, index: number, request: ChatRequest) => Answer;
      readonly refine: (response: string, index: number, request: ChatRequest) => Answer;
    },
  ) {}

  async complete(request: ChatRequest, { onUsage, signal }: CompleteOptions): Promise<readonly ChatReply[]> {
    const number = this.requests.push(request) - 1;
    const delay = this.delays[number] ?? 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    signal.throwIfAborted();
    const response =
      /<response>\n([\s\S]*)\n<\/response>/u.exec(request.messages[0]?.content ?? '')?.[1] ?? '';
    const ask = request.messages.length > 1 ? this.script.refine : this.script.judge;
    const replies = request.seeds.map((_, index) => replyOf(ask(response, index, request)));
    const completionTokens = replies.length * 10;
    onUsage({
      requests: 1,
      sequences: replies.length,
      promptTokens: 100,
      completionTokens,
      estimated: false,
    });
    return replies;
  }
}

/** A model that never answers, and only hears of an abort if told to. */
export class SilentModel implements ChatModel {
  readonly id = 'silent';
  readonly maxConcurrency = 64;

  complete(): Promise<readonly ChatReply[]> {
    return new Promise(() => undefined);
  }
}

export const yes = 'Checked.\nFinal Judgement (Yes or No): Yes';
export const no = 'Something is missing.\nFinal Judgement (Yes or No): No';
export const refined = (text: string): string => `Changed it.\n[[start]]\n${text}\n[[end]]`;

function replyOf(answer: Answer): ChatReply {
  if (answer instanceof Error) throw answer;
  return typeof answer === 'string' ? { text: answer, finishReason: 'stop' } : answer;
}
