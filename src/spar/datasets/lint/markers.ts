/**
 * Marks of prompts, chat templates and reasoning that belong in no answer: SPaR's own markers with any number of
 * backslashes, special tokens of chat templates, and thoughts.
 */
const marker =
  /\[\[\\{0,8}[ \t]{0,3}(?:start|end)[ \t]{0,3}\]\]|<\|[a-z][a-z0-9_]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_turn>|<\/?think>|<\\{0,8}\/?verified>/giu;

/** A verdict line as judges write it. */
const verdictLine = /^[ \t>*#_-]{0,8}Final\\{0,8}[ \t]{1,3}Judge?ment\b.{0,200}$/gimu;

const cue = /\[\[|<\||<｜|INST\]|SYS>>|_of_turn>|think>|verified>|Judge?ment/iu;

/** The markers in an answer that the instruction does not itself name. */
export function markersIn(answer: string, instruction: string): readonly string[] {
  if (!cue.test(answer)) return [];
  const asked = instruction.toLowerCase();
  const found = [
    ...(answer.match(marker) ?? []),
    ...(answer.match(verdictLine) ?? []).map((line) => line.trim()),
  ];
  return [...new Set(found)].filter((one) => !asked.includes(nameOf(one)));
}

/**
 * The answer without markers: what stands between the last `[[start]]` and `[[end]]` where both are there; thoughts go
 * with what they hold, and a verdict with its line.
 */
export function withoutMarkers(answer: string): string {
  let text = withoutThoughts(answer);
  const start = lastOf(text, /\[\[\\{0,8}[ \t]{0,3}start[ \t]{0,3}\]\]/giu);
  const end = lastOf(text, /\[\[\\{0,8}[ \t]{0,3}end[ \t]{0,3}\]\]/giu);
  if (start !== null && end !== null && start.end <= end.start) text = text.slice(start.end, end.start);
  return text.replace(verdictLine, '').replace(marker, '').trim();
}

/** By hand, since a pattern would look for the end anew at each beginning. */
function withoutThoughts(answer: string): string {
  const lower = answer.toLowerCase();
  // A few capitals grow in lower case, and then places differ.
  if (lower.length !== answer.length) return answer;
  let text = '';
  let from = 0;
  for (;;) {
    const start = lower.indexOf('<think>', from);
    const end = start === -1 ? -1 : lower.indexOf('</think>', start);
    if (end === -1) return text + answer.slice(from);
    text += answer.slice(from, start);
    from = end + '</think>'.length;
  }
}

/** By which an instruction would name it, in lower case. */
function nameOf(found: string): string {
  return /judge?ment/iu.test(found) ? 'final judg' : found.toLowerCase();
}

function lastOf(text: string, pattern: RegExp): { readonly start: number; readonly end: number } | null {
  const last = Array.from(text.matchAll(pattern)).at(-1);
  return last === undefined ? null : { start: last.index, end: last.index + last[0].length };
}
