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
 * `judged` are the texts that were judged, as the person wrote them. A judge that quotes a verdict line of theirs,
 * before or after its own, must not be taken at that line: lines that stand in the judged texts, or in a code
 * fence, count only where the reply has no other; and where such lines disagree the vote is unparsed, never guessed.
 */
export function parseVerdict(reply: string, judged: readonly string[]): Verdict {
  const theirs = new Set(judged.flatMap((text) => verdictLines(text).map((line) => line.normal)));
  const lines = verdictLines(reply);
  const own = lines.filter((line) => !line.fenced && !theirs.has(line.normal));
  const last = own.at(-1);
  if (last !== undefined) return last.verdict;
  const verdicts = new Set(lines.map((line) => line.verdict));
  const [only] = verdicts;
  return verdicts.size === 1 && only !== undefined ? only : 'unparsed';
}

interface VerdictLine {
  /** The line without emphasis and with single spaces, in lower case. */
  readonly normal: string;
  readonly verdict: 'yes' | 'no';
  /** Inside a closed code fence. */
  readonly fenced: boolean;
}

function verdictLines(text: string): readonly VerdictLine[] {
  const lines = text.split(/\r\n|\n|\r/u);
  const fences = lines.flatMap((line, index) => (/^\s*(?:```|~~~)/u.test(line) ? [index] : []));
  const found: VerdictLine[] = [];
  lines.forEach((line, index) => {
    // Verdict lines are short; the limit keeps a hostile megabyte line away from the pattern.
    const match = line.length <= 200 ? verdictLine.exec(line) : null;
    if (match === null) return;
    const opened = fences.filter((fence) => fence < index).length;
    found.push({
      normal: line
        .replace(/[*_#`]/gu, '')
        .replace(/\s+/gu, ' ')
        .trim()
        .toLowerCase(),
      verdict: match[1]?.toLowerCase() === 'yes' ? 'yes' : 'no',
      fenced: opened % 2 === 1 && opened < fences.length,
    });
  });
  return found;
}
