import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from '../../spar/models/chatModel';
import { onStop } from '../../spar/models/stopping';
import type { RunModel } from '../../spar/selfplay/runner';

interface Waiting {
  readonly priority: number;
  readonly number: number;
  readonly enter: () => void;
}

/**
 * A model for a run that may be asked a few things at once, without endpoints or limits that are found: a language model
 * of the editor's. Requests of the first items go first; there is room for a further item while nothing waits.
 */
export class PriorityModel implements RunModel {
  private readonly waiting: Waiting[] = [];
  private readonly rooms: (() => void)[] = [];
  private inFlight = 0;
  private arrived = 0;
  /** Let in during this turn of the event loop, and not heard of yet. */
  private promised = 0;

  /** @param most Requests at once, at least 1. */
  constructor(
    private readonly model: ChatModel,
    private readonly most: number,
  ) {}

  at(priority: number): ChatModel {
    const { id } = this.model;
    return {
      id,
      maxConcurrency: this.most,
      complete: (request, options) => this.complete(priority, request, options),
    };
  }

  async hasRoom(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        leave();
        resolve();
      };
      this.rooms.push(enter);
      const leave = onStop(signal, () => {
        remove(this.rooms, enter);
        reject(signal.reason as Error);
      });
      this.advance();
    });
  }

  private async complete(
    priority: number,
    request: ChatRequest,
    options: CompleteOptions,
  ): Promise<readonly ChatReply[]> {
    this.promised = Math.max(0, this.promised - 1);
    await this.enter(priority, options.signal);
    try {
      return await this.model.complete(request, options);
    } finally {
      this.inFlight -= 1;
      this.advance();
    }
  }

  /** Resolves when a place was taken. @throws the signal's reason. */
  private enter(priority: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.arrived += 1;
      const ticket: Waiting = {
        priority,
        number: this.arrived,
        enter: () => {
          leave();
          resolve();
        },
      };
      this.waiting.push(ticket);
      const leave = onStop(signal, () => {
        remove(this.waiting, ticket);
        reject(signal.reason as Error);
        this.advance();
      });
      this.advance();
    });
  }

  private advance(): void {
    while (this.inFlight < this.most && this.waiting.length > 0) {
      const [first] = this.waiting.sort((a, b) => a.priority - b.priority || a.number - b.number);
      if (first === undefined) return;
      remove(this.waiting, first);
      this.inFlight += 1;
      first.enter();
    }
    while (this.waiting.length === 0 && this.inFlight + this.promised < this.most) {
      const room = this.rooms.shift();
      if (room === undefined) return;
      if (this.promised === 0) setImmediate(() => this.endTurn());
      this.promised += 1;
      room();
    }
  }

  /** Who was let in and asked for nothing needs no place. */
  private endTurn(): void {
    this.promised = 0;
    this.advance();
  }
}

function remove<Item>(list: Item[], item: Item): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}
