import { readBatchAnswer, type RowFailure } from '../../models/batch/format';
import { noUsage, type ChatReply, type Usage } from '../../models/chatModel';
import { isContextOverflow } from '../../models/endpointErrors';
import { chatBody, refusedParameter, type OptionalParameter } from '../../models/parameters';
import { readLineBatches, type LogLine } from '../../log/readLines';
import { withUsage, type Spent } from '../totals';
import type { AnswerLine, AnswerShards, DrawFailure } from './answerShards';
import { fileNumber, parseCustomId } from './batchFiles';
import type { BatchFile } from './batchJournal';
import { digestOf, readIndex, type IndexRow } from './requestFiles';

export interface IntakeOptions {
  readonly folder: string;
  readonly file: BatchFile;
  /** Files of answers and errors, in the order in which they are read. */
  readonly sources: readonly string[];
  readonly shards: AnswerShards;
  /** What the engine has served of other files. */
  readonly before: ServedBefore;
  /** Replies alone: failures that were forgiven since must not come back. */
  readonly repliesAlone?: boolean;
  readonly signal: AbortSignal;
}

export interface ServedBefore {
  readonly any: boolean;
  /** By ways to ask; of files that leave out the same parameters. */
  readonly ways: ReadonlySet<string>;
}

export interface Intake {
  /** Rows with a reply. */
  readonly answered: number;
  /** Rows that failed. */
  readonly failed: number;
  /** The first lines that could not be used, and how many there are. */
  readonly refused: readonly RefusedLine[];
  readonly refusedCount: number;
  readonly usage: Spent;
  /** In which rows were asked that have a reply. */
  readonly ways: readonly string[];
  /** Parameters that the engine refused. */
  readonly parameters: readonly OptionalParameter[];
  /** What no row of the endpoint would fare better with; null: nothing. */
  readonly endpointProblem: string | null;
}

export interface RefusedLine {
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

const shownRefused = 10;
const flushBytes = 32_000_000;
/** No answer to one row is longer. */
const maxLineBytes = 1 << 26;

/**
 * Puts the answers to one file of requests where the items look for them. Lines may come in any order, doubly and
 * incomplete; one that can't be used is told and costs nothing else. The same sources read again give the same counts.
 *
 * @throws LogError; `signal.reason`.
 */
export async function takeAnswers(options: IntakeOptions): Promise<Intake> {
  return new AnswerIntake(options, await rowsOf(options)).take();
}

async function rowsOf({ folder, file }: IntakeOptions): Promise<ReadonlyMap<number, IndexRow>> {
  const rows = new Map<number, IndexRow>();
  for await (const { row, index } of readIndex(folder, file.file)) if (index !== null) rows.set(row, index);
  return rows;
}

interface DoubtfulRow {
  readonly number: number;
  readonly row: IndexRow;
  readonly failure: RowFailure;
  /** Null: of the endpoint. */
  readonly parameter: OptionalParameter | null;
}

/** The same for rows that an engine takes or refuses alike, but for their prompts. */
function wayOf({ asks = '', keys }: IndexRow): string {
  return `${asks} ${keys.length > 1 ? 'several' : 'one'}`;
}

class AnswerIntake {
  private readonly answeredRows = new Set<number>();
  private readonly failedRows = new Set<number>();
  private readonly refused: RefusedLine[] = [];
  private refusedCount = 0;
  private usage: Spent = {};
  private readonly parameters = new Set<OptionalParameter>();
  private endpointProblem: string | null = null;
  /** Ways to ask that were answered. */
  private readonly taken = new Set<string>();
  /** Failures that may be about more than their rows. */
  private readonly doubtful: DoubtfulRow[] = [];
  private waiting: AnswerLine[] = [];
  private waitingBytes = 0;

  constructor(
    private readonly options: IntakeOptions,
    private readonly rows: ReadonlyMap<number, IndexRow>,
  ) {}

  async take(): Promise<Intake> {
    const { sources, signal } = this.options;
    for (const source of sources) {
      for await (const lines of readLineBatches(source, { signal, maxLineBytes })) {
        for (const line of lines) this.takeLine(line, source);
        if (this.waitingBytes >= flushBytes) await this.flush();
      }
    }
    for (const row of this.doubtful) this.settle(row);
    await this.flush();
    return {
      answered: this.answeredRows.size,
      failed: this.failedRows.size,
      refused: this.refused,
      refusedCount: this.refusedCount,
      usage: this.usage,
      ways: [...this.taken].sort(),
      parameters: [...this.parameters],
      endpointProblem: this.endpointProblem,
    };
  }

  private takeLine(line: LogLine, source: string): void {
    const answer =
      line.type === 'text' ? readBatchAnswer(line.text) : ({ ...line, type: 'unreadable' } as const);
    const refuse = (reason: string): void => {
      this.refusedCount += 1;
      if (this.refused.length < shownRefused) this.refused.push({ source, line: line.number, reason });
    };
    if (answer.type === 'unreadable') {
      refuse(line.terminated ? answer.reason : `${answer.reason}; the file ends there, it may be cut`);
      return;
    }
    const name = parseCustomId(answer.customId);
    const { file } = this.options.file;
    if (name === null) {
      refuse('its custom_id is none of this run');
      return;
    }
    if (name.file !== file) {
      refuse(`it answers a row of ${fileNumber(name.file)}.requests.jsonl`);
      return;
    }
    const row = this.rows.get(name.row);
    if (row === undefined || digestOf(row.keys) !== name.digest) {
      refuse('its custom_id is of no row that was asked');
      return;
    }
    if (this.answeredRows.has(name.row)) return;
    if (answer.type === 'failure') {
      this.takeFailure(answer, name.row, row);
      return;
    }
    const replies = answer.replies(row.tags).slice(0, row.keys.length);
    this.answeredRows.add(name.row);
    this.failedRows.delete(name.row);
    this.taken.add(wayOf(row));
    this.usage = withUsage(this.usage, row.stage, usageOf(answer, replies.length, row));
    replies.forEach((reply, at) => this.addReply(row, row.keys[at] ?? '', reply));
  }

  private addReply({ item }: IndexRow, key: string, reply: ChatReply): void {
    const { file } = this.options.file;
    const isEmpty = reply.finishReason !== 'length' && reply.text.trim() === '';
    if (isEmpty) {
      this.add({ item, key, file, failure: { kind: 'empty', reason: 'The reply is empty.' } }, 0);
    } else this.add({ item, key, file, reply }, reply.text.length);
  }

  private takeFailure(
    { failure, text }: { readonly failure: RowFailure; readonly text: string },
    number: number,
    row: IndexRow,
  ): void {
    this.failedRows.add(number);
    // How the batch was closed says what that means.
    if (failure.kind === 'unserved') return;
    const parameter = this.parameterOf(failure, { text, row });
    if (parameter !== null || failure.kind === 'endpoint')
      this.doubtful.push({ number, row, failure, parameter });
    else this.addFailure(row, failure);
  }

  /** The parameter that a row was refused for, if that is what the engine says. */
  private parameterOf(
    { kind, status }: RowFailure,
    { text, row }: { readonly text: string; readonly row: IndexRow },
  ): OptionalParameter | null {
    if (kind !== 'refused' || (status !== 400 && status !== 422)) return null;
    // Engines speak of max_tokens where the prompt is too long; without it the reply would have no limit.
    if (isContextOverflow(text)) return null;
    const request = { messages: [], seeds: row.keys.map(() => 0), temperature: 0, topP: 1, maxTokens: 1 };
    const without = this.options.file.without as readonly OptionalParameter[];
    return refusedParameter(chatBody('', request, new Set([...without, 'stream'])), text);
  }

  /** Now that all answers are known: what was said to one row and not to others like it is about that row alone. */
  private settle({ number, row, failure, parameter }: DoubtfulRow): void {
    if (this.answeredRows.has(number)) return;
    const { before } = this.options;
    if (parameter !== null) {
      const way = wayOf(row);
      if (this.taken.has(way) || before.ways.has(way)) this.addFailure(row, failure);
      else this.parameters.add(parameter);
      return;
    }
    // Some refuse a prompt so. It counts, so that a row that is refused alone does not stop the run again and again.
    const isOneRows = failure.status === 403 || failure.status === 404;
    const areServed = this.answeredRows.size > 0;
    if (isOneRows && (areServed || before.any)) this.addFailure(row, failure);
    if (!isOneRows || !areServed) this.endpointProblem ??= failureWords(failure);
  }

  private addFailure(row: IndexRow, failure: RowFailure): void {
    const kind: DrawFailure['kind'] = failure.kind === 'refused' ? 'refused' : 'failed';
    for (const key of row.keys)
      this.add(
        {
          item: row.item,
          key,
          file: this.options.file.file,
          failure: { kind, reason: failureWords(failure) },
        },
        0,
      );
  }

  private add(line: AnswerLine, bytes: number): void {
    this.waiting.push(line);
    this.waitingBytes += bytes + 200;
  }

  private async flush(): Promise<void> {
    const { repliesAlone = false } = this.options;
    const lines = this.waiting.filter((line) => !repliesAlone || 'reply' in line);
    this.waiting = [];
    this.waitingBytes = 0;
    if (lines.length > 0) await this.options.shards.add(lines);
  }
}

/**
 * Notes a failure for each draw of a file that nothing came of, so that none is asked for without an end; with `reason`
 * null it notes none. Answers with how many rows are without any answer.
 *
 * @throws LogError; `signal.reason`.
 */
export async function noteMissing(
  { folder, file, shards, signal }: Omit<IntakeOptions, 'sources' | 'before'>,
  reason: string | null,
): Promise<number> {
  let missing = 0;
  let lines: AnswerLine[] = [];
  for await (const { index } of readIndex(folder, file.file)) {
    signal.throwIfAborted();
    if (index === null) continue;
    const { item, keys } = index;
    const known = await shards.of(item);
    const without = keys.filter(
      (key) => known.reply(key) === undefined && known.failureOf(key, file.file) === undefined,
    );
    if (without.length === keys.length) missing += 1;
    // A row that was answered by fewer replies than it asked for is no failure.
    if (without.length < keys.length || reason === null) continue;
    for (const key of without)
      lines.push({ item, key, file: file.file, failure: { kind: 'failed', reason } });
    if (lines.length < 5000) continue;
    await shards.add(lines);
    lines = [];
  }
  await shards.add(lines);
  return missing;
}

function failureWords({ status, words }: RowFailure): string {
  const said = words === '' ? '' : `: “${words.replace(/[.\s]+$/u, '')}”`;
  return `The engine refused or failed the request${status === null ? '' : ` (${status})`}${said}.`;
}

function usageOf(
  answer: { readonly promptTokens: number | null; readonly completionTokens: number },
  sequences: number,
  row: IndexRow,
): Usage {
  return {
    ...noUsage,
    requests: 1,
    sequences,
    promptTokens: answer.promptTokens ?? row.promptTokens,
    completionTokens: answer.completionTokens,
    estimated: answer.promptTokens === null,
  };
}
