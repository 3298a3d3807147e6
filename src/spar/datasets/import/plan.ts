import { jsonLine } from '../../log/jsonLine';
import { plainInstruction, recordIdOf, type NewRecord } from '../newLines';
import type { RowConstraints } from '../rowShapes';
import type { RecordedInstruction } from '../schema';
import { DatasetFile } from '../store';
import { readInput, type InputForm } from './readInput';
import { readImportRow, type ImportedPair, type ImportShape, type SingleAnswer } from './rowPairs';
import type { JoinedPair, PlacedAnswer } from './joinAnswers';

export interface ImportOptions {
  /** The dataset's file; it comes into being with its first record. */
  readonly dataset: string;
  /** How rows lie in the files, where their names don't tell. */
  readonly form?: InputForm;
  /** Only rows of this shape. */
  readonly shape?: ImportShape;
  /** `pending` by default. */
  readonly status?: 'pending' | 'accepted';
  readonly tags?: readonly string[];
  /** The name of a file as records keep it; the path as it was given by default. */
  readonly sourceName?: (file: string) => string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (file: string, readBytes: number) => void;
}

/** A place in an input. */
export interface ImportPlace {
  readonly file: string;
  /** Line of a JSONL or CSV file, else number of the row; from 1. */
  readonly row: number;
}

export interface Refused {
  /** For a person. */
  readonly reason: string;
  readonly count: number;
  /** The first few. */
  readonly places: readonly ImportPlace[];
}

/** What an import would do. */
export interface ImportPlan {
  readonly dataset: string;
  readonly status: 'pending' | 'accepted';
  readonly tags: readonly string[];
  readonly rows: number;
  /** What would be added, in order; `record.source` says where each came from. */
  readonly records: readonly NewRecord[];
  /** Rows by the shape that they were read as. */
  readonly mapped: readonly { readonly shape: ImportShape; readonly rows: number }[];
  readonly duplicates: {
    /** Pairs that an earlier row of the input gave. */
    readonly inInput: number;
    /** Pairs that the dataset has. */
    readonly inDataset: number;
    /** Pairs that were deleted from the dataset; they stay deleted. */
    readonly deleted: number;
  };
  /** The most frequent first. */
  readonly refused: readonly Refused[];
  /** Rows with an instruction and one answer: no pairs, but something to refine. */
  readonly unpaired: readonly { readonly answer: SingleAnswer; readonly place: ImportPlace }[];
}

/** Texts of a plan are held in memory until it is run, and go into one append. */
const mostCharacters = 200_000_000;

const mostPlaces = 20;
const mostReasons = 200;

/**
 * Reads files of rows and says what an import would do; writes nothing.
 *
 * @throws LogError for files that can't be read; Error where there is more than one append takes; `signal.reason`.
 */
export async function planImport(files: readonly string[], options: ImportOptions): Promise<ImportPlan> {
  const { dataset: path, signal, status = 'pending', tags = [] } = options;
  const dataset = await DatasetFile.open(path, signal === undefined ? {} : { signal });
  const { records, deleted } = dataset.counts();
  if (dataset.problemCount > 0 && records + deleted === 0) {
    throw new Error(
      `“${path}” is another kind of file, not a SPaR dataset. Choose another file to import into.`,
    );
  }
  const planner = new Planner(dataset, options);
  for (const file of files) {
    const reading = {
      ...(options.form === undefined ? {} : { form: options.form }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (bytes: number) => options.onProgress?.(file, bytes),
    };
    for await (const row of readInput(file, reading)) {
      const place = { file, row: row.place };
      if (row.ok) planner.take(row.value, place);
      else planner.refuse(row.reason, place);
    }
  }
  await planner.join();
  return { dataset: path, status, tags, ...planner.result() };
}

class Planner {
  private rows = 0;
  private characters = 0;
  private readonly records: NewRecord[] = [];
  private readonly seen = new Set<string>();
  private readonly mapped = new Map<ImportShape, number>();
  private readonly duplicates = { inInput: 0, inDataset: 0, deleted: 0 };
  private readonly refused = new Map<string, { count: number; places: ImportPlace[] }>();
  private readonly singles = new Map<string, PlacedAnswer<ImportPlace>[]>();
  private readonly constraints = new Map<string, RowConstraints>();
  private readonly asking: { readonly key: string; readonly place: ImportPlace }[] = [];
  private readonly unpaired: { readonly answer: SingleAnswer; readonly place: ImportPlace }[] = [];

  constructor(
    private readonly dataset: DatasetFile,
    private readonly options: ImportOptions,
  ) {}

  take(value: unknown, place: ImportPlace): void {
    const outcome = readImportRow(value);
    if (outcome.type === 'refused') {
      this.refuse(outcome.reason, place);
      return;
    }
    const { shape } = this.options;
    if (shape !== undefined && outcome.shape !== shape) {
      this.refuse(`a row of the shape “${outcome.shape}”, not “${shape}”`, place);
      return;
    }
    this.rows += 1;
    this.mapped.set(outcome.shape, (this.mapped.get(outcome.shape) ?? 0) + 1);
    if (outcome.type === 'pairs') {
      for (const pair of outcome.pairs) this.add({ ...pair, place });
      return;
    }
    const key = keyOf(outcome.instruction);
    if (outcome.constraints !== null) this.constraints.set(key, outcome.constraints);
    const { answer } = outcome;
    if (answer === null) this.asking.push({ key, place });
    else {
      this.hold(answer.response.length);
      this.singles.set(key, [...(this.singles.get(key) ?? []), { ...answer, place }]);
    }
  }

  refuse(reason: string, place: ImportPlace): void {
    this.rows += 1;
    this.note(reason, place);
  }

  /** Makes pairs of answers that stand alone in their rows. */
  async join(): Promise<void> {
    // Brings the verifiers along, so it is loaded only where there are such answers.
    const { joinLabelled, joinByConstraints } =
      this.singles.size === 0
        ? { joinLabelled: null, joinByConstraints: null }
        : await import('./joinAnswers');
    for (const [key, answers] of this.singles) {
      const labelled = joinLabelled?.(answers.filter(({ label }) => label !== null));
      for (const pair of labelled?.pairs ?? []) this.add(pair);
      for (const { place } of labelled?.left ?? [])
        this.note('a labelled answer without one of the other label to the same instruction', place);
      const columns = this.constraints.get(key);
      const plain = answers.filter(({ label }) => label === null);
      const judged = columns === undefined ? undefined : joinByConstraints?.(plain, columns);
      for (const pair of judged?.pairs ?? []) this.add(pair);
      for (const { place, ...answer } of judged?.left ?? plain) {
        this.note('an instruction with one answer is no pair; refine it first', place);
        this.unpaired.push({ answer, place });
      }
    }
    for (const { key, place } of this.asking)
      if (!this.singles.has(key)) this.note('an instruction without an answer', place);
  }

  result(): Omit<ImportPlan, 'dataset' | 'status' | 'tags'> {
    const { rows, records, duplicates, unpaired } = this;
    return {
      rows,
      records,
      duplicates,
      unpaired,
      mapped: [...this.mapped]
        .map(([shape, count]) => ({ shape, rows: count }))
        .sort((a, b) => b.rows - a.rows || (a.shape < b.shape ? -1 : 1)),
      refused: [...this.refused]
        .map(([reason, { count, places }]) => ({ reason, count, places }))
        .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    };
  }

  private add(pair: JoinedPair<ImportPlace>): void {
    const problem = pairProblem(pair);
    if (problem !== null) {
      this.note(problem, pair.place);
      return;
    }
    const id = recordIdOf(pair);
    const state = this.dataset.state(id);
    if (this.seen.has(id)) this.duplicates.inInput += 1;
    else if (state?.deleted === true) this.duplicates.deleted += 1;
    else if (state !== undefined) this.duplicates.inDataset += 1;
    else {
      const { instruction, rejected, chosen, place, evidence } = pair;
      this.hold(rejected.length + chosen.length);
      const file = (this.options.sourceName ?? ((name) => name))(place.file);
      this.records.push({
        instruction,
        rejected,
        chosen,
        ...(evidence === undefined ? {} : { evidence }),
        source: { file, row: place.row },
      });
    }
    this.seen.add(id);
  }

  private note(reason: string, place: ImportPlace): void {
    const isFull = !this.refused.has(reason) && this.refused.size >= mostReasons;
    const told = isFull ? 'other reasons' : reason;
    const known = this.refused.get(told) ?? { count: 0, places: [] };
    known.count += 1;
    if (known.places.length < mostPlaces) known.places.push(place);
    this.refused.set(told, known);
  }

  private hold(characters: number): void {
    this.characters += characters;
    if (this.characters <= mostCharacters) return;
    throw new Error(
      `There is more text than one import takes (${mostCharacters / 1_000_000} million characters). Import the files one by one, or split them; nothing was imported.`,
    );
  }
}

function keyOf(instruction: RecordedInstruction): string {
  return jsonLine(plainInstruction(instruction));
}

const loneSurrogate = /\p{Surrogate}/u;

/** Why a pair teaches nothing or can't be kept; null when it is fine. */
function pairProblem({ instruction, rejected, chosen }: ImportedPair): string | null {
  const turns = typeof instruction === 'string' ? [instruction] : instruction.map(({ content }) => content);
  const asked = turns.at(-1) ?? '';
  if (asked.trim() === '') return 'the instruction is empty';
  if (rejected.trim() === '' || chosen.trim() === '') return 'chosen or rejected is empty';
  if (rejected === chosen) return 'chosen and rejected are the same text';
  if ([...turns, rejected, chosen].some((text) => loneSurrogate.test(text)))
    return 'a text holds half a character (a lone surrogate); write the file again in UTF-8';
  return null;
}
