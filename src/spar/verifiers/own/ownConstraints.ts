import type { Constraint } from '../constraint';
import { identified, identifiedBehind } from '../identity';
import { verifierOf } from '../table';
import type { OwnVerifier } from './ownVerifiers';
import { matchesOf } from './pattern';

export interface OwnConstraints {
  readonly constraints: readonly Constraint[];
  /** Verifiers of which it can't be told whether the instruction calls them up: sentences with their names. */
  readonly problems: readonly string[];
}

/** The constraints of a person's own verifiers that an instruction calls up, in the order of the file. */
export function ownConstraints(verifiers: readonly OwnVerifier[], instructionText: string): OwnConstraints {
  const problems: string[] = [];
  const called = verifiers.filter((verifier) => {
    const answer = isCalledUp(verifier, instructionText);
    if (typeof answer === 'boolean') return answer;
    problems.push(`“${verifier.name}” is not checked here. ${answer}`);
    return false;
  });
  return { constraints: identified(called.map(constraintOf)), problems };
}

/**
 * An instruction's constraints with a person's own behind them, each with an id of its own. One that both ask for is
 * there once, as the instruction says it.
 */
export function withOwnConstraints(
  constraints: readonly Constraint[],
  own: readonly Constraint[],
): readonly Constraint[] {
  const known = new Set(constraints.map(keyOf));
  const further = own.filter((constraint) => !known.has(keyOf(constraint)));
  return further.length === 0 ? constraints : identifiedBehind(constraints, further);
}

function keyOf({ type, args }: Pick<Constraint, 'type' | 'args'>): string {
  return JSON.stringify([type, args]);
}

/** Why it can't be told, where it can't. */
function isCalledUp({ when }: OwnVerifier, instructionText: string): boolean | string {
  if (when === undefined) return true;
  const lower = instructionText.toLowerCase();
  if (when.phrases?.some((phrase) => lower.includes(phrase.toLowerCase())) === true) return true;
  if (when.pattern === undefined) return false;
  const found = matchesOf(instructionText, { pattern: when.pattern, flags: when.flags });
  return found.kind === 'found' ? found.count > 0 : found.message;
}

function constraintOf({ name, type, args, message }: OwnVerifier): Omit<Constraint, 'id'> {
  // What is kept of the arguments is what their schema knows, so that equal ones look equal.
  const read = verifierOf(type)?.args.safeParse({ ...args, ...(message === undefined ? {} : { message }) });
  return { type, args: read?.data ?? args, text: name, span: null, source: 'own' };
}
