import { headedBlocks, headedParts, isHeading } from './blocks';

const divider = '\n\n***\n\n';

/** Texts of `wanted` parts with `***` between, made by moving dividers only; none where the parts don't show. */
export function withParagraphs(text: string, wanted: number): readonly string[] {
  const plain = text.replaceAll(/\*\*\*(?=\S)(?<words>[^\n*]+)\*\*\*/gu, '**$<words>**');
  const ruled = plain.replaceAll(
    /^[ \t]*(?:-{3,}|_{3,}|={3,}|~{3,}|\*(?:[ \t]+\*){2,}|\*{4,})[ \t]*$/gmu,
    '***',
  );
  const parts = ruled
    .split(/\s*\*\*\*\s*/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const candidates: (readonly string[])[] = parts.length > 1 ? [parts, withoutLabels(parts)] : [];
  if (parts.length <= 1) {
    const { intro, parts: headed } = headedParts(ruled);
    const joined = [[intro, headed[0] ?? ''].filter((part) => part !== '').join('\n\n'), ...headed.slice(1)];
    candidates.push(
      headedBlocks(ruled),
      intro === '' ? headed : [intro, ...headed],
      joined,
      ruled.trim().split(/\n[ \t]*\n\s*/u),
    );
  }
  const fitting = candidates.find((candidate) => candidate.length === wanted);
  return fitting === undefined ? [] : [fitting.join(divider)];
}

/** Two responses with `******` between, where the text shows two. */
export function withTwoResponses(text: string): readonly string[] {
  const parts = text.split(/\s*\*{6,}\s*/u).filter((part) => part.trim() !== '');
  if (parts.length > 1) {
    const joined = withoutLabels(parts);
    return joined.length === 2 ? [joined.join('\n\n******\n\n')] : [];
  }
  const ruled = text
    .split(/^[ \t]*(?:-{3,}|_{3,}|={3,}|~{3,}|\*{3,5}|\*{7,}|\*(?:[ \t]*\*){2,})[ \t]*$/mu)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (ruled.length === 2) return [ruled.join('\n\n******\n\n')];
  const second =
    /\n\s*(?=[#*_ ]*(?:response|answer|option|version|name|joke|movie|scene|alternative) (?:2|two|b)\b)/iu.exec(
      text,
    );
  if (second !== null)
    return [`${text.slice(0, second.index).trimEnd()}\n\n******\n\n${text.slice(second.index).trim()}`];
  const blocks = headedBlocks(text);
  return blocks.length === 2 ? [blocks.join('\n\n******\n\n')] : [];
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
