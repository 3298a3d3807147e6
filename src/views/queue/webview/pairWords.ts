import type { PairView } from '../../datasets/editor/protocol';
import type { StateMessage } from '../protocol';

export function textOf({ pieces }: PairView): string {
  return JSON.stringify(pieces.map(({ kind, text }) => [kind, text]));
}

export function pairWords({ progress, pair, end }: StateMessage): string {
  if (end !== null) return `${end.title}. ${end.words}`;
  return pair === null ? '' : `Pair ${progress}`;
}

export function sameMembers(list: readonly number[], set: ReadonlySet<number>): boolean {
  return list.length === set.size && list.every((member) => set.has(member));
}
