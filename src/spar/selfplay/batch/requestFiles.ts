import { createHash } from 'node:crypto';
import { readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ignore, makeFolder, renameDurably } from '../../log/durable';
import { nodeFileSystem } from '../../log/fileSystem';
import { parseJson } from '../../log/jsonLine';
import { LineWriter } from '../../log/lineWriter';
import { toLogError } from '../../log/logError';
import { readLineBatches, type LogLine } from '../../log/readLines';
import { batchRow } from '../../models/batch/format';
import { addUsage, noUsage, type Usage } from '../../models/chatModel';
import { chatBody, type OptionalParameter } from '../../models/parameters';
import { holdsReasoningTags } from '../../models/reasoning';
import { costOf, estimatePromptTokens, type Price } from '../../models/usage';
import { stages, type Stage } from '../itemResult';
import { customIdOf, indexFile, requestsFile } from './batchFiles';
import { fileSchema, type FileDescription } from './batchJournal';
import type { Note } from './noting';

export interface RequestFilesOptions {
  readonly folder: string;
  /** Counted from 1. */
  readonly round: number;
  /** Of the first file; further ones follow it. */
  readonly firstFile: number;
  /** Most of one file. */
  readonly limits: { readonly rows: number; readonly bytes: number };
  /** Parameters that a model's engine refused. */
  readonly without: (model: string) => ReadonlySet<OptionalParameter>;
  /** Tokens that may still be asked for; none unless told. */
  readonly allowance?: Allowance;
}

/** How much may be asked for, as far as that can be told before. */
export interface Allowance {
  readonly tokens: number;
  /** In the price's currency. */
  readonly cost: number;
  readonly price: Price | null;
  /** What a reply of a stage takes, by those so far. */
  readonly replyTokens: (stage: Stage) => number;
}

/** What a row's answer is for. */
export interface IndexRow {
  readonly item: number;
  readonly stage: Stage;
  readonly keys: readonly string[];
  /** Whether the prompt speaks of reasoning tags. */
  readonly tags: boolean;
  /** Estimated, for engines that tell none. */
  readonly promptTokens: number;
  /** Its parameters: rows that ask alike are taken or refused alike. */
  readonly asks?: string | undefined;
}

/**
 * Files of requests while they are written, and beside each an index of what its rows are for, which ends with what the
 * journal tells of the file: the line there may be lost. One model's rows go into
 * files of their own. Nothing of it counts before `finish`: files that were left by a pass that was stopped are written
 * over.
 */
export class RequestFiles {
  private readonly current = new Map<string, OpenFile>();
  private readonly done: OpenFile[] = [];
  private writing: Promise<void> = Promise.resolve();
  private failed: { readonly error: unknown } | null = null;
  private nextFile: number;
  private asked: Usage = noUsage;
  private limit: 'tokens' | 'cost' | null = null;

  constructor(private readonly options: RequestFilesOptions) {
    this.nextFile = options.firstFile;
  }

  /** What the first row would have gone beyond that was left out; null where none was. */
  get limitReached(): 'tokens' | 'cost' | null {
    return this.limit;
  }

  /** Takes requests; see `drained` for when they are written. */
  take(notes: readonly Note[]): void {
    for (const note of notes) {
      const limit = this.limitOf(note);
      if (limit !== null) this.limit ??= limit;
      else
        this.writing = this.writing
          .then(() => this.write(note))
          .catch((error: unknown) => {
            this.failed ??= { error: toLogError(error, 'write requests', this.options.folder) };
          });
    }
  }

  /** Resolves when all that was taken is written. @throws LogError */
  async drained(): Promise<void> {
    await this.writing;
    if (this.failed !== null) throw this.failed.error;
  }

  /** Puts the files in their places, on the disk. @throws LogError */
  async finish(): Promise<readonly FileDescription[]> {
    await this.drained();
    for (const open of this.current.values()) this.done.push(open);
    this.current.clear();
    const files = this.done.sort((a, b) => a.file - b.file);
    for (const open of files) await open.finish();
    return files.map(({ description }) => description);
  }

  /** Gives up what was written. Never throws. */
  async drop(): Promise<void> {
    await this.writing;
    for (const open of [...this.done, ...this.current.values()]) await open.drop();
  }

  /** The limit that a request would go beyond; null for one that is booked. */
  private limitOf({ request, stage }: Note): 'tokens' | 'cost' | null {
    const { allowance } = this.options;
    if (allowance === undefined) return null;
    const after = addUsage(this.asked, {
      ...noUsage,
      promptTokens: estimatePromptTokens(request.messages),
      completionTokens: request.seeds.length * Math.min(request.maxTokens, allowance.replyTokens(stage)),
    });
    const { tokens, cost, price } = allowance;
    if (after.promptTokens + after.completionTokens > tokens) return 'tokens';
    if (price !== null && costOf(after, price) > cost) return 'cost';
    this.asked = after;
    return null;
  }

  private async write(note: Note): Promise<void> {
    if (this.failed !== null) return;
    const { limits, without, folder } = this.options;
    const { target, request, keys, item, stage } = note;
    const { model } = target;
    const place = JSON.stringify([model, target.baseUrl, target.role]);
    const refused = new Set<OptionalParameter>([...without(model), 'stream']);
    const parts = refused.has('n') ? request.seeds.map((_, at) => [at]) : [request.seeds.map((_, at) => at)];
    for (const part of parts) {
      const seeds = part.map((at) => request.seeds[at] ?? 0);
      const ownKeys = part.map((at) => keys[at] ?? '');
      const digest = digestOf(ownKeys);
      const body = chatBody(model, { ...request, seeds }, refused);
      // The longest name that the row can get, so that the limit holds wherever it lands.
      const bytes = Buffer.byteLength(batchRow(customIdOf(999_999_999, 999_999_999, digest), body)) + 1;
      let open = this.current.get(place);
      if (open !== undefined && (open.rows >= limits.rows || open.bytes + bytes > limits.bytes)) {
        this.done.push(open);
        await open.close();
        open = undefined;
      }
      if (open === undefined) {
        const { round } = this.options;
        open = await OpenFile.begin(folder, {
          file: this.nextFile,
          round,
          ...target,
          without: [...without(model)],
        });
        this.nextFile += 1;
        this.current.set(place, open);
      }
      const tags = request.messages.some(({ content }) => holdsReasoningTags(content));
      const index = {
        item,
        stage,
        keys: ownKeys,
        tags,
        promptTokens: estimatePromptTokens(request.messages),
        asks: [request.temperature, request.topP ?? '', request.maxTokens].join(' '),
      };
      await open.add(batchRow(customIdOf(open.file, open.rows, digest), body), index);
    }
  }
}

/** Of a row's draws; part of its name, so that an answer to another row shows. */
export function digestOf(keys: readonly string[]): string {
  return createHash('sha256').update(keys.join(' ')).digest('hex').slice(0, 16);
}

type BegunFile = Omit<FileDescription, 'rows' | 'replies' | 'bytes'>;

class OpenFile {
  rows = 0;
  replies = 0;
  bytes = 0;
  private isClosed = false;

  private constructor(
    private readonly begun: BegunFile,
    private readonly outputs: { readonly requests: Output; readonly index: Output },
  ) {}

  static async begin(folder: string, begun: BegunFile): Promise<OpenFile> {
    const { file } = begun;
    await makeFolder(folder).catch((error: unknown) => {
      throw toLogError(error, 'make the folder', folder);
    });
    const requests = await Output.open(requestsFile(folder, file));
    try {
      return new OpenFile(begun, { requests, index: await Output.open(indexFile(folder, file)) });
    } catch (error) {
      await requests.close().catch(ignore);
      throw error;
    }
  }

  get file(): number {
    return this.begun.file;
  }

  get description(): FileDescription {
    const { rows, replies, bytes } = this;
    return { ...this.begun, rows, replies, bytes };
  }

  async add(row: string, index: IndexRow): Promise<void> {
    const { requests, index: rows } = this.outputs;
    await requests.writer.add(row);
    await rows.writer.add(JSON.stringify(index));
    this.rows += 1;
    this.replies += index.keys.length;
    this.bytes += Buffer.byteLength(row) + 1;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const { requests, index } = this.outputs;
    const last = index.writer.add(JSON.stringify({ file: this.description }));
    // Each, whatever becomes of the others.
    const ends = await Promise.allSettled([
      last,
      last.catch(ignore).then(() => index.close()),
      requests.close(),
    ]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async finish(): Promise<void> {
    await this.close();
    // The index first: a file of requests in its place always has one.
    await this.outputs.index.place();
    await this.outputs.requests.place();
  }

  async drop(): Promise<void> {
    await this.close().catch(() => undefined);
    for (const output of Object.values(this.outputs))
      await nodeFileSystem.unlink(output.temporary).catch(() => undefined);
  }
}

/** Written beside its place until it is whole. */
class Output {
  readonly writer: LineWriter;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {
    this.writer = new LineWriter(handle, path);
  }

  static async open(path: string): Promise<Output> {
    try {
      return new Output(path, await nodeFileSystem.open(`${path}.part`, 'w'));
    } catch (error) {
      throw toLogError(error, 'write the file', path);
    }
  }

  get temporary(): string {
    return `${this.path}.part`;
  }

  async close(): Promise<void> {
    try {
      await this.writer.flush();
      await this.handle.sync();
    } catch (error) {
      throw toLogError(error, 'write the file', this.path);
    } finally {
      await this.handle.close();
    }
  }

  async place(): Promise<void> {
    try {
      await renameDurably(this.temporary, this.path, nodeFileSystem);
    } catch (error) {
      throw toLogError(error, 'write the file', this.path);
    }
  }
}

/** Removes files that a pass left which was stopped before they were whole: nobody was told of them. @throws LogError */
export async function removeLeftovers(folder: string, isKnown: (file: number) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const match = /^(\d{6,9})\.(?:requests|index)\.jsonl(\.part)?$/u.exec(name);
    if (match === null || (match[2] === undefined && isKnown(Number(match[1])))) continue;
    await nodeFileSystem.unlink(join(folder, name)).catch(() => undefined);
  }
}

const indexSchema = z.object({
  item: z.number().int().min(0),
  stage: z.enum(stages as readonly [Stage, ...Stage[]]),
  keys: z.array(z.string()).min(1),
  tags: z.boolean(),
  promptTokens: z.number().min(0),
  asks: z.string().optional(),
});

/**
 * What the end of an index says of its file; null where it says nothing that can be read, or rows are missing.
 *
 * @throws LogError
 */
export async function readDescription(folder: string, file: number): Promise<FileDescription | null> {
  let last: LogLine | undefined;
  for await (const lines of readLineBatches(indexFile(folder, file))) last = lines.at(-1) ?? last;
  const parsed = last?.type === 'text' ? parseJson(last.text) : null;
  const read = parsed?.ok === true ? endSchema.safeParse(parsed.value) : null;
  if (last === undefined || read?.success !== true) return null;
  const { file: description } = read.data;
  return description.file === file && description.rows === last.number - 1 ? description : null;
}

const endSchema = z.object({ file: fileSchema });

/** The rows of a file in their order; null for a line that is none. @throws LogError */
export async function* readIndex(
  folder: string,
  file: number,
): AsyncGenerator<{ readonly row: number; readonly index: IndexRow | null }> {
  for await (const lines of readLineBatches(indexFile(folder, file))) {
    for (const line of lines) {
      const parsed = line.type === 'text' ? parseJson(line.text) : null;
      const read = parsed?.ok === true ? indexSchema.safeParse(parsed.value) : null;
      yield { row: line.number - 1, index: read?.success === true ? read.data : null };
    }
  }
}
