import type {
  ChatMessage,
  ChatModel,
  ChatReply,
  ChatRequest,
  CompleteOptions,
} from '../../spar/models/chatModel';
import { withConcurrency } from '../../spar/models/concurrency';
import { fillDraws } from '../../spar/models/draws';
import { ModelError } from '../../spar/models/modelError';
import { holdsReasoningTags, withoutReasoning } from '../../spar/models/reasoning';
import { withRetry } from '../../spar/models/retry';
import { estimatePromptTokens, estimateTokens } from '../../spar/models/usage';
import { Watchdog } from '../../spar/models/watchdog';
import { editorModelError } from './editorModelErrors';

/** A language model as the editor offers it, without the editor's own types. */
export interface EditorModel {
  readonly vendor: string;
  readonly id: string;
  readonly name: string;
  readonly maxInputTokens: number;
  /** The reply's text in pieces. Fails with whatever the editor or the provider throws. */
  send(turns: readonly EditorTurn[], options: EditorSendOptions): AsyncIterable<string>;
  countTokens(text: string, signal: AbortSignal): Promise<number>;
}

/** The editor's models know no system turn. */
export interface EditorTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface EditorSendOptions {
  readonly signal: AbortSignal;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** Providers block extensions that send much at once. */
export const editorConcurrency = 3;
/** Longest silence, in milliseconds, before and within a reply; the first one holds the consent dialog, too. */
const silence = 120_000;

/** A model of the editor's as a `ChatModel`: each draw is a request of its own, seeds and `topP` are not sent. */
export function createEditorChatModel(model: EditorModel): ChatModel {
  const bounded = withConcurrency(new OneReplyModel(model), { limit: editorConcurrency });
  const retried = withRetry(bounded, { attempts: { 'rate-limited': 3, server: 2 } });
  // Outermost, so that a draw that has come home is not asked again for one that has not.
  return fillDraws(retried, { mostPerRequest: 1, givesOneReply: () => true });
}

/** Gives one reply, however many are asked for. */
class OneReplyModel implements ChatModel {
  readonly id: string;
  readonly maxConcurrency = editorConcurrency;

  constructor(private readonly model: EditorModel) {
    this.id = `${model.vendor}/${model.id}`;
  }

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    return [await this.completeOne(request, options)];
  }

  private async completeOne(request: ChatRequest, { signal, onUsage }: CompleteOptions): Promise<ChatReply> {
    signal.throwIfAborted();
    const promptTokens = await this.promptTokens(request.messages, signal);
    const watchdog = new Watchdog(signal);
    let text = '';
    try {
      watchdog.limit('silence', silence, () => this.silent());
      await watchdog.race(
        (async () => {
          const turns = request.messages.map(toTurn);
          const { temperature, maxTokens } = request;
          for await (const piece of this.model.send(turns, {
            signal: watchdog.signal,
            temperature,
            maxTokens,
          })) {
            text += piece;
            watchdog.limit('silence', silence, () => this.silent());
          }
        })(),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw editorModelError(error, this.model.name);
    } finally {
      watchdog.dispose();
      const completionTokens = await this.tokensOf(text);
      onUsage({ requests: 1, sequences: 1, promptTokens, completionTokens, estimated: true });
    }
    const asked = request.messages.some((message) => holdsReasoningTags(message.content));
    return { text: withoutReasoning(text, asked), finishReason: 'stop' };
  }

  /** @throws ModelError when the conversation can't fit the model. */
  private async promptTokens(messages: readonly ChatMessage[], signal: AbortSignal): Promise<number> {
    let tokens = estimatePromptTokens(messages);
    try {
      tokens = await this.model.countTokens(messages.map((message) => message.content).join('\n'), signal);
    } catch {
      signal.throwIfAborted();
    }
    if (this.model.maxInputTokens > 0 && tokens > this.model.maxInputTokens) {
      throw new ModelError({
        kind: 'context-length',
        message: `Instruction and response take about ${tokens} tokens, and ${this.model.name} reads ${this.model.maxInputTokens} at most. Select a model with a longer context.`,
      });
    }
    return tokens;
  }

  private async tokensOf(text: string): Promise<number> {
    if (text === '') return 0;
    try {
      return await this.model.countTokens(text, AbortSignal.timeout(2_000));
    } catch {
      return estimateTokens(text);
    }
  }

  private silent(): ModelError {
    const seconds = Math.round(silence / 1000);
    return new ModelError({
      kind: 'timeout',
      message: `${this.model.name} has said nothing for ${seconds} seconds. Try again, or select another model.`,
    });
  }
}

function toTurn({ role, content }: ChatMessage): EditorTurn {
  return { role: role === 'assistant' ? 'assistant' : 'user', text: content };
}
