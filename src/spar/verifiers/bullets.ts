import type { Span } from './constraint';

/** Lines that IFEval counts as bullet points: after white space `-`, or `*` with another character behind it. */
export function bulletSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  let swallowed = false;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    const body = line.trimStart();
    if (swallowed) swallowed = false;
    else if (body.startsWith('-')) spans.push({ start, end });
    else if (body.startsWith('*') && !body.startsWith('**')) {
      // A lone asterisk: the official pattern takes the line break as its second character.
      swallowed = body === '*';
      if (body !== '*' || end < text.length) spans.push({ start, end });
    }
    start = end + 1;
  }
  return spans;
}
