import { checkConstraints } from '../../spar/verifiers/check';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { detectConstraints } from '../../spar/verifiers/detect';
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
  const { constraints, unchecked } = detectConstraints(instruction.text);
  return {
    ok: true,
    response: response.text,
    checks: checkConstraints(constraints, response.text),
    unchecked: unchecked.map(({ start, end }) => instruction.text.slice(start, end).trim()),
  };
}
