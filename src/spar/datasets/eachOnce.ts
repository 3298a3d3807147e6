import { jsonLine } from '../log/jsonLine';
import { byTime } from './lineGraph';
import type { AboutLine } from './schema';

/** Lines about one record, by time, each once however often it is there. */
export function eachOnce(lines: readonly AboutLine[]): readonly AboutLine[] {
  const once = new Map<string, AboutLine>();
  for (const line of lines) {
    const known = once.get(line.id);
    once.set(line.id, known === undefined ? line : joined(known, line));
  }
  return [...once.values()].sort(byTime);
}

/** One line that is there twice, once perhaps with more in `after` by a compaction. */
function joined(a: AboutLine, b: AboutLine): AboutLine {
  const after = [...new Set([...a.after, ...b.after])].sort();
  const [first, second] = [a, b].map((line) => jsonLine({ ...line, after: [] }));
  return { ...((first ?? '') <= (second ?? '') ? a : b), after };
}
