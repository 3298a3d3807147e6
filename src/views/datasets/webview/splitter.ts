import { element } from './dom';

export interface SplitterParts {
  readonly share: number;
  readonly changed: (share: number) => void;
  readonly ended: (share: number) => void;
}

const least = 0.15;
const most = 0.85;

/** The bar between table and pair: dragged, or moved with the arrow keys. */
export function splitter({ share, changed, ended }: SplitterParts): HTMLElement {
  let now = share;
  const bar = element('div', {
    class: 'splitter',
    role: 'separator',
    attributes: { tabindex: '0', 'aria-orientation': 'horizontal', 'aria-label': 'Height of the table' },
  });
  const set = (wanted: number): void => {
    now = Math.min(most, Math.max(least, wanted));
    bar.setAttribute('aria-valuenow', String(Math.round(now * 100)));
    changed(now);
  };
  bar.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    const table = bar.previousElementSibling?.getBoundingClientRect();
    const pair = bar.nextElementSibling?.getBoundingClientRect();
    if (table === undefined || pair === undefined) return;
    const move = (moved: PointerEvent): void => set((moved.clientY - table.top) / (pair.bottom - table.top));
    const end = (): void => {
      bar.removeEventListener('pointermove', move);
      bar.removeEventListener('pointerup', end);
      ended(now);
    };
    bar.addEventListener('pointermove', move);
    bar.addEventListener('pointerup', end);
  });
  bar.addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowUp' && key !== 'ArrowDown') return;
    set(now + (key === 'ArrowDown' ? 0.05 : -0.05));
    ended(now);
  });
  set(share);
  return bar;
}
