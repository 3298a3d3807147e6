import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { maxTextLength, textProblem } from '../spar/text/textProblem';
import type { Terminal } from './terminal';

/** A text argument: a file, or `-` for standard input. */
export interface TextArgument {
  /** What it is, for messages: `response`. */
  readonly name: string;
  /** Path, or `-`. */
  readonly from: string;
  /** Taken where an empty text means something. */
  readonly mayBeEmpty?: boolean;
}

export type ReadText =
  | { readonly ok: true; readonly text: string }
  /** A sentence for a person. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a text as UTF-8; line ends become `\n`, white space at both ends goes. Never throws.
 *
 * @throws `signal.reason` when aborted while waiting for input.
 */
export async function readText(
  argument: TextArgument,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ReadText> {
  const { name, from } = argument;
  const place = from === '-' ? 'standard input' : `“${from}”`;
  const bytes = await readBytes(argument, terminal, signal);
  if (typeof bytes === 'string')
    return { ok: false, reason: `Can't read the ${name} from ${place}: ${bytes}` };
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return { ok: false, reason: `The ${name} in ${place} is UTF-16 text. Save it as UTF-8.` };
  }
  const decoded = decode(bytes);
  const problem = decoded === null ? 'binary' : textProblem(decoded);
  switch (problem) {
    case 'too-large':
      return { ok: false, reason: tooLarge(name, place) };
    case 'binary':
      return { ok: false, reason: `The ${name} in ${place} is not UTF-8 text. Give a text file.` };
    case 'empty':
      if (argument.mayBeEmpty === true) break;
      return { ok: false, reason: `The ${name} in ${place} is empty. There is nothing to work on.` };
    case null:
      break;
  }
  return { ok: true, text: (decoded ?? '').replace(/\r\n?/g, '\n').trim() };
}

function tooLarge(name: string, place: string): string {
  return `The ${name} in ${place} is longer than ${maxTextLength.toLocaleString('en')} characters, the most that can be refined. Give a shorter text.`;
}

/** No character takes more bytes in UTF-8 for each of its UTF-16 units. */
const maxBytes = maxTextLength * 3 + 3;

/** The bytes, at most one more than can be used; or why there are none, as the end of a sentence. */
async function readBytes(
  { from }: TextArgument,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Uint8Array | string> {
  try {
    if (from === '-') {
      if (terminal.stdin.isTTY && terminal.stderr.isTTY)
        terminal.stderr.write('Type the text; Ctrl+D ends it.\n');
      return await collect(terminal.stdin, signal);
    }
    if ((await stat(from)).isDirectory()) return 'it is a folder. Give a file.';
    const stream = createReadStream(from, { signal });
    return await collect(stream as AsyncIterable<Uint8Array>, signal);
  } catch (error) {
    signal.throwIfAborted();
    return readFailure(error);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next.done === true || length > maxBytes) return Buffer.concat(pieces);
    pieces.push(next.value);
    length += next.value.length;
  }
}

function readFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file.';
    case 'EACCES':
    case 'EPERM':
      return 'you may not read it.';
    default:
      return `${message}.`;
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // A text cut at the limit may end inside a character; it is too long whatever it is.
    return bytes.length > maxBytes ? ' '.repeat(maxTextLength + 1) : null;
  }
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}
