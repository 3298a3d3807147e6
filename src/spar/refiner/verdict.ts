export type Verdict = 'yes' | 'no' | 'unparsed';

/**
 * A whole line that states the verdict: optional emphasis, the words, an optional parenthesis, a colon, Yes or No.
 * A line with a quotation mark or a `>` before it is somebody's words, not the judge's.
 */
const verdictLine =
  /^[^\S\r\n]*[*_#`]*[^\S\r\n]*Final[^\S\r\n]+Judge?ment[^\S\r\n]*[*_`]*[^\S\r\n]*(?:\([^()]*\))?[^\S\r\n]*[*_`]*[^\S\r\n]*:[^\S\r\n]*[*_`([<]*[^\S\r\n]*(Yes|No)[^\S\r\n]*[\])>*_`.!]*[^\S\r\n]*[*_`]*$/iu;

/**
 * The verdict of a judge's reply: that of the last verdict line, `unparsed` where there is none.
 *
 * `judged` are the texts that were judged, as the person wrote them. A judge that quotes a verdict of theirs,
 * before or after its own, must not be taken at that line: lines whose words stand in the judged texts, or in a
 * code fence, count only where the reply has no other, and ends with one or says it more often than they do. Where
 * such lines disagree, or the judge contradicts itself about texts that hold verdicts, the vote is unparsed, never
 * guessed.
 */
export function parseVerdict(
  reply: string,
  judged: readonly string[],
  { isCut = false }: { readonly isCut?: boolean } = {},
): Verdict {
  const theirs = judged.filter((text) => namesVerdict.test(text)).map(wordsAlone);
  const lines = verdictLines(reply);
  const own = lines.filter((line) => !line.fenced && !theirs.some((words) => words.includes(line.words)));
  const last = own.at(-1);
  if (last !== undefined) return theirs.length === 0 ? last.verdict : agreed(own);
  // A quotation amid a reply is followed by the judge's own words, and a cut reply may end within one.
  const quoted = lines.at(-1);
  if (isCut || quoted === undefined) return 'unparsed';
  const isSaidMore =
    occurrences(quoted.words, [wordsAlone(reply)]) > Math.max(occurrences(quoted.words, theirs), 1);
  return quoted.closes || isSaidMore ? agreed(lines) : 'unparsed';
}

interface VerdictLine {
  /** As `wordsAlone` gives them. */
  readonly words: string;
  readonly verdict: 'yes' | 'no';
  /** Inside a closed code fence. */
  readonly fenced: boolean;
  /** Nothing but blank lines and fences comes after it. */
  readonly closes: boolean;
}

function agreed(lines: readonly VerdictLine[]): Verdict {
  const [only, other] = new Set(lines.map((line) => line.verdict));
  return only === undefined || other !== undefined ? 'unparsed' : only;
}

function occurrences(words: string, texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.split(words).length - 1, 0);
}

/** However the two words are held apart; spares other texts, of up to a megabyte, the work of `wordsAlone`. */
const namesVerdict = /final[^\p{L}\p{N}]*judge?ment/iu;

/** Letters and digits alone, so that neither emphasis nor line breaks nor escapes hide a quotation. */
function wordsAlone(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replaceAll('finaljudgement', 'finaljudgment');
}

function verdictLines(text: string): readonly VerdictLine[] {
  const lines = text.split(/\r\n|\n|\r/u);
  const fenced = fencedLines(lines);
  const lastAt = lines.findLastIndex((line) => line.trim() !== '' && !fence.test(line));
  return lines.flatMap((line, index) => {
    // Verdict lines are short; the limit keeps a hostile megabyte line away from the pattern.
    const match = line.length <= 200 ? verdictLine.exec(line) : null;
    if (match === null) return [];
    return {
      words: wordsAlone(line),
      verdict: match[1]?.toLowerCase() === 'yes' ? 'yes' : 'no',
      fenced: fenced.has(index),
      closes: index === lastAt,
    } as const;
  });
}

const fence = /^\s*(`{3,}|~{3,})/u;

/** Lines inside fences; one that is never closed holds none. A fence closes at one of its kind and at least its length. */
function fencedLines(lines: readonly string[]): ReadonlySet<number> {
  const inside = new Set<number>();
  let opened: { readonly at: number; readonly mark: string } | null = null;
  lines.forEach((line, index) => {
    const mark = fence.exec(line)?.[1];
    if (mark === undefined) return;
    if (opened === null) opened = { at: index, mark };
    else if (mark.startsWith(opened.mark)) {
      for (let at = opened.at + 1; at < index; at += 1) inside.add(at);
      opened = null;
    }
  });
  return inside;
}
