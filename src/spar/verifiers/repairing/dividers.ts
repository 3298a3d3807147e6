import { headedBlocks, headedParts, isHeading, paragraphsOf, stretches } from './blocks';

const divider = '\n\n***\n\n';

/** Texts of `wanted` parts with `***` between, made by moving dividers only; none where the parts don't show. */
export function withParagraphs(text: string, wanted: number): readonly string[] {
  const plain = text.replaceAll(/\*\*\*(?=\S)(?<words>[^\n*]+)\*\*\*/gu, '**$<words>**');
  const ruled = stretches(plain, isRule);
  const parts = ruled.flatMap((part) => part.split('***')).flatMap((part) => part.trim() || []);
  const candidates = parts.length > 1 ? [parts, withoutLabels(parts)] : divisions(plain);
  const fitting = candidates.find((candidate) => candidate.length === wanted);
  if (fitting !== undefined) return [fitting.join(divider)];
  const fitted = parts.length > 1 ? fittedParts(withoutLabels(parts), wanted) : null;
  return fitted === null ? [] : [fitted.join(divider)];
}

/** Parts that are to be joined or divided beyond this are no small rearrangement. */
const mostMoves = 2;

/** As many parts as wanted: the shortest goes with its shorter neighbour, the longest falls apart at an empty line. */
function fittedParts(parts: readonly string[], wanted: number): readonly string[] | null {
  if (wanted < 2 || Math.abs(parts.length - wanted) > mostMoves) return null;
  const fitted = [...parts];
  while (fitted.length > wanted) {
    const sizes = fitted.slice(1).map((part, index) => part.length + (fitted[index]?.length ?? 0));
    const at = sizes.indexOf(Math.min(...sizes));
    fitted.splice(at, 2, `${fitted[at] ?? ''}\n\n${fitted[at + 1] ?? ''}`);
  }
  while (fitted.length < wanted) {
    const sizes = fitted.map((part) => (paragraphsOf(part).length > 1 ? part.length : 0));
    const largest = Math.max(...sizes);
    if (largest === 0) return null;
    const at = sizes.indexOf(largest);
    const paragraphs = paragraphsOf(fitted[at] ?? '');
    const half = Math.ceil(paragraphs.length / 2);
    fitted.splice(at, 1, paragraphs.slice(0, half).join('\n\n'), paragraphs.slice(half).join('\n\n'));
  }
  return fitted;
}

/** The ways in which a text without dividers falls into parts. */
function divisions(text: string): readonly (readonly string[])[] {
  const { intro, parts } = headedParts(text);
  if (intro === '') return [headedBlocks(text), parts, paragraphsOf(text)];
  const joined = [`${intro}\n\n${parts[0] ?? ''}`.trim(), ...parts.slice(1)];
  return [headedBlocks(text), [intro, ...parts], joined, paragraphsOf(text)];
}

/** Two responses with `******` between, where the text shows two. */
export function withTwoResponses(text: string): readonly string[] {
  const join = (pair: readonly string[]): readonly string[] => [pair.join('\n\n******\n\n')];
  const parts = text.split(/\*{6,}/u).flatMap((part) => part.trim() || []);
  if (parts.length > 1) {
    const joined = withoutLabels(parts);
    return joined.length === 2 ? join(joined) : [];
  }
  const ruled = stretches(text, isRule);
  if (ruled.length === 2) return join(ruled);
  const second =
    /\n[#*_ ]*(?:response|answer|option|version|name|joke|movie|scene|alternative) (?:2|two|b)\b/iu.exec(
      text,
    );
  if (second !== null) return join([text.slice(0, second.index).trimEnd(), text.slice(second.index).trim()]);
  const blocks = headedBlocks(text);
  return blocks.length === 2 && areAlike(blocks) ? join(blocks) : [];
}

/** Two paragraphs are two answers only if each says something; a greeting or a closing line is part of one. */
function areAlike(blocks: readonly string[]): boolean {
  const sizes = blocks.map((block) => block.split(/\s+/u).length);
  return Math.min(...sizes) >= 8 && Math.max(...sizes) <= 3 * Math.min(...sizes);
}

/** A line that only divides: `---`, `___`, `* * *`, … */
function isRule(line: string): boolean {
  const marks = line.trim();
  return marks.length <= 200 && /^(?:-{3,}|_{3,}|={3,}|~{3,}|\*{3,}|\*(?:[ \t]+\*){2,})$/u.test(marks);
}

/** Parts that only name the next one go together with it. */
function withoutLabels(parts: readonly string[]): string[] {
  const joined: string[] = [];
  let label = '';
  parts.forEach((part, index) => {
    if (isHeading(part) && index < parts.length - 1) label += `${part}\n\n`;
    else {
      joined.push(label + part);
      label = '';
    }
  });
  return joined;
}
