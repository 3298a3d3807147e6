import type { RecordedInstruction } from './schema';

/** All turns of an instruction as one text, for searching and comparing; roles are left out. */
export function instructionTextOf(instruction: RecordedInstruction): string {
  if (typeof instruction === 'string') return instruction;
  return instruction.map(({ content }) => content).join('\n\n');
}

/** The instruction with each turn's text put through `change`. */
export function mapInstruction(
  instruction: RecordedInstruction,
  change: (text: string) => string,
): string | { role: 'system' | 'user' | 'assistant'; content: string }[] {
  if (typeof instruction === 'string') return change(instruction);
  return instruction.map(({ role, content }) => ({ role, content: change(content) }));
}
