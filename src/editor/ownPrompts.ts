import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnPrompts } from '../spar/selfplay/plan/runPlan';
import type { Prompts } from '../spar/refiner/prompts';

/** A person's own prompt that can't be used; the message names the file and what to change. */
export class PromptProblem extends Error {
  override readonly name = 'PromptProblem';
}

/**
 * The prompts of `.spar/prompts/judge.md` and `refine.md`; the built-in one for each that is not there.
 *
 * @param sparFolder Path of a `.spar` folder.
 * @throws PromptProblem for a file that can't be read or lacks what the replies' parsers rely on.
 */
export async function readOwnPrompts(sparFolder: string): Promise<Prompts> {
  const { defaultPrompts, promptProblems } = await import('../spar/refiner/prompts');
  const folder = join(sparFolder, 'prompts');
  const judge = await textOf(join(folder, 'judge.md'));
  const refine = await textOf(join(folder, 'refine.md'));
  const prompts = { judge: judge ?? defaultPrompts.judge, refine: refine ?? defaultPrompts.refine };
  const problems = promptProblems(prompts);
  if (problems.length > 0) {
    throw new PromptProblem(
      `${problems.join(' ')} Change it in ${folder}, or delete the file to use the built-in prompt.`,
    );
  }
  return prompts;
}

/**
 * The prompts of `judge.md`, `refine.md` and `evolve.md` that are there, for a run's plan; undefined where none is.
 *
 * @param sparFolder Path of a `.spar` folder.
 * @throws PromptProblem as `readOwnPrompts`.
 */
export async function readRunPrompts(sparFolder: string): Promise<OwnPrompts | undefined> {
  const folder = join(sparFolder, 'prompts');
  const own: { judge?: string; refine?: string; evolve?: string } = {};
  for (const name of ['judge', 'refine', 'evolve'] as const) {
    const text = await textOf(join(folder, `${name}.md`));
    if (text !== null) own[name] = text;
  }
  if (Object.keys(own).length === 0) return undefined;
  const { ownPromptProblems } = await import('../spar/selfplay/plan/ownPrompts');
  const problems = ownPromptProblems(own);
  if (problems.length === 0) return own;
  throw new PromptProblem(
    `${problems.join(' ')} Change it in ${folder}, or delete the file to use the built-in prompt.`,
  );
}

/** Null where there is no such file. White space at the end, which editors add, is no part of a prompt. */
async function textOf(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8'))
      .replace(/^\uFEFF/u, '')
      .replaceAll('\r\n', '\n')
      .trimEnd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PromptProblem(
      `The prompt ${file} can't be read. Make it readable, or delete it to use the built-in prompt.`,
      {
        cause: error,
      },
    );
  }
}
