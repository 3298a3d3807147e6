import { open, readFile, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCode, toLogError } from '../../log/logError';
import { Candidates, type ExportCounts, type LeftOut } from './candidates';
import { mergedDatasetInfo } from './datasetInfo';
import { hashFile, type SourceFile } from './hashFile';
import { OutputFiles, type OutputFile, type WrittenFile } from './outputFiles';
import type { ExportKind, FormatName, Row } from './formats';
import type { ExportTarget } from './request';
import { rowText, rowWriter, type RowWriter } from './rowWriters';
import { assignSplits, splitProblem, type SplitPlace } from './split';
import { Spool } from './spool';
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
 * Writes a dataset as files that trainers take as they are, in one pass and bounded memory: rows wait in a temporary
 * file of the output folder until it is known where they go. The same datasets and settings give the same bytes. All
 * files are whole before the first one replaces what stood in its place; a dataset is never replaced.
 *
 * @throws LogError for files that can't be read or written; Error for what can't be exported so, with a sentence for a
 * person; `signal.reason` when aborted. What stood in the folder is left as it was then.
 */
export async function exportDataset(target: ExportTarget): Promise<ExportResult> {
  const problem = splitProblem((target.split ?? []).map(({ name }) => name));
  if (problem !== null) throw new Error(problem);
  const candidates = await Candidates.of(target);
  const sources: SourceFile[] = [];
  for (const path of target.datasets) sources.push(await hashFile(path, target.signal));
  const output = await OutputFiles.begin(target.outputFolder);
  try {
    const spool = await Spool.open(output.temporary());
    try {
      const places = await spoolRows(candidates, spool);
      return await new Export(target, candidates, output).write({ spool, places, sources });
    } finally {
      await spool.dispose();
    }
  } catch (error) {
    throw toLogError(error, 'write the export', target.outputFolder);
  } finally {
    await output.dispose();
  }
}

interface SpooledPlace extends SplitPlace {
  readonly prompt: number | null;
}

async function spoolRows(candidates: Candidates, spool: Spool): Promise<readonly SpooledPlace[]> {
  const places: SpooledPlace[] = [];
  for await (const { row, meta, instruction, assigned, prompt } of candidates.read()) {
    places.push({ instruction, assigned, prompt });
    await spool.add({ row: rowText(row), meta: rowText(meta) });
  }
  return places;
}

/** Indices of the rows that are written. */
function drawnRows(candidates: Candidates, places: readonly SpooledPlace[]): readonly number[] {
  const drawn = candidates.draw?.indices();
  const prompts = new Set<number>();
  const rows: number[] = [];
  for (const [index, { prompt }] of places.entries()) {
    if (drawn?.has(index) === false || (prompt !== null && prompts.has(prompt))) continue;
    if (prompt !== null) prompts.add(prompt);
    rows.push(index);
  }
  return rows;
}

interface Spooled {
  readonly spool: Spool;
  readonly places: readonly SpooledPlace[];
  readonly sources: readonly SourceFile[];
}

class Export {
  private readonly notes: string[] = [];

  constructor(
    private readonly target: ExportTarget,
    private readonly candidates: Candidates,
    private readonly output: OutputFiles,
  ) {}

  async write({ spool, places, sources }: Spooled): Promise<ExportResult> {
    const { target, candidates } = this;
    const rows = drawnRows(candidates, places);
    const { format } = candidates;
    const result = {
      format: format.name,
      what: target.what ?? 'pairs',
      outputFolder: target.outputFolder,
      rows: rows.length,
      counts: candidates.counts(),
      leftOut: candidates.leftOut(),
    } as const;
    if (rows.length === 0) return { ...result, splits: [], files: [], training: null, notes: [] };
    const splits = assignSplits(
      rows.flatMap((index) => places[index] ?? []),
      target.split ?? [],
    );
    const parts = splits.names.map((name, index) => {
      const own = rows.filter((_row, at) => splits.of[at] === index);
      const instructions = new Set(own.map((row) => places[row]?.instruction)).size;
      return { name, file: `${name}.${format.ending}`, rows: own.length, instructions };
    });
    const ofRow = new Int16Array(places.length).fill(-1);
    for (const [at, row] of rows.entries()) ofRow[row] = splits.of[at] ?? 0;
    const training = this.training(parts);
    await this.refuseDatasets([
      ...parts.flatMap(({ file, name }) => [file, `${name}.meta.jsonl`]),
      manifestName,
    ]);
    await this.writeRows(parts, { spool, ofRow });
    await this.writeSettings(parts, training);
    this.note(parts, splits.conflicts);
    const written = await this.output.seal();
    const manifest = this.manifest({ ...result, splits: parts, sources, files: written });
    await this.output.addText(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
    const files = await this.output.seal();
    target.signal?.throwIfAborted();
    await this.output.commit();
    return { ...result, splits: parts, files, training, notes: this.notes };
  }

  private async writeRows(
    parts: readonly ExportedSplit[],
    { spool, ofRow }: { readonly spool: Spool; readonly ofRow: Int16Array },
  ): Promise<void> {
    const { ending } = this.candidates.format;
    const writers: { readonly rows: RowWriter; readonly meta: OutputFile | null }[] = [];
    let columns: readonly string[] | null = null;
    let index = -1;
    for await (const { row, meta } of spool.read(this.target.signal)) {
      index += 1;
      const split = ofRow[index] ?? -1;
      if (split < 0) continue;
      columns ??= Object.keys(JSON.parse(row) as Row);
      while (writers.length < parts.length) {
        const { file, name } = parts[writers.length] ?? { file: '', name: '' };
        const rows = await rowWriter(ending, await this.output.open(file), columns);
        const side = this.target.sidecar === false ? null : await this.output.open(`${name}.meta.jsonl`);
        if (side !== null) side.rows = 0;
        writers.push({ rows, meta: side });
      }
      const writer = writers[split];
      await writer?.rows.add(row);
      const side = writer?.meta ?? null;
      if (side !== null) {
        side.rows = (side.rows ?? 0) + 1;
        await side.add(`${meta}\n`);
      }
    }
    for (const { rows } of writers) await rows.finish();
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
    readonly sources: readonly SourceFile[];
    readonly files: readonly WrittenFile[];
  }): object {
    const { target, candidates } = this;
    const { counts, leftOut, splits, sources, files } = written;
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
