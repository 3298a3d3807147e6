import type { ChatReply } from './chatModel';
import type { Choice } from './completion';
import { withoutReasoning } from './reasoning';

/** A choice as a reply. `promptHoldsTags`: see `withoutReasoning`. */
export function replyOf(choice: Choice, promptHoldsTags: boolean): ChatReply {
  return {
    text: withoutReasoning(choice.text, promptHoldsTags),
    finishReason: finishReasonOf(choice.finishReason),
  };
}

function finishReasonOf(told: string | null): ChatReply['finishReason'] {
  if (told === null || ['stop', 'eos', 'eos_token', 'end_turn', 'stop_sequence'].includes(told))
    return 'stop';
  return told === 'length' || told === 'max_tokens' ? 'length' : 'other';
}
