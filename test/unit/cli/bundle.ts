import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A way to run the terminal command as a process of its own, built from the sources as they are now. */
export class SparProcess {
  private constructor(
    /** For files of the tests; whoever builds removes it. */
    readonly folder: string,
    private readonly script: string,
  ) {}

  static async build(): Promise<SparProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'spar-process-'));
    const script = join(folder, 'cli.cjs');
    await build({
      entryPoints: ['src/cli.ts'],
      outfile: script,
      bundle: true,
      platform: 'node',
      // As the real build does.
      mainFields: ['module', 'main'],
      format: 'cjs',
      target: 'node20',
      logLevel: 'error',
    });
    return new SparProcess(folder, script);
  }

  start(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcessWithoutNullStreams {
    const { PATH = '' } = process.env;
    return spawn(process.execPath, [this.script, ...args], {
      cwd: this.folder,
      env: { PATH, ...environment },
    });
  }

  /** As `run`, with standard output going to a file. */
  async runInto(file: string, args: readonly string[]): Promise<Ended> {
    const command = ['exec "$0" "$@" > "$OUTPUT"', process.execPath, this.script, ...args];
    const child = spawn('sh', ['-c', ...command], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', OUTPUT: file },
    });
    child.stdin.end();
    return endOf(child);
  }

  /** As `start`, at a terminal: what it is given on its standard input are keys. On Linux only. */
  startAtTerminal(args: readonly string[]): ChildProcessWithoutNullStreams {
    const words = [process.execPath, this.script, ...args];
    const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    return spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', SHELL: '/bin/sh', TERM: 'xterm' },
    });
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const child = this.start(args, options.environment);
    child.stdin.end(options.stdin ?? '');
    return endOf(child);
  }
}

export interface RunOptions {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves when the process has ended and all it wrote is read. */
export async function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  child.stdin.on('error', () => undefined);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** Resolves when it has written that to standard output or standard error; what it wrote by then. */
export function written(child: ChildProcessWithoutNullStreams, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (piece: string): void => {
      text += piece;
      if (wanted.test(text)) resolve(text);
    };
    child.stdout.setEncoding('utf8').on('data', look);
    child.stderr.setEncoding('utf8').on('data', look);
    child.on('close', () => reject(new Error(`It has ended without ${String(wanted)}: ${text}`)));
  });
}
