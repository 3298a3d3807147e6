import type { Example } from '../../../spar/report/report';
import { lineElement, textElement, type OpenLine } from './texts';

const elements = { same: 'span', removed: 'del', added: 'ins' } as const;

/** A pair as one text: what was taken out, and what was put in its place. */
export function exampleElement(
  { title, line, instruction, difference }: Example,
  { id, openLine }: { readonly id: string; readonly openLine: OpenLine },
): HTMLElement {
  const article = document.createElement('article');
  const head = textElement('h3', title);
  head.id = `${id}-title`;
  article.setAttribute('aria-labelledby', head.id);
  if (line !== null) head.append(' · ', lineElement(line, { id: `${id}-line`, openLine }));
  const asked = textElement('p', instruction);
  asked.className = 'asked';
  const text = document.createElement('p');
  text.className = 'difference';
  for (const { kind, text: words } of difference) text.append(textElement(elements[kind], words));
  article.append(head, asked, text);
  return article;
}
