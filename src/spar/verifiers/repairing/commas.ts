import { commaList } from './commaLists';
import { hasVerb, isOpening, isSubordinate, startsClause } from './english';
import { addressSpans, codeSpans, RegionCursor } from './regions';

/**
 * The text without commas, as a careful editor would write it: a list gets its conjunction between all members, two
 * sentences joined by a comma alone get a semicolon, an added remark stands behind a dash or in brackets, a number
 * loses its separators, and elsewhere the comma just goes. Null where code holds a comma, which it can't do without.
 */
export function withoutCommas(text: string): string | null {
  if (codeSpans(text).some((span) => text.slice(span.start, span.end).includes(','))) return null;
  if (bareCode.test(text)) return null;
  const pieces: string[] = [];
  const addresses = new RegionCursor(addressSpans(text));
  let end = 0;
  const pointed = text.replace(decimalComma, '.');
  for (const sentence of pointed.matchAll(/[^.!?;:\n()"“”]+[.!?;:\n()"“”]*/gu)) {
    pieces.push(pointed.slice(end, sentence.index));
    end = sentence.index + sentence[0].length;
    if (!sentence[0].includes(',')) {
      pieces.push(sentence[0]);
      continue;
    }
    // `https:` ends a stretch, so an address is looked for by its offset in the whole text.
    const inAddress = [...sentence[0].matchAll(/,/gu)].map((comma) =>
      addresses.holds(sentence.index + comma.index),
    );
    // A line among lines may be a verse, whose last word must stay where it is.
    const isLine =
      /[^\n]\n[ \t]*$/u.test(pointed.slice(Math.max(0, sentence.index - 8), sentence.index)) ||
      /[^\n]\r?\n$/u.test(sentence[0]);
    pieces.push(rewritten({ text: sentence[0], inAddress, isLine }));
  }
  pieces.push(pointed.slice(end));
  return pieces.join('').replaceAll(',', '');
}

/** A call or a list as programs write them, outside any fence: `f(a, b)`, `[1, 2]`. */
const bareCode =
  /[A-Za-z_]\w{0,60}\([^()\n]{0,200},[^()\n]{0,200}\)|\[\s*[\w"'.-]{1,60}(?:\s*,\s*[\w"'.-]{1,60})+\s*\]/u;

/** `3,5` is a number with a decimal comma; `1,200` and `1,200,000` have separators. */
const decimalComma = /(?<=(?<![\d,])\d{1,9}),(?=\d{1,2}(?![\d,])|\d{4,9}(?![\d,]))/gu;

/** Longer stretches are no sentences; their commas just go. */
const maxSentence = 2000;

interface Stretch {
  /** Up to and with the marks that end it. */
  readonly text: string;
  /** For each comma. */
  readonly inAddress: readonly boolean[];
  /** Other lines stand right above or below it. */
  readonly isLine: boolean;
}

function rewritten({ text: sentence, inAddress, isLine }: Stretch): string {
  if (inAddress.some(Boolean)) {
    let index = -1;
    return sentence.replaceAll(',', () => {
      index += 1;
      return inAddress[index] === true ? '%2C' : '';
    });
  }
  const whole = sentence.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/gu, '');
  if (whole.length > maxSentence) return spaced(whole);
  const steps = [
    closedBracket,
    ...(isLine ? [] : [movedOpening]),
    numberRun,
    commaList,
    adjectives,
    bracketedRemark,
    closingRemark,
    splice,
  ];
  return spaced(steps.reduce((current, step) => (current.includes(',') ? step(current) : current), whole));
}

/** What is left: the comma goes, the words stay apart. */
function spaced(text: string): string {
  return text.replaceAll(/,(?=[\p{L}\p{N}])/gu, ' ').replaceAll(/ ?,+/gu, '');
}

/**
 * `With soft thread, distressed fabric looks good.` → `Distressed fabric looks good with soft thread.` Only where the
 * words on either side of the comma would run together: an article, a pronoun or a name shows by itself where the
 * sentence proper begins. Words that point back stay behind what they point to.
 */
function movedOpening(text: string): string {
  const match =
    /^(?<space>\s*)(?<opening>\p{Lu}\p{Ll}*(?: [^\s,]+){2,13}), (?<main>\p{Ll}[^,]*?)(?<mark>[.!]\s*)$/u.exec(
      text,
    );
  const { space = '', opening = '', main = '', mark = '' } = match?.groups ?? {};
  if (match === null || !movable.test(opening) || main.split(' ').length < 2) return text;
  if (startsClause(main) || beginsPlainly.test(main) || pointing.test(main)) return text;
  return `${space}${main.charAt(0).toUpperCase()}${main.slice(1)} ${opening.charAt(0).toLowerCase()}${opening.slice(1)}${mark}`;
}

const movable =
  /^(?:In|On|At|By|For|From|With|Without|As|If|When|While|Although|Though|Because|Since|After|Before|Until|Unless|During|Despite|Within|Among|Between|Unlike|Whenever|Wherever|To) /u;
const beginsPlainly =
  /^(?:the|an?|my|your|his|her|its|our|their|some|any|each|every|all|both|no|another|many|most|one|two|several|what|how|why|is|are|was|were|do|does|did|can|could|will|would|should|must|may|might|please|let|make|try|be|don['’]t|consider|remember|use|take|go|get|add|put|there|here|not|\p{L}+ly|\p{L}+ing) /u;
const pointing = /\b(?:he|she|it|they|him|her|his|its|their|them|this|that|these|those|so|then|and|but)\b/iu;

/** Three or more bare numbers in a row: `1, 4, 7`. */
function numberRun(text: string): string {
  return text.replaceAll(/(?<![\p{L}\d.])\d{1,12}(?:, ?\d{1,12}){2,}/gu, (run) =>
    run.replaceAll(/, ?/gu, '; '),
  );
}

/** Before a closing mark or the end of the stretch a comma needs nothing in its place. */
function closedBracket(text: string): string {
  return text.replaceAll(/,(?=["”’')\]*_]|\s*$)/gu, '');
}

/** `a long, dark night` → `a long and dark night`. */
function adjectives(text: string): string {
  return text.replaceAll(/\b(?:[Aa]n?|very|so) \p{Ll}{3,}, \p{Ll}{3,} \p{Ll}{3,}/gu, (found) => {
    const [head = '', tail = ''] = found.split(', ');
    return tail.split(' ').some(isNoDescription) ? found : `${head} and ${tail}`;
  });
}

function isNoDescription(word: string): boolean {
  return (
    isSubordinate(word) ||
    startsClause(word) ||
    isOpening(word) ||
    /^(?:and|or|but|an?|the|his|her|its|their|our|your|my|all|just|one|two|each|of|is|was)$/iu.test(word)
  );
}

/** `The app, soon to be seen, will be big` → the remark in brackets; an auxiliary verb behind it shows its end. */
function bracketedRemark(text: string): string {
  return text.replace(
    /^(?<head>.{3,}?), (?<words>[^,]{3,90}), (?=(?:is|was|are|were|has|had|have|will|can|could|would|should|must|may|might|shall) )/u,
    (match: string, head: string, words: string) =>
      head.includes(',') ||
      isOpening(head) ||
      startsClause(words.replace(/^wh(?:o|ich) /u, '')) ||
      /^(?:and|or|but)\b/u.test(words)
        ? match
        : `${head} (${words}) `,
  );
}

/** `He saw Tokyo, a city of lights.` → `He saw Tokyo — a city of lights.` */
function closingRemark(text: string): string {
  const comma = text.lastIndexOf(',');
  const clause = text.slice(text.lastIndexOf(',', comma - 1) + 1, comma);
  const words = text.slice(comma + 1);
  const isRemark =
    /^ (?:an? (?:\p{L}+ ){1,2}(?:of|that|to|for|in|with|from|where|who)|the \p{L}+ of|one of|another) /u.test(
      words,
    );
  const isStatement =
    (hasVerb(clause) || startsClause(clause)) && !isOpening(clause) && !isSubordinate(clause);
  return isRemark &&
    isStatement &&
    !/\b(?:is|was|are|were|has|had|have|will|would|can|could)\b/u.test(
      words.replace(/\b(?:that|who|where)\b.*$/u, ''),
    )
    ? `${text.slice(0, comma)} —${words}`
    : text;
}

/** `He came, he saw` → `He came; he saw`. */
function splice(text: string): string {
  const parts = text.split(',');
  const head = parts[0] ?? '';
  const rest = parts.slice(1);
  const isRow = rest.every(
    (part) => startsClause(part) && !/^\s*(?:that|which|who|this|these|those)\b/iu.test(part),
  );
  if (
    !isRow ||
    isOpening(head) ||
    isSubordinate(head) ||
    !(startsClause(head) || (parts.length === 2 && hasVerb(head)))
  )
    return text;
  return parts.join(';');
}
