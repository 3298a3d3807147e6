import { visibleText } from '../../datasets/editor/visibleText';

/** Shows a line of the report's source; null where nothing can. */
export type OpenLine = ((line: number) => void) | null;

/** Models and servers wrote some of these texts: what would reorder a line, or be unseen in it, shows as a sign. */
export function textElement(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = visibleText(text);
  return element;
}

/** Names a line of the source; in the editor it opens it. */
export function lineElement(
  line: number,
  { id, openLine }: { readonly id: string; readonly openLine: OpenLine },
): HTMLElement {
  const words = `line ${line.toLocaleString('en')}`;
  if (openLine === null) return textElement('span', words);
  const button = textElement('button', words);
  button.id = id;
  button.className = 'link';
  button.setAttribute('type', 'button');
  button.title = `Open line ${line.toLocaleString('en')} of the input`;
  button.addEventListener('click', () => openLine(line));
  return button;
}
