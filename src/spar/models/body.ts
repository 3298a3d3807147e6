/** Thrown where a body is longer than allowed: no chat completion is, and memory is bounded. */
export class OversizedBody extends Error {
  override readonly name = 'OversizedBody';
}

export type ByteStream = ReadableStream<Uint8Array>;

export interface PiecesOptions {
  readonly maxBytes: number;
  /** Called for each piece as it arrives. */
  readonly onBytes?: () => void;
}

/**
 * The text of a body piece by piece as it arrives, decoded as UTF-8 across pieces.
 *
 * @throws OversizedBody beyond `maxBytes`; whatever the connection throws when it is cut.
 */
export async function* textPieces(body: ByteStream | null, options: PiecesOptions): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      options.onBytes?.();
      if (bytes > options.maxBytes) throw new OversizedBody('The body is too long.');
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    // A body left unread would keep its connection; one that already failed can't be cancelled, which is fine.
    reader.cancel().catch(() => undefined);
  }
}

/** The whole text of a body, or as much as was allowed. */
export async function boundedText(body: ByteStream | null, maxBytes: number): Promise<string> {
  let text = '';
  try {
    for await (const piece of textPieces(body, { maxBytes })) text += piece;
  } catch (error) {
    if (!(error instanceof OversizedBody)) throw error;
  }
  return text;
}
