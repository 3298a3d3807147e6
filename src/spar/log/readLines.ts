import { isAscii, isUtf8 } from 'node:buffer';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { toLogError } from './logError';

interface LinePlace {
  /** Counted from 1, blank lines included, from where reading began. */
  readonly number: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** Bytes without the line end. */
  readonly length: number;
  /** Of the byte after the line and its end. */
  readonly end: number;
  /** False for a last line without a line end: a write may be under way, or was torn. */
  readonly terminated: boolean;
}

export interface TextLine extends LinePlace {
  readonly type: 'text';
  /** Without line end and byte order mark. */
  readonly text: string;
}

/** A line that is no text. Its bytes stay in the file; `offset` and `length` say where. */
export interface DamagedLine extends LinePlace {
  readonly type: 'damaged';
  /** For a person, for example `not valid UTF-8`. */
  readonly reason: string;
}

export type LogLine = TextLine | DamagedLine;

export interface ReadOptions {
  /** Byte to begin at, the first of a line; 0 by default. */
  readonly start?: number;
  /** Number of the line at `start`; 1 by default. */
  readonly startNumber?: number;
  /** Byte to stop before; the file's end by default. */
  readonly end?: number;
  /** Longer lines are damaged and not held in memory; 256 MiB by default, of which a string may be made. */
  readonly maxLineBytes?: number;
  readonly signal?: AbortSignal;
  readonly fileSystem?: LogFileSystem;
}

const chunkBytes = 1 << 20;
const defaultMaxLineBytes = 1 << 28;

/**
 * The lines of a file in order, blank ones left out, in memory bounded by one chunk and one line.
 * Takes LF and CRLF line ends and a byte order mark at the start of any line (joined files have them there).
 * A file that does not exist has no lines.
 *
 * @throws LogError when the file can't be read; `signal.reason` when aborted.
 */
export async function* readLines(
  file: string,
  options: ReadOptions = {},
): AsyncGenerator<LogLine, void, void> {
  for await (const batch of readLineBatches(file, options)) yield* batch;
}

/** `readLines`, a chunk's lines at a time: for files of millions of lines, where a turn for each line costs. */
export async function* readLineBatches(
  file: string,
  options: ReadOptions = {},
): AsyncGenerator<readonly LogLine[], void, void> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const splitter = new LineSplitter(options);
  try {
    options.signal?.throwIfAborted();
    const handle = await fileSystem.open(file, 'r');
    try {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      let position = options.start ?? 0;
      for (;;) {
        options.signal?.throwIfAborted();
        const wanted = Math.min(chunkBytes, (options.end ?? Number.POSITIVE_INFINITY) - position);
        const { bytesRead } = wanted > 0 ? await handle.read(chunk, 0, wanted, position) : { bytesRead: 0 };
        if (bytesRead === 0) break;
        position += bytesRead;
        const lines = splitter.push(chunk.subarray(0, bytesRead));
        if (lines.length > 0) yield lines;
      }
      const last = splitter.finish();
      if (last !== null) yield [last];
    } finally {
      await handle.close();
    }
  } catch (error) {
    const failure = toLogError(error, 'read the file', file);
    if (failure instanceof Error && 'kind' in failure && failure.kind === 'not-found') return;
    throw failure;
  }
}

class LineSplitter {
  private number: number;
  /** Of the line being gathered. */
  private offset: number;
  private length = 0;
  private parts: Buffer[] = [];
  private readonly maxLineBytes: number;

  constructor(options: ReadOptions) {
    this.number = options.startNumber ?? 1;
    this.offset = options.start ?? 0;
    this.maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  }

  push(chunk: Buffer): readonly LogLine[] {
    const lines: LogLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      const line = this.close(chunk.subarray(from, at), true);
      if (line !== null) lines.push(line);
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    this.length += rest.length;
    if (this.length > this.maxLineBytes) this.parts = [];
    else if (rest.length > 0) this.parts.push(Buffer.from(rest));
    return lines;
  }

  finish(): LogLine | null {
    return this.length === 0 ? null : this.close(Buffer.alloc(0), false);
  }

  private close(rest: Buffer, terminated: boolean): LogLine | null {
    const whole = this.length + rest.length;
    const end = this.offset + whole + (terminated ? 1 : 0);
    const place = { number: this.number, offset: this.offset, end, terminated };
    const parts = this.parts;
    this.number += 1;
    this.offset = end;
    this.length = 0;
    this.parts = [];
    if (whole > this.maxLineBytes) {
      return { type: 'damaged', ...place, length: whole, reason: `longer than ${this.maxLineBytes} bytes` };
    }
    return readLine(parts.length === 0 ? rest : Buffer.concat([...parts, rest]), place);
  }
}

function readLine(bytes: Buffer, place: Omit<LinePlace, 'length'>): LogLine | null {
  const length = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const body = bytes.subarray(start, Math.max(start, length));
  if (isAscii(body)) {
    const text = body.toString('latin1');
    return text.trim() === '' ? null : { type: 'text', ...place, length, text };
  }
  if (!isUtf8(body)) return { type: 'damaged', ...place, length, reason: 'not valid UTF-8' };
  return { type: 'text', ...place, length, text: body.toString('utf8') };
}
