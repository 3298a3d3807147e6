import type { InputForm, InputRow } from '../../datasets/import/readInput';
import { readInput } from '../../datasets/import/readInput';
import { instructionText } from '../../refiner/instruction';
import { contentId } from '../../search/seeds';
import type { BadRow, RunItem } from '../item';
import type { Mapping } from './mapping';
import { readParts } from './rowParts';
import { SeenIds } from './seenIds';
import { isPromptList, promptRows } from './promptList';

/** How rows lie in a file; `text` is a list of prompts, see `promptRows`. */
export type ItemForm = InputForm | 'text';

export interface ReadItemsOptions {
  /** Columns of rows whose shape is not known; without it such rows are bad rows. */
  readonly mapping?: Mapping;
  /** By the file's ending and beginning where it is left out. */
  readonly form?: ItemForm;
  /** Most items; reading ends with the last of them. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number) => void;
}

/** No row that can be used comes near it: instruction and response of the greatest length, in four-byte characters. */
const maxLineBytes = 32 << 20;

/**
 * The items of an input in its order, and in between, at their places, the rows that can't be used. Of rows with the
 * same instruction and responses the first counts. Memory is bounded by a line or a row group, and 12 bytes for each
 * item that was read; JSON arrays, CSV and TSV are read whole.
 *
 * @throws LogError for a file that can't be read; `signal.reason`.
 */
export async function* readItems(
  file: string,
  options: ReadItemsOptions = {},
): AsyncGenerator<RunItem | BadRow, void, void> {
  const { mapping, limit = Number.POSITIVE_INFINITY } = options;
  const seen = new SeenIds();
  let index = 0;
  if (limit <= 0) return;
  for await (const row of inputRows(file, options)) {
    const { place } = row;
    const read = row.ok ? readParts(row.value, mapping) : row;
    if (!read.ok) {
      yield { place, reason: read.reason };
      continue;
    }
    const { parts } = read;
    const id = contentId(instructionText(parts.instruction), ...parts.responses);
    const first = seen.add(id, place);
    if (first !== null) {
      yield { place, reason: `The same as row ${first}; it is used once. Take one of them out.` };
      continue;
    }
    yield { index, place, id, ...parts };
    index += 1;
    if (index >= limit) return;
  }
}

/** True for what `readItems` gives of a row that can't be used. */
export function isBadRow(row: RunItem | BadRow): row is BadRow {
  return 'reason' in row;
}

/** The rows of the input, whatever they are worth. */
export async function* inputRows(
  file: string,
  { form, signal, onProgress }: ReadItemsOptions,
): AsyncGenerator<InputRow, void, void> {
  const options = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  if (form === 'text' || (form === undefined && (await isPromptList(file, signal)))) {
    yield* promptRows(file, options);
  } else {
    yield* readInput(file, { ...options, maxLineBytes, ...(form === undefined ? {} : { form }) });
  }
}
