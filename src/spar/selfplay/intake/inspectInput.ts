import type { ItemForm } from './readItems';
import { inputRows } from './readItems';
import { proposeMapping, type ProposedMapping } from './mapping';
import { readParts } from './rowParts';

export interface InputLook extends ProposedMapping {
  /** Rows looked at; 0 for an empty file. */
  readonly rows: number;
  /** Of them those that can be used without a mapping. */
  readonly usable: number;
  /** True where half of the rows or more need no mapping, so that nothing has to be asked. */
  readonly isKnown: boolean;
  /** Why the first of the others can't be used. */
  readonly problem: string | null;
}

export interface InspectOptions {
  readonly form?: ItemForm;
  /** 50 by default. */
  readonly rows?: number;
  readonly signal?: AbortSignal;
}

/**
 * What the first rows of an input are, so that a person is asked for columns only where these aren't clear.
 *
 * @throws LogError for a file that can't be read; `signal.reason`.
 */
export async function inspectInput(file: string, options: InspectOptions = {}): Promise<InputLook> {
  const { rows: most = 50, ...reading } = options;
  const values: unknown[] = [];
  let [rows, usable] = [0, 0];
  let problem: string | null = null;
  for await (const row of inputRows(file, reading)) {
    const read = row.ok ? readParts(row.value) : row;
    if (row.ok) values.push(row.value);
    if (read.ok) usable += 1;
    else problem ??= read.reason;
    rows += 1;
    if (rows >= most) break;
  }
  return { rows, usable, isKnown: usable > 0 && usable * 2 >= rows, problem, ...proposeMapping(values) };
}
