import { spawn } from 'node:child_process';
import { join } from 'node:path';

const identity = [
  ...['-c', 'user.name=Tester', '-c', 'user.email=tester@example.com'],
  ...['-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main'],
];

/** The real Git at work in a folder, untouched by the settings of the machine; its output. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const running = spawn('git', [...identity, ...args], {
    cwd: folder,
    env: { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(folder, 'none') },
  });
  let output = '';
  let errors = '';
  running.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  running.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => running.on('close', resolve));
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${errors}`);
  return output;
}

/** All that changed in the folder as one commit. */
export async function commit(folder: string, message: string): Promise<void> {
  await git(folder, 'add', '.');
  await git(folder, 'commit', '-q', '-m', message);
}
