/** A turn of a conversation, as chat templates take it. */
export interface TokenTurn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A preference pair as a trainer reads it. */
export interface TokenPair {
  readonly prompt: readonly TokenTurn[];
  readonly chosen: string;
  readonly rejected: string;
}

/** Lengths in tokens, those of the chat template counted. */
export interface PairTokens {
  /** Up to where an answer begins. */
  readonly prompt: number;
  /** With the mark that ends a turn. */
  readonly chosen: number;
  readonly rejected: number;
  /** Tokens that both answers begin with. */
  readonly common: number;
}

export interface TokenCounter {
  /** `estimate`, or the tokenizer's file. */
  readonly name: string;
  /** False for an estimate. */
  readonly isExact: boolean;
  /** At least as many tokens as the pair's longer row can have; cheap, for leaving out short rows. */
  mostTokens(pair: TokenPair): number;
  count(pair: TokenPair): PairTokens;
  /** Tokens of one text, without any template. */
  countText(text: string): number;
}

/** The length of what two lists, or texts, both begin with. */
export function commonStart<Item>(a: ArrayLike<Item>, b: ArrayLike<Item>): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}
