/**
 * Text of a model's or a file's as Markdown in which lists, headings and emphasis still work, while links,
 * images, HTML, code and bare addresses are shown as the characters they are.
 */
export function harmlessMarkdown(text: string): string {
  return text
    .replace(/[\\`~[\]<>|]/gu, (character) =>
      character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
    )
    .replace(/&(?!(?:lt|gt);)/gu, '&amp;')
    .replace(/(https?|ftp|file|mailto|command|vscode)(?=:)/giu, '$1\u200b')
    .replace(/www\./giu, 'www\u200b.')
    .replace(/@/gu, '@\u200b')
    .replace(/!(?=\\\[)/gu, '\\!')
    .replace(/^(?: {4,}|\t+)/gmu, '   ');
}

/** A label on one line, every character as it is. */
export function literalMarkdown(label: string): string {
  return harmlessMarkdown(label).replace(/[*_#+\-!]/gu, '\\$&');
}
