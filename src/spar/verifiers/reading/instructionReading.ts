import type { Span } from '../constraint';

/** A match of a pattern in an instruction, at a place where the words are the person's own request. */
export interface ClauseMatch {
  readonly span: Span;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** An instruction's text with what is known about it; built once, read by every verifier. */
export interface InstructionReading {
  readonly text: string;
  /** Matches (flag `g` needed) that are no quotation, no given material and no mere mention. */
  find(pattern: RegExp): readonly ClauseMatch[];
  /** The text from the start of the sentence, or line, that holds the offset, up to the offset. */
  before(offset: number): string;
}

/** Longest instruction that is read: what follows is material, never a request. */
const maxLength = 50_000;

export function readInstruction(instruction: string): InstructionReading {
  const text = instruction.slice(0, maxLength);
  const material = materialSpans(text);
  const before = (offset: number): string => text.slice(clauseStart(text, offset), offset);
  const own = withoutMaterial(text, material);
  return {
    text,
    before,
    find: (pattern) => {
      const matches: ClauseMatch[] = [];
      for (const match of text.matchAll(pattern)) {
        const span = { start: match.index, end: match.index + match[0].trimEnd().length };
        if (material.some((part) => part.start < span.start && span.start < part.end)) continue;
        const start = clauseStart(text, span.start);
        if (isMention({ before: own.slice(start, span.start), clause: own.slice(span.start) })) continue;
        matches.push({ span, groups: match.groups ?? {} });
      }
      return matches;
    },
  };
}

/** Quotations, code, and the block that "the following text:" introduces. */
function materialSpans(text: string): readonly Span[] {
  return [
    ...allSpans(text, /```[\s\S]*?(?:```|$)/gu),
    ...allSpans(text, /["“”][^"“”]{1,4000}["“”]/gu),
    ...allSpans(text, /(?<![a-zA-Z\d\u00C0-\u024F])'[^'\n]{1,200}'(?![a-zA-Z\d\u00C0-\u024F])/gu),
    ...Array.from(
      text.matchAll(
        /\b(?:following|below|this)\b[^\n.:]{0,40}\b(?:text|passage|paragraph|article|story|poem|email|essay|blog|abstract|review|dialogue|document|code|letter)\b[^\n.:]{0,60}:\s*\n+(?<block>[^\n]+)/gi,
      ),
      (match) => {
        const end = match.index + match[0].length;
        return { start: end - (match.groups?.['block'] ?? '').length - 1, end };
      },
    ),
  ];
}

/** The text with blanks where others speak, offsets unchanged. */
function withoutMaterial(text: string, material: readonly Span[]): string {
  return material.reduce(
    (own, part) => own.slice(0, part.start) + ' '.repeat(part.end - part.start) + own.slice(part.end),
    text,
  );
}

function allSpans(text: string, pattern: RegExp): readonly Span[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Words after which a clause is talked about, not asked for: the topic of a question or of an explanation. */
const topic = new RegExp(
  [
    'how (?:to|do|does|can|should|would|come)\\b',
    'why\\b|when to\\b',
    'what (?:does|do|is|are|happens)\\b|what\\s*$',
    '(?:explain|describe|discuss|summari[sz]e|define) (?:the|what|that|when|this)\\b',
  ]
    .map((source) => `\\b(?:${source})`)
    .join('|'),
  'i',
);

/** The same: conditions, and what others do. */
const mention = new RegExp(
  [
    'whether\\b|because\\b|if\\b|rules?\\b',
    '(?:when|whenever|unless|while) (?:you|i|we|they|people|someone|one|he|she|it)\\b',
    '(?:about|on|against|of) (?:the (?:use|usage|rule|habit)|using|avoiding|writing|not|people|someone)\\b',
    '(?:says|said|thinks|claims|claimed|believes|argues|insists)\\b',
    '(?:some|many|most|few) (?:people|writers|poets|authors|students|users|men|women)\\b',
    'i (?:once |have |had |already |just )?(?:wrote|written|read|used|saw|heard)\\b',
    "(?:need not|needn['’]t|(?:do not|don['’]t|does not|doesn['’]t|did not|didn['’]t) (?:have|need) to|not (?:required|necessary|obliged) to|no need to|feel free to)\\b",
    '(?:my|his|her|their) (?:\\w+ ){1,3}(?:has|had|contains?|contained|uses?|used|was)\\b',
    'the (?:original|source|article|book|novel|film|passage|draft) (?:\\w+ )?(?:has|had|contains?|contained|uses?|used|was)\\b',
    '(?:story|poem|song|joke|limerick|novel|movie|film|world|game|tale|scene) (?:where|who|whose|in which)\\b',
    '(?:functions?|programs?|scripts?|regex|regexp|expressions?|algorithms?|methods?|macro|query|command|class|code|validators?|parsers?|prompts?|tools?|app) (?:that|which|to|for|in which|where|with)\\b',
    '(?:people|person|students?|children|teachers?|someone|character|man|woman|boy|girl|authors?|writers?|poets?) who\\b',
    'that (?:converts?|checks?|removes?|replaces?|prints?|returns?|counts?|validates?|detects?|takes?)\\b',
    'translate\\b|(?:he|she|they) said\\b|(?:told|asked) me\\b',
  ]
    .map((source) => `\\b(?:${source})`)
    .join('|'),
  'i',
);

/** A later verb of asking takes the clause back from the mention: `about dogs, and make sure …`. */
const asking =
  /(?:\b(?:make sure|be sure|ensure|please|you (?:must|should|need|are|have|can ?not|may)|your (?:entire |whole |complete )?(?:response|answer|reply|output)|(?:the|this) (?:response|answer|reply|output)|but|don't forget|the (?:poem|story|essay|song|letter|email|article|post|riddle|joke|limerick|summary|proposal) (?:should|must|has to|needs to|shall))\b|[,;:)]\s*(?:and\s+|then\s+|also\s+)*$|\band\s*$)/gi;

/** `Should I avoid commas?` */
const openQuestion =
  /^\W*(?:should|is|are|can|could|do|does|did|may|must|was|were|has|have|am|will|would)\s+(?:i|it|an?|the|people|there|one|they|he|she|we|this|that|some\w*|any\w*)\b|^\W*do you (?:think|believe|know|like|prefer)\b/i;

/** An explanation is asked for, and the clause says in which form: `Explain the tides in | under 50 words`. */
const explaining =
  /^\W*(?:(?:please|now|then|first|can you|could you)\s+)*(?:explain|describe|discuss|summari[sz]e|define|tell|list|outline|compare)\b/i;
const form = /\b(?:in|with|within|without|using)\s*$/i;
const writing =
  /\b(?:writ(?:e|es|ing|ten)|wrote|us(?:e|es|ed|ing)|typ(?:e|es|ed|ing)|read|speak|post|text|that|which|who|whose|should|must)\b/i;

interface Place {
  /** The sentence up to the clause, and the text from the clause on. */
  readonly before: string;
  readonly clause: string;
}

function isMention({ before, clause }: Place): boolean {
  // `Do not avoid commas` asks for none of it.
  if (
    /\b(?:do not|don['’]t|never|not) $/i.test(before) &&
    /^(?:avoid|refrain|omit|skip|exclude|leave out|do without)\b/i.test(clause)
  )
    return true;
  if (openQuestion.test(before) && /^[^.!\n]*\?/.test(clause)) return !isAskedAfter(before, openQuestion);
  if (mention.test(before) && !isAskedAfter(before, mention)) return true;
  if (!topic.test(before) || isAskedAfter(before, topic)) return false;
  const lead = /^(?:in|with|within|without|using)\b/i.exec(clause)?.[0] ?? '';
  return !(explaining.test(before) && form.test(before + lead) && !writing.test(before));
}

function isAskedAfter(before: string, pattern: RegExp): boolean {
  const found = pattern.exec(before);
  const rest = found === null ? '' : before.slice(found.index + found[0].length);
  return !rest.matchAll(asking).next().done;
}

function clauseStart(text: string, offset: number): number {
  for (let at = offset - 1; at >= 0 && offset - at < 1000; at -= 1) {
    const char = text.charAt(at);
    if (char === '\n') return at + 1;
    if ('.?!;'.includes(char) && /\s|["”']/u.test(text.charAt(at + 1)) && at + 1 < offset) return at + 1;
  }
  return Math.max(0, offset - 1000);
}
