import type { ServerResponse } from 'node:http';
import type { ChatMessage } from '../../../src/spar/models/chatModel';
import { sleep } from './sleep';
import type { Fault, GrowingCall, SimulatedText, SimulatorOptions } from './protocol';
import type { SequenceSlots } from './sequenceSlots';
import { mixed, tokensOf } from './tokens';

export interface ChatAnswering {
  readonly call: GrowingCall;
  readonly response: ServerResponse;
  readonly options: SimulatorOptions;
  readonly slots: SequenceSlots;
  /** Aborted when the client has left. */
  readonly left: AbortSignal;
  readonly fault: Fault | undefined;
  /** Position in the series for requests without a seed. */
  readonly nextSeed: () => number;
}

/** Makes the choices of one chat completion, each in a place of its own, and sends them. */
export async function answerChat(answering: ChatAnswering): Promise<void> {
  const { call, options } = answering;
  call.promptTokens = promptTokensOf(call.body);
  const asked = call.body['stream'] === true;
  const streaming = options.streaming ?? 'asked';
  const choices = await choicesOf(answering);
  const answer =
    streaming === 'always' || (streaming === 'asked' && asked)
      ? new StreamedAnswer(answering, choices)
      : new PlainAnswer(answering, choices);
  await answer.send();
}

export function promptTokensOf(body: Readonly<Record<string, unknown>>): number {
  return messagesOf(body).reduce((sum, { content }) => sum + tokensOf(content).length, 0);
}

/** The request's limit of reply tokens, by either name. */
export function replyTokensOf(body: Readonly<Record<string, unknown>>): number | null {
  return numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']);
}

/** One choice as it will be sent. */
interface MadeChoice {
  readonly index: number;
  readonly reasoning: readonly string[];
  readonly tokens: readonly string[];
  readonly finishReason: string;
}

async function choicesOf({ call, options, nextSeed }: ChatAnswering): Promise<readonly MadeChoice[]> {
  const { body } = call;
  const count = options.honoursCount === false ? 1 : (numberOf(body['n']) ?? 1);
  const seed = numberOf(body['seed']) ?? mixed(options.seed ?? 0, nextSeed());
  const maxTokens = replyTokensOf(body);
  const responder = options.responder ?? (({ seed: own }) => `Simulated reply ${String(own)}.`);
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<MadeChoice> => {
      const made = await responder({
        model: String(body['model']),
        messages: messagesOf(body),
        seed: index === 0 ? seed : mixed(seed, index),
        choice: index,
        temperature: numberOf(body['temperature']),
        maxTokens,
        call,
      });
      return cutTo(maxTokens, typeof made === 'string' ? { text: made } : made, index);
    }),
  );
}

function cutTo(maxTokens: number | null, made: SimulatedText, index: number): MadeChoice {
  const reasoning = tokensOf(made.reasoning ?? '');
  const tokens = tokensOf(made.text);
  const limit = maxTokens ?? Number.POSITIVE_INFINITY;
  const isCut = reasoning.length + tokens.length > limit;
  return {
    index,
    reasoning: reasoning.slice(0, limit),
    tokens: tokens.slice(0, Math.max(0, limit - reasoning.length)),
    finishReason: made.finishReason ?? (isCut ? 'length' : 'stop'),
  };
}

/** What streamed and plain answers share: places, time, and the end of a request. */
abstract class Answer {
  constructor(
    protected readonly answering: ChatAnswering,
    protected readonly choices: readonly MadeChoice[],
  ) {}

  async send(): Promise<void> {
    // Last first, so that a client which relies on the order of arrival shows.
    await Promise.all([...this.choices].reverse().map((choice) => this.make(choice)));
    if (!this.answering.left.aborted && !this.isBroken) this.finish();
  }

  protected abstract readonly isStreamed: boolean;
  /** True once a fault has ended the answer. */
  protected abstract get isBroken(): boolean;
  /** Hands out tokens that have become due. */
  protected abstract emit(choice: MadeChoice, from: number, to: number): void;
  protected abstract finish(): void;

  protected usage(): object {
    const { promptTokens, completionTokens } = this.answering.call;
    return {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    };
  }

  private async make(choice: MadeChoice): Promise<void> {
    const { slots, left, call } = this.answering;
    if (!(await slots.take(left))) return;
    call.sequences += 1;
    try {
      await this.run(choice);
    } finally {
      slots.give();
    }
  }

  private async run(choice: MadeChoice): Promise<void> {
    const { options, left, call } = this.answering;
    const { baseMs, perTokenMs } = options.latency ?? { baseMs: 0, perTokenMs: 0 };
    const total = choice.reasoning.length + choice.tokens.length;
    const step = this.isStreamed ? tokensAtOnce(options, total) : total;
    const startedAt = performance.now();
    let done = 0;
    do {
      const target = Math.min(total, done + step);
      const wait = startedAt + baseMs + target * perTokenMs - performance.now();
      if (wait > 0) await sleep(wait, left);
      else await Promise.resolve();
      if (this.isBroken) return;
      if (left.aborted) {
        const due = Math.floor((performance.now() - startedAt - baseMs) / perTokenMs) || 0;
        if (!this.isStreamed) call.completionTokens += Math.max(0, Math.min(due, total));
        return;
      }
      call.completionTokens += target - done;
      this.emit(choice, done, target);
      done = target;
    } while (done < total);
  }
}

/** Tokens of one event. */
function tokensAtOnce(options: SimulatorOptions, total: number): number {
  const perTokenMs = options.latency?.perTokenMs ?? 0;
  if (options.pieces !== 'tick') return 1;
  return perTokenMs === 0 ? Math.max(1, total) : Math.max(1, Math.round((options.tickMs ?? 20) / perTokenMs));
}

class PlainAnswer extends Answer {
  protected readonly isStreamed = false;

  protected get isBroken(): boolean {
    return false;
  }

  protected emit(): void {
    // All is sent at the end.
  }

  protected finish(): void {
    const { call, response, options, fault } = this.answering;
    const text = JSON.stringify({
      id: `simulated-${String(call.index)}`,
      object: 'chat.completion',
      model: call.body['model'],
      choices: this.choices.map((choice) => ({
        index: choice.index,
        finish_reason: choice.finishReason,
        message: { role: 'assistant', ...contentOf(choice, options) },
      })),
      ...(options.usage === 'off' ? {} : { usage: this.usage() }),
    });
    call.status = 200;
    response.writeHead(200, { 'content-type': 'application/json' });
    if (fault === undefined) response.end(text);
    else {
      response.write(text.slice(0, Math.floor(text.length / 2)), () => {
        endBroken(fault, response);
      });
    }
  }
}

class StreamedAnswer extends Answer {
  protected readonly isStreamed = true;
  private broken = false;

  protected get isBroken(): boolean {
    return this.broken;
  }

  protected emit(choice: MadeChoice, from: number, to: number): void {
    const { call, fault, response } = this.answering;
    const limit = fault !== undefined && 'afterTokens' in fault ? (fault.afterTokens ?? 1) : 1;
    if (fault !== undefined && call.completionTokens > limit) {
      call.completionTokens -= to - from;
      this.broken = true;
      if (fault.kind === 'error-event') this.write({ error: fault.error });
      endBroken(fault, response);
      return;
    }
    const reasoning = choice.reasoning.slice(from, to).join('');
    const start = Math.max(0, from - choice.reasoning.length);
    const text = choice.tokens.slice(start, Math.max(start, to - choice.reasoning.length)).join('');
    const isEnd = to === choice.reasoning.length + choice.tokens.length;
    const field = this.answering.options.reasoningField ?? 'reasoning_content';
    const delta = {
      ...(reasoning === '' ? {} : { [field]: reasoning }),
      ...(text === '' ? {} : { content: text }),
    };
    this.writeChoice(choice.index, delta, null);
    if (isEnd) this.writeChoice(choice.index, {}, choice.finishReason);
  }

  protected finish(): void {
    const { call, options, response } = this.answering;
    const streamOptions = call.body['stream_options'] as { include_usage?: boolean } | undefined;
    if (options.usage !== 'off' && streamOptions?.include_usage === true) {
      this.write({ object: 'chat.completion.chunk', choices: [], usage: this.usage() });
    }
    this.begin();
    response.end('data: [DONE]\n\n');
  }

  private writeChoice(index: number, delta: object, finishReason: string | null): void {
    this.write({
      object: 'chat.completion.chunk',
      choices: [{ index, delta, finish_reason: finishReason }],
      ...(this.answering.options.usage === 'every-piece' ? { usage: this.usage() } : {}),
    });
  }

  private write(event: object): void {
    this.begin();
    this.answering.response.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  private begin(): void {
    const { call, response } = this.answering;
    if (response.headersSent) return;
    call.status = 200;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  }
}

/** How a reply ends in its midst; a stall ends when the client leaves. */
function endBroken(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'end-early' || fault.kind === 'error-event') response.end();
  if (fault.kind !== 'cut') return;
  // Broken at once, the connection would take with it what was just written.
  setTimeout(() => response.destroy(new Error('Cut by the simulator.')), 5);
}

function contentOf(choice: MadeChoice, options: SimulatorOptions): object {
  const field = options.reasoningField ?? 'reasoning_content';
  const reasoning = choice.reasoning.join('');
  return { content: choice.tokens.join(''), ...(reasoning === '' ? {} : { [field]: reasoning }) };
}

function messagesOf(body: Readonly<Record<string, unknown>>): readonly ChatMessage[] {
  return Array.isArray(body['messages']) ? (body['messages'] as readonly ChatMessage[]) : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
