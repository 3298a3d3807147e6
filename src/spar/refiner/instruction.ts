import type { ChatMessage } from '../models/chatModel';

/** What the response answers: one user turn, or a conversation whose last turn is the user's. */
export type Instruction = string | readonly ChatMessage[];

/** The instruction as one text; a conversation with role labels, in the order of its turns. */
export function instructionText(instruction: Instruction): string {
  if (typeof instruction === 'string') return instruction;
  const only = instruction[0];
  if (instruction.length === 1 && only?.role === 'user') return only.content;
  return instruction.map((turn) => `${roleLabels[turn.role]}: ${turn.content}`).join('\n\n');
}

const roleLabels = { system: 'System', user: 'User', assistant: 'Assistant' } as const;
