import { escaped } from '../pattern';
import { headedBlocks, headedParts, stretches } from './blocks';

export interface Sections {
  /** `Section`, `SECTION`, … */
  readonly mark: string;
  readonly count: number;
}

/** Texts whose sections carry the mark and a number; none where the sections don't show. */
export function withSections(text: string, { mark, count }: Sections): readonly string[] {
  let number = 0;
  const renamed = text.replaceAll(
    new RegExp(
      `^(?<lead>[ \\t#*_]*)${escaped(mark)}\\s+(?:\\d+|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten)\\b`,
      'gimu',
    ),
    (_match, lead: string) => {
      number += 1;
      return `${lead}${mark} ${number}`;
    },
  );
  if (number >= count) return [renamed];
  const { intro, parts } = headedParts(text);
  if (parts.length === count) {
    const named = parts.map((part, index) =>
      part.replace(
        /^(?<lead>[#*\s]*)(?:\d+[.)]\s*)?/u,
        (_match, lead: string) => `${lead}${mark} ${index + 1}: `,
      ),
    );
    return [[intro, ...named].filter((part) => part !== '').join('\n\n')];
  }
  const divided = stretches(text, (line) => /^\*{3,}$/u.test(line.trim()));
  const blocks = divided.length === count ? divided : headedBlocks(text);
  if (blocks.length !== count) return [];
  return [
    blocks
      .map((block, index) => `${mark} ${index + 1}\n\n${block}`)
      .join(divided.length === count ? '\n\n***\n\n' : '\n\n'),
  ];
}
