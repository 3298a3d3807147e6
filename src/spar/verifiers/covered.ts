import type { Constraint, Span } from './constraint';
import { detectConstraints } from './detect';
import { uncoveredParts } from './reading/coverage';

/**
 * The parts of an instruction that none of these constraints covers. A constraint covers the words that it was read
 * from; one that came otherwise (from a row, from a person) covers what words ask for the same type.
 */
export function uncheckedBy(constraints: readonly Constraint[], instructionText: string): readonly Span[] {
  const typesWithoutWords = new Set(constraints.filter(({ span }) => span === null).map(({ type }) => type));
  const own = constraints.flatMap(({ span }) => span ?? []);
  const asked = typesWithoutWords.size === 0 ? [] : detectConstraints(instructionText).constraints;
  const read = asked.filter(({ type }) => typesWithoutWords.has(type)).flatMap(({ span }) => span ?? []);
  return uncoveredParts(instructionText, [...own, ...read]);
}
