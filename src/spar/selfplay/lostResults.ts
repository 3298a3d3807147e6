import type { JournalEvent, UnreadJournalLine } from '../log/journalLines';
import { LogError } from '../log/logError';
import type { ItemSummary } from './itemResult';
import { itemEventSchema, lostSchema, retrySchema } from './journalEvents';

/** The result of an item that is done can't be read: its line was damaged, or the file was changed or is gone. */
export class UnreadableResult extends LogError {
  constructor(item: number, path: string) {
    const message = `The result of item ${item} in ${path} can't be read. Go on with the run: it is worked out again over the replies that are kept.`;
    super({ kind: 'wrong-type', path, message });
  }
}

/** What the journal says of some items that are done: of each the result that counts. */
export async function summariesOf(
  items: ReadonlySet<number>,
  journal: AsyncIterable<JournalEvent | UnreadJournalLine>,
): Promise<readonly ItemSummary[]> {
  const found = new Map<number, ItemSummary>();
  for await (const event of journal) {
    if (event.type !== 'event') continue;
    const { kind, payload } = event;
    if (kind === 'item') {
      const summary = itemEventSchema.safeParse(payload).data?.summary;
      if (summary === undefined || !items.has(summary.index)) continue;
      if ((found.get(summary.index)?.status ?? 'failed') === 'failed') found.set(summary.index, summary);
    } else if (kind === 'retry') {
      for (const index of retrySchema.safeParse(payload).data?.items ?? [])
        if (found.get(index)?.status === 'failed') found.delete(index);
    } else if (kind === 'lost') {
      for (const { index } of lostSchema.safeParse(payload).data?.items ?? []) found.delete(index);
    }
  }
  return [...found.values()];
}
