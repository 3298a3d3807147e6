import type { ChatModel, ChatReply } from '../models/chatModel';
import { onStop } from '../models/stopping';

/**
 * What all requests of a run go through. Once it is closed, requests in flight come home and are kept, and further ones
 * wait until their items are stopped: nothing that is paid for is lost, and nothing more is paid for.
 */
export class WorkGate {
  private isClosed = false;
  private inFlight = 0;
  private waiting: (() => void)[] = [];
  private longest = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Requests under way. */
  get requests(): number {
    return this.inFlight;
  }

  /** Milliseconds that the longest request took that came home. */
  get longestMs(): number {
    return this.longest;
  }

  through(model: ChatModel): ChatModel {
    return {
      id: model.id,
      maxConcurrency: model.maxConcurrency,
      complete: async (request, options): Promise<readonly ChatReply[]> => {
        if (this.isClosed) await stopped(options.signal);
        this.inFlight += 1;
        const began = this.now();
        try {
          const replies = await model.complete(request, options);
          this.longest = Math.max(this.longest, this.now() - began);
          return replies;
        } finally {
          this.inFlight -= 1;
          if (this.inFlight === 0) this.tell();
        }
      },
    };
  }

  /** Resolves when nothing is in flight any more, or after so many milliseconds. */
  async close(patienceMs: number): Promise<void> {
    this.isClosed = true;
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private tell(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Never resolves; rejects with the signal's reason when it aborts. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    onStop(signal, () => reject(signal.reason as Error));
  });
}
