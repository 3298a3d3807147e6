import type { Terminal } from './terminal';

/** Ctrl+C: the first one asks for an end in good order, the second one for an end at once. */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly stopListening: () => void;
  /** Resolves at the second one. */
  readonly secondTime: Promise<'forced'>;

  constructor(terminal: Terminal) {
    let force: (word: 'forced') => void;
    this.secondTime = new Promise((resolve) => {
      force = resolve;
    });
    this.stopListening = terminal.onInterrupt(() => {
      if (this.controller.signal.aborted) {
        force('forced');
        return;
      }
      this.controller.abort(new Error('interrupted'));
      // In place of what a terminal shows of the key, and of a line about progress.
      const place = terminal.stderr.isTTY ? '\r\u001b[K' : '';
      terminal.stderr.write(`${place}Stopping… Ctrl+C again ends at once.\n`);
    });
  }

  /** Aborted by the first one. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get happened(): boolean {
    return this.controller.signal.aborted;
  }

  dispose(): void {
    this.stopListening();
  }
}
