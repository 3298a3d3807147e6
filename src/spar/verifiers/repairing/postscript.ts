import { sentencesOf } from '../sentences';

/**
 * Texts with a postscript: one marked otherwise gets the mark asked for (`PS:` → `P.S.`); else the last sentence of a
 * closing paragraph of several becomes it.
 */
export function asPostscript(text: string, marker: string): readonly string[] {
  const marked = text.replace(
    /(?<=^|\n)(?<lead>[ \t*_]*)(?:p\.? ?p\.? ?s\b\.?|p\.? ?s\b\.?|post ?script)[:,]?(?=[\s*_])/iu,
    (_match, lead: string) => `${lead}${marker}`,
  );
  if (marked !== text) return [marked];
  const body = text.trimEnd();
  const start = body.lastIndexOf('\n\n') + 1;
  const paragraph = body.slice(start).trim();
  const sentences = sentencesOf(paragraph);
  const last = sentences.at(-1);
  if (
    last === undefined ||
    sentences.length < 2 ||
    !/[.!?]["”)]?$/u.test(paragraph) ||
    /^[-*#\d]/u.test(paragraph)
  )
    return [];
  const cut = body.length - paragraph.length + last.start;
  return [`${body.slice(0, cut).trimEnd()}\n\n${marker} ${body.slice(cut)}`];
}
