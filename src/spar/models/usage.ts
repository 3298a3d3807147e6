import type { ChatMessage, Usage } from './chatModel';

/** What a model costs, from the user's settings; never invented. */
export interface Price {
  readonly promptPerMillion: number;
  readonly completionPerMillion: number;
  /** Shown as it stands, for example `USD`. */
  readonly currency: string;
}

/** Cost of what was used, in the price's currency. */
export function costOf(usage: Usage, price: Price): number {
  return (
    (usage.promptTokens * price.promptPerMillion + usage.completionTokens * price.completionPerMillion) /
    1_000_000
  );
}

/**
 * Rough count of the tokens of a text, for servers that tell none: a token for four characters of the
 * scripts that common vocabularies were made for (ASCII), one for each other character but half of a
 * surrogate pair. Exact for no model; such counts are always marked `estimated`.
 */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let others = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) ascii += 1;
    else if (code >= 0xd800 && code <= 0xdfff) others += 0.5;
    else others += 1;
  }
  return Math.ceil(ascii / 4 + others);
}

/** The template of one turn (role, separators) takes about four tokens in common chat formats. */
const tokensOfTurn = 4;

/** Rough count of the tokens of a conversation as a prompt. */
export function estimatePromptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + tokensOfTurn + estimateTokens(message.content), 0);
}
