/** Where text goes; a stream of the process, or a fake in tests. */
export interface TextSink {
  readonly isTTY: boolean;
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

/** The terminal of a Node process. A reader that leaves early (`spar … | head`) is no error. */
export function processTerminal(node: NodeJS.Process): ProcessTerminal {
  const stdin = {
    // Touching `process.stdin` opens it, so that is left to the command that reads it.
    get isTTY() {
      return node.stdin.isTTY;
    },
    [Symbol.asyncIterator]: () => node.stdin[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>,
  };
  return {
    stdin,
    stdout: sinkOf(node.stdout),
    stderr: sinkOf(node.stderr),
    environment: node.env,
    onInterrupt: (listener) => {
      for (const signal of interruptions) node.on(signal, listener);
      return () => {
        for (const signal of interruptions) node.off(signal, listener);
      };
    },
    leave: (code) => {
      const ended = [node.stdout, node.stderr].map(
        (stream) =>
          new Promise<void>((resolve) => (stream.destroyed ? resolve() : stream.write('', () => resolve()))),
      );
      void Promise.all(ended).then(() => node.exit(code));
    },
  };
}

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  let isOpen = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isOpen = false;
  });
  return {
    // Undefined where the stream is no terminal.
    isTTY: (stream.isTTY as boolean | undefined) === true,
    write: (text) => {
      if (isOpen) stream.write(text);
    },
  };
}
