import { jsonLine, parseJson } from './jsonLine';
import { readLines, type ReadOptions } from './readLines';

/** Version of the journal's lines; a reader leaves lines of a newer one alone. */
export const journalVersion = 1;

export interface JournalEvent {
  readonly type: 'event';
  readonly kind: string;
  /** When it was written, ISO 8601 in UTC; for people, not for ordering: clocks are set back. */
  readonly time: string;
  readonly payload: unknown;
}

export interface UnreadJournalLine {
  /** `newer`: of a later version of SPaR. `torn`: the last line, cut by a crash. */
  readonly type: 'damaged' | 'newer' | 'torn';
  /** Counted from 1. */
  readonly number: number;
  readonly reason: string;
}

export function journalLine(event: Omit<JournalEvent, 'type'>): string {
  return jsonLine({ spar: journalVersion, ...event }, ['spar', 'kind', 'time', 'payload']);
}

/**
 * A journal's events in the order in which they were written, and in their places the lines that can't be
 * read. A file that does not exist has none.
 *
 * @throws LogError when the file can't be read.
 */
export async function* readJournal(
  file: string,
  options: ReadOptions = {},
): AsyncGenerator<JournalEvent | UnreadJournalLine, void, void> {
  for await (const line of readLines(file, options)) {
    const { number, terminated } = line;
    const read = line.type === 'text' ? readEvent(line.text) : line.reason;
    if (typeof read !== 'string') {
      yield read === newer ? { type: 'newer', number, reason: 'written by a newer version of SPaR' } : read;
    } else {
      yield { type: terminated ? 'damaged' : 'torn', number, reason: read };
    }
  }
}

const newer = Symbol('newer');

/** An event, or why the text is none. */
function readEvent(text: string): JournalEvent | typeof newer | string {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed.reason;
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || !('spar' in value)) return 'not a line of a journal';
  if (typeof value.spar === 'number' && value.spar > journalVersion) return newer;
  if (value.spar !== journalVersion || !('kind' in value && 'time' in value))
    return 'not a line of a journal';
  const { kind, time } = value;
  if (typeof kind !== 'string' || typeof time !== 'string') return 'not a line of a journal';
  return { type: 'event', kind, time, payload: 'payload' in value ? value.payload : undefined };
}
