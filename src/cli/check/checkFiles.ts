import { checkConstraints } from '../../spar/verifiers/check';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { findConstraints } from '../findConstraints';
import { readText } from '../readText';
import type { Terminal } from '../terminal';
import type { CheckArguments } from './command';

export type Checked =
  | {
      readonly ok: true;
      readonly response: string;
      readonly checks: readonly ConstraintCheck[];
      /** Parts of the instruction that no constraint covers. */
      readonly unchecked: readonly string[];
    }
  /** A sentence for a person. */
  | { readonly ok: false; readonly reason: string };

/** Reads both texts, finds the instruction's constraints and checks each. */
export async function checkFiles(
  options: CheckArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Checked> {
  const instruction = await readText({ name: 'instruction', from: options.instruction }, terminal, signal);
  if (!instruction.ok) return instruction;
  const response = await readText(
    { name: 'response', from: options.response, mayBeEmpty: true },
    terminal,
    signal,
  );
  if (!response.ok) return response;
  const { verifiers } = options;
  const asked = { instruction: instruction.text, verifiers, command: 'spar check' };
  const found = await findConstraints(asked, terminal);
  if (!found.ok) return found;
  const { constraints, unchecked } = found;
  return {
    ok: true,
    response: response.text,
    checks: checkConstraints(constraints, response.text),
    unchecked,
  };
}
