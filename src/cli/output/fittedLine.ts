import type { TextSink } from '../terminal';

/** A line by its parts, the most important first: what finds no room at the terminal is left out from the end. */
export type LineParts = readonly string[];

/** Of a terminal that does not tell its width. */
const usualColumns = 80;

/** As many of the parts as have room at the terminal: a line that breaks could not be written over. */
export function fittedLine([first = '', ...others]: LineParts, { columns = 0 }: TextSink): string {
  const room = (columns > 0 ? columns : usualColumns) - 1;
  let line = first.length <= room ? first : `${first.slice(0, Math.max(0, room - 1))}…`;
  for (const part of others) {
    const longer = `${line} · ${part}`;
    if (longer.length > room) break;
    line = longer;
  }
  return line;
}

/** What writes such a line over the one that is there. */
export function rewrittenLine(parts: LineParts, sink: TextSink): string {
  return `\r\u001b[K${fittedLine(parts, sink)}`;
}
