import type { Piece } from '../editor/protocol';
import { element } from './dom';

/** What a person does with single changes, by their indices. */
export interface Changes {
  readonly undone: ReadonlySet<number>;
  /** The one that keys are about. */
  readonly current: number | null;
}

/** Both texts as one; changes that can be kept or undone one by one are groups of their own. */
export function diffNodes(pieces: readonly Piece[], changes: Changes | null): readonly Node[] {
  if (changes === null) return pieces.map(pieceNode);
  const nodes: Node[] = [];
  let group: Group | null = null;
  for (const piece of pieces) {
    const { change } = piece;
    if (change === undefined) {
      group = null;
      nodes.push(pieceNode(piece));
      continue;
    }
    const own: Group = group?.change === change ? group : { change, node: changeNode(change, changes) };
    if (own !== group) nodes.push(own.node);
    group = own;
    own.node.append(pieceNode(piece));
  }
  return nodes;
}

interface Group {
  readonly change: number;
  readonly node: HTMLElement;
}

function changeNode(change: number, { undone, current }: Changes): HTMLElement {
  const names = ['change'];
  if (undone.has(change)) names.push('undone');
  if (change === current) names.push('current');
  return element('span', {
    class: names.join(' '),
    role: 'group',
    title: undone.has(change) ? 'Undone: the rejected text stays here' : '',
    attributes: {
      'data-change': String(change),
      'aria-label': `Change ${change + 1}, ${undone.has(change) ? 'undone' : 'kept'}`,
    },
  });
}

function pieceNode({ kind, text, isGap, brokenInRejected, brokenInChosen }: Piece): HTMLElement {
  const names = { same: 'span', removed: 'del', added: 'ins' } as const;
  if (isGap === true) return element('div', { class: 'gap' }, [text]);
  const made = element(names[kind], {}, [text]);
  const broken = [
    brokenInRejected === undefined ? '' : `In the rejected text: ${brokenInRejected}`,
    brokenInChosen === undefined ? '' : `In the chosen text: ${brokenInChosen}`,
  ].filter((words) => words !== '');
  if (broken.length > 0) {
    made.classList.add('broken');
    made.title = broken.join('\n');
  }
  return made;
}
