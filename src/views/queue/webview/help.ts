import { element } from '../../datasets/webview/dom';
import { keyHelp, shortHelp } from './keys';

export interface Help {
  readonly node: HTMLElement;
  readonly isOpen: boolean;
  toggle(): void;
}

/** All keys, over the page; closed again it gives the keyboard back. */
export function helpDialog(closed: () => void): Help {
  const entries = keyHelp.flatMap(([keys, does]) => [
    element('dt', {}, keyNodes(keys)),
    element('dd', {}, [does]),
  ]);
  const node = element('div', {
    class: 'help',
    role: 'dialog',
    attributes: { tabindex: '-1', 'aria-label': 'Keys of the review queue' },
  });
  node.append(
    element('h2', {}, ['Keys']),
    element('dl', {}, entries),
    element('p', { class: 'quiet' }, [
      'Each decision is written to the dataset at once. Escape closes this.',
    ]),
  );
  node.hidden = true;
  return {
    node,
    get isOpen() {
      return !node.hidden;
    },
    toggle() {
      node.hidden = !node.hidden;
      if (node.hidden) closed();
      else node.focus();
    },
  };
}

/** The keys that are needed most, below the pair. */
export function helpLine(): HTMLElement {
  const items = shortHelp.map(([keys, does]) =>
    element('span', { class: 'hint' }, [...keyNodes(keys), ` ${does}`]),
  );
  return element(
    'footer',
    { class: 'help-line', role: 'group', attributes: { 'aria-label': 'Keys' } },
    items,
  );
}

function keyNodes(keys: string): readonly Node[] {
  return keys
    .split(/( or |, | )/u)
    .map((part) =>
      /^( or |, | )$/u.test(part) ? document.createTextNode(part) : element('kbd', {}, [part]),
    );
}
