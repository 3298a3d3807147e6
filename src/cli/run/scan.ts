import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { toLogError } from '../../spar/log/logError';
import { estimateTokens } from '../../spar/models/usage';
import { instructionText } from '../../spar/refiner/instruction';
import type { InputShape } from '../../spar/selfplay/forecast';
import { inspectInput } from '../../spar/selfplay/intake/inspectInput';
import type { Mapping } from '../../spar/selfplay/intake/mapping';
import { isBadRow, readItems } from '../../spar/selfplay/intake/readItems';
import type { BadRow } from '../../spar/selfplay/item';
import { harmlessLine } from '../output/paint';

export interface ScanOptions {
  readonly input: string;
  readonly columns: Mapping | null;
  /** Most items. */
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
}

/** What an input holds. */
export interface InputScan {
  readonly shape: InputShape;
  /** The first of them. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** Columns as they were taken, given or found. */
  readonly columns: Mapping | null;
  readonly sha256: string;
}

const shownBadRows = 10;

/**
 * Reads an input through, before anything is paid for.
 *
 * @returns a sentence for a person where it can't be used.
 * @throws LogError for a file that can't be read; `signal.reason`.
 */
export async function scanInput({ input, columns, limit, signal }: ScanOptions): Promise<InputScan | string> {
  const look = await inspectInput(input, { signal });
  if (look.rows === 0) return `“${input}” has no rows. Give a file with instructions.`;
  const taken = columns ?? (look.isKnown ? null : look.clear);
  if (columns === null && !look.isKnown && look.clear === null) return unclearWords(input, look);
  const badRows: BadRow[] = [];
  let [badRowCount, items, answered, answers, asked, answerTokens] = [0, 0, 0, 0, 0, 0];
  const options = {
    signal,
    ...(taken === null ? {} : { mapping: taken }),
    ...(limit === undefined ? {} : { limit }),
  };
  for await (const row of readItems(input, options)) {
    if (isBadRow(row)) {
      badRowCount += 1;
      if (badRows.length < shownBadRows) badRows.push(row);
      continue;
    }
    items += 1;
    asked += estimateTokens(instructionText(row.instruction));
    if (row.responses.length === 0) continue;
    answered += 1;
    answers += row.responses.length;
    for (const response of row.responses) answerTokens += estimateTokens(response);
  }
  if (items === 0) {
    const [first] = badRows;
    const why = first === undefined ? '' : ` Row ${first.place}: ${harmlessLine(first.reason, 300)}`;
    return `“${input}” has no row that can be used.${why}`;
  }
  return {
    shape: {
      items,
      answered,
      answers,
      instructionTokens: Math.round(asked / items),
      answerTokens: answers === 0 ? null : Math.round(answerTokens / answers),
    },
    badRows,
    badRowCount,
    columns: taken,
    sha256: await sha256Of(input, signal),
  };
}

/** Lines for a person about rows that are left out. */
export function badRowWords(
  input: string,
  { badRows, badRowCount }: Pick<InputScan, 'badRows' | 'badRowCount'>,
): readonly string[] {
  const listed = badRows.map(
    ({ place, reason }) => `${harmlessLine(input, 200)}:${place}: ${harmlessLine(reason, 300)}`,
  );
  const more = badRowCount - badRows.length;
  return more > 0 ? [...listed, `and ${more.toLocaleString('en')} more rows that can’t be used`] : listed;
}

type Look = Awaited<ReturnType<typeof inspectInput>>;

function unclearWords(input: string, { columns, problem }: Look): string {
  if (columns.length === 0) return `“${input}” can’t be used: ${problem ?? 'its rows hold nothing.'}`;
  const list = columns
    .slice(0, 20)
    .map(
      ({ name, kind, example }) => `\n  ${harmlessLine(name, 40)} (${kind}): ${harmlessLine(example, 80)}`,
    );
  const more = columns.length > 20 ? `\n  and ${columns.length - 20} more` : '';
  return `It is not clear which column of “${input}” holds the instruction. Add --column instruction=NAME, and where rows bring them --column response=NAME, critique=NAME, system=NAME. Its columns:${list.join('')}${more}`;
}

/** @throws LogError; `signal.reason`. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file, { signal })) hash.update(piece as Buffer);
  } catch (error) {
    signal.throwIfAborted();
    throw toLogError(error, 'read the input', file);
  }
  return hash.digest('hex');
}
