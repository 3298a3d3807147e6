import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { buildSync } from 'esbuild';

/**
 * Makes a program of the project's sources that runs in a process of its own.
 *
 * @param source TypeScript whose imports begin at the checkout, for example `./src/spar/datasets/store`.
 */
export function buildProgram(outfile: string, source: string): void {
  buildSync({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    // As the real build does.
    mainFields: ['module', 'main'],
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    outfile,
  });
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** A running program that tells what it has done, a line at a time. */
export class Program {
  /** The whole lines of its standard output so far. */
  readonly told: string[] = [];
  readonly ended: Promise<ProgramEnd>;
  private readonly child: ChildProcess;
  private readonly listeners: ((line: string) => void)[] = [];

  constructor(
    command: readonly [string, ...string[]],
    options: Pick<SpawnOptions, 'uid' | 'gid' | 'cwd'> = {},
  ) {
    const [file, ...args] = command;
    this.child = spawn(file, args, { ...options, stdio: 'pipe' });
    let rest = '';
    let errors = '';
    this.child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      const lines = `${rest}${piece}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.told.push(line);
        for (const listen of this.listeners) listen(line);
      }
    });
    this.child.stderr?.setEncoding('utf8').on('data', (piece: string) => (errors += piece));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve({ code, signal, errors }));
    });
  }

  onLine(listen: (line: string) => void): void {
    this.listeners.push(listen);
  }

  /** Gives it a line on its standard input. */
  say(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** As a crash or a person's `kill -9` does. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
