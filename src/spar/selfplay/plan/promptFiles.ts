import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnPrompts } from './runPlan';

/** A person's own prompt that can't be used; the message names the file and what to change. */
export class PromptProblem extends Error {
  override readonly name = 'PromptProblem';
}

/**
 * The prompts of `judge.md`, `refine.md` and `evolve.md` that are there, for a run's plan; undefined where none is.
 *
 * @throws PromptProblem for a file that can't be read or lacks what the replies' parsers rely on.
 */
export async function readPromptFiles(folder: string): Promise<OwnPrompts | undefined> {
  const own: { judge?: string; refine?: string; evolve?: string } = {};
  for (const name of ['judge', 'refine', 'evolve'] as const) {
    const text = await promptText(join(folder, `${name}.md`));
    if (text !== null) own[name] = text;
  }
  if (Object.keys(own).length === 0) return undefined;
  const { ownPromptProblems } = await import('./ownPrompts');
  const problems = ownPromptProblems(own);
  if (problems.length === 0) return own;
  throw promptProblem(problems, folder);
}

export function promptProblem(problems: readonly string[], folder: string): PromptProblem {
  const words = problems.join(' ');
  return new PromptProblem(`${words} Change it in ${folder}, or delete the file to use the built-in prompt.`);
}

/**
 * Null where there is no such file. White space at the end, which editors add, is no part of a prompt.
 *
 * @throws PromptProblem where it can't be read.
 */
export async function promptText(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8'))
      .replace(/^\uFEFF/u, '')
      .replaceAll('\r\n', '\n')
      .trimEnd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PromptProblem(
      `The prompt ${file} can't be read. Make it readable, or delete it to use the built-in prompt.`,
      { cause: error },
    );
  }
}
