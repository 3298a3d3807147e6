import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { toLogError } from '../../log/logError';
import type { RunStore } from '../runStore';
import { laterSpent } from '../totals';
import type { AnswerShards } from './answerShards';
import { shardsOf } from './answerSource';
import { fileNumber } from './batchFiles';
import { withFurther, type BatchFile, type BatchJournal } from './batchJournal';
import { noteMissing, takeAnswers, type RefusedLine, type ServedBefore } from './intake';
import { readIndex } from './requestFiles';

/** A file of answers. */
export interface AnswerFile {
  /** Below the folder. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

export interface CollectionOptions {
  readonly folder: string;
  readonly store: RunStore;
  readonly journal: BatchJournal;
  readonly shards: AnswerShards;
  readonly signal: AbortSignal;
  readonly onRefused: ((refused: RefusedLines) => void) | undefined;
  /** What a person should know and that stops nothing, as a sentence. */
  readonly onWarning: ((words: string) => void) | undefined;
}

/** Lines of answers that could not be used. */
export interface RefusedLines {
  readonly count: number;
  readonly first: readonly RefusedLine[];
}

/** Takes in files of answers, books what they cost, and closes files of requests. */
export class Collection {
  /** Files whose failures count for nothing, since they taught which parameters to leave out. */
  private readonly lessons = new Set<number>();

  constructor(private readonly options: CollectionOptions) {
    options.shards.mendBy(() => this.takeAgain());
  }

  /**
   * Takes in answers that lie in the folder for files that any engine may serve, those that came late too.
   *
   * @returns whether there were any, and what no row of an engine would fare better with.
   * @throws LogError; `signal.reason`.
   */
  async takeLying(): Promise<{ readonly isNew: boolean; readonly problem: string | null }> {
    let isNew = false;
    for (const file of this.options.journal.files) {
      if (file.baseUrl !== null) continue;
      const sources = await this.sourcesOf(file);
      if (sources.length === 0) continue;
      if (isRead(file, sources)) {
        // It was stopped before it was closed, or the engine could serve no row: what is missing is asked for again.
        if (file.isClosed) continue;
        await this.close(file, null);
        isNew = true;
        continue;
      }
      isNew = true;
      const problem = await this.take(file, sources);
      if (problem !== null) return { isNew, problem };
      await this.close(file, file.isClosed ? null : 'The files of answers hold none to it.');
    }
    return { isNew, problem: null };
  }

  /** @returns what no row of the endpoint would fare better with; null: nothing. @throws LogError; `signal.reason`. */
  async take(file: BatchFile, sources: readonly AnswerFile[]): Promise<string | null> {
    const { folder, journal, store, shards, signal, onRefused } = this.options;
    const paths = sources.map(({ path }) => path);
    const before = this.servedBefore(file);
    const intake = await takeAnswers({ folder, file, sources: paths, shards, before, signal });
    const { answered, failed, refused, refusedCount, usage, ways, parameters, endpointProblem } = intake;
    if (refusedCount > 0) onRefused?.({ count: refusedCount, first: refused });
    const spent = withFurther(store.spent, usage, journal.file(file.file)?.booked ?? {});
    if (parameters.length > 0) {
      this.lessons.add(file.file);
      await journal.note({ kind: 'without', model: file.model, parameters: [...parameters] });
    }
    const read = { answered, failed, refused: refusedCount, usage, ways: [...ways], spent };
    const names = sources.map(({ name, size }): [string, number] => [name, size]);
    await journal.note({ kind: 'read', file: file.file, ...read, sources: names });
    await store.noteSpent(spent, store.worked);
    return endpointProblem;
  }

  /** Replies were damaged on the disk: those whose answers still lie in the folder are kept once more. */
  private async takeAgain(): Promise<void> {
    const { folder, journal, store, onWarning } = this.options;
    // Not those that wait for this to end.
    const shards = shardsOf(store.folder);
    const { signal } = new AbortController();
    for (const file of journal.files) {
      if (file.read === null && !file.isClosed) continue;
      const sources = (await this.sourcesOf(file)).map(({ path }) => path);
      const before = this.servedBefore(file);
      await takeAnswers({ folder, file, sources, shards, before, repliesAlone: true, signal });
    }
    onWarning?.('Lines of batches/replies can’t be read. The answers in batches were taken in once more.');
  }

  private servedBefore(file: BatchFile): ServedBefore {
    const others = this.options.journal.files.filter(
      (other) => other.file !== file.file && other.model === file.model && other.baseUrl === file.baseUrl,
    );
    const alike = others.filter(({ without }) => isDeepStrictEqual(without, file.without));
    return {
      any: others.some(({ read }) => read !== null && read.answered > 0),
      ways: new Set(alike.flatMap(({ read }) => read?.ways ?? [])),
    };
  }

  /**
   * Nothing more is waited for. `reason`: why rows have no answer; null: that is no failure of theirs.
   *
   * @returns rows without an answer.
   * @throws LogError
   */
  async close(file: BatchFile, reason: string | null): Promise<number> {
    const { folder, journal, shards, signal } = this.options;
    const counted = this.lessons.has(file.file) ? null : reason;
    const missing = await noteMissing({ folder, file, shards, signal }, counted);
    const booked = journal.file(file.file)?.booked ?? {};
    await journal.note({ kind: 'closed', file: file.file, missing, booked });
    return missing;
  }

  /** Items with rows in these files. @throws LogError */
  async itemsOf(files: readonly BatchFile[]): Promise<ReadonlySet<number>> {
    const items = new Set<number>();
    for (const { file } of files)
      for await (const { index } of readIndex(this.options.folder, file))
        if (index !== null) items.add(index.item);
    return items;
  }

  async answerFile(name: string): Promise<AnswerFile> {
    const path = join(this.options.folder, name);
    try {
      return { name, path, size: (await stat(path)).size };
    } catch (error) {
      throw toLogError(error, 'read the answers', path);
    }
  }

  /** `000001.answers.jsonl`, `000001.answers.2.jsonl`, `000001.errors.jsonl`, and what lies in a folder `000001.answers`. */
  async sourcesOf({ file }: BatchFile): Promise<readonly AnswerFile[]> {
    const { folder } = this.options;
    const found: string[] = [];
    const names = await readdir(folder).catch((error: unknown) => {
      throw toLogError(error, 'read the folder', folder);
    });
    for (const name of names.sort()) {
      if (!name.startsWith(`${fileNumber(file)}.`)) continue;
      if (/^\d+\.(?:answers|errors)(?:[.-].*)?\.jsonl?$/u.test(name)) found.push(name);
      if (!/^\d+\.answers$/u.test(name)) continue;
      const inner = await readdir(join(folder, name)).catch(() => []);
      const parts = inner.filter((part) => /\.jsonl?$/u.test(part)).sort();
      found.push(...parts.map((part) => `${name}/${part}`));
    }
    const sources = await Promise.all(found.map((name) => this.answerFile(name)));
    return sources.filter(({ size }) => size > 0);
  }
}

/** Books what was read before a crash and not booked. @throws LogError */
export async function bookSpent(store: RunStore, { spent }: BatchJournal): Promise<void> {
  if (spent === null) return;
  const later = laterSpent(store.spent, spent);
  if (!isDeepStrictEqual(later, store.spent)) await store.noteSpent(later, store.worked);
}

/** Whether just these sources were read last. */
function isRead({ read }: BatchFile, sources: readonly AnswerFile[]): boolean {
  return (
    read !== null &&
    JSON.stringify(read.sources) === JSON.stringify(sources.map(({ name, size }) => [name, size]))
  );
}
