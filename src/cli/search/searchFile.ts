import type { ChatModel } from '../../spar/models/chatModel';
import type { ModelPool } from '../../spar/models/pool/pool';
import { instructionText } from '../../spar/refiner/instruction';
import { runSearch } from '../../spar/search/search';
import { defaultSettings } from '../../spar/search/settings';
import { SearchTreeBuilder } from '../../spar/search/tree';
import { isBadRow, readItems } from '../../spar/selfplay/intake/readItems';
import type { BadRow, RunItem } from '../../spar/selfplay/item';
import { scanInput } from '../../spar/selfplay/plan/inputScan';
import { constraintsReader, type ConstraintsOf } from '../../spar/selfplay/plan/readers';
import { requireOwnEnd } from '../../spar/selfplay/stops';
import { countWords, timeWords } from '../../spar/text/amountWords';
import { ownVerifiersFile } from '../../spar/verifiers/own/ownFile';
import { exitCodes } from '../exitCodes';
import { fail as failWith } from '../fail';
import { openModels } from '../modelFlags';
import type { LineParts } from '../output/fittedLine';
import { RewrittenLines } from '../output/rewrittenLines';
import { harmlessLine } from '../output/paint';
import { failedResult, resultOf, type RefineResult } from '../result';
import { isFile } from '../run/begin';
import { inputProblemWords } from '../run/inputWords';
import { whileReading } from '../run/reading';
import type { Surroundings } from '../runCommand';
import type { SearchArguments } from './command';
import { ResultFile, type ResultOf } from './resultFile';

const command = 'spar search';
/** With rules alone nothing waits for a server. */
const rowsByRules = 4;
/** Results that wait for those before them. */
const mostWaiting = 2000;

type RowResult = ResultOf & RefineResult;

/** Searches each row that has no result yet. @throws LogError, ModelError; `signal.reason`. */
export async function searchFile(options: SearchArguments, surroundings: Surroundings): Promise<number> {
  const { terminal, signal, interruption } = surroundings;
  const { input, output, columns, limit, json } = options;
  const fail = (reason: string): number => failWith(command, reason, terminal);
  const scan = await whileReading(input, surroundings, (onProgress) =>
    scanInput({ input, columns, limit, signal, onProgress }),
  );
  if (scan.kind !== 'usable') return fail(inputProblemWords(input, scan));
  const verifiers = options.verifiers ?? ((await isFile(ownVerifiersFile)) ? ownVerifiersFile : null);
  const constraintsOf = await constraintsReader(verifiers, (words) =>
    terminal.stderr.write(`${command}: ${harmlessLine(words, 400)}\n`),
  );
  const { refiner } = await openModels(
    { actor: null, refiner: options.model },
    { actor: options.concurrency, refiner: options.concurrency },
    terminal,
  );
  const file = await ResultFile.open(output, signal);
  const force = new AbortController();
  void interruption.secondTime.then(() => force.abort(new Error('interrupted twice')));
  const work = new FileSearch({ options, refiner, constraintsOf, file, stop: signal, force });
  const lines = new RewrittenLines(terminal.stderr, { stop: signal });
  try {
    const rows = readItems(input, {
      signal: force.signal,
      ...(scan.columns === null ? {} : { mapping: scan.columns }),
      ...(limit === undefined ? {} : { limit }),
    });
    const total = scan.shape.items + scan.badRowCount;
    const tell = (): void => lines.show(() => [progressOf(work, total)]);
    tell();
    await work.all(rows, tell);
    lines.clear();
    if (work.foreignRow !== null)
      return fail(
        `“${harmlessLine(output, 300)}” holds results of another input: row ${work.foreignRow} is not the same. Choose another file for the results.`,
      );
  } finally {
    lines.clear();
    await file.close();
  }
  signal.throwIfAborted();
  print(work, { output, json }, surroundings);
  return (work.counts.get('failed') ?? 0) > 0 ? exitCodes.unsolved : exitCodes.done;
}

interface FileSearchParts {
  readonly options: SearchArguments;
  readonly refiner: ModelPool | null;
  readonly constraintsOf: ConstraintsOf;
  readonly file: ResultFile;
  /** Aborted: no further row is begun. */
  readonly stop: AbortSignal;
  readonly force: AbortController;
}

class FileSearch {
  /** By status, those that were there among them. */
  readonly counts = new Map<string, number>();
  /** First row whose result in the file is about another row. */
  foreignRow: number | null = null;
  done = 0;
  /** Of this process. */
  searched = 0;
  tokens = 0;
  readonly reasons = new Map<string, number>();
  readonly began = performance.now();
  private readonly underWay = new Set<Promise<unknown>>();
  /** Results in the order of the input that are not written yet. */
  private writing: Promise<void> = Promise.resolve();
  private waiting = 0;
  private failure: Error | null = null;

  constructor(private readonly parts: FileSearchParts) {}

  get skipped(): number {
    return Math.min(this.done, this.parts.file.known.length);
  }

  async all(rows: AsyncIterable<RunItem | BadRow>, tell: () => void): Promise<void> {
    const { file, stop, force } = this.parts;
    let at = 0;
    for await (const row of rows) {
      if (stop.aborted || this.failure !== null) break;
      const known = file.known[at];
      at += 1;
      const id = isBadRow(row) ? null : row.id;
      if (known !== undefined && (known.row !== row.place || known.id !== id)) {
        this.foreignRow = row.place;
        break;
      }
      if (known !== undefined) this.count(known);
      else {
        await this.room();
        // The wait may have been for an interruption.
        if (this.isStopped) break;
        this.begin(row, tell);
      }
    }
    await this.writing;
    if (this.failure === null) return;
    force.abort(this.failure);
    await Promise.allSettled(this.underWay);
    throw this.failure;
  }

  private get isStopped(): boolean {
    return this.parts.stop.aborted || this.failure !== null;
  }

  private async room(): Promise<void> {
    const { refiner, force } = this.parts;
    while (this.waiting >= mostWaiting) await this.writing;
    if (refiner !== null) await refiner.hasRoom(force.signal).catch(() => undefined);
    else while (this.underWay.size >= rowsByRules) await Promise.race(this.underWay);
  }

  private begin(row: RunItem | BadRow, tell: () => void): void {
    const result = isBadRow(row) ? Promise.resolve(unusable(row)) : this.search(row);
    const settled = result.catch(() => undefined).finally(() => this.underWay.delete(settled));
    this.underWay.add(settled);
    this.waiting += 1;
    this.writing = this.writing.then(async () => {
      try {
        if (this.failure !== null) return;
        const found = await result;
        await this.parts.file.add(found);
        this.count(found);
        this.searched += 1;
        if (found.status === 'failed')
          this.reasons.set(found.reason, (this.reasons.get(found.reason) ?? 0) + 1);
        this.tokens += found.usage.promptTokens + found.usage.completionTokens;
        tell();
      } catch (error) {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
      } finally {
        this.waiting -= 1;
      }
    });
  }

  private count({ status }: ResultOf): void {
    this.done += 1;
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
  }

  private async search(item: RunItem): Promise<RowResult> {
    const { options, refiner, constraintsOf, force } = this.parts;
    const { instruction, responses, critique, index } = item;
    const [original] = responses;
    const place = { row: item.place, id: item.id };
    if (original === undefined) return { ...place, ...failedResult('The row brings no response to refine.') };
    const model: ChatModel | null = refiner?.at(index, String(index)) ?? null;
    const constraints = item.constraints ?? constraintsOf(instructionText(instruction));
    const start = { instruction, original, constraints, ...(critique === null ? {} : { critique }) };
    const settings = { ...defaultSettings, ...options.settings };
    const builder = new SearchTreeBuilder();
    for await (const event of runSearch(start, { model, settings }, { signal: force.signal }))
      builder.fold(event);
    const { tree } = builder;
    if (tree.outcome !== null) requireOwnEnd(tree.outcome, force.signal);
    return { ...place, ...resultOf(tree) };
  }
}

function unusable({ place, reason }: BadRow): RowResult {
  return { row: place, id: null, ...failedResult(reason) };
}

function progressOf({ done, searched, began, tokens, counts }: FileSearch, total: number): LineParts {
  const each = searched === 0 ? null : (performance.now() - began) / searched;
  const accepted = countWords(counts.get('accepted') ?? 0);
  return [
    `${countWords(done)} of ${countWords(total)} rows`,
    `${accepted} accepted`,
    ...(each === null ? [] : [`about ${timeWords(each * (total - done))} left`]),
    `${countWords(tokens)} tokens`,
  ];
}

function print(
  { counts, done, skipped, tokens, reasons }: FileSearch,
  { output, json }: Pick<SearchArguments, 'output' | 'json'>,
  { terminal: { stdout } }: Surroundings,
): void {
  const statuses = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (json) {
    stdout.write(`${JSON.stringify({ rows: done, there: skipped, statuses, tokens, output }, null, 2)}\n`);
    return;
  }
  const list = Object.entries(statuses).map(([status, count]) => `${countWords(count)} ${status}`);
  const failures = [...reasons]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([reason, count]) => `  ${countWords(count)} × ${harmlessLine(reason, 160)}\n`)
    .join('');
  const there = skipped === 0 ? '' : `, ${countWords(skipped)} of them there already`;
  stdout.write(
    `${countWords(done)} ${done === 1 ? 'row' : 'rows'}${there}: ${list.join(', ')}; ${countWords(tokens)} tokens\n${failures}Results in ${harmlessLine(output, 300)}\n`,
  );
}
