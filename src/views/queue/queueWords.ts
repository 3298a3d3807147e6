import type { Decided } from '../../editor/queue/decisions';
import type { CuratedRecord } from '../../spar/datasets/curated';
import type { QueueOrder } from '../../spar/datasets/queue/queueOrder';
import { visibleLine } from '../datasets/editor/visibleText';
import type { StateMessage } from './protocol';

export function decidedWords({ status, further, isTextChanged }: Decided): string {
  if (status === 'rejected') return 'Rejected';
  const how = isTextChanged ? 'Accepted with your text' : 'Accepted';
  return further === null ? how : `${how}; what you refused is a pair of its own`;
}

/** What is told of the pair that is shown; empty where there is nothing but the pair. */
export function noticeOf(
  found: CuratedRecord | null,
  { own, order }: { readonly own: Decided | null; readonly order: QueueOrder },
): string {
  if (found === null) return '';
  const { state } = found;
  if (state.deleted) return 'This pair was deleted meanwhile. N goes on.';
  if (state.status === 'contested')
    return 'This pair is contested: others decided without knowing of each other. Settle it in the dataset’s editor, or decide here; N goes on.';
  const { decision } = state;
  if (decision === null || state.status === 'pending') return '';
  if (own !== null && decision.id === own.line)
    return `You ${state.status} this pair. Deciding anew overrules that.`;
  if (decision.by.kind === 'policy') {
    const name = visibleLine(decision.by.name, 120);
    const words = `${state.status} by the policy “${name}” without review. What you decide overrules it.`;
    return order.by === 'audit' ? `Spot check: ${words}` : `This pair was ${words}`;
  }
  return `This pair was ${state.status} elsewhere meanwhile. N goes on; deciding here overrules that.`;
}

export function endWords(at: {
  readonly order: QueueOrder;
  /** Pairs that were skipped. */
  readonly left: number;
  /** The record that was to be shown is not in the file any more. */
  readonly isGone: boolean;
  readonly decided: number;
}): NonNullable<StateMessage['end']> {
  const { order, left, isGone, decided } = at;
  if (isGone)
    return {
      title: 'This pair is not in the file any more',
      words: 'N goes on to the next one.',
      canBegin: false,
    };
  if (left > 0) {
    const pairs =
      left === 1
        ? '1 pair was skipped and still waits'
        : `${left.toLocaleString('en')} pairs were skipped and still wait`;
    return {
      title: 'That was the last one',
      words: `${pairs}. Enter begins anew with what is left.`,
      canBegin: true,
    };
  }
  if (order.by === 'audit')
    return {
      title: decided > 0 ? 'All spot checks are done' : 'Nothing was accepted by a policy',
      words: 'Pairs that a policy accepts without review come here to be checked by chance.',
      canBegin: false,
    };
  return {
    title: decided > 0 ? 'All pairs are decided' : 'No pair waits for a decision',
    words: 'Pairs that are added meanwhile come here by themselves.',
    canBegin: false,
  };
}
