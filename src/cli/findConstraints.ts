import { harmlessLine } from './output/paint';
import type { Terminal } from './terminal';
import { uncheckedBy } from '../spar/verifiers/covered';
import type { Constraint } from '../spar/verifiers/constraint';
import { detectConstraints } from '../spar/verifiers/detect';
import { ownConstraints, withOwnConstraints } from '../spar/verifiers/own/ownConstraints';
import { ownVerifiersFile, type OwnProblem } from '../spar/verifiers/own/ownFile';
import { readOwnFile } from '../spar/verifiers/own/readOwnFile';

export interface FindConstraints {
  readonly instruction: string;
  /** File of own verifiers; null for the one of the working directory, if there is one. */
  readonly verifiers: string | null;
  /** The command that asks, for what it says: `spar check`. */
  readonly command: string;
}

export type FoundConstraints =
  | {
      readonly ok: true;
      readonly constraints: readonly Constraint[];
      /** Parts of the instruction that no constraint covers. */
      readonly unchecked: readonly string[];
    }
  /** A sentence for a person. */
  | { readonly ok: false; readonly reason: string };

/**
 * What an instruction asks for, and what a person's own verifiers ask for beside it. Entries that can't be used are
 * told on standard error with their places, and left out.
 */
export async function findConstraints(
  { instruction, verifiers, command }: FindConstraints,
  { stderr }: Pick<Terminal, 'stderr'>,
): Promise<FoundConstraints> {
  const path = verifiers ?? ownVerifiersFile;
  const file = await readOwnFile(path);
  if (file.kind === 'unreadable') return { ok: false, reason: file.message };
  if (file.kind === 'none' && verifiers !== null) {
    return { ok: false, reason: `The verifiers in “${path}” can't be read: there is no such file.` };
  }
  const read = detectConstraints(instruction).constraints;
  const own = file.kind === 'none' ? noOwn : ownConstraints(file.verifiers, instruction);
  const problems = file.kind === 'none' ? [] : file.problems.map((problem) => placed(path, problem));
  for (const problem of [...problems, ...own.problems]) {
    stderr.write(`${command}: ${harmlessLine(problem, 400)}\n`);
  }
  const constraints = withOwnConstraints(read, own.constraints);
  const unchecked = uncheckedBy(constraints, instruction).map(({ start, end }) =>
    instruction.slice(start, end).trim(),
  );
  return { ok: true, constraints, unchecked };
}

const noOwn = { constraints: [], problems: [] };

/** As compilers write places, so that terminals can open them. */
function placed(path: string, { line, column, message }: OwnProblem): string {
  return `${path}:${line}:${column}: ${message} It is left out.`;
}
