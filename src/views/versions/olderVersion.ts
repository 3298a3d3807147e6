import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** One commit that touched a file. */
export interface FileCommit {
  readonly hash: string;
  /** `2026-03-05`. */
  readonly date: string;
  readonly subject: string;
}

export interface GitOptions {
  /** The executable. */
  readonly git: string;
  readonly signal?: AbortSignal;
}

/** The commits that touched the file, the latest first; at most 30. */
export async function commitsOf(file: string, options: GitOptions): Promise<readonly FileCommit[]> {
  const format = '--format=%H%x1f%cs%x1f%s';
  const output = await gitText(file, ['log', '-n', '30', format, '--', `./${basename(file)}`], options);
  return output.split('\n').flatMap((line) => {
    const [hash, date, subject] = line.split('\u001f');
    return hash === undefined || date === undefined || subject === undefined ? [] : [{ hash, date, subject }];
  });
}

/**
 * Writes the file as it was at a revision to `target`, streamed; false where it was not there then.
 *
 * @throws Error in words for a person: no Git, no repository, no such revision.
 */
export async function writeOlderVersion(
  file: string,
  revision: string,
  { target, ...options }: GitOptions & { readonly target: string },
): Promise<boolean> {
  const problem = revisionProblem(revision);
  if (problem !== null) throw new Error(problem);
  const wanted = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  // Asked first, so that a missing repository is not told as a missing revision.
  await gitText(file, ['rev-parse', '--git-dir'], options);
  const hash = (await gitText(file, wanted, options).catch(() => '')).trim();
  if (hash === '')
    throw new Error(`Git knows no revision “${revision}” here. Name a commit, a branch or a tag.`);
  const listed = await gitText(file, ['ls-tree', '--name-only', hash, '--', `./${basename(file)}`], options);
  if (listed.trim() === '') return false;
  // A blob as it is stored: no filter, no pager and no program that the repository names has a say.
  const child = startGit(file, ['cat-file', 'blob', `${hash}:./${basename(file)}`], options);
  const ended = endOf(child, 'read the older version');
  await Promise.all([pipeline(child.stdout, createWriteStream(target, { flags: 'wx', mode: 0o600 })), ended]);
  return true;
}

/** Why a text can't name a revision; null where it may. */
export function revisionProblem(text: string): string | null {
  if (/^[^\s\-:][^:\p{Cc}]{0,199}$/u.test(text)) return null;
  return `“${text.slice(0, 60)}” can’t name a revision. Name a commit, a branch or a tag, for example HEAD~1.`;
}

async function gitText(file: string, args: readonly string[], options: GitOptions): Promise<string> {
  const child = startGit(file, args, options);
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  await endOf(child, 'read its history');
  return Buffer.concat(pieces).toString('utf8');
}

function startGit(file: string, args: readonly string[], { git, signal }: GitOptions) {
  // Started elsewhere, so that no program beside the file is taken for Git.
  return spawn(git, ['-C', dirname(file), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  });
}

function endOf(child: ReturnType<typeof startGit>, doing: string): Promise<void> {
  let errors = '';
  child.stderr.on('data', (piece: Buffer) => (errors = (errors + piece.toString()).slice(0, 2000)));
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new Error('Git was not found. Install it, or set “git.path”, then try again.')
          : error,
      ),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else if (errors.includes('not a git repository'))
        reject(
          new Error('The dataset is in no Git repository, so there is no older version to compare with.'),
        );
      else reject(new Error(`Git could not ${doing}: ${errors.trim() || `exit code ${code ?? 'none'}`}.`));
    });
  });
}
