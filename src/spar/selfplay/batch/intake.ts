import { readBatchAnswer, type RowFailure } from '../../models/batch/format';
import { noUsage, type ChatReply, type Usage } from '../../models/chatModel';
import { refusedParameter, type ChatBody, type OptionalParameter } from '../../models/parameters';
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
  readonly signal: AbortSignal;
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

class AnswerIntake {
  private readonly answeredRows = new Set<number>();
  private readonly failedRows = new Set<number>();
  private readonly refused: RefusedLine[] = [];
  private refusedCount = 0;
  private usage: Spent = {};
  private readonly parameters = new Set<OptionalParameter>();
  private endpointProblem: string | null = null;
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
    await this.flush();
    return {
      answered: this.answeredRows.size,
      failed: this.failedRows.size,
      refused: this.refused,
      refusedCount: this.refusedCount,
      usage: this.usage,
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
    const parameter = failure.kind === 'refused' ? refusedParameter(everyParameter, text) : null;
    if (parameter !== null) {
      this.parameters.add(parameter);
      return;
    }
    if (failure.kind === 'endpoint') {
      this.endpointProblem ??= failureWords(failure);
      return;
    }
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
    const lines = this.waiting;
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
  { folder, file, shards, signal }: Omit<IntakeOptions, 'sources'>,
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

/** What a row may hold, so that a refusal that names one of them is known. */
const everyParameter: ChatBody = {
  model: '',
  messages: [],
  max_tokens: 1,
  max_completion_tokens: 1,
  temperature: 0,
  top_p: 1,
  seed: 0,
  n: 1,
};
