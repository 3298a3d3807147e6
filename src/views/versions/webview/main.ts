import type { PairDifference, Segment } from '../../../spar/datasets/versions/versionDifference';
import type { VersionsPage } from '../pageData';

/** Draws the comparison that the page carries; all its texts are set as texts. */
function main(): void {
  const text = document.getElementById('data')?.textContent;
  if (text == null) return;
  const page = JSON.parse(text) as VersionsPage;
  const list = element('div', { className: 'pairs' });
  for (const pair of page.pairs) list.append(article(pair));
  document.body.append(
    element('main', {}, [
      element('h1', { text: page.title }),
      element('p', { text: page.summary }),
      ...page.notes.map((note) => element('p', { text: note, className: 'faint' })),
      ...(page.kinds.length > 1 ? [filters(page, list)] : []),
      list,
    ]),
  );
}

function filters({ kinds }: VersionsPage, list: HTMLElement): HTMLElement {
  const group = element('fieldset', {}, [element('legend', { text: 'Show' })]);
  for (const { kind, label, count } of kinds) {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = true;
    box.addEventListener('change', () => list.classList.toggle(`without-${kind}`, !box.checked));
    const words = element('span', { text: `${label} (${count.toLocaleString('en')})` });
    group.append(element('label', {}, [box, words]));
  }
  return group;
}

function article(pair: PairDifference): HTMLElement {
  const { id, kind, instruction, texts } = pair;
  const body = element('article', { className: kind }, [
    element('h2', {}, [
      element('span', { text: kindLabels[kind], className: 'badge' }),
      element('span', { text: ` ${fateOf(pair)}` }),
      element('span', { text: ` ${id.slice(0, 8)}`, className: 'faint' }),
    ]),
    ...marksOf(pair),
    element('h3', { text: 'Instruction' }),
    element('p', { text: instruction, className: 'text' }),
    ...texts.flatMap(({ field, segments }) => [
      element('h3', { text: `${fieldLabels[field]}, before and after` }),
      diffed(segments),
    ]),
    element('h3', { text: 'From rejected to chosen' }),
    diffed(pair.pair),
  ]);
  return body;
}

const kindLabels = { added: 'Added', removed: 'Removed', decided: 'Decided', changed: 'Changed' } as const;
const fieldLabels = { instruction: 'Instruction', rejected: 'Rejected', chosen: 'Chosen' } as const;

function fateOf({ status: { before, after } }: PairDifference): string {
  if (before === null || after === null || before === after) return after ?? before ?? '';
  return `${before} → ${after}`;
}

function marksOf({ tags, split }: PairDifference): readonly HTMLElement[] {
  const marks = [
    ...tags.added.map((tag) => element('ins', { text: tag })),
    ...tags.removed.map((tag) => element('del', { text: tag })),
    ...(split === null
      ? []
      : [element('span', { text: `split: ${split.before ?? 'none'} → ${split.after ?? 'none'}` })]),
  ];
  return marks.length === 0 ? [] : [element('p', { className: 'marks' }, marks)];
}

function diffed(segments: readonly Segment[]): HTMLElement {
  const names = { same: 'span', gap: 'span', removed: 'del', added: 'ins' } as const;
  return element(
    'p',
    { className: 'text' },
    segments.map(({ kind, text }) =>
      element(names[kind], kind === 'gap' ? { text: ` ${text} `, className: 'faint' } : { text }),
    ),
  );
}

function element(
  name: string,
  { text, className }: { readonly text?: string; readonly className?: string },
  children: readonly HTMLElement[] = [],
): HTMLElement {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

main();
