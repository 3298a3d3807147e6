import type { Span } from '../constraint';
import { largestAllowed, type Limit } from '../limit';
import { sentencesOf } from '../sentences';

/** Texts with as many sentences as asked, by joining or dividing those that are there; none where that is not enough. */
export function withSentenceCount(text: string, limit: Limit): readonly string[] {
  const sentences = sentencesOf(text);
  const most = largestAllowed(limit);
  if (Math.abs((most ?? limit.count) - sentences.length) > maxEdits) return [];
  const changed =
    most === null
      ? divided(text, limit.count - sentences.length)
      : joined(text, sentences, sentences.length - most);
  return changed === null ? [] : [changed];
}

/** More than these are no small edits any more. */
const maxEdits = 300;

interface Edit extends Span {
  readonly text: string;
}

/** First words that may lose their capital: no name begins so. */
const plainWord =
  /^(?:the|a|an|he|she|it|they|we|you|this|that|these|those|there|his|her|its|their|our|your|my|in|on|at|by|for|from|with|as|when|while|if|but|and|so|then|yet|not|no|all|some|many|each|every|after|before|however|also|both|such|to|one|here|now|let|make|use|be|do|what|how|once|during|among|with|within|without|through|despite|although|because|since|even|just|only|another|other|most|more|once|until|thus|instead|additionally|furthermore|moreover|finally|first|next|overall)$/iu;

/** `… end. It is …` → `… end; it is …`; short neighbours first, and no sentence joined on both sides if it can be helped. */
function joined(text: string, sentences: readonly Span[], surplus: number): string | null {
  const places = sentences.slice(0, -1).flatMap((sentence, index) => {
    const next = sentences[index + 1];
    const gap = next === undefined ? '' : text.slice(sentence.end, next.start);
    const word = next === undefined ? '' : (/^[\p{L}']+/u.exec(text.slice(next.start, next.end))?.[0] ?? '');
    const ends = text.slice(sentence.end - 2, sentence.end);
    if (next === undefined || gap.includes('\n') || !/[\p{L}\p{N})]\.$/u.test(ends)) return [];
    const isI = /^(?:I|I'm|I've|I'll|I'd)$/u.test(word);
    if (!isI && !plainWord.test(word) && !/^\p{Ll}/u.test(word)) return [];
    const edit: Edit = {
      start: sentence.end - 1,
      end: next.start + word.length,
      text: `;${gap}${isI ? word : word.charAt(0).toLowerCase() + word.slice(1)}`,
    };
    return [{ index, edit, size: next.end - sentence.start }];
  });
  const chosen: typeof places = [];
  for (const pass of ['apart', 'any'] as const) {
    for (const place of [...places].sort((a, b) => a.size - b.size || a.index - b.index)) {
      if (chosen.length === surplus || chosen.includes(place)) continue;
      const touches = chosen.some((other) => Math.abs(other.index - place.index) === 1);
      if (pass === 'any' || !touches) chosen.push(place);
    }
  }
  return chosen.length < surplus
    ? null
    : edited(
        text,
        chosen.map((place) => place.edit),
      );
}

const singular =
  'is|was|has|had|does|did|can|could|will|would|may|might|must|should|allows|makes|means|gives|helps|leads|causes|reduces|increases|requires|includes|provides|ensures|creates|brings|shows|adds|contains|offers|keeps|takes|comes|became|made|gave|led|allowed|helped|caused';
const subject =
  'the|a|an|his|her|its|our|your|their|this|these|those|some|many|most|he|she|it|they|we|you|I|there';
const modal = 'can|could|will|would|may|might|must|should';
const finite = `${singular}|are|were|have|do`;

interface Division {
  readonly pattern: RegExp;
  readonly edit: (found: string) => string;
  /** Fits at the beginning of a line, too; others there would divide a label from its text. */
  readonly mayOpen?: true;
}

/** Where a sentence may be divided, the most natural places first. */
const divisions: readonly Division[] = [
  { pattern: /; (?=\p{L})\p{L}/gu, edit: (found) => `. ${found.slice(2).toUpperCase()}` },
  // A verse that ends without a mark, before one that begins with a capital.
  { pattern: /(?<=\p{Ll}{2})(?=[ \t]*\n\s{0,4}["“(]?\p{Lu}\p{L}*[ ,'’])/gu, edit: () => '.' },
  { pattern: /(?<=\p{L})[,;](?=[ \t]*\n\s{0,4}["“(]?\p{Lu}\p{L}*[ ,'’])/gu, edit: () => '.' },
  {
    pattern:
      /, (?=(?:and|but|so|yet) (?:he|she|it|they|we|you|I|there|this|that)(?:['’](?:s|re|m|ll|ve|d))? )[abys]/gu,
    edit: (found) => `. ${found.slice(2).toUpperCase()}`,
  },
  // What follows the colon is a clause of its own: `It is simple: you pour …`.
  {
    pattern: /(?<=\p{Ll}): (?=(?:he|she|it|they|we|you|there|this) [^.!?:\n]{10,})\p{Ll}/gu,
    edit: (found) => `. ${found.slice(2).toUpperCase()}`,
  },
  // A clause with a noun as its subject, told from a further member of a list by its verb.
  {
    pattern: new RegExp(
      `, (?=(?:and|but|so|yet) (?:the|a|an|his|her|its|our|your|their|this|these|those|some|many|most|all|each|no) (?:[\\p{L}'’-]+ ){1,5}?(?:${finite}) [^,.!?\\n]{8,})[abys]`,
      'gu',
    ),
    edit: (found) => `. ${found.slice(2).toUpperCase()}`,
  },
  // The same without a comma: `The processor is its heart and its speed is crucial`.
  {
    pattern: new RegExp(
      `(?<=\\b(?:${finite})\\b[^.!?;:\\n]{8,120}\\p{L}) (?=(?:and|but|so|yet) (?:(?:the|his|her|its|our|your|their|this|these|those|most) [\\p{L}'’-]+ |he |she |it |they |we |you )(?:${finite}) [^!?\\n]{8,})[abys]`,
      'gu',
    ),
    edit: (found) => `. ${found.slice(1).toUpperCase()}`,
  },
  {
    pattern: new RegExp(
      `(?<=\\p{L}) (?:-|–|—) (?=(?:he|she|it|they|we|you|I|there|this|that)(?:['’](?:s|re|m|ll|ve|d))? [^.!?\\n]{8,})\\p{L}`,
      'gu',
    ),
    edit: (found) => `. ${found.charAt(found.length - 1).toUpperCase()}`,
  },
  // `… because` is as well a sentence that begins with `This is because`.
  {
    pattern: new RegExp(`(?<=\\p{L}),? because (?=(?:${subject}) [^.!?\\n]{8,})`, 'gu'),
    edit: () => '. This is because ',
  },
  // `Yes, it is`: the answer may stand alone.
  {
    pattern: new RegExp(
      `(?<=(?:^|[.!?\\n])\\s*(?:Yes|No|Sure|Indeed|Of course|Certainly|Absolutely|Definitely)), (?=(?:${subject})(?:['’ ]))\\p{L}`,
      'gu',
    ),
    edit: (found) => `. ${found.charAt(2).toUpperCase()}`,
    mayOpen: true,
  },
  // `While it may help, it is no cure` says the same as `It may help. But it is no cure`.
  {
    pattern: new RegExp(
      `\\b[Ww]hile (?=[^,.!?;:\\n]{4,120}\\b(?:${finite})\\b)[^,.!?;:\\n]{8,160}, (?=(?:it|they|this|that|there|he|she|you|we|I)(?:['’ ]))`,
      'gu',
    ),
    edit: (found) => {
      const clause = found.slice('while '.length, -2);
      const first = clause.charAt(0);
      return `${found.startsWith('W') ? first.toUpperCase() : first}${clause.slice(1)}. But `;
    },
    mayOpen: true,
  },
  // `…, while others wait`: the two clauses stand as well alone.
  {
    pattern: new RegExp(
      `(?<=\\p{L}), (?:while|whereas) (?=(?:the|a|an|his|her|its|our|your|their|this|these|those|some|many|most|others?|he|she|it|they|we|you) [^.!?\\n]{0,60}\\b(?:${finite})\\b)\\p{Ll}`,
      'gu',
    ),
    edit: (found) => `. ${found.charAt(found.length - 1).toUpperCase()}`,
  },
  // The second of two things said of one subject: `The card is quick, but may be loud`.
  {
    pattern: new RegExp(
      `(?<=(?:^|[.!?\\n])\\s*(?:A|An|This) [^.!?;:\\n]{8,160}\\p{L}), (?=(?:and|but|yet) (?:${modal}) [^.!?\\n]{8,})\\p{Ll}{2,3}`,
      'gu',
    ),
    edit: (found) => `. ${found.charAt(2).toUpperCase()}${found.slice(3)} it`,
  },
  {
    pattern: /(?<=\p{L}), and then (?=\p{Ll})/gu,
    edit: () => '. Then ',
  },
  // `…, which is cold` says the same as `…. This is cold`.
  {
    pattern: new RegExp(`(?<=\\p{L}), which (?=(?:${singular}) [^.!?\\n]{8,})`, 'gu'),
    edit: () => '. This ',
  },
  {
    pattern: new RegExp(`(?<=\\p{L}), which (?=(?:are|were|have) [^.!?\\n]{8,})`, 'gu'),
    edit: () => '. These ',
  },
];

function divided(text: string, missing: number): string | null {
  const edits: Edit[] = [];
  for (const { pattern, edit, mayOpen = false } of divisions) {
    for (const match of text.matchAll(pattern)) {
      if (edits.length === missing) break;
      const near = text.slice(Math.max(0, match.index - 2000), match.index);
      const line = near.slice(near.lastIndexOf('\n') + 1);
      if (
        /^\s*(?:[#>|([]|[-*]\s|\d+[.)]\s)/u.test(line) ||
        (!mayOpen && line.trim().split(/\s+/u).length < 4)
      )
        continue;
      const end = match.index + match[0].length;
      if (edits.some((other) => other.start < end && match.index < other.end)) continue;
      edits.push({ start: match.index, end, text: edit(match[0]) });
    }
  }
  return missing <= 0 || edits.length < missing ? null : edited(text, edits);
}

function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let position = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(position, edit.start), edit.text);
    position = edit.end;
  }
  return pieces.join('') + text.slice(position);
}
