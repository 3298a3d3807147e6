/** Texts that end with the phrase: what nearly does so is put right, a phrase further up moves down, else it is added. */
export function endingVariants(text: string, phrase: string): readonly string[] {
  const nearly = trimmedToPhrase(text, phrase) ?? respelledEnd(text, phrase) ?? movedToEnd(text, phrase);
  return nearly === null ? withAddedParagraph(text, phrase) : [nearly];
}

/** The text with a paragraph more, inside the double quotation marks where such enclose the whole. */
export function withAddedParagraph(text: string, paragraph: string): readonly string[] {
  const body = text.trimEnd();
  const gap = body.includes('\n') || body === '' ? '\n\n' : ' ';
  const outside = body === '' ? paragraph : `${body}${gap}${paragraph}`;
  const isQuoted = body.length > 1 && body.trimStart().startsWith('"') && body.endsWith('"');
  return isQuoted ? [`${body.slice(0, -1).trimEnd()}${gap}${paragraph}"`, outside] : [outside];
}

/** The paragraph put before the last one, where there are several. */
export function beforeLastParagraph(text: string, paragraph: string): readonly string[] {
  const at = text.trimEnd().lastIndexOf('\n\n');
  return at === -1 ? [] : [`${text.slice(0, at)}\n\n${paragraph}${text.slice(at)}`];
}

/** Only marks stand behind the phrase: `**The end.**` */
function trimmedToPhrase(text: string, phrase: string): string | null {
  const body = text.trimEnd();
  const at = body.toLowerCase().lastIndexOf(phrase.toLowerCase());
  if (at === -1) return null;
  const tail = body.slice(at + phrase.length);
  if (!/^[\s*_"'“”’.!)\]~`-]{1,8}$/u.test(tail)) return null;
  const markup = /^[*_]+/u.exec(tail)?.[0] ?? '';
  const head = body.slice(0, at);
  const open = markup !== '' && head.endsWith(markup) ? head.slice(0, -markup.length) : head;
  return `${open}${body.slice(at, at + phrase.length)}`;
}

/** The last sentence says the phrase with other marks or case. */
function respelledEnd(text: string, phrase: string): string | null {
  const body = text.trimEnd();
  const wanted = bare(phrase);
  const window = Math.max(0, body.length - phrase.length - 40);
  for (const start of [...body.slice(window).matchAll(/(?:^|[\s"“(*_])(?=\S)/gu)].map(
    (match) => window + match.index + match[0].length,
  )) {
    if (bare(body.slice(start)) === wanted && wanted !== '') return `${body.slice(0, start)}${phrase}`;
  }
  return null;
}

/** The phrase is a paragraph of its own, and only a short sign-off follows. */
function movedToEnd(text: string, phrase: string): string | null {
  const paragraphs = text.trimEnd().split(/\n{2,}/u);
  const index = paragraphs.findLastIndex((paragraph) => bare(paragraph) === bare(phrase));
  const after = paragraphs.slice(index + 1);
  if (index <= 0 || after.length === 0 || after.join('\n\n').length > 200) return null;
  return [...paragraphs.slice(0, index), ...after, phrase].join('\n\n');
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
