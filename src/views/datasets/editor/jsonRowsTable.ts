import { open, stat } from 'node:fs/promises';
import { recordLine } from '../../../spar/datasets/newLines';
import { foldLines } from '../../../spar/datasets/recordState';
import { readRow } from '../../../spar/datasets/rowShapes';
import type { DatasetRecord } from '../../../spar/datasets/schema';
import type { Measure } from '../../../spar/datasets/table/measures';
import { parseJson } from '../../../spar/log/jsonLine';
import { toLogError } from '../../../spar/log/logError';
import { readLineBatches, type LogLine } from '../../../spar/log/readLines';
import { wordsOf } from '../../../spar/text/words';
import type { Sorting } from './protocol';
import type { RecordTable, TableFacets, TableFilter, TableRecord } from './recordTable';

export interface JsonRowsOptions {
  readonly signal?: AbortSignal;
  /** Called while rows are still being read. */
  readonly onProgress?: () => void;
}

/**
 * The rows of a file of JSON lines, each of any shape that is known, as pairs to read: a row with one response only
 * has it on both sides. Keeps places and lengths, and no texts.
 */
export class JsonRowsTable implements RecordTable {
  problems: readonly { readonly number: number; readonly reason: string; readonly type: string }[] = [];
  private rows: readonly Row[] = [];
  private loading: Promise<void> = Promise.resolve();
  private mark = '';

  private constructor(
    private readonly path: string,
    private readonly options: JsonRowsOptions,
  ) {}

  /** Resolves when the first rows are there. @throws LogError; `signal.reason` when aborted. */
  static async open(path: string, options: JsonRowsOptions = {}): Promise<JsonRowsTable> {
    const table = new JsonRowsTable(path, options);
    table.mark = await markOf(path);
    await table.load();
    return table;
  }

  get complete(): Promise<void> {
    return this.loading;
  }

  get size(): number {
    return this.rows.length;
  }

  get numbering(): object {
    return this.rows;
  }

  id(row: number): string {
    return String(this.rows[row]?.number ?? '');
  }

  rowOf(id: string): number | undefined {
    const number = Number(id);
    const found = lowerBound(this.rows, number);
    return this.rows[found]?.number === number ? found : undefined;
  }

  status(): 'pending' {
    return 'pending';
  }

  isDeleted(): boolean {
    return false;
  }

  tags(): readonly string[] {
    return [];
  }

  split(): null {
    return null;
  }

  linesAbout(): readonly [] {
    return [];
  }

  linesAboutEach(): Promise<ReadonlyMap<string, readonly []>> {
    return Promise.resolve(new Map());
  }

  setPending(): void {
    // Nothing of another file's rows can be edited.
  }

  addPending(): void {
    // As above.
  }

  facets(): TableFacets {
    const none = new Map<string, number>();
    return { tags: none, splits: none, models: none, runs: none, sources: none, constraints: none };
  }

  counts(): ReturnType<RecordTable['counts']> {
    const records = this.rows.length;
    return { records, deleted: 0, accepted: 0, rejected: 0, pending: records, contested: 0 };
  }

  async query(filter: TableFilter, sort: Sorting, signal?: AbortSignal): Promise<Uint32Array> {
    const { rows } = this;
    const passing = rows.map((_, row) => row).filter((row) => inRanges(rows[row], filter));
    const found = filter.text === undefined ? passing : await this.holding(passing, filter, signal);
    const { by, descending } = sort;
    const key = by in keys ? by : null;
    if (key === null) return Uint32Array.from(descending && by === 'line' ? found.toReversed() : found);
    const value = (row: number): number => measured(rows[row], key) ?? 0;
    const sign = descending ? -1 : 1;
    return Uint32Array.from(found.toSorted((a, b) => sign * (value(a) - value(b)) || a - b));
  }

  async read(wanted: readonly number[]): Promise<readonly TableRecord[]> {
    try {
      const handle = await open(this.path, 'r');
      try {
        const records: TableRecord[] = [];
        for (const row of wanted.flatMap((index) => this.rows[index] ?? [])) {
          const bytes = Buffer.alloc(row.length);
          const { bytesRead } = await handle.read(bytes, 0, row.length, row.offset);
          const found = readPair(bytes.toString('utf8', 0, bytesRead));
          if (typeof found === 'string') continue;
          const record = { ...recordLine(found, ''), id: String(row.number) };
          records.push({ record, state: untouched, line: row.number });
        }
        return records;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw toLogError(error, 'read the rows', this.path);
    }
  }

  async refresh(): Promise<{ readonly change: 'none' | 'reread' }> {
    const mark = await markOf(this.path);
    if (mark === this.mark) return { change: 'none' };
    this.mark = mark;
    await this.load();
    await this.loading;
    return { change: 'reread' };
  }

  dispose(): void {
    this.rows = [];
  }

  /** Resolves with the first rows; `loading` with all. */
  private load(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.loading = this.readAll(resolve);
      this.loading.catch(reject);
    });
  }

  private async readAll(started: () => void): Promise<void> {
    const rows: Row[] = [];
    const problems: { number: number; reason: string; type: string }[] = [];
    const { signal, onProgress } = this.options;
    for await (const batch of readLineBatches(this.path, signal === undefined ? {} : { signal })) {
      for (const line of batch) {
        const row = rowOf(line);
        if (typeof row !== 'string') rows.push(row);
        else if (problems.length < mostProblems)
          problems.push({ number: line.number, reason: row, type: 'damaged' });
      }
      this.rows = rows;
      this.problems = problems;
      if (rows.length > 0) {
        started();
        onProgress?.();
      }
    }
    this.rows = rows;
    this.problems = problems;
    started();
  }

  private async holding(
    rows: readonly number[],
    filter: TableFilter,
    signal?: AbortSignal,
  ): Promise<readonly number[]> {
    const text = (filter.text ?? '').toLowerCase();
    const fields = filter.fields ?? ['instruction', 'rejected', 'chosen'];
    const wanted = new Set(rows);
    const found: number[] = [];
    for await (const batch of readLineBatches(this.path, signal === undefined ? {} : { signal })) {
      for (const line of batch) {
        const row = this.rowOf(String(line.number));
        if (row === undefined || !wanted.has(row) || line.type !== 'text') continue;
        const pair = readPair(line.text);
        if (typeof pair === 'string') continue;
        const texts = fields.flatMap((field) => textsOf(pair, field));
        if (texts.some((each) => each.toLowerCase().includes(text))) found.push(row);
      }
    }
    return found;
  }
}

interface Row {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  readonly rejectedWords: number;
  readonly chosenWords: number;
  readonly rejectedCharacters: number;
  readonly chosenCharacters: number;
}

interface JsonPair {
  readonly instruction: DatasetRecord['instruction'];
  readonly rejected: string;
  readonly chosen: string;
}

/** Rows that can't be read and are remembered one by one. */
const mostProblems = 1000;

const keys = { rejectedWords: 0, chosenWords: 0, rejectedCharacters: 0, chosenCharacters: 0 } as const;

const untouched = foldLines([]);

/** A pair, or why the line is none. */
function readPair(text: string): JsonPair | string {
  const parsed = parseJson(text.replace(/^\ufeff/u, ''));
  if (!parsed.ok) return parsed.reason;
  const read = readRow(parsed.value);
  if (!read.ok) return read.problem.message;
  const { instruction, response, chosen } = read.row;
  const turns = typeof instruction === 'string' ? instruction : instruction.map((turn) => ({ ...turn }));
  const rejected = response ?? chosen ?? '';
  return { instruction: turns, rejected, chosen: chosen ?? rejected };
}

function rowOf(line: LogLine): Row | string {
  if (line.type === 'damaged') return line.reason;
  const pair = readPair(line.text);
  if (typeof pair === 'string') return pair;
  return {
    number: line.number,
    offset: line.offset,
    length: line.length,
    rejectedWords: wordsOf(pair.rejected).length,
    chosenWords: wordsOf(pair.chosen).length,
    rejectedCharacters: pair.rejected.length,
    chosenCharacters: pair.chosen.length,
  };
}

function textsOf(pair: JsonPair, field: string): readonly string[] {
  if (field === 'rejected') return [pair.rejected];
  if (field === 'chosen') return [pair.chosen];
  const { instruction } = pair;
  if (field !== 'instruction') return [];
  return typeof instruction === 'string' ? [instruction] : instruction.map(({ content }) => content);
}

function inRanges(row: Row | undefined, { ranges, ids, statuses, deleted }: TableFilter): boolean {
  if (row === undefined || deleted === true) return false;
  if (ids !== undefined && !ids.includes(String(row.number))) return false;
  if (statuses !== undefined && !statuses.includes('pending')) return false;
  return (ranges ?? []).every(({ measure, min, max }) => {
    const value = measured(row, measure);
    return value !== null && value >= (min ?? value) && value <= (max ?? value);
  });
}

function measured(row: Row | undefined, measure: Measure | Sorting['by']): number | null {
  return row !== undefined && measure in keys ? row[measure as keyof typeof keys] : null;
}

function lowerBound(rows: readonly Row[], number: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function markOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    throw toLogError(error, 'read the rows', path);
  }
}
