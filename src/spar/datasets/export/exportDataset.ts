import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCode, toLogError } from '../../log/logError';
import { Candidates, type ExportCounts, type LeftOut } from './candidates';
import { mergedDatasetInfo } from './datasetInfo';
import { hashFile, type SourceFile } from './hashFile';
import { OutputFiles, type WrittenFile } from './outputFiles';
import type { ExportKind, FormatName } from './formats';
import { JudgePrompts } from './judgePrompts';
import type { ExportTarget } from './request';
import { RowPlaces } from './rowPlaces';
import { rowWriter, TextRows, type RowWriter } from './rowWriters';
import { assignSplits, splitProblem } from './split';
import type { Spool } from './spool';
import { SpooledRows } from './spooledRows';
import { trainingFor, type Training } from './training';

export interface ExportedSplit {
  readonly name: string;
  readonly file: string;
  readonly rows: number;
  readonly instructions: number;
}

export interface ExportResult {
  readonly format: FormatName;
  readonly what: ExportKind;
  readonly outputFolder: string;
  /** In all files together; 0: nothing qualified, and nothing was written. */
  readonly rows: number;
  readonly counts: ExportCounts;
  readonly leftOut: readonly LeftOut[];
  readonly splits: readonly ExportedSplit[];
  /** In the output folder, the manifest last. */
  readonly files: readonly WrittenFile[];
  /** Null where nothing was written. */
  readonly training: Training | null;
  /** What a person should know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Writes a dataset as files that trainers take as they are, in bounded memory: where rows go to several files they wait
 * in a temporary one of the output folder until it is known which. The same datasets and settings give the same bytes. All
 * files are whole before the first one replaces what stood in its place; a dataset is never replaced.
 *
 * @throws LogError for files that can't be read or written; Error for what can't be exported so, with a sentence for a
 * person; `signal.reason` when aborted. What stood in the folder is left as it was then.
 */
export async function exportDataset(target: ExportTarget): Promise<ExportResult> {
  const problem = splitProblem((target.split ?? []).map(({ name }) => name));
  if (problem !== null) throw new Error(problem);
  const sources: SourceFile[] = [];
  for (const path of target.datasets) sources.push(await hashFile(path, target.signal));
  const output = await OutputFiles.begin(target.outputFolder);
  try {
    const straight = await writeStraight(target, { output, sources });
    if (straight !== null) return straight;
    await output.discard();
    const candidates = await Candidates.of(target);
    const spooled = await SpooledRows.open(output, target.sidecar !== false);
    try {
      await spooled.take(candidates);
      return await new Export({ target, candidates, output, sources }).write(spooled);
    } finally {
      await spooled.dispose();
    }
  } catch (error) {
    throw toLogError(error, 'write the export', target.outputFolder);
  } finally {
    await output.dispose();
  }
}

/** Without a split all rows go to `train`, and need not wait; null where it turns out that they do not. */
async function writeStraight(
  target: ExportTarget,
  { output, sources }: { readonly output: OutputFiles; readonly sources: readonly SourceFile[] },
): Promise<ExportResult | null> {
  if (target.what === 'refiner' || (target.split ?? []).length > 0) return null;
  const candidates = await Candidates.of(target);
  const running = new Export({ target, candidates, output, sources });
  const places = new RowPlaces();
  const part = { name: 'train', file: `train.${candidates.format.ending}` };
  let files: PartFiles | null = null;
  for await (const { rows, meta, instructions, assigned } of candidates.encoded(target.sidecar !== false)) {
    if (assigned.some((name) => name !== null && name !== part.name)) return null;
    for (const instruction of instructions) places.add(instruction, null);
    if (rows.count === 0) continue;
    files ??= await running.openPart(part);
    await files.rows.addBytes(rows.bytes, rows.count);
    await files.meta?.addBytes(meta.bytes, meta.count);
  }
  await files?.rows.finish();
  const rows = places.size;
  const parts = rows === 0 ? [] : [{ ...part, rows, instructions: places.instructionCount() }];
  return running.finish(parts, 0);
}

/** The files that a split's rows go to. */
interface PartFiles {
  readonly rows: RowWriter;
  /** Null without a sidecar. */
  readonly meta: RowWriter | null;
}

/** Whether a row is written. */
function drawnRows(candidates: Candidates, prompts: SpooledRows['prompts']): (row: number) => boolean {
  const drawn = candidates.draw?.indices();
  if (drawn === undefined) return () => true;
  const seen = new JudgePrompts();
  const isDrawn = prompts.map((prompt, row) => drawn.has(row) && seen.takes(prompt));
  return (row) => isDrawn[row] === true;
}

interface ExportParts {
  readonly target: ExportTarget;
  readonly candidates: Candidates;
  readonly output: OutputFiles;
  readonly sources: readonly SourceFile[];
}

class Export {
  private readonly notes: string[] = [];
  private readonly target: ExportTarget;
  private readonly candidates: Candidates;
  private readonly output: OutputFiles;
  private readonly sources: readonly SourceFile[];

  constructor({ target, candidates, output, sources }: ExportParts) {
    this.target = target;
    this.candidates = candidates;
    this.output = output;
    this.sources = sources;
  }

  /** Distributes rows that were spooled. */
  async write(spooled: SpooledRows): Promise<ExportResult> {
    const { places } = spooled;
    const isDrawn = drawnRows(this.candidates, spooled.prompts);
    const drawn = this.candidates.draw === null ? places : places.only(isDrawn);
    if (drawn.size === 0) return this.finish([], 0);
    const splits = assignSplits(drawn, this.target.split ?? []);
    const parts = splits.names.map((name, part) => {
      const rows = splits.of.reduce((count, of) => count + Number(of === part), 0);
      const file = `${name}.${this.candidates.format.ending}`;
      return { name, file, rows, instructions: splits.instructions[part] ?? 0 };
    });
    const ofRow = new Int16Array(places.size).fill(-1);
    for (let row = 0, next = 0; row < places.size; row += 1)
      if (isDrawn(row)) ofRow[row] = splits.of[next++] ?? 0;
    await this.writeRows(parts, spooled, (index) => ofRow[index] ?? -1);
    return this.finish(parts, splits.conflicts);
  }

  /** Adds what goes with the rows, and gives all files their names; nothing where there are no rows. */
  async finish(parts: readonly ExportedSplit[], conflicts: number): Promise<ExportResult> {
    const { target, candidates, notes } = this;
    const result = {
      format: candidates.format.name,
      what: target.what ?? 'pairs',
      outputFolder: target.outputFolder,
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      counts: candidates.counts(),
      leftOut: candidates.leftOut(),
      splits: parts,
    } as const;
    if (result.rows === 0) return { ...result, splits: [], files: [], training: null, notes: [] };
    const training = this.training(parts);
    await this.writeSettings(parts, training);
    this.note(parts, conflicts);
    await this.noteGrowth();
    await this.noteLeftovers(parts);
    const written = await this.output.seal();
    const manifest = this.manifest({ ...result, files: written });
    await this.output.addText(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
    const files = await this.output.seal();
    await this.refuseDatasets(files.map(({ name }) => name));
    target.signal?.throwIfAborted();
    await this.output.commit();
    return { ...result, files, training, notes };
  }

  async openPart({ name, file }: Pick<ExportedSplit, 'name' | 'file'>): Promise<PartFiles> {
    const { format, columns } = this.candidates;
    const rows = await rowWriter(format.ending, await this.output.open(file), columns);
    if (this.target.sidecar === false) return { rows, meta: null };
    const meta = await this.output.open(`${name}.meta.jsonl`);
    meta.rows = 0;
    return { rows, meta: new TextRows(meta) };
  }

  private async writeRows(
    parts: readonly ExportedSplit[],
    spooled: SpooledRows,
    partOf: (index: number) => number,
  ): Promise<void> {
    const files: PartFiles[] = [];
    for (const part of parts) files.push(await this.openPart(part));
    const write = async (spool: Spool | null, writerOf: (part: PartFiles) => RowWriter | null) =>
      spool?.eachRun(
        partOf,
        async ({ part, rows, bytes }) => {
          const file = files[part];
          if (file !== undefined) await writerOf(file)?.addBytes(bytes, rows);
        },
        this.target.signal,
      );
    await write(spooled.rows, ({ rows }) => rows);
    await write(spooled.meta, ({ meta }) => meta);
    for (const { rows } of files) await rows.finish();
  }

  private training(parts: readonly ExportedSplit[]): Training {
    const { format } = this.candidates;
    const what = this.target.what ?? 'pairs';
    const method = what === 'refiner' ? 'supervised' : format.method;
    const files = parts.map(({ name, file }) => ({ split: name, name: file }));
    return trainingFor({ format, what, method, files, entryName: (split) => this.entryName(split) });
  }

  /** Settings that name the rows, and the list of datasets that LLaMA-Factory reads. */
  private async writeSettings(parts: readonly ExportedSplit[], { file }: Training): Promise<void> {
    if (file !== null) await this.output.addText(file.name, file.text);
    const { format } = this.candidates;
    if (format.trainer !== 'llama-factory') return;
    const known = await textOf(join(this.target.outputFolder, 'dataset_info.json'));
    const method = this.target.what === 'refiner' ? 'supervised' : format.method;
    const entries = parts.map((part) => ({ name: this.entryName(part.name), fileName: part.file, method }));
    await this.output.addText('dataset_info.json', mergedDatasetInfo(known, entries));
  }

  private entryName(split: string): string {
    const { format } = this.candidates;
    const usual =
      this.target.what === 'refiner'
        ? 'spar_refiner'
        : format.method === 'preference'
          ? 'spar_dpo'
          : 'spar_sft';
    const name = this.target.name ?? usual;
    return split === 'train' ? name : `${name}_${split}`;
  }

  /** Whatever stands where a file will be written, a dataset is not written over. */
  private async refuseDatasets(names: readonly string[]): Promise<void> {
    const sources = new Set(await Promise.all(this.target.datasets.map(realPath)));
    for (const name of names) {
      const path = join(this.target.outputFolder, name);
      if (sources.has(await realPath(path)) || (await isDataset(path))) {
        throw new Error(
          `“${path}” is a dataset and is not written over. Name another output folder. Nothing was written.`,
        );
      }
    }
  }

  /** Others may append meanwhile; the manifest's hash is of what was there at the start. */
  private async noteGrowth(): Promise<void> {
    for (const { path, bytes } of this.sources) {
      const now = await stat(path).catch(() => null);
      if (now?.size !== bytes)
        this.notes.push(`“${path}” changed during the export; export again to have all of it.`);
    }
  }

  /** Rows of an earlier export that this one does not replace are easily taken for its own. */
  private async noteLeftovers(parts: readonly ExportedSplit[]): Promise<void> {
    const there = await readdir(this.target.outputFolder);
    const own = new Set(parts.flatMap(({ file, name }) => [file, `${name}.meta.jsonl`]));
    const left = there.filter((name) => !own.has(name) && hasSidecar(name, there)).sort();
    if (left.length > 0)
      this.notes.push(`Left from an earlier export, and not part of this one: ${left.join(', ')}.`);
  }

  private note(parts: readonly ExportedSplit[], conflicts: number): void {
    const { format } = this.candidates;
    const { damaged } = this.candidates.counts();
    if (conflicts > 0)
      this.notes.push(
        `${conflicts} instructions have records of different splits; all of an instruction went to the first one.`,
      );
    const empty = parts.filter(({ rows }) => rows === 0).map(({ file }) => file);
    if (empty.length > 0)
      this.notes.push(`There are too few instructions for all splits: ${empty.join(', ')} is empty.`);
    const [train] = parts;
    if (format.leastRows !== undefined && train !== undefined && train.rows < format.leastRows)
      this.notes.push(
        `The service takes no file of fewer than ${format.leastRows} rows; ${train.file} has ${train.rows}.`,
      );
    if (damaged > 0) this.notes.push(`${damaged} lines of the datasets could not be read and are left out.`);
  }

  private manifest(written: {
    readonly counts: ExportCounts;
    readonly leftOut: readonly LeftOut[];
    readonly splits: readonly ExportedSplit[];
    readonly files: readonly WrittenFile[];
  }): object {
    const { target, candidates, sources } = this;
    const { counts, leftOut, splits, files } = written;
    return {
      spar: 1,
      kind: 'export',
      format: candidates.format.name,
      what: target.what ?? 'pairs',
      sources: sources.map(({ path, bytes, sha256 }) => ({ file: basename(path), bytes, sha256 })),
      settings: {
        statuses: target.statuses ?? ['accepted'],
        seed: target.seed ?? 0,
        split: target.split ?? [],
        ids: target.ids?.length ?? null,
        except: target.except?.length ?? 0,
      },
      counts,
      ...(candidates.draw === null ? {} : { drawn: candidates.draw.counts() }),
      leftOut: leftOut.map(({ reason, count }) => ({ reason, count })),
      splits,
      files,
    };
  }
}

const manifestName = 'manifest.json';

/** A file of rows with its sidecar beside it, or the sidecar. */
function hasSidecar(name: string, there: readonly string[]): boolean {
  const stem = name.replace(/(?:\.meta)?\.(?:jsonl|csv|parquet)$/u, '');
  return stem !== name && there.includes(`${stem}.meta.jsonl`);
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw toLogError(error, 'read the file', path);
  }
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** Judged by its beginning: a line of a dataset says so first. */
async function isDataset(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const bytes = Buffer.alloc(64);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return /^\ufeff?\{"spar":\d+,"kind":"(?:record|decision|change|deletion)"/u.test(
      bytes.toString('utf8', 0, bytesRead),
    );
  } finally {
    await handle.close();
  }
}
