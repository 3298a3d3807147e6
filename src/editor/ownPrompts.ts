import { join } from 'node:path';
import type { Prompts } from '../spar/refiner/prompts';
import { promptProblem, promptText, readPromptFiles } from '../spar/selfplay/plan/promptFiles';
import type { OwnPrompts } from '../spar/selfplay/plan/runPlan';

/**
 * The prompts of `.spar/prompts/judge.md` and `refine.md`; the built-in one for each that is not there.
 *
 * @param sparFolder Path of a `.spar` folder.
 * @throws PromptProblem for a file that can't be read or lacks what the replies' parsers rely on.
 */
export async function readOwnPrompts(sparFolder: string): Promise<Prompts> {
  const { defaultPrompts, promptProblems } = await import('../spar/refiner/prompts');
  const folder = join(sparFolder, 'prompts');
  const judge = await promptText(join(folder, 'judge.md'));
  const refine = await promptText(join(folder, 'refine.md'));
  const prompts = { judge: judge ?? defaultPrompts.judge, refine: refine ?? defaultPrompts.refine };
  const problems = promptProblems(prompts);
  if (problems.length > 0) throw promptProblem(problems, folder);
  return prompts;
}

/**
 * Those of a run that is begun in the editor; undefined where there is none.
 *
 * @param sparFolder Path of a `.spar` folder.
 * @throws PromptProblem as `readOwnPrompts`.
 */
export function readRunPrompts(sparFolder: string): Promise<OwnPrompts | undefined> {
  return readPromptFiles(join(sparFolder, 'prompts'));
}
