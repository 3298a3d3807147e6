import { join } from 'node:path';
import { z } from 'zod';
import type { AppendOptions } from '../../log/appendLines';
import { BatchedLog } from '../../log/batchedLog';
import { makeFolder } from '../../log/durable';
import { journalLine, readJournal } from '../../log/journalLines';
import { toLogError } from '../../log/logError';
import { addUsage, noUsage } from '../../models/chatModel';
import type { OptionalParameter } from '../../models/parameters';
import { usageByStage } from '../journalEvents';
import { stages } from '../itemResult';
import { batchEngineSchema, type BatchEngine } from '../plan/runPlan';
import { laterSpent, type Spent } from '../totals';
import type { BatchTarget } from './noting';

/** A file of requests as it was written. */
export interface FileDescription extends BatchTarget {
  readonly file: number;
  /** Counted from 1: all files of a round are written at once. */
  readonly round: number;
  readonly rows: number;
  /** Draws that its rows ask for. */
  readonly replies: number;
  readonly bytes: number;
  /** Parameters that its requests do without, since the engine refused them. */
  readonly without: readonly string[];
}

/** A file of requests and what became of it. */
export interface BatchFile extends FileDescription {
  /** Of the provider. */
  readonly uploaded: string | null;
  /** A batch was asked for, and no answer to that is known. */
  readonly isCreating: boolean;
  readonly batch: string | null;
  /** What was read of its answers last. */
  readonly read: ReadAnswers | null;
  /** What of its cost is booked; never less than before, though a file of answers may be written anew. */
  readonly booked: Spent;
  readonly isClosed: boolean;
}

export interface ReadAnswers {
  readonly answered: number;
  readonly failed: number;
  /** Lines that could not be used. */
  readonly refused: number;
  /** Of all answers of the file that count. */
  readonly usage: Spent;
  /** Ways to ask that were answered (see `takeAnswers`). */
  readonly ways: readonly string[];
  /** Name and bytes of what was read. */
  readonly sources: readonly (readonly [string, number])[];
}

const count = z.number().int().min(0);
// A row's name takes no higher one.
const file = count.max(999_999_999);
/** As it stands in the journal, and at the end of the file's index. */
export const fileSchema = z.object({
  file,
  round: count,
  model: z.string(),
  baseUrl: z.string().nullable(),
  role: z.enum(['actor', 'refiner']).optional(),
  rows: count,
  replies: count,
  bytes: count,
  without: z.array(z.string()).readonly().default([]),
});
const schemas = {
  round: z.object({ files: z.array(fileSchema).readonly() }),
  uploaded: z.object({ file, id: z.string() }),
  creating: z.object({ file, uploaded: z.string().optional() }),
  created: z.object({ file, batch: z.string() }),
  rejected: z.object({ file, reason: z.string() }),
  read: z.object({
    file,
    answered: count,
    failed: count,
    refused: count,
    usage: usageByStage,
    ways: z.array(z.string()).default([]),
    sources: z.array(z.tuple([z.string(), count])),
    spent: usageByStage,
  }),
  // `booked` again, so that a line of the answers' reading may be lost.
  closed: z.object({ file, missing: count, booked: usageByStage.optional() }),
  without: z.object({ model: z.string(), parameters: z.array(z.string()) }),
  engine: z.object({ engine: batchEngineSchema.nullable() }),
};

type Kind = keyof typeof schemas;
export type BatchEvent = { [K in Kind]: { readonly kind: K } & z.infer<(typeof schemas)[K]> }[Kind];

/** The files of a run, what was told to providers, and what was read: written down before anything follows from it. */
export class BatchJournal {
  private readonly byNumber = new Map<number, BatchFile>();
  /** What lines say of files that none describes so far. */
  private readonly strayEvents = new Map<number, BatchEvent[]>();
  private readonly refusedParameters = new Map<string, Set<OptionalParameter>>();
  private lastSpent: Spent | null = null;
  private lastEngine: BatchEngine | null | undefined;
  private newerLines = 0;
  private readonly log: BatchedLog;

  private constructor(path: string, options: AppendOptions) {
    this.log = new BatchedLog(path, options);
  }

  /** To add to it. @throws LogError */
  static async open(folder: string, options: AppendOptions): Promise<BatchJournal> {
    await makeFolder(folder).catch((error: unknown) => {
      throw toLogError(error, 'make the folder', folder);
    });
    return BatchJournal.read(folder, options);
  }

  /** Lines that can't be read are left out; a folder that is not there has none. @throws LogError */
  static async read(folder: string, options: AppendOptions = {}): Promise<BatchJournal> {
    const path = join(folder, 'journal.jsonl');
    const journal = new BatchJournal(path, options);
    for await (const line of readJournal(path)) {
      if (line.type === 'newer') journal.newerLines += 1;
      if (line.type !== 'event' || !Object.hasOwn(schemas, line.kind)) continue;
      const parsed = schemas[line.kind as Kind].safeParse(line.payload);
      if (parsed.success) journal.fold({ kind: line.kind, ...parsed.data } as BatchEvent);
    }
    return journal;
  }

  /** In the order of their numbers. */
  get files(): readonly BatchFile[] {
    return [...this.byNumber.values()].sort((a, b) => a.file - b.file);
  }

  get open(): readonly BatchFile[] {
    return this.files.filter(({ isClosed }) => !isClosed);
  }

  get round(): number {
    return Math.max(0, ...[...this.byNumber.values()].map(({ round }) => round));
  }

  /** Whether a newer version of SPaR wrote to it, so that not all of it can be read. */
  get isNewer(): boolean {
    return this.newerLines > 0;
  }

  /** The highest number that any line names; 0 where none does. */
  get lastNumber(): number {
    return Math.max(0, ...this.byNumber.keys(), ...this.strayEvents.keys());
  }

  /** Files that lines speak of and none describes, since that one is damaged; but for those that were closed. */
  get strays(): readonly number[] {
    const open = [...this.strayEvents].filter(([, events]) => !events.some(({ kind }) => kind === 'closed'));
    return open.map(([number]) => number);
  }

  /** How the run was gone on with last: null live, undefined as it was begun. */
  get engine(): BatchEngine | null | undefined {
    return this.lastEngine;
  }

  /** What was paid for when the last answers were read; null before. */
  get spent(): Spent | null {
    return this.lastSpent;
  }

  file(number: number): BatchFile | undefined {
    return this.byNumber.get(number);
  }

  /** Parameters that are left out of requests to a model, since its engine refused them. */
  without(model: string): ReadonlySet<OptionalParameter> {
    return this.refusedParameters.get(model) ?? new Set();
  }

  /** Resolves when it is on the disk. @throws LogError */
  async note(event: BatchEvent): Promise<void> {
    const { kind, ...payload } = event;
    await this.log.add(journalLine({ kind, time: new Date().toISOString(), payload }));
    this.fold(event);
  }

  settle(): Promise<void> {
    return this.log.settle();
  }

  private fold(event: BatchEvent): void {
    if (event.kind === 'read') this.lastSpent = laterSpent(this.lastSpent ?? {}, event.spent);
    if ('file' in event && !this.byNumber.has(event.file)) {
      const known = this.strayEvents.get(event.file);
      if (known === undefined) this.strayEvents.set(event.file, [event]);
      else known.push(event);
      return;
    }
    switch (event.kind) {
      case 'round':
        for (const given of event.files) this.describe(given);
        return;
      case 'uploaded':
        this.change(event.file, { uploaded: event.id });
        return;
      case 'creating':
        this.change(event.file, {
          isCreating: true,
          ...(event.uploaded === undefined ? {} : { uploaded: event.uploaded }),
        });
        return;
      case 'created':
        this.change(event.file, { batch: event.batch, isCreating: false });
        return;
      case 'rejected':
        this.change(event.file, { uploaded: null, batch: null, isCreating: false });
        return;
      case 'read': {
        const { answered, failed, refused, usage, ways, sources } = event;
        this.change(event.file, { read: { answered, failed, refused, usage, ways, sources } });
        this.book(event.file, usage);
        return;
      }
      case 'closed':
        this.change(event.file, { isClosed: true });
        this.book(event.file, event.booked ?? {});
        return;
      case 'without': {
        const known = this.refusedParameters.get(event.model) ?? new Set();
        for (const parameter of event.parameters) known.add(parameter as OptionalParameter);
        this.refusedParameters.set(event.model, known);
        return;
      }
      case 'engine':
        this.lastEngine = event.engine;
    }
  }

  private describe(given: FileDescription): void {
    // A line that stands there twice must not undo what came after the first.
    if (this.byNumber.has(given.file)) return;
    this.byNumber.set(given.file, {
      ...given,
      uploaded: null,
      isCreating: false,
      batch: null,
      read: null,
      booked: {},
      isClosed: false,
    });
    const strays = this.strayEvents.get(given.file) ?? [];
    this.strayEvents.delete(given.file);
    for (const event of strays) this.fold(event);
  }

  private book(number: number, usage: Spent): void {
    this.change(number, { booked: laterSpent(this.byNumber.get(number)?.booked ?? {}, usage) });
  }

  private change(number: number, change: Partial<BatchFile>): void {
    const known = this.byNumber.get(number);
    if (known !== undefined) this.byNumber.set(number, { ...known, ...change });
  }
}

/** Whether a provider may be working on it. */
export function isAtProvider({ uploaded, batch, isClosed }: BatchFile): boolean {
  return !isClosed && (uploaded !== null || batch !== null);
}

/** `spent` with what `usage` tells beyond `before`, by stage. */
export function withFurther(spent: Spent, usage: Spent, before: Spent): Spent {
  const sum = { ...spent };
  for (const stage of stages) {
    const [now, then] = [usage[stage] ?? noUsage, before[stage] ?? noUsage];
    if (now.sequences <= then.sequences) continue;
    sum[stage] = addUsage(sum[stage] ?? noUsage, {
      requests: now.requests - then.requests,
      sequences: now.sequences - then.sequences,
      promptTokens: now.promptTokens - then.promptTokens,
      completionTokens: now.completionTokens - then.completionTokens,
      estimated: now.estimated,
    });
  }
  return sum;
}
