import { basename } from 'node:path';
import { evolve } from '../../spar/selfplay/evolve/evolve';
import { ContaminationGuard } from '../../spar/selfplay/guard/contaminationGuard';
import type { RunDependencies } from '../../spar/selfplay/runner';
import { detectConstraints } from '../../spar/verifiers/detect';
import { ownConstraints, withOwnConstraints } from '../../spar/verifiers/own/ownConstraints';
import { readOwnFile } from '../../spar/verifiers/own/readOwnFile';
import { harmlessLine } from '../output/paint';
import type { TextSink } from '../terminal';
import type { RunPlan } from './plan';

export type ConstraintsOf = RunDependencies['constraintsOf'];

/**
 * What instructions ask for, by SPaR's rules and a person's own verifiers. Entries of these that can't be used are told
 * once and left out.
 *
 * @throws Error where the file can't be read.
 */
export async function constraintsReader(
  verifiers: string | null,
  { stderr, command }: { readonly stderr: TextSink; readonly command: string },
): Promise<ConstraintsOf> {
  const own = verifiers === null ? ({ kind: 'none' } as const) : await readOwnFile(verifiers);
  if (own.kind === 'unreadable') throw new Error(own.message);
  if (own.kind === 'none') {
    if (verifiers !== null)
      throw new Error(`The verifiers in “${verifiers}” can't be read: there is no such file.`);
    return (instruction) => detectConstraints(instruction).constraints;
  }
  for (const { line, column, message } of own.problems)
    stderr.write(
      `${command}: ${harmlessLine(`${verifiers ?? ''}:${line}:${column}: ${message} It is left out.`, 400)}\n`,
    );
  return (instruction) =>
    withOwnConstraints(
      detectConstraints(instruction).constraints,
      ownConstraints(own.verifiers, instruction).constraints,
    );
}

export type Evolve = RunDependencies['evolve'];

/** Makes instructions harder as the run's seed has it. */
export function evolveOf({ seed }: Pick<RunPlan, 'seed'>): Evolve {
  // What is paid for is counted by the model that is given.
  return (item, model, signal) => evolve(item, { model, seed, signal, onUsage: () => undefined });
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
