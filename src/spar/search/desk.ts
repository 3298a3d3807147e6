import type { ChatMessage, ChatModel, ChatReply, ChatRequest } from '../models/chatModel';
import { NotRecorded } from '../models/notRecorded';
import { onStop } from '../models/stopping';
import { BudgetReached, type Ledger } from './ledger';
import { seedOf, type DrawRole } from './seeds';
import type { Sampling, SearchSettings } from './settings';

/** One reply wanted: its place in draw order and how often it was asked before. */
export interface Draw {
  readonly draw: number;
  readonly attempt: number;
}

export interface Question {
  readonly role: Exclude<DrawRole, 'select' | 'evolve'>;
  /** Path of the node that the replies are about; the parent's, for refinements. */
  readonly path: string;
  readonly messages: readonly ChatMessage[];
  readonly draws: readonly Draw[];
}

export interface DeskOptions {
  readonly model: ChatModel;
  /** Writes independent samples; `model` unless told. */
  readonly actor?: ChatModel | undefined;
  readonly settings: SearchSettings;
  readonly itemId: string;
  readonly ledger: Ledger;
}

/** The one place through which a search asks its model: seeds, sampling, budget and abort are the same for all. */
export class Desk {
  private readonly early = new Map<string, EarlyAnswer>();

  constructor(private readonly options: DeskOptions) {}

  /** Asks a question that will most likely come, so that its answer is on the way when it does. */
  askEarly(question: Question, signal: AbortSignal): void {
    const key = keyOf(question);
    if (this.early.has(key)) return;
    const stop = new AbortController();
    const answer = this.send(question, AbortSignal.any([signal, stop.signal]));
    // Whoever asks for real hears of a failure; an early question that nobody asks has no failure to tell.
    answer.catch(() => undefined);
    this.early.set(key, { path: question.path, answer, stop });
  }

  /** Stops the early questions about the nodes that are given up. */
  dropEarly(isGivenUp: (path: string) => boolean): void {
    for (const [key, { path, stop }] of this.early) {
      if (!isGivenUp(path)) continue;
      stop.abort(new Error('the question did not come'));
      this.early.delete(key);
    }
  }

  /**
   * The replies in the order of `question.draws`.
   *
   * @throws BudgetReached, ModelError, or the signal's reason, at once, even if the model is slow to notice.
   */
  async ask(question: Question, signal: AbortSignal): Promise<readonly ChatReply[]> {
    const key = keyOf(question);
    const early = this.early.get(key);
    this.early.delete(key);
    if (early === undefined) return await this.send(question, signal);
    try {
      return await early.answer;
    } catch (error) {
      // What was too much beside the votes then in flight may be affordable now.
      if (error instanceof BudgetReached && error.kind !== 'time') return await this.send(question, signal);
      throw error;
    }
  }

  private async send(question: Question, signal: AbortSignal): Promise<readonly ChatReply[]> {
    signal.throwIfAborted();
    const { actor, settings, itemId, ledger } = this.options;
    const model = question.role === 'sample' ? (actor ?? this.options.model) : this.options.model;
    const sampling = samplingFor(settings, question.role);
    const request: ChatRequest = {
      messages: question.messages,
      seeds: question.draws.map(({ draw, attempt }) =>
        seedOf({
          seed: settings.seed,
          item: itemId,
          path: question.path,
          role: question.role,
          draw,
          attempt,
        }),
      ),
      ...sampling,
    };
    const release = ledger.reserve(request, question.role);
    try {
      const replies = model.complete(request, {
        signal,
        onUsage: (usage) => ledger.book(usage, question.role),
      });
      return await orAbort(replies, signal);
    } catch (error) {
      throw error instanceof NotRecorded ? new NotRecorded(error.known, nouns[question.role]) : error;
    } finally {
      release();
    }
  }
}

interface EarlyAnswer {
  readonly path: string;
  readonly answer: Promise<readonly ChatReply[]>;
  readonly stop: AbortController;
}

/** What is missing where a reply is. */
const nouns: Readonly<Record<Question['role'], string>> = {
  judge: 'votes',
  audit: 'votes',
  refine: 'refinements',
  sample: 'answers',
};

function keyOf({ role, path, messages, draws }: Question): string {
  return JSON.stringify([role, path, draws, messages.at(-2)?.content, messages.at(-1)?.content]);
}

function samplingFor(settings: SearchSettings, role: Question['role']): Sampling {
  switch (role) {
    case 'judge':
    case 'audit':
      return settings.judge;
    case 'refine':
      return settings.refine;
    case 'sample':
      return settings.sample;
  }
}

/** `promise`, or a rejection with the signal's reason as soon as it aborts. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stopListening = onStop(signal, () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stopListening();
  }
}
