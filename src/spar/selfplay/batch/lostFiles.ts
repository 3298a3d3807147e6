import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError, toLogError } from '../../log/logError';
import type { AnswerShards } from './answerShards';
import { fileNumber } from './batchFiles';
import { BatchJournal } from './batchJournal';
import { readDescription, readIndex, removeLeftovers } from './requestFiles';

export interface OpeningOptions {
  /** Of the batches. */
  readonly folder: string;
  readonly shards: AnswerShards;
  /** What a person should know and that stops nothing, as a sentence. */
  readonly onWarning?: ((words: string) => void) | undefined;
}

/**
 * The journal of a run's batches, to go on with. Files of requests that it does not describe are taken up again: its line
 * was damaged, or the run was killed before it was written. What its other lines tell of them counts again.
 *
 * @throws LogError, also for a file of which nothing says what it is and that someone was told of, and where a newer
 * version of SPaR wrote.
 */
export async function openBatchJournal(options: OpeningOptions): Promise<BatchJournal> {
  const { folder, onWarning } = options;
  const journal = await BatchJournal.open(folder, {});
  if (journal.isNewer) throw newerJournal(folder);
  const found: string[] = [];
  for (const file of await filesWithoutLine(folder, journal))
    if (await takeUp(file, options, journal)) found.push(requestsName(file));
  if (found.length > 0) onWarning?.(takenUpWords(found));
  if (journal.strays.length > 0) onWarning?.(strayWords(journal.strays));
  await removeLeftovers(folder, (file) => journal.file(file) !== undefined);
  return journal;
}

/** Files that are whole on the disk, and what is left of those that were told to someone. */
async function filesWithoutLine(folder: string, journal: BatchJournal): Promise<readonly number[]> {
  const names = await namesIn(folder);
  const strays = new Set(journal.strays);
  return [...names].flatMap((name) => {
    const number = Number(/^(\d{6,9})\.index\.jsonl$/u.exec(name)?.[1]);
    if (Number.isNaN(number) || journal.file(number) !== undefined) return [];
    return names.has(requestsName(number)) || strays.has(number) ? [number] : [];
  });
}

async function takeUp(
  file: number,
  { folder, shards }: OpeningOptions,
  journal: BatchJournal,
): Promise<boolean> {
  const description = await readDescription(folder, file);
  if (description === null) {
    if (journal.strays.includes(file) || (await hasAnswers(folder, file))) throw unknownFile(folder, file);
    return false;
  }
  await journal.note({ kind: 'round', files: [description] });
  const known = journal.file(file);
  // Nothing tells of a batch, but its answers came: it must not be submitted again.
  const isTold = known === undefined || known.isClosed || known.uploaded !== null || known.batch !== null;
  if (!isTold && known.read === null && (await wasRead({ folder, shards }, file)))
    await journal.note({ kind: 'closed', file, missing: 0 });
  return true;
}

async function wasRead({ folder, shards }: OpeningOptions, file: number): Promise<boolean> {
  for await (const { index } of readIndex(folder, file)) {
    if (index === null) continue;
    const known = await shards.of(index.item);
    if (index.keys.some((key) => known.reply(key) ?? known.failureOf(key, file))) return true;
  }
  return false;
}

async function hasAnswers(folder: string, file: number): Promise<boolean> {
  const names = [...(await namesIn(folder))];
  return names.some((name) => /^\d+\.(?:answers|errors)\b/u.test(name) && Number.parseInt(name, 10) === file);
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw toLogError(error, 'read the folder', folder);
  });
  return new Set(names.sort());
}

function newerJournal(folder: string): LogError {
  const path = join(folder, 'journal.jsonl');
  const message = `A newer version of SPaR wrote to ${path}, and what it says of batches can’t be read. Go on with that version.`;
  return new LogError({ kind: 'io', path, message });
}

function unknownFile(folder: string, file: number): LogError {
  const [requests, index] = [requestsName(file), `${fileNumber(file)}.index.jsonl`];
  return new LogError({
    kind: 'io',
    path: folder,
    message: `The line of journal.jsonl that tells of ${requests} is damaged, and so is the end of ${index} (${folder}). Put one of them back from a copy. Without one, delete ${requests} and ${index}: what they asked for is asked for again.`,
  });
}

/** Names that are shown. */
const mostShown = 5;

function takenUpWords(names: readonly string[]): string {
  const more = names.length > mostShown ? ` and ${names.length - mostShown} more` : '';
  return `No line of batches/journal.jsonl that can be read tells of ${names.slice(0, mostShown).join(', ')}${more}. Taken up again from what lies beside.`;
}

function strayWords(files: readonly number[]): string {
  const names = files.slice(0, mostShown).map(requestsName);
  return `batches/journal.jsonl speaks of ${names.join(', ')}, of which nothing is left in the folder: what was asked for there is asked for again.`;
}

function requestsName(file: number): string {
  return `${fileNumber(file)}.requests.jsonl`;
}
