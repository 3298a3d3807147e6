import type { ChatModel, ChatRequest } from '../../models/chatModel';
import { ModelError } from '../../models/modelError';
import { replyKeys } from '../../models/recorded';
import { onStop } from '../../models/stopping';
import type { Stage } from '../itemResult';
import type { RunModel } from '../runner';
import type { ItemAnswers } from './answerShards';

/** Whom rows are for. */
export interface BatchTarget {
  readonly model: string;
  /** Where they are submitted; null: they are written for any engine. */
  readonly baseUrl: string | null;
  /** Whose key they go out with; undefined: that of whoever is at the address. */
  readonly role?: 'actor' | 'refiner' | undefined;
}

/** A batch endpoint, with the key of a role. */
export type ProviderPlace = Pick<BatchTarget, 'role'> & { readonly baseUrl: string };

/** A request that an item waits for. */
export interface Note {
  readonly item: number;
  readonly stage: Stage;
  readonly target: BatchTarget;
  readonly request: ChatRequest;
  /** Of its draws. */
  readonly keys: readonly string[];
}

export interface NotingOptions {
  /** What is known of an item that is under way. */
  readonly answersOf: (item: number) => ItemAnswers | undefined;
  readonly stageOf: (item: number) => Stage;
  /** Takes what an item waits for, all at once. */
  readonly take: (notes: readonly Note[]) => void;
  /** Resolves when more may be taken. */
  readonly hasRoom: (signal: AbortSignal) => Promise<void>;
  /** After so many files that brought no reply a draw counts as failed. */
  readonly tries: number;
}

/** Turns of the event loop without a further request after which an item has asked all that it can. */
const quietTurns = 3;
/** Draws of one request; as many as live runs ask for at once, so that both ask alike. */
const mostDraws = 32;

/**
 * Models that answer nothing: they note what is asked, and when an item has asked all that it can without an answer they
 * end it with a ModelError `waiting`.
 */
export class Noting {
  private readonly items = new Map<number, ItemNotes>();

  constructor(private readonly options: NotingOptions) {}

  model(target: BatchTarget): RunModel {
    return {
      at: (item) => this.modelOf(target, item),
      hasRoom: this.options.hasRoom,
    };
  }

  private modelOf(target: BatchTarget, item: number): ChatModel {
    const id = target.model;
    return {
      id,
      maxConcurrency: mostDraws,
      complete: (request, { signal }) => {
        if (signal.aborted) return Promise.reject(signal.reason as Error);
        const keys = replyKeys(id, request);
        const known = this.options.answersOf(item);
        const failure = known === undefined ? null : lastFailure(keys, known, this.options.tries);
        if (failure !== null) return Promise.reject(failure);
        const stage = this.options.stageOf(item);
        return this.notesOf(item).wait({ item, stage, target, request, keys }, signal);
      },
    };
  }

  private notesOf(item: number): ItemNotes {
    const known = this.items.get(item);
    if (known !== undefined) return known;
    const notes = new ItemNotes((all) => {
      this.items.delete(item);
      this.options.take(all.flatMap(inParts));
    });
    this.items.set(item, notes);
    return notes;
  }
}

/** What one item waits for. */
class ItemNotes {
  private readonly pending = new Map<Note, (error: Error) => void>();
  private quiet = 0;
  private isTicking = false;

  constructor(private readonly onEnd: (notes: readonly Note[]) => void) {}

  wait(note: Note, signal: AbortSignal): Promise<never> {
    this.quiet = 0;
    return new Promise((_resolve, reject) => {
      // An early question that turned out moot.
      const leave = onStop(signal, () => {
        this.pending.delete(note);
        reject(signal.reason as Error);
      });
      // The signal may be the run's: it must not hold every question of a pass.
      this.pending.set(note, (error) => {
        leave();
        reject(error);
      });
      this.tick();
    });
  }

  private tick(): void {
    if (this.isTicking) return;
    this.isTicking = true;
    const turn = (): void => {
      this.quiet += 1;
      if (this.quiet <= quietTurns) setImmediate(turn);
      else this.end();
    };
    setImmediate(turn);
  }

  private end(): void {
    const ended = [...this.pending];
    this.pending.clear();
    // Two searches of one item may ask the same.
    const different = new Map(ended.map(([note]) => [note.keys.join(), note]));
    this.onEnd([...different.values()]);
    for (const [, reject] of ended)
      reject(new ModelError({ kind: 'waiting', message: 'The answers come in batch files.' }));
  }
}

function lastFailure(keys: readonly string[], known: ItemAnswers, tries: number): ModelError | null {
  for (const key of keys) {
    const failure = known.failure(key);
    if (failure === undefined || failure.kind === 'empty') continue;
    if (failure.kind === 'refused') return new ModelError({ kind: 'bad-request', message: failure.reason });
    if (failure.tries < tries) continue;
    const message = `${failure.reason} It was asked for in ${failure.tries} batch files.`;
    return new ModelError({ kind: 'bad-reply', message });
  }
  return null;
}

function inParts(note: Note): readonly Note[] {
  const { seeds } = note.request;
  if (seeds.length <= mostDraws) return [note];
  const parts: Note[] = [];
  for (let at = 0; at < seeds.length; at += mostDraws)
    parts.push({
      ...note,
      request: { ...note.request, seeds: seeds.slice(at, at + mostDraws) },
      keys: note.keys.slice(at, at + mostDraws),
    });
  return parts;
}
