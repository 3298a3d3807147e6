import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { commitsOf, revisionProblem, writeOlderVersion } from '../../../../src/views/versions/olderVersion';
import { commit, git } from '../../../support/git';
import { temporaryFolder } from '../../log/temporaryFolder';

describe('older versions from Git', () => {
  const folder = temporaryFolder();
  const file = (): string => folder.path('a b', 'pairs.spar.jsonl');
  const options = { git: 'git' };

  async function repository(...versions: readonly string[]): Promise<void> {
    await mkdir(folder.path('a b'), { recursive: true });
    await git(folder.path(), 'init', '-q');
    for (const [at, text] of versions.entries()) {
      await writeFile(file(), text);
      await commit(folder.path(), `version $(add) ${at}`);
    }
  }

  async function older(revision: string): Promise<string | null> {
    const target = folder.path(`older ${revision.replaceAll('/', ' ')}`);
    return (await writeOlderVersion(file(), revision, { ...options, target }))
      ? readFile(target, 'utf8')
      : null;
  }

  test('come as they were committed, whatever line ends and filters the repository asks for', async () => {
    await repository('one\n', 'two\r\n');
    await writeFile(folder.path('.gitattributes'), '*.jsonl text eol=crlf filter=evil diff=evil\n');
    await git(folder.path(), 'config', 'diff.evil.textconv', 'echo evil');
    await git(folder.path(), 'config', 'filter.evil.smudge', 'echo evil');
    expect(await older('HEAD')).toBe('two\r\n');
    expect(await older('HEAD~1')).toBe('one\n');
    expect(await older('main')).toBe('two\r\n');
    const commits = await commitsOf(file(), options);
    expect(commits.map(({ subject }) => subject)).toEqual(['version $(add) 1', 'version $(add) 0']);
    expect(await older(commits[1]!.hash)).toBe('one\n');
  });

  test('a file that was not there then is no older version', async () => {
    await repository('one\n');
    await git(folder.path(), 'mv', 'a b/pairs.spar.jsonl', 'elsewhere');
    await commit(folder.path(), 'moved');
    expect(await older('HEAD')).toBe(null);
    expect(await older('HEAD~1')).toBe('one\n');
  });

  test('what can’t be read is said in words', async () => {
    await mkdir(folder.path('a b'), { recursive: true });
    await expect(older('HEAD')).rejects.toThrow('The dataset is in no Git repository');
    await expect(commitsOf(file(), options)).rejects.toThrow('The dataset is in no Git repository');
    await repository('one\n');
    await expect(older('nothing')).rejects.toThrow('Git knows no revision “nothing” here.');
    await expect(
      writeOlderVersion(file(), 'HEAD', { git: folder.path('no-git'), target: folder.path('x') }),
    ).rejects.toThrow('Git was not found.');
    await expect(
      writeOlderVersion(file(), 'HEAD', {
        ...{ git: 'git', target: folder.path('y'), signal: AbortSignal.abort() },
      }),
    ).rejects.toThrow(/abort/iu);
  });

  test('a revision can be no option and no path', () => {
    for (const bad of ['--output=x', '-n', '', ' HEAD', 'HEAD:secret', ':/x', 'a\nb', 'x'.repeat(300)])
      expect(revisionProblem(bad)).toContain('can’t name a revision');
    for (const good of ['HEAD', 'HEAD~2', 'HEAD@{1 day ago}', 'origin/main', 'v1.0^', 'é'])
      expect(revisionProblem(good)).toBe(null);
  });
});
