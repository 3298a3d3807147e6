import { OversizedBody, textPieces, type ByteStream } from './body';
import { fieldOf, parsedJson } from './serverWords';
import { estimateTokens } from './usage';

/** How a body that should hold a chat completion ended. */
export type ReadResult =
  | { readonly ok: true; readonly streamed: boolean }
  /** `cut`: the connection ended before the reply did. */
  | { readonly ok: false; readonly problem: 'web-page' | 'not-json' | 'no-choices' | 'cut' | 'too-long' }
  /** The server's own error, in place of a reply or amid it. */
  | { readonly ok: false; readonly problem: 'error'; readonly error: unknown };

/** One reply as far as it was received. */
export interface Choice {
  text: string;
  reasoning: string;
  /** Pieces with text, of which most servers send one for a token. */
  pieces: number;
  finishReason: string | null;
}

/**
 * What one request has brought so far; kept outside the reading so that a request that was stopped
 * still tells what it cost.
 */
export class Completion {
  private readonly byIndex = new Map<number, Choice>();
  private counted: { promptTokens: number; completionTokens: number } | null = null;

  /** In index order, which servers that interleave their streams do not keep to. */
  get choices(): readonly Choice[] {
    return [...this.byIndex.entries()].sort(([a], [b]) => a - b).map(([, choice]) => choice);
  }

  /** The server's own counts; those of a part of the reply while it is under way. */
  get usage(): { readonly promptTokens: number; readonly completionTokens: number } | null {
    return this.counted;
  }

  /** Tokens received, as well as can be told without the server's counts. */
  get estimatedTokens(): number {
    return this.choices.reduce((sum, choice) => sum + estimateChoice(choice), 0);
  }

  /** Takes a whole completion or a piece of a streamed one; anything of another shape adds nothing. */
  add(json: unknown): void {
    const choices = fieldOf(json, 'choices');
    const listed = Array.isArray(choices) ? (choices as readonly unknown[]) : [];
    const indices = listed.map((choice, position) => countOf(fieldOf(choice, 'index')) ?? position);
    // Some servers number all choices of an answer 0; they are different ones all the same.
    const isNumbered = new Set(indices).size === indices.length;
    listed.forEach((choice, position) => {
      this.addChoice(choice, isNumbered ? (indices[position] ?? position) : position);
    });
    const usage = fieldOf(json, 'usage');
    const promptTokens = countOf(fieldOf(usage, 'prompt_tokens'));
    const completionTokens = countOf(fieldOf(usage, 'completion_tokens'));
    if (promptTokens !== null && completionTokens !== null) this.counted = { promptTokens, completionTokens };
  }

  private addChoice(json: unknown, index: number): void {
    const choice = this.byIndex.get(index) ?? { text: '', reasoning: '', pieces: 0, finishReason: null };
    this.byIndex.set(index, choice);
    const message = fieldOf(json, 'delta') ?? fieldOf(json, 'message');
    const text = textOf(fieldOf(message, 'content')) || textOf(fieldOf(json, 'text'));
    const reasoning = textOf(fieldOf(message, 'reasoning_content')) || textOf(fieldOf(message, 'reasoning'));
    choice.text += text;
    choice.reasoning += reasoning;
    if (text !== '' || reasoning !== '') choice.pieces += 1;
    const finish = fieldOf(json, 'finish_reason');
    if (typeof finish === 'string' && finish !== '') choice.finishReason = finish;
  }
}

/** A reply of this many bytes is none: 64 times the longest that is asked for. */
const maxBytes = 32 * 1024 * 1024;

/**
 * Reads a body into `completion`, whether it is one JSON document or a stream of server-sent events; what
 * it is shows by its first character, since servers' content types are not reliable.
 */
export async function readCompletion(
  body: ByteStream | null,
  completion: Completion,
  onBytes: () => void = () => undefined,
): Promise<ReadResult> {
  let start = '';
  let document: string | null = null;
  let events: EventReader | null = null;
  const pieces = textPieces(body, { maxBytes, onBytes });
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) break;
      const piece = next.value;
      if (document !== null) {
        document += piece;
      } else if (events !== null) {
        events.add(piece);
      } else {
        start = (start + piece).trimStart();
        if (start.startsWith('<')) return { ok: false, problem: 'web-page' };
        if (/^(?::|(?:data|event|id|retry)\s*:)/u.test(start))
          (events = new EventReader(completion)).add(start);
        else if (start.length >= 8 || start.startsWith('{')) document = start;
      }
      if (events?.failure != null) return events.failure;
      if (events?.isDone === true) {
        await closing(pieces);
        return events.end();
      }
    }
  } catch (error) {
    if (error instanceof OversizedBody) return { ok: false, problem: 'too-long' };
    if (events?.isComplete === true) return { ok: true, streamed: true };
    return { ok: false, problem: 'cut' };
  } finally {
    pieces.return(undefined).catch(() => undefined);
  }
  if (events !== null) return events.end();
  return readDocument(document ?? start, completion);
}

/**
 * Lets a stream end after its last event, so that its connection can be used again; but no longer than
 * a moment, for some servers leave it open.
 */
async function closing(pieces: AsyncGenerator<string>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, 100)));
  await Promise.race([pieces.next().catch(() => undefined), patience]);
  clearTimeout(timer);
}

function readDocument(text: string, completion: Completion): ReadResult {
  const json = parsedJson(text);
  if (json === undefined) return { ok: false, problem: /^[[{]/u.test(text) ? 'cut' : 'not-json' };
  const error = fieldOf(json, 'error');
  if (error !== undefined && error !== null) return { ok: false, problem: 'error', error };
  completion.add(json);
  return completion.choices.length === 0
    ? { ok: false, problem: 'no-choices' }
    : { ok: true, streamed: false };
}

/** Server-sent events (WHATWG HTML, section 9.2), as far as chat completions use them: the field `data`. */
class EventReader {
  failure: ReadResult | null = null;
  private rest = '';
  private data: string[] = [];
  private done = false;

  constructor(private readonly completion: Completion) {}

  /** True once the server said that nothing more comes. */
  get isDone(): boolean {
    return this.done;
  }

  /** True once the server said so, or every reply has its finish reason. */
  get isComplete(): boolean {
    const { choices } = this.completion;
    return choices.length > 0 && (this.done || choices.every((choice) => choice.finishReason !== null));
  }

  add(piece: string): void {
    // A carriage return at the very end may be half of a line break.
    const text = this.rest + piece;
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/u);
    this.rest = (lines.pop() ?? '') + text.slice(whole.length);
    for (const line of lines) this.takeLine(line);
  }

  end(): ReadResult {
    if (this.rest.trim() !== '') this.takeLine(this.rest.trimEnd());
    // What the end left without its empty line is either a last event or half of one.
    if (parsedJson(this.data.join('\n')) !== undefined || this.data[0]?.trim() === '[DONE]') this.dispatch();
    if (this.failure !== null) return this.failure;
    if (this.isComplete) return { ok: true, streamed: true };
    return { ok: false, problem: this.done ? 'no-choices' : 'cut' };
  }

  private takeLine(line: string): void {
    if (line === '') this.dispatch();
    else if (line.startsWith('data:')) this.data.push(line.slice(5).replace(/^ /u, ''));
  }

  private dispatch(): void {
    const data = this.data.join('\n');
    this.data = [];
    if (data === '' || this.done || this.failure !== null) return;
    if (data.trim() === '[DONE]') {
      this.done = true;
      return;
    }
    const json = parsedJson(data);
    const error = fieldOf(json, 'error');
    if (json === undefined) this.failure = { ok: false, problem: 'not-json' };
    else if (error !== undefined && error !== null) this.failure = { ok: false, problem: 'error', error };
    else this.completion.add(json);
  }
}

/** A token of common vocabularies is four characters or so; longer pieces hold several. */
const longestTokenPiece = 8;

function estimateChoice(choice: Choice): number {
  const text = choice.reasoning + choice.text;
  if (choice.pieces > 1 && text.length / choice.pieces <= longestTokenPiece) return choice.pieces;
  return estimateTokens(text);
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A string, or the text parts of a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as readonly unknown[])
    .map((part) => fieldOf(part, 'text'))
    .filter((text) => typeof text === 'string')
    .join('');
}
