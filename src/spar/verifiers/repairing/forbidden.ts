import { isOpening, isSubordinate } from './english';
import { codeSpans, RegionCursor } from './regions';

/** More places than this are no matter of small edits. */
const maxPlaces = 200;

/**
 * The text with words left out so that at most `most` of their uses remain, the first ones; null where one stands in
 * a place from which it can't be taken without leaving a hole. `patterns` find the words (flags `giu`).
 */
export function withoutWords(text: string, patterns: readonly RegExp[], most = 0): string | null {
  let current = text;
  for (const pattern of patterns) {
    const places = [...current.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    }));
    if (places.length > maxPlaces + most) return null;
    const code = new RegionCursor(codeSpans(current));
    if (places.some((place) => code.holds(place.start))) return null;
    let surplus = places.length - most;
    for (const place of places.reverse()) {
      if (surplus <= 0) break;
      const shorter = leftOut(current, place.start, place.end);
      if (shorter === null && most === 0) return null;
      if (shorter === null) continue;
      current = shorter;
      surplus -= 1;
    }
    if (surplus > 0) return null;
  }
  return current === text ? null : current;
}

interface Place {
  /** The line, or the near part of it, up to the word, and from behind it. */
  readonly before: string;
  readonly after: string;
  readonly word: string;
}

/** Each rule answers the line without the word, or null where it does not fit; the first that fits wins. */
const rules: readonly ((place: Place) => string | null)[] = [
  bracketed,
  label,
  interjection,
  parenthesis,
  listMember,
  lastOfPair,
  firstOfPair,
  adverb,
  adjective,
];

/** Characters on either side that the rules look at, within the line. */
const reach = 400;

function leftOut(text: string, start: number, end: number): string | null {
  const near = text.slice(Math.max(0, start - reach), start);
  const lineStart = start - near.length + near.lastIndexOf('\n') + 1;
  const ahead = text.slice(end, end + reach);
  const newline = ahead.indexOf('\n');
  const lineEnd = end + (newline === -1 ? ahead.length : newline);
  const place: Place = {
    before: text.slice(lineStart, start),
    after: text.slice(end, lineEnd),
    word: text.slice(start, end),
  };
  for (const rule of rules) {
    const line = rule(place);
    if (line !== null) return text.slice(0, lineStart) + line + text.slice(lineEnd);
  }
  return null;
}

/** `(word)` */
function bracketed({ before, after }: Place): string | null {
  return /\s?\($/u.test(before) && after.startsWith(')')
    ? before.replace(/\s?\($/u, '') + after.slice(1)
    : null;
}

/** `**Word:** what follows` keeps what follows. */
function label({ before, after }: Place): string | null {
  const rest = /^[*_]*:[*_]*\s+(?=\S)/u.exec(after);
  return rest !== null && /^[\s#>]*[*_]*$/u.test(before)
    ? before.replace(/[*_]+$/u, '') + after.slice(rest[0].length)
    : null;
}

/** `Yes, it is` → `It is`. */
function interjection({ before, after, word }: Place): string | null {
  if (
    !/^(?:yes|no|yeah|yep|nope|well|oh|okay|ok|however|also|thus|therefore|finally|today|\p{L}+ly)$/iu.test(
      word,
    )
  )
    return null;
  const rest = /^[,!.:]\s+(?=\S)/u.exec(after);
  if (rest === null || !/(?:^|[.!?]\s+|["“(]|^[\s>*#-]+)$/u.test(before)) return null;
  return before + capitalised(after.slice(rest[0].length));
}

/** Words that comment on a whole clause; the second pattern names those in `-ly` that don't. */
const comment =
  /^(?:however|therefore|moreover|furthermore|nevertheless|nonetheless|indeed|instead|otherwise|thus|hence|though|meanwhile|besides|likewise|anyway|perhaps|maybe|too|also|then|really|\p{L}{3,}ly)$/u;
const noComment =
  /^(?:family|italy|july|reply|supply|assembly|anomaly|butterfly|ally|bully|belly|jelly|lily|emily|sally|kelly|molly|friendly|lovely|lively|lonely|ugly|silly|early|daily|weekly|monthly|yearly|curly|holy|jolly|only|costly|elderly|deadly|orderly)$/u;

/** `The floor, word, has` → `The floor has`; a comma that is needed without the word stays. */
function parenthesis({ before, after, word }: Place): string | null {
  const lower = word.toLowerCase();
  if (!comment.test(lower) || noComment.test(lower) || !/[\p{L}\p{N}"”’)],\s$/u.test(before)) return null;
  const head = before.replace(/,\s$/u, '');
  if (/^["”’]?[.!?;:]/u.test(after)) return head + after;
  if (!/^, \S/u.test(after)) return null;
  const sentence = head.slice(
    Math.max(0, ...[...head.matchAll(/[.!?:;]["”)]?\s/gu)].map((end) => end.index + 2)),
  );
  if (/\b(?:and|or|but|so|yet)$/u.test(head)) return head + after.slice(1);
  const closing = /^, (?:and|or)\b/u.test(after);
  const needsComma = closing ? sentence.includes(',') : /^, (?:but|so|yet|which|who|where)\b/u.test(after);
  const opens = !closing && (isOpening(sentence) || isSubordinate(sentence));
  return head + (needsComma || opens ? after : after.slice(1));
}

/** `a, word, b` and `a, word, and b`. */
function listMember({ before, after }: Place): string | null {
  if (!/\p{L}[^.!?]*,\s$/u.test(before) || !after.startsWith(',')) return null;
  const closing = /^, (?<word>and|or) /u.exec(after)?.groups?.['word'];
  const sentence = before.slice(
    Math.max(before.lastIndexOf('. '), before.lastIndexOf('! '), before.lastIndexOf('? ')) + 1,
  );
  const isPair = closing !== undefined && sentence.split(',').length === 2;
  return isPair ? `${before.replace(/,\s$/u, '')} ${after.slice(2)}` : before.replace(/,\s$/u, '') + after;
}

/** `a and word.` and `a, b, and word.` at the end of a clause. */
function lastOfPair({ before, after }: Place): string | null {
  if (!/^["”’']?\s*(?:[.,;:!?)\]]|$)/u.test(after)) return null;
  const list =
    /,\s(?<other>[^,.!?;]+), (?<word>and|or) (?:(?:the|a|an|my|his|her|its|our|their|your|of|to) )*$/u.exec(
      before,
    );
  const other = list?.groups?.['other'];
  const word = list?.groups?.['word'];
  if (list !== null && other !== undefined && word !== undefined) {
    const head = before.slice(0, list.index);
    return `${head}${head.includes(', ') ? ', ' : ' '}${word} ${other}${after}`;
  }
  const pair = /(?<=\p{L}) (?:and|or|&) (?:(?:the|a|an|my|his|her|its|our|their|your|of|to) )*$/u.exec(
    before,
  );
  return pair === null ? null : before.slice(0, pair.index) + after;
}

/** `his word and his life` → `his life`. */
function firstOfPair({ before, after }: Place): string | null {
  const own = /(?:^|\s)(?<article>the|a|an|my|his|her|its|our|their|your) $/iu.exec(before)?.groups?.[
    'article'
  ];
  const next = /^ (?:and|or) (?<article>the|a|an|my|his|her|its|our|their|your) /iu.exec(after);
  if (own === undefined || next?.groups?.['article']?.toLowerCase() !== own.toLowerCase()) return null;
  return before + after.slice(next[0].length);
}

/** Adverbs of time and degree that a sentence stands without: English, German, French, Spanish, Italian, Portuguese. */
const timeAndDegree =
  /^(?:today|now|always|often|heute|morgen|gestern|jetzt|immer|oft|sehr|aujourd['’]hui|demain|hier|maintenant|toujours|souvent|très|hoy|mañana|ayer|ahora|siempre|muy|oggi|domani|ieri|adesso|sempre|molto|hoje|amanhã|ontem|agora|muito)$/iu;

/** `really good` → `good`; only between words of one sentence. */
function adverb({ before, after, word }: Place): string | null {
  if (
    !(
      /^(?:\p{L}{3,}ly|very|really|just|quite|rather|simply|also|even|so)$/iu.test(word) ||
      timeAndDegree.test(word)
    ) ||
    /^(?:family|only|early|daily|friendly|lovely|reply|supply|apply|rely|italy|july)$/iu.test(word)
  )
    return null;
  // `It must be just.` says nothing without it.
  if (/\b(?:be|am|is|are|was|were|been|being)\s$/iu.test(before) && /^(?:[.,;!?]|$)/u.test(after))
    return null;
  if (!/\p{L}\s$/u.test(before) || !/^(?:\s\p{L}|[.,;!?]|$)/u.test(after)) return null;
  return after.startsWith(' ') ? withArticle(before, after.slice(1)) : before.trimEnd() + after;
}

/** Words that stand before a noun and can go without a trace. */
const adjectives =
  /^(?:good|bad|great|nice|best|new|old|big|small|large|rich|poor|fresh|happy|sad|young|long|short|high|low|dark|bright|strong|weak|easy|hard|simple|beautiful|amazing|important|special|real|true|whole|own|main|major|\p{L}{3,}(?:ful|ous|ive|able|ible|less|ish))$/iu;

/** `a good story` → `a story`, `an` where it must be. */
function adjective({ before, after, word }: Place): string | null {
  if (!adjectives.test(word) || !/^ \p{Ll}{3,}/u.test(after)) return null;
  if (/^ (?:and|or|but|enough|than|for|with|the|that|when|because|from|into|news)\b/u.test(after))
    return null;
  if (
    !/(?:^|\s)(?:the|a|an|my|his|her|its|our|their|your|this|that|these|those|some|any|every|of|with|and|is a|more|most|very)\s$/iu.test(
      before,
    )
  )
    return null;
  if (/\b(?:more|most|very)\s$/iu.test(before)) return null;
  return withArticle(before, after.slice(1));
}

/** Joins, with `a` or `an` as the next word's first letter asks. */
function withArticle(before: string, after: string): string {
  const vowel = /^[aeiou]/iu.test(after) && !/^(?:uni|use|usu|eu|one)/iu.test(after);
  return (
    before.replace(/\b(?<article>a)n?\s$/iu, (_match, article: string) => `${article}${vowel ? 'n' : ''} `) +
    after
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
