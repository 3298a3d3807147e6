import type { Terminal, TextSink } from '../../../src/cli/terminal';

/** Keeps what is written. */
export class WrittenText implements TextSink {
  readonly pieces: string[] = [];

  constructor(readonly isTTY: boolean) {}

  get text(): string {
    return this.pieces.join('');
  }

  write(text: string): void {
    this.pieces.push(text);
  }
}

export interface FakeTerminalOptions {
  readonly stdin?: readonly (string | Uint8Array)[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
}

/** A terminal in memory; `interrupt()` is Ctrl+C. */
export class FakeTerminal implements Terminal {
  readonly stdin: Terminal['stdin'];
  readonly stdout: WrittenText;
  readonly stderr: WrittenText;
  readonly environment: Readonly<Record<string, string>>;
  private readonly listeners = new Set<() => void>();

  constructor(options: FakeTerminalOptions = {}) {
    const { stdin = [], environment = {}, isTTY = false } = options;
    this.stdin = { isTTY, [Symbol.asyncIterator]: () => pieces(stdin) };
    this.stdout = new WrittenText(isTTY);
    this.stderr = new WrittenText(isTTY);
    this.environment = environment;
  }

  onInterrupt(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  interrupt(): void {
    for (const listener of this.listeners) listener();
  }

  get listenerCount(): number {
    return this.listeners.size;
  }
}

async function* pieces(texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text as string));
}
