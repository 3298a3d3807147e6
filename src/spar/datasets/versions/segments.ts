import { textChanges } from '../../text/wordDiff';
import type { Segment } from './versionDifference';

/** Characters of shared text that stay in view beside a change, and the fewest that a gap stands for. */
const context = 160;
const leastGap = 200;
/** Characters of one stretch; of a longer one only its beginning is shown. */
const mostShown = 20_000;

/** Two texts as one, with the words that were removed and added, and long shared stretches left out. */
export function segmentsOf(before: string, after: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const changes = textChanges(before, after);
  const share = (end: number, isLast: boolean): void => {
    if (end > at) segments.push(...shared(before.slice(at, end), { isFirst: at === 0, isLast }));
  };
  for (const { originalStart, originalEnd, removed, added } of changes) {
    share(originalStart, false);
    if (removed !== '') segments.push({ kind: 'removed', text: cut(removed) });
    if (added !== '') segments.push({ kind: 'added', text: cut(added) });
    at = originalEnd;
  }
  share(before.length, true);
  return segments;
}

/** A text of its own, nothing compared. */
export function cut(text: string): string {
  if (text.length <= mostShown) return text;
  return `${whole(text.slice(0, mostShown))}… (${(text.length - mostShown).toLocaleString('en')} more characters)`;
}

function shared(
  text: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly Segment[] {
  const head = isFirst && !isLast ? 0 : context;
  const tail = isLast && !isFirst ? 0 : context;
  if (text.length <= head + tail + leastGap) return [{ kind: 'same', text }];
  const start = whole(text.slice(0, head));
  const end = text.slice(text.length - tail).replace(/^[\udc00-\udfff]/u, '');
  const left = (text.length - head - tail).toLocaleString('en');
  return [
    ...(start === '' ? [] : [{ kind: 'same', text: start } as const]),
    { kind: 'gap', text: `… ${left} characters alike …` },
    ...(end === '' ? [] : [{ kind: 'same', text: end } as const]),
  ];
}

/** Without half of a surrogate pair at its end. */
function whole(text: string): string {
  return text.replace(/[\ud800-\udbff]$/u, '');
}
