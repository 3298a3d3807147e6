import { isHeading } from './blocks';

/** The text with `missing` more parts in *asterisks*: headings, labels and lines that only lack one asterisk; none where too few. */
export function withHighlights(text: string, missing: number): readonly string[] {
  let left = missing;
  const lines = text.split('\n').map((line) => {
    if (left <= 0) return line;
    const marked = highlighted(line);
    if (marked !== null) left -= 1;
    return marked ?? line;
  });
  return left > 0 ? withPhrases(lines.join('\n'), left) : [lines.join('\n')];
}

/** What the text itself sets off: phrases in quotation marks, and names of two words or more inside sentences. */
const phrases =
  /(?<=(?:^|[\s(])["“])[^"“”*\n]{3,60}(?=["”])|(?<=[\p{Ll},] )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)+(?![\p{L}*])/gu;

function withPhrases(text: string, missing: number): readonly string[] {
  const seen = new Set<string>();
  const chosen = [...text.matchAll(phrases)].filter((match) => {
    const key = match[0].toLowerCase();
    const line = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index);
    if (seen.has(key) || (line.match(/\*/gu) ?? []).length % 2 === 1) return false;
    seen.add(key);
    return true;
  });
  if (chosen.length < missing) return [];
  return [
    chosen
      .slice(0, missing)
      .reverse()
      .reduce(
        (marked, { index, 0: phrase }) =>
          `${marked.slice(0, index)}*${phrase}*${marked.slice(index + phrase.length)}`,
        text,
      ),
  ];
}

function highlighted(line: string): string | null {
  const body = line.trim();
  if (body === '' || body.length > 300) return null;
  if (body.includes('*')) {
    // Emphasis that runs over several lines is none in Markdown's eyes; each line needs its own pair.
    if (/^\*[^\s*][^*]*$/u.test(body)) return `${line.trimEnd()}*`;
    return /^[^*]*[^\s*]\*$/u.test(body) ? line.replace(/\S/u, (char) => `*${char}`) : null;
  }
  const heading = /^(?<marks>\s*#{1,6}\s+)(?<words>\S.*?)\s*$/u.exec(line);
  if (heading !== null) return `${heading.groups?.['marks'] ?? ''}*${heading.groups?.['words'] ?? ''}*`;
  const label = /^(?<lead>\s*(?:[-+•]\s+|\d{1,3}[.)]\s+)?)(?<words>\p{Lu}[^:\n*]{1,50}:)(?=\s|$)/u.exec(line);
  if (label !== null && (label.groups?.['words'] ?? '').split(' ').length <= 7) {
    return `${label.groups?.['lead'] ?? ''}*${label.groups?.['words'] ?? ''}*${line.slice(label[0].length)}`;
  }
  return isHeading(line) ? line.replace(body, `*${body}*`) : null;
}
