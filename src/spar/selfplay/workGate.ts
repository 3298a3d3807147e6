import type { ChatModel, ChatReply, SendGate } from '../models/chatModel';
import { startTimer } from '../models/timer';

/**
 * What all requests of a run go through as they are sent. Once it is closed, those in flight come home and are kept, and
 * further ones wait until their items are stopped, those in the line of a model and the missing parts of a request too:
 * nothing that is paid for is lost, and nothing more is paid for.
 */
export class WorkGate implements SendGate {
  private hasClosed = false;
  private inFlight = 0;
  private waiting: (() => void)[] = [];
  private longest = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get isClosed(): boolean {
    return this.hasClosed;
  }

  /** Requests in flight. */
  get requests(): number {
    return this.inFlight;
  }

  /** Milliseconds that the longest request took that came home. */
  get longestMs(): number {
    return this.longest;
  }

  /** The model as items ask it; what it sends goes through here. */
  through(model: ChatModel): ChatModel {
    return {
      id: model.id,
      maxConcurrency: model.maxConcurrency,
      complete: (request, options): Promise<readonly ChatReply[]> =>
        model.complete(request, { ...options, gate: this }),
    };
  }

  async send<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    this.inFlight += 1;
    const began = this.now();
    try {
      const answer = await request();
      this.longest = Math.max(this.longest, this.now() - began);
      return answer;
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.tell();
    }
  }

  /** Resolves when nothing is in flight any more, or after so many milliseconds. */
  async close(patienceMs: number): Promise<void> {
    this.hasClosed = true;
    // What has just been let through is about to be sent.
    await nextTurn();
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const callOff = startTimer(patienceMs, resolve);
      this.waiting.push(() => {
        callOff();
        resolve();
      });
    });
    // Whoever asked has yet to keep what came home.
    await nextTurn();
  }

  private tell(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
