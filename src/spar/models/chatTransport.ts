import type { ChatModel, ChatReply, ChatRequest, CompleteOptions, Usage } from './chatModel';
import { replyOf } from './choiceReply';
import { Completion, readCompletion, type ReadResult } from './completion';
import type { ChatAnswer, Refusal } from './chatPost';
import { listModelsAt } from './discovery';
import type { Endpoint } from './endpoint';
import {
  errorInBody,
  errorOfBody,
  errorOfConnection,
  errorOfModelName,
  errorOfRefusal,
  errorOfTimeout,
  type ErrorPlace,
} from './endpointErrors';
import { ModelError } from './modelError';
import { chatBody, refusedParameter, type ChatBody, type OptionalParameter } from './parameters';
import { holdsReasoningTags } from './reasoning';
import { estimatePromptTokens } from './usage';
import { Watchdog } from './watchdog';

export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly maxConcurrency: number;
  /**
   * Whether replies are asked for piece by piece: then a request that is stopped tells what it had received, and a
   * silent server shows early. Whole replies cost far less processor time.
   */
  readonly streams: boolean;
  readonly limits: TransportLimits;
  readonly fetch: typeof fetch;
}

/** Milliseconds. */
export interface TransportLimits {
  /** To the first byte of a streamed answer. */
  readonly firstByte: number;
  /** Between bytes, once an answer has begun. */
  readonly stall: number;
  /** For a whole answer; the only one for servers that do not stream. */
  readonly reply: number;
}

/**
 * One request to an OpenAI-compatible server at a time, without retries. Learns which parameters the server
 * refuses and asks again without them.
 *
 * Unlike a full `ChatModel` it answers with as many replies as the server gave, at least one and at most
 * as many as were asked for; `fillDraws` asks for the rest.
 */
export class ChatTransport implements ChatModel {
  readonly id: string;
  readonly maxConcurrency: number;
  private readonly place: ErrorPlace;
  /** Not wanted here, or refused by this server, which answered once they were left out. */
  private readonly refused = new Set<OptionalParameter>();
  /** Null until an answer to a request for several replies has shown it; one short answer later says nothing. */
  private honoursCount: boolean | null = null;

  constructor(private readonly options: TransportOptions) {
    this.id = options.model;
    this.maxConcurrency = options.maxConcurrency;
    if (!options.streams) this.refused.add('stream');
    this.place = { endpoint: options.endpoint, model: options.model };
  }

  /** True once the server has shown that it gives one reply to a request, whatever `n` is. */
  get givesOneReply(): boolean {
    return this.honoursCount === false || this.refused.has('n');
  }

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    const refused = new Set(this.refused);
    for (;;) {
      const exchange = new Exchange(this.options, request, chatBody(this.options.model, request, refused));
      const outcome = await exchange.run(options);
      if (outcome.ok) {
        for (const name of refused) this.refused.add(name);
        if (!outcome.streamed && exchange.body.stream === true) this.refused.add('stream');
        if (exchange.body.n !== undefined) this.honoursCount ||= outcome.replies.length > 1;
        return outcome.replies;
      }
      const { refusal } = outcome;
      const error = errorOfRefusal(refusal, this.place);
      const parameter =
        error.kind === 'bad-request' && (refusal.status === 400 || refusal.status === 422)
          ? refusedParameter(exchange.body, refusal.text)
          : null;
      if (parameter === null) throw await this.explained(error, options.signal);
      refused.add(parameter);
    }
  }

  /** Adds the server's list of models to an error about the model's name. */
  private async explained(error: ModelError, signal: AbortSignal): Promise<ModelError> {
    if (error.kind !== 'model-not-found') return error;
    const { endpoint, fetch } = this.options;
    const status = error.status ?? 404;
    try {
      const offered = await listModelsAt(endpoint, { signal, fetch, timeoutMs: 5_000 });
      return errorOfModelName(this.place, { status, offered });
    } catch {
      signal.throwIfAborted();
      return errorOfModelName(this.place, { status, offered: [] });
    }
  }
}

type Outcome =
  | { readonly ok: true; readonly replies: readonly ChatReply[]; readonly streamed: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

/** One physical request: from its sending to its end, of whatever kind, with its usage told once. */
class Exchange {
  private readonly completion = new Completion();
  private readonly place: ErrorPlace;
  private phase: 'unsent' | 'sent' | 'answered' = 'unsent';

  constructor(
    private readonly options: TransportOptions,
    private readonly request: ChatRequest,
    readonly body: ChatBody,
  ) {
    this.place = { endpoint: options.endpoint, model: options.model };
  }

  async run({ signal, onUsage }: CompleteOptions): Promise<Outcome> {
    signal.throwIfAborted();
    const watchdog = new Watchdog(signal);
    const { firstByte, reply } = this.options.limits;
    if (this.body.stream === true) {
      watchdog.limit('byte', firstByte, () => errorOfTimeout(this.place, 'first-byte', firstByte));
    }
    watchdog.limit('reply', reply, () => errorOfTimeout(this.place, 'whole', reply));
    let usage = (): Usage => this.usageOfStopped();
    try {
      const answer = await watchdog.race(this.send(watchdog));
      if (!answer.ok) {
        usage = () => refusedUsage;
        return { ok: false, refusal: answer.refusal };
      }
      const result = await watchdog.race(this.read(answer.response, watchdog));
      usage = () => this.usageOfReceived();
      return { ok: true, replies: this.repliesOf(result), streamed: result.ok && result.streamed };
    } catch (error) {
      if (error instanceof ConnectionFailure) usage = () => refusedUsage;
      else if (this.phase === 'answered') usage = () => this.usageOfReceived();
      throw error instanceof ConnectionFailure ? error.shown : error;
    } finally {
      watchdog.dispose();
      if (this.phase !== 'unsent') onUsage(usage());
    }
  }

  private async send(watchdog: Watchdog): Promise<ChatAnswer> {
    const { endpoint, fetch, streams } = this.options;
    const { postChat } = streams ? await import('./openaiClient') : await import('./fetchPost');
    watchdog.signal.throwIfAborted();
    this.phase = 'sent';
    try {
      return await postChat({ endpoint, body: this.body, signal: watchdog.signal, fetch });
    } catch (error) {
      throw new ConnectionFailure(errorOfConnection(error, this.place));
    }
  }

  private async read(response: Response, watchdog: Watchdog): Promise<ReadResult> {
    this.phase = 'answered';
    const { stall } = this.options.limits;
    if (this.body.stream === true) {
      watchdog.limit('byte', stall, () => errorOfTimeout(this.place, 'stalled', stall));
    }
    return readCompletion(response.body, this.completion, () => watchdog.renew('byte'));
  }

  private repliesOf(result: ReadResult): readonly ChatReply[] {
    if (!result.ok) {
      throw result.problem === 'error'
        ? errorInBody(result.error, this.place)
        : errorOfBody(result.problem, this.place);
    }
    const promptHoldsTags = this.request.messages.some(({ content }) => holdsReasoningTags(content));
    return this.completion.choices
      .slice(0, this.request.seeds.length)
      .map((choice) => replyOf(choice, promptHoldsTags));
  }

  private usageOfReceived(): Usage {
    const { usage, choices, estimatedTokens } = this.completion;
    const ended = choices.length > 0 && choices.every((choice) => choice.finishReason !== null);
    const counted = usage !== null && ended;
    return {
      requests: 1,
      sequences: Math.max(choices.length, ended ? 1 : this.sequencesAsked),
      promptTokens: usage?.promptTokens ?? estimatePromptTokens(this.request.messages),
      completionTokens: counted
        ? usage.completionTokens
        : Math.max(usage?.completionTokens ?? 0, estimatedTokens),
      estimated: !counted,
    };
  }

  /** A request stopped before any answer: the server has read the prompt and may have begun. */
  private usageOfStopped(): Usage {
    return {
      requests: 1,
      sequences: this.sequencesAsked,
      promptTokens: estimatePromptTokens(this.request.messages),
      completionTokens: 0,
      estimated: true,
    };
  }

  private get sequencesAsked(): number {
    return this.body.n ?? 1;
  }
}

/** Of a request that was refused or never arrived. */
const refusedUsage: Usage = {
  requests: 1,
  sequences: 0,
  promptTokens: 0,
  completionTokens: 0,
  estimated: false,
};

/** Tells a connection that failed from one that was stopped. */
class ConnectionFailure extends Error {
  constructor(readonly shown: ModelError) {
    super(shown.message);
  }
}
