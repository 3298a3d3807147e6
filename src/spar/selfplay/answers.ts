import type { ChatMessage, ChatModel } from '../models/chatModel';
import { NotRecorded } from '../models/notRecorded';
import type { Instruction } from '../refiner/instruction';
import { randomFrom, seedOf } from '../search/seeds';
import { textProblem } from '../text/textProblem';
import type { RunItem } from './item';
import type { RunSettings } from './settings';

/** Where an item's answers are drawn, in seeds: no node of a search has this path. */
const answersPath = 'answers';

export interface AnswerPorts {
  readonly settings: RunSettings;
  /** Null: only answers that the row brings. */
  readonly actor: ChatModel | null;
  readonly signal: AbortSignal;
}

/** An answer, or why there is none in its place. */
export type Answer =
  | { readonly draw: number; readonly ok: true; readonly text: string }
  | { readonly draw: number; readonly ok: false; readonly reason: string };

/**
 * An item's answers in the order in which they are looked at: the row's own, in seeded order where one of them is to be
 * chosen; else K samples of the actor. Drawn as they are asked for, or all at once, as the settings say.
 *
 * @throws ModelError; `signal.reason`.
 */
export async function* answersTo(
  item: RunItem & { readonly instruction: Instruction },
  { settings, actor, signal }: AnswerPorts,
): AsyncGenerator<Answer, void, void> {
  if (item.responses.length > 0) {
    for (const draw of orderOf(item, settings)) yield usable(draw, item.responses[draw] ?? '');
    return;
  }
  if (actor === null) return;
  const all = Array.from({ length: settings.samples }, (_, draw) => draw);
  const asNeeded = settings.select === 'one' && settings.draw === 'as-needed';
  for (const draws of asNeeded ? all.map((draw) => [draw]) : [all]) {
    const { temperature, topP, maxTokens } = settings.search.sample;
    const replies = await asAnswers(actor).complete(
      {
        messages: messagesOf(item.instruction),
        seeds: draws.map((draw) => seedOf({ ...seedPlace(item, settings), role: 'sample', draw })),
        temperature,
        ...(topP === undefined ? {} : { topP }),
        maxTokens,
      },
      { signal, onUsage: () => undefined },
    );
    for (const [at, draw] of draws.entries()) {
      const reply = replies[at];
      // Half an answer would teach to end answers, whatever was asked.
      if (reply?.finishReason === 'length') yield { draw, ok: false, reason: 'cut at the token limit' };
      else yield usable(draw, reply?.text.trim() ?? '');
    }
  }
}

/** What is missing where a reply is not recorded. */
function asAnswers(actor: ChatModel): Pick<ChatModel, 'complete'> {
  return {
    complete: (request, options) =>
      actor.complete(request, options).catch((error: unknown) => {
        throw error instanceof NotRecorded ? new NotRecorded(error.known, 'answers') : error;
      }),
  };
}

function usable(draw: number, text: string): Answer {
  const problem = textProblem(text);
  return problem === null
    ? { draw, ok: true, text }
    : { draw, ok: false, reason: `an answer that is ${problem}` };
}

/** Indices of the row's answers. */
function orderOf(item: RunItem, settings: RunSettings): readonly number[] {
  const order = item.responses.map((_, index) => index);
  if (settings.select === 'all') return order;
  const random = randomFrom(seedOf({ ...seedPlace(item, settings), role: 'select', draw: 0 }));
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

function seedPlace({ id }: RunItem, { seed }: RunSettings) {
  return { seed, item: id, path: answersPath, attempt: 0 };
}

function messagesOf(instruction: Instruction): readonly ChatMessage[] {
  return typeof instruction === 'string' ? [{ role: 'user', content: instruction }] : instruction;
}
