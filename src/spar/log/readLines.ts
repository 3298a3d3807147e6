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

/** A line as it stands among others. Blank ones are told, too. */
export interface ByteLine extends LinePlace {
  readonly type: 'bytes';
  /** Holds the line from `start` on, `length` bytes and a line end. Only valid until the next batch is asked for. */
  readonly buffer: Buffer;
  readonly start: number;
  /** True where it surely is UTF-8. */
  readonly isText: boolean;
}

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
  const splitter = new LineSplitter(options, readLine);
  for await (const chunk of readChunks(file, options)) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.finish();
  if (last !== null) yield [last];
}

/** `readLineBatches` without making texts of the lines: see `logLine`. */
export async function* readByteBatches(
  file: string,
  options: ReadOptions = {},
): AsyncGenerator<readonly (ByteLine | DamagedLine)[], void, void> {
  // Asked once for all lines of a chunk but the first, which may have begun before it.
  let areText: boolean | null = null;
  let chunk: Buffer = lineEnd;
  const splitter = new LineSplitter(options, ({ buffer, start, end }, place): ByteLine => {
    const isText = areText ?? isUtf8(buffer.subarray(start, end));
    areText ??= isUtf8(chunk.subarray(chunk.indexOf(10) + 1, chunk.lastIndexOf(10) + 1));
    const length = end > start && buffer[end - 1] === 13 ? end - start - 1 : end - start;
    const { number, offset, terminated } = place;
    return { type: 'bytes', number, offset, length, end: place.end, terminated, buffer, start, isText };
  });
  for await (chunk of readChunks(file, options)) {
    areText = null;
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  areText = null;
  const last = splitter.finish();
  if (last !== null) yield [last];
}

/** Null for a blank line. */
export function logLine(line: ByteLine | DamagedLine): LogLine | null {
  if (line.type === 'damaged') return line;
  const { buffer, start, number, offset, end, terminated } = line;
  const bytes = { buffer, start, end: start + end - offset - Number(terminated) };
  return readLine(bytes, { number, offset, end, terminated });
}

async function* readChunks(file: string, options: ReadOptions): AsyncGenerator<Buffer, void, void> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
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
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    const failure = toLogError(error, 'read the file', file);
    if (failure instanceof Error && 'kind' in failure && failure.kind === 'not-found') return;
    throw failure;
  }
}

interface LineBytes {
  readonly buffer: Buffer;
  readonly start: number;
  /** Without the line end, but for a carriage return. */
  readonly end: number;
}

class LineSplitter<Line> {
  private number: number;
  /** Of the line being gathered. */
  private offset: number;
  private length = 0;
  private parts: Buffer[] = [];
  private readonly maxLineBytes: number;

  constructor(
    options: ReadOptions,
    /** Null for a line that is left out. */
    private readonly make: (bytes: LineBytes, place: Omit<LinePlace, 'length'>) => Line | null,
  ) {
    this.number = options.startNumber ?? 1;
    this.offset = options.start ?? 0;
    this.maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  }

  push(chunk: Buffer): readonly (Line | DamagedLine)[] {
    const lines: (Line | DamagedLine)[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      const line = this.close({ buffer: chunk, start: from, end: at }, true);
      if (line !== null) lines.push(line);
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    this.length += rest.length;
    if (this.length > this.maxLineBytes) this.parts = [];
    else if (rest.length > 0) this.parts.push(Buffer.from(rest));
    return lines;
  }

  finish(): Line | DamagedLine | null {
    return this.length === 0 ? null : this.close({ buffer: lineEnd, start: 0, end: 0 }, false);
  }

  private close(rest: LineBytes, terminated: boolean): Line | DamagedLine | null {
    const whole = this.length + rest.end - rest.start;
    const end = this.offset + whole + (terminated ? 1 : 0);
    const place = { number: this.number, offset: this.offset, end, terminated };
    const { parts } = this;
    this.number += 1;
    this.offset = end;
    this.length = 0;
    this.parts = [];
    if (whole > this.maxLineBytes) {
      return { type: 'damaged', ...place, length: whole, reason: `longer than ${this.maxLineBytes} bytes` };
    }
    if (parts.length === 0) return this.make(rest, place);
    const buffer = Buffer.concat([...parts, rest.buffer.subarray(rest.start, rest.end), lineEnd]);
    return this.make({ buffer, start: 0, end: whole }, place);
  }
}

const lineEnd = Buffer.from('\n', 'latin1');

function readLine({ buffer, start, end }: LineBytes, place: Omit<LinePlace, 'length'>): LogLine | null {
  const bytes = buffer.subarray(start, end);
  const length = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  const first = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const body = bytes.subarray(first, Math.max(first, length));
  if (isAscii(body)) {
    const text = body.toString('latin1');
    return text.trim() === '' ? null : { type: 'text', ...place, length, text };
  }
  if (!isUtf8(body)) return { type: 'damaged', ...place, length, reason: 'not valid UTF-8' };
  return { type: 'text', ...place, length, text: body.toString('utf8') };
}
