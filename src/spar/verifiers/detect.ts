import type { Constraint, Detection } from './constraint';
import type { DetectableVerifier } from './detectable';
import { identified } from './identity';
import { readInstruction, type InstructionReading } from './reading/instructionReading';
import { uncoveredParts } from './reading/coverage';
import { verifiers } from './table';

type Unnamed = Omit<Constraint, 'id'> & { readonly span: NonNullable<Constraint['span']> };

/**
 * The constraints that an instruction's words ask for, in text order, and the parts that none of them covers.
 * Deterministic. A clause that leaves a doubt gives nothing, since a wrong constraint is worse than a missed one.
 */
export function detectConstraints(instructionText: string): Detection {
  const instruction = readInstruction(instructionText);
  const found = verifiers
    .flatMap((verifier) => foundBy(verifier, instruction))
    .sort((a, b) => a.span.start - b.span.start || a.type.localeCompare(b.type, 'en'));
  return {
    constraints: identified(found),
    unchecked: uncoveredParts(
      instructionText,
      found.map((constraint) => constraint.span),
    ),
  };
}

function foundBy(verifier: DetectableVerifier, instruction: InstructionReading): readonly Unnamed[] {
  // Most instructions ask for few types, and the long patterns of the others cost milliseconds to compile.
  if (!verifier.cue.test(instruction.text)) return [];
  const byArgs = new Map<string, Unnamed>();
  for (const { args, span } of verifier.detect(instruction)) {
    const parsed = verifier.args.safeParse(args);
    if (!parsed.success) continue;
    const key = JSON.stringify(parsed.data);
    if (!byArgs.has(key)) {
      const text = verifier.describe(parsed.data);
      byArgs.set(key, { type: verifier.type, args: parsed.data, text, span, source: 'instruction' });
    }
  }
  return verifier.single === true && byArgs.size > 1 ? [] : [...byArgs.values()];
}
