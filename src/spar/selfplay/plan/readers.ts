import { basename } from 'node:path';
import { detectConstraints } from '../../verifiers/detect';
import { ownConstraints, withOwnConstraints } from '../../verifiers/own/ownConstraints';
import { readOwnFile } from '../../verifiers/own/readOwnFile';
import { evolve } from '../evolve/evolve';
import { ContaminationGuard } from '../guard/contaminationGuard';
import type { RunDependencies } from '../runner';
import type { RunPlan } from './runPlan';

export type ConstraintsOf = RunDependencies['constraintsOf'];

/**
 * What instructions ask for, by SPaR's rules and a person's own verifiers. Entries of these that can't be used are told
 * and left out.
 *
 * @throws Error where the file can't be read.
 */
export async function constraintsReader(
  verifiers: string | null,
  onWarning: (words: string) => void,
): Promise<ConstraintsOf> {
  const own = verifiers === null ? ({ kind: 'none' } as const) : await readOwnFile(verifiers);
  if (own.kind === 'unreadable') throw new Error(own.message);
  if (own.kind === 'none') {
    if (verifiers !== null)
      throw new Error(`The verifiers in “${verifiers}” can't be read: there is no such file.`);
    return (instruction) => detectConstraints(instruction).constraints;
  }
  for (const { line, column, message } of own.problems)
    onWarning(`${verifiers ?? ''}:${line}:${column}: ${message} It is left out.`);
  return (instruction) =>
    withOwnConstraints(
      detectConstraints(instruction).constraints,
      ownConstraints(own.verifiers, instruction).constraints,
    );
}

/** Makes instructions harder as the run's seed has it. */
export function evolveOf({
  seed,
  source,
  search,
}: Pick<RunPlan, 'seed' | 'source' | 'search'>): RunDependencies['evolve'] {
  const own = source.prompts?.evolve;
  const prompt = own === undefined ? {} : { prompt: { evolve: own } };
  // What is paid for is counted by the model that is given.
  const options = { seed, sampling: search.sample, onUsage: () => undefined, ...prompt };
  return (item, model, signal) => evolve(item, { model, signal, ...options });
}

/** Tells the evaluation prompt that a text overlaps. @throws LogError for a file that can't be used. */
export async function overlapReader(
  files: readonly string[],
  signal: AbortSignal,
): Promise<RunDependencies['overlapOf']> {
  if (files.length === 0) return () => null;
  const guard = await ContaminationGuard.load(files, { signal });
  return (instruction) => {
    const found = guard.check(instruction);
    if (found?.overlaps !== true) return null;
    const { file, place, excerpt } = found.with;
    return `${basename(file)}:${place}: ${excerpt}`;
  };
}
