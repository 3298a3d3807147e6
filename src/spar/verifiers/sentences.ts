import type { Span } from './constraint';

/**
 * Sentences as NLTK's Punkt tokenizer cuts English, which IFEval counts with: a mark that ends a sentence must be
 * followed by white space or by one of a few signs, closing quotation marks stay with their sentence, and line breaks
 * alone end nothing. Punkt's trained tables are stood in for by the short list below.
 */
export function sentencesOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  const end = text.trimEnd().length;
  let start = text.length - text.trimStart().length;
  for (const position of breaks(text)) {
    const close = closersEnd(text, position);
    if (close > start && text.slice(start, close).trim() !== '') spans.push({ start, end: close });
    start = spaceEnd(text, close);
  }
  if (start < end) spans.push({ start, end });
  return spans;
}

/** Offsets just behind the marks that end a sentence; at most one in each run without white space. */
function breaks(text: string): readonly number[] {
  const found: number[] = [];
  const end = text.trimEnd().length;
  for (const run of text.matchAll(/\S+/gu)) {
    const last = lastMark(run[0], run.index + run[0].length < end);
    if (last === null) continue;
    const next = /\S{1,40}/uy;
    next.lastIndex = spaceEnd(text, run.index + run[0].length);
    const follower = last.atEnd ? (next.exec(text)?.[0] ?? '') : run[0].charAt(last.index + 1);
    if (endsSentence(run[0].slice(0, last.index + 1), follower)) found.push(run.index + last.index + 1);
  }
  return found;
}

function lastMark(run: string, hasNext: boolean): { readonly index: number; readonly atEnd: boolean } | null {
  const end = run.length - 1;
  if (hasNext && '.?!'.includes(run.charAt(end))) return { index: end, atEnd: true };
  for (let index = end - 1; index >= 0; index -= 1) {
    if ('.?!'.includes(run.charAt(index)) && ')";}]*:@\'({[!?'.includes(run.charAt(index + 1))) {
      return { index, atEnd: false };
    }
  }
  return null;
}

function endsSentence(run: string, follower: string): boolean {
  if (/[!?]/u.test(run)) return true;
  if (run.endsWith('..')) return false;
  const word = (/[^\s("`{[:;&#*@)}\]\-,'“‘]*$/u.exec(run.slice(0, -1))?.[0] ?? '').toLowerCase();
  const lowercaseNext = /^\p{Ll}/u.test(follower);
  if (/^[+-]?[\d.,-]*\d[\d.,-]*$/u.test(word)) return !lowercaseNext;
  if (/^\p{L}$/u.test(word)) return word === 'i' || (!lowercaseNext && !mayBeName(follower));
  return !abbreviations.has(word);
}

/** An initial ends a sentence only before a word that is written in lowercase elsewhere: `J. Smith`, but `Plan B. The rest`. */
function mayBeName(follower: string): boolean {
  if (!/^\p{Lu}/u.test(follower)) return false;
  const word = /^\p{L}+/u.exec(follower)?.[0].toLowerCase() ?? '';
  return !commonWords.has(word);
}

const commonWords: ReadonlySet<string> = new Set(
  'a about after all also although an and another any are as at be because before both but by can could did do does during each every few first for from had has have he her here his how however if in into is it its just let like many may more most much must my never next no not now of on once one only or other our over please she should since so some such than that the their them then there these they this those though through to too under until up was we were what when where whether which while who why will with without would yes yet you your'.split(
    ' ',
  ),
);

const abbreviations: ReadonlySet<string> = new Set(
  'mr mrs ms dr prof st sr jr vs inc co corp ltd gen col sgt capt lt gov sen rep rev u.s u.k u.n u.s.a a.m p.m d.c e.g i.e ph.d b.a m.a jan feb mar apr aug sept oct nov dec ave bros cos fla calif ga'.split(
    ' ',
  ),
);

/** Behind closing marks that white space or the text's end follows. */
function closersEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && `"')]}`.includes(text.charAt(end))) end += 1;
  return end === text.length || /\s/u.test(text.charAt(end)) ? end : at;
}

function spaceEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && /\s/u.test(text.charAt(end))) end += 1;
  return end;
}
