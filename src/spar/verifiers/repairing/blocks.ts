/** A line that names what follows it: a heading, a bold line, `(Verse 1)`, `Ingredients:`. */
export function isHeading(line: string): boolean {
  const text = line.trim();
  if (text === '' || text.includes('\n') || text.length > 120) return false;
  if (/^#{1,6}\s/u.test(text) || /^\*\*[^*]+\*\*:?$/u.test(text) || /^[([][^\n()[\]]+[)\]]:?$/u.test(text))
    return true;
  return (
    text.split(/\s+/u).length <= 14 && !/[.!?,;]["”’)]?$/u.test(text) && /^[\p{Lu}\p{N}"“<*_]/u.test(text)
  );
}

/** Stretches between empty lines, without white space at their ends. */
export function paragraphsOf(text: string): readonly string[] {
  return stretches(text, (line) => line.trim() === '');
}

/** Stretches between lines for which `isDivider` holds, without white space at their ends; none is empty. */
export function stretches(text: string, isDivider: (line: string) => boolean): readonly string[] {
  const found: string[] = [];
  let lines: string[] = [];
  const close = (): void => {
    const stretch = lines.join('\n').trim();
    if (stretch !== '') found.push(stretch);
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (isDivider(line)) close();
    else lines.push(line);
  }
  close();
  return found;
}

/** Paragraphs between empty lines, each heading together with what it heads. */
export function headedBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let heading = '';
  for (const block of paragraphsOf(text)) {
    if (isHeading(block)) {
      heading += `${block}\n\n`;
      continue;
    }
    blocks.push(heading + block);
    heading = '';
  }
  if (heading !== '') blocks.push(heading.trimEnd());
  return blocks;
}

/** The text cut at its Markdown headings of the level that occurs most; what stands before the first is its own part. */
export function headedParts(text: string): { readonly intro: string; readonly parts: readonly string[] } {
  const levels = [...text.matchAll(/^(?<marks>#{1,6})\s+\S/gmu)].map(
    (match) => match.groups?.['marks']?.length ?? 0,
  );
  const level = [2, 3, 1, 4].find((size) => levels.filter((other) => other === size).length > 1);
  const pattern =
    level === undefined ? /^(?=\*\*[^*\n]+\*\*:?[ \t]*$)/mu : new RegExp(`^(?=#{${level}}\\s)`, 'mu');
  const pieces = text
    .trim()
    .split(pattern)
    .map((piece) => piece.trim());
  const startsWithHeading = pattern.test(pieces[0] ?? '') && pieces[0] !== '';
  return startsWithHeading
    ? { intro: '', parts: pieces }
    : { intro: pieces[0] ?? '', parts: pieces.slice(1) };
}
