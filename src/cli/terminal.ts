import { exitCodes } from './exitCodes';

/** Where text goes; a stream of the process, or a fake in tests. */
export interface TextSink {
  readonly isTTY: boolean;
  /** Width of the terminal; absent where it is none. */
  readonly columns?: number | undefined;
  write(text: string): void;
}

/** All that a command may use of the process it runs in. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY: boolean };
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls the listener each time the person presses Ctrl+C (or the process is asked to end); returns how to stop that. */
  onInterrupt(listener: () => void): () => void;
}

export interface ProcessTerminal extends Terminal {
  /** Ends the process once all that was written has gone out, whatever sockets or timers are still open. */
  leave(code: number): void;
}

const interruptions = ['SIGINT', 'SIGTERM'] as const;

/**
 * The terminal of a Node process. A reader that leaves early (`spar … | head`) is no error; output that can't be
 * written, since a disk is full, is told and makes the exit code 1.
 */
export function processTerminal(node: NodeJS.Process): ProcessTerminal {
  const stdin = {
    // Touching `process.stdin` opens it, so that is left to the command that reads it.
    get isTTY() {
      return node.stdin.isTTY;
    },
    [Symbol.asyncIterator]: () => node.stdin[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>,
  };
  const stdout = new StreamSink(node.stdout);
  const stderr = new StreamSink(node.stderr);
  return {
    stdin,
    stdout,
    stderr,
    environment: node.env,
    onInterrupt: (listener) => {
      for (const signal of interruptions) node.on(signal, listener);
      return () => {
        for (const signal of interruptions) node.off(signal, listener);
      };
    },
    leave: (code) => {
      void (async () => {
        await stdout.flushed();
        const { failure } = stdout;
        if (failure !== null) stderr.write(`spar: the output could not be written: ${failure.message}.\n`);
        await stderr.flushed();
        node.exit(failure === null ? code : exitCodes.failed);
      })();
    },
  };
}

class StreamSink implements TextSink {
  readonly isTTY: boolean;
  /** Why nothing more can be written, where that is a fault. */
  failure: Error | null = null;
  private isOpen = true;

  constructor(private readonly stream: NodeJS.WriteStream) {
    // Undefined where the stream is no terminal.
    this.isTTY = (stream.isTTY as boolean | undefined) === true;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.isOpen = false;
      if (error.code !== 'EPIPE') this.failure ??= error;
    });
  }

  get columns(): number | undefined {
    return this.isTTY ? this.stream.columns : undefined;
  }

  write(text: string): void {
    if (this.isOpen) this.stream.write(text);
  }

  /** Resolves when all that was written has gone out, or can't. */
  async flushed(): Promise<void> {
    if (this.stream.destroyed || !this.isOpen) return;
    await new Promise<void>((resolve) => this.stream.write('', () => resolve()));
  }
}
