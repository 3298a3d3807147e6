import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { InputRow } from '../../datasets/import/readInput';
import { isJsonObject } from '../../datasets/rowTurns';
import { parseJson } from '../../log/jsonLine';
import { toLogError } from '../../log/logError';
import { readLineBatches, readLines, type LogLine } from '../../log/readLines';
import { maxTextLength } from '../../text/textProblem';

export interface PromptListOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number) => void;
}

/** Longer lines can't be prompts: the greatest length in four-byte characters, and room to say so. */
const maxLineBytes = 8 << 20;

/** True for a file that ends in `.txt` or `.text` and does not begin with a JSON object. */
export async function isPromptList(file: string, signal?: AbortSignal): Promise<boolean> {
  if (!/^\.te?xt$/iu.test(extname(file))) return false;
  for await (const line of readLines(file, { maxLineBytes, ...(signal === undefined ? {} : { signal }) })) {
    const parsed = line.type === 'text' ? parseJson(line.text) : null;
    return parsed === null || !parsed.ok || !isJsonObject(parsed.value);
  }
  return true;
}

/**
 * The prompts of a text: one a line, or, where any line is `---` alone, the blocks between such lines with the line
 * breaks that they hold. Blank lines and blocks are left out. Each row's value is the prompt, its place the first line.
 *
 * @throws LogError for a file that can't be read; `signal.reason`.
 */
export async function* promptRows(
  file: string,
  { signal, onProgress }: PromptListOptions,
): AsyncGenerator<InputRow, void, void> {
  // A file that is not there has no lines for `readLineBatches`; here it is a mistake.
  await stat(file).catch((error: unknown) => {
    throw toLogError(error, 'read the file', file);
  });
  const options = { maxLineBytes, ...(signal === undefined ? {} : { signal }) };
  const inBlocks = await hasSeparator(readLines(file, options));
  const block = new Block();
  for await (const lines of readLineBatches(file, options)) {
    for (const line of lines) {
      if (!inBlocks) yield lineRow(line);
      else if (!isSeparator(line)) block.add(line);
      else yield* block.take();
    }
    onProgress?.(lines.at(-1)?.end ?? 0);
  }
  yield* block.take();
}

async function hasSeparator(lines: AsyncIterable<LogLine>): Promise<boolean> {
  for await (const line of lines) if (isSeparator(line)) return true;
  return false;
}

function isSeparator(line: LogLine): boolean {
  return line.type === 'text' && line.length < 100 && line.text.trim() === '---';
}

function lineRow(line: LogLine): InputRow {
  const place = line.number;
  return line.type === 'text'
    ? { place, ok: true, value: line.text.trim() }
    : { place, ok: false, reason: line.reason };
}

/** The lines between two separators. */
class Block {
  private text = '';
  private first = 0;
  private last = 0;
  private damage: string | null = null;

  add(line: LogLine): void {
    if (this.first === 0) this.first = line.number;
    else if (this.text.length <= maxTextLength) this.text += '\n'.repeat(line.number - this.last);
    this.last = line.number;
    if (line.type === 'damaged') this.damage ??= `line ${line.number}: ${line.reason}`;
    // What is longer is refused whatever follows, so no more of it is held.
    else if (this.text.length <= maxTextLength) this.text += line.text;
  }

  *take(): Generator<InputRow, void, void> {
    const { text, first: place, damage } = this;
    this.text = '';
    this.first = 0;
    this.damage = null;
    if (place === 0) return;
    yield damage === null ? { place, ok: true, value: text.trimEnd() } : { place, ok: false, reason: damage };
  }
}
