import { LogError } from '../../log/logError';
import {
  curatedOf,
  readStanding,
  type CuratedOptions,
  type CuratedRecord,
  type StandingLine,
} from '../curated';
import type { RecordState } from '../recordState';
import { ExampleDraw } from './examples/draw';
import type { ExampleKind } from './examples/examples';
import { formats, conversationRow, pairRows, type Format, type Row } from './formats';
import { exportPair, leftOutWords, turnsAlternate, turnsOf, type LeftOutReason } from './pair';
import type { ExamplePrompt } from './judgePrompts';
import type { ExportRequest } from './request';
import { instructionId, instructionRank, rankOf } from './split';
import { RowBatch } from './rowBatch';
import { rowMeta } from './rowMeta';
import { encoder, metaText } from './rowWriters';
import { WrittenPairs } from './writtenPairs';

/** A row that may be exported. */
export interface Candidate {
  readonly row: Row;
  readonly meta: () => Row;
  /** Seeded place of its instruction. */
  readonly instruction: number;
  readonly assigned: string | null;
  /** Null for pairs. */
  readonly prompt: ExamplePrompt | null;
}

export interface LeftOut {
  readonly reason: LeftOutReason;
  /** For a person, after the count. */
  readonly words: string;
  readonly count: number;
  /** Of the first few. */
  readonly ids: readonly string[];
}

export interface ExportCounts {
  /** In the datasets, deleted ones left out. */
  readonly records: number;
  readonly accepted: number;
  readonly pending: number;
  readonly rejected: number;
  readonly contested: number;
  readonly deleted: number;
  /** Records of which a row was made. */
  readonly exported: number;
  /** Lines of the datasets that could not be read. */
  readonly damaged: number;
}

const mostIds = 5;

/** Reads the datasets, tells each row that qualifies, and counts the rest. */
export class Candidates {
  /** Which examples are in; null for pairs. */
  readonly draw: ExampleDraw | null;
  readonly format: Format;
  private readonly tally = {
    records: 0,
    accepted: 0,
    pending: 0,
    rejected: 0,
    contested: 0,
    deleted: 0,
    exported: 0,
    damaged: 0,
  };
  private readonly left = new Map<LeftOutReason, { count: number; ids: string[] }>();
  private readonly seen: Set<string> | null;
  private readonly only: ReadonlySet<string> | null;
  private readonly except: ReadonlySet<string>;
  private readonly seed: number;
  private rows = 0;

  private constructor(
    private readonly request: ExportRequest,
    private readonly examples: Examples | null,
  ) {
    const format = formats.find(({ name }) => name === request.format);
    if (format === undefined) throw new Error(`There is no format “${request.format}”.`);
    this.format = format;
    this.draw = examples === null ? null : new examples.ExampleDraw(request.mix ?? examples.paperMix);
    this.seed = request.seed ?? 0;
    this.seen = request.datasets.length > 1 ? new Set() : null;
    this.only = request.ids === undefined ? null : new Set(request.ids);
    this.except = new Set(request.except);
  }

  static async of(request: ExportRequest): Promise<Candidates> {
    if (request.what !== 'refiner') return new Candidates(request, null);
    const [examples, draw, prompts] = await Promise.all([
      import('./examples/examples'),
      import('./examples/draw'),
      import('./examples/prompts'),
    ]);
    return new Candidates(request, { ...examples, ...draw, ...prompts });
  }

  /** Of the rows, in order. */
  get columns(): readonly string[] {
    if (this.examples !== null) return Object.keys(conversationRow([]));
    const text = 'text';
    const rows = pairRows(this.format, {
      turns: [{ role: 'user', content: text }],
      ...{ rejected: text, chosen: text },
    });
    return typeof rows === 'string' ? [] : Object.keys(rows[0] ?? {});
  }

  counts(): ExportCounts {
    return { ...this.tally };
  }

  /** The most frequent first. */
  leftOut(): readonly LeftOut[] {
    return [...this.left]
      .map(([reason, { count, ids }]) => ({ reason, words: leftOutWords[reason], count, ids }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }

  /**
   * In the order of datasets and lines, some at a time. Of examples some are told that are not drawn in the end: see `draw`, whose
   * indices count the candidates.
   *
   * @throws LogError, also for a dataset that is not there; `signal.reason`.
   */
  read(): AsyncGenerator<readonly Candidate[], void, void> {
    return this.eachBatch((lines, { path, reading }) =>
      lines.flatMap((line) => {
        const curated = curatedOf(line, reading);
        return curated === null ? [] : this.of(curated, path);
      }),
    );
  }

  /** `read`, with the rows as they go into a file. The batch is only valid until the next one. */
  encoded(hasSidecar: boolean): AsyncGenerator<RowBatch, void, void> {
    const { format, seed } = this;
    const written = this.examples === null ? new WrittenPairs({ format, seed, hasSidecar }) : null;
    const encode = encoder(format.ending);
    const batch = new RowBatch();
    return this.eachBatch((lines, of) => {
      batch.clear();
      const by = { ...of, written, batch, encode, hasSidecar };
      for (const line of lines) this.encode(line, by);
      return batch;
    });
  }

  private async *eachBatch<Batch>(
    take: (lines: readonly StandingLine[], of: BatchOf) => Batch,
  ): AsyncGenerator<Batch, void, void> {
    const { signal, onProgress, datasets } = this.request;
    for (const [index, path] of datasets.entries()) {
      let lines = 0;
      const before = this.tally.records + this.tally.deleted;
      const reading: CuratedOptions = {
        includeDeleted: true,
        ...(signal === undefined ? {} : { signal }),
        onProblem: () => (lines += 1),
        onProgress: (read, total) => onProgress?.(index * total + read, datasets.length * total),
      };
      for await (const batch of readStanding(path, reading)) yield take(batch, { path, reading });
      this.tally.damaged += lines;
      if (lines > 0 && this.tally.records + this.tally.deleted === before) throw notADataset(path);
    }
  }

  private encode(standing: StandingLine, by: Encoding): void {
    const { written, batch, encode, path, reading } = by;
    const { state, found } = standing;
    if (written?.take(standing) === true) {
      const several = this.request.datasets.length > 1 ? path : null;
      const reason = this.counted(state, () => found.id()) ?? written.addTo(batch, state, several);
      if (reason === null) this.tally.exported += 1;
      else this.leave(reason, () => found.id());
      return;
    }
    const curated = curatedOf(standing, reading);
    if (curated === null) return;
    for (const { row, meta, instruction, assigned, prompt } of this.of(curated, path)) {
      batch.place(instruction, assigned, prompt);
      batch.rows.text(encode(row));
      batch.rows.close();
      if (!by.hasSidecar) continue;
      batch.meta.text(metaText(meta()));
      batch.meta.close();
    }
  }

  private of(curated: CuratedRecord, dataset: string): readonly Candidate[] {
    const { record, state } = curated;
    const id = (): string => record.id;
    const made =
      this.counted(state, id) ??
      (this.examples === null ? this.pairRows(curated) : this.exampleRows(curated, this.examples));
    if (typeof made === 'string') {
      this.leave(made, id);
      return [];
    }
    this.tally.exported += 1;
    const instruction = instructionId(record.instruction);
    const place = { instruction: instructionRank(instruction, this.seed), assigned: state.split };
    const several = this.request.datasets.length > 1 ? dataset : null;
    this.rows += made.length;
    return made.map(({ row, about, prompt }) => ({
      row,
      meta: () => rowMeta(curated, { instruction, dataset: several, about }),
      ...place,
      prompt,
    }));
  }

  /** Counts a record; why it is left out whatever its texts are. */
  private counted(state: RecordState, id: () => string): LeftOutReason | null {
    if (state.deleted) this.tally.deleted += 1;
    else {
      this.tally.records += 1;
      this.tally[state.status] += 1;
    }
    const statuses: readonly string[] = this.request.statuses ?? ['accepted'];
    // Asked for or not: these are no training data.
    if (state.deleted || state.status === 'rejected' || state.status === 'contested') return 'status';
    if (!statuses.includes(state.status)) return 'status';
    if (this.only?.has(id()) === false || (this.except.size > 0 && this.except.has(id())))
      return 'not-chosen';
    if (this.seen?.has(id()) === true) return 'repeated';
    this.seen?.add(id());
    return null;
  }

  private pairRows(curated: CuratedRecord): readonly MadeRow[] | LeftOutReason {
    const pair = exportPair(curated.record);
    if (typeof pair === 'string') return pair;
    const rows = pairRows(this.format, pair);
    if (typeof rows === 'string') return rows;
    return rows.map((row) => ({
      row,
      about: this.format.method === 'kto' ? { label: row['label'] } : {},
      prompt: null,
    }));
  }

  private exampleRows(curated: CuratedRecord, examples: Examples): readonly MadeRow[] | LeftOutReason {
    const { record } = curated;
    const found = examples.examplesOf(curated, this.request.prompts ?? examples.defaultPrompts);
    if (found.length === 0) return 'no-evidence';
    // One of a kind for each item: an instruction and the answer that a search began with.
    const item = rankOf(JSON.stringify([turnsOf(record.instruction), record.rejected]), this.seed);
    const drawn = found.filter(({ messages }) => turnsAlternate(messages.slice(0, -1)));
    const rows: MadeRow[] = [];
    for (const { kind, messages, path, votes, isRefusal } of drawn) {
      if (this.draw?.offer(kind, { rank: item, index: this.rows + rows.length }) !== true) continue;
      const role = kind === 'refinement' ? kind : isRefusal === true ? 'refusal' : 'judgement';
      const prompt = { hash: rankOf(messages[0]?.content ?? '', 0), role } as const;
      rows.push({ row: conversationRow(messages), about: { example: kind, path, votes }, prompt });
    }
    return rows;
  }

  private leave(reason: LeftOutReason, id: () => string): void {
    const known = this.left.get(reason) ?? { count: 0, ids: [] };
    known.count += 1;
    if (known.ids.length < mostIds) known.ids.push(id());
    this.left.set(reason, known);
  }
}

/** Of examples: its kind and place, for the sidecar. */
export interface AboutRow {
  readonly label?: unknown;
  readonly example?: ExampleKind;
  readonly path?: string;
  readonly votes?: unknown;
}

/** Where lines come from. */
interface BatchOf {
  readonly path: string;
  readonly reading: CuratedOptions;
}

interface Encoding extends BatchOf {
  /** Null for examples. */
  readonly written: WrittenPairs | null;
  readonly batch: RowBatch;
  readonly encode: (row: Row) => string;
  readonly hasSidecar: boolean;
}

interface MadeRow {
  readonly row: Row;
  readonly about: AboutRow;
  readonly prompt: ExamplePrompt | null;
}

/** Loaded only where they are wanted: the refiner's prompts bring the verifiers along. */
type Examples = typeof import('./examples/examples') &
  typeof import('./examples/draw') &
  typeof import('./examples/prompts');

function notADataset(path: string): LogError {
  const message = `“${path}” is another kind of file, not a SPaR dataset. Import it first, or name a dataset. Nothing was written.`;
  return new LogError({ kind: 'wrong-type', path, message });
}
