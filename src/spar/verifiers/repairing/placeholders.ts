import { countPlaceholders } from '../brackets';

/** The text with blanks of other shapes, `{name}`, `<Your Name>`, `(insert date)`, put in square brackets; none where too few. */
export function withPlaceholders(text: string, least: number): readonly string[] {
  let missing = least - countPlaceholders(text);
  if (missing <= 0 || text.includes('```')) return [];
  const filled = text.replaceAll(
    /\{\{?\p{L}[\p{L}\p{N} _-]{0,40}\}\}?|<(?:(?:your|insert|name|date|address|company|title|email|phone)[\p{L}\p{N} _-]{0,40})>|\((?:(?:your|insert) [\p{L}\p{N} '_-]{1,40})\)/giu,
    (match) => {
      if (missing <= 0) return match;
      missing -= 1;
      return `[${match.replaceAll(/^[^\p{L}]+|[^\p{L}\p{N}]+$/gu, '')}]`;
    },
  );
  return missing <= 0 ? [filled] : [];
}
