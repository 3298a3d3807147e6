import { defaultPrompts, promptProblems } from '../../refiner/prompts';
import { defaultEvolvePrompt, evolvePromptProblems } from '../evolve/evolvePrompt';
import type { OwnPrompts } from './runPlan';

/** What is wrong with a person's own prompts; empty when they can be used. */
export function ownPromptProblems({
  judge = defaultPrompts.judge,
  refine = defaultPrompts.refine,
  evolve = defaultEvolvePrompt.evolve,
}: { readonly [Name in keyof OwnPrompts]: OwnPrompts[Name] | undefined }): readonly string[] {
  return [...promptProblems({ judge, refine }), ...evolvePromptProblems({ evolve })];
}
