import type { FunnelChart } from '../../../spar/report/report';
import { textElement } from './texts';

/** A list that reads as well without its bars: each step, what is left, and before it what fell out. */
export function funnelElement({ steps }: FunnelChart): HTMLElement {
  const list = document.createElement('ol');
  list.className = 'funnel';
  const all = Math.max(1, steps[0]?.count ?? 0);
  let before = steps[0]?.count ?? 0;
  for (const { label, count, out } of steps) {
    const item = document.createElement('li');
    if (out.length > 0) {
      const lost = document.createElement('ul');
      for (const words of out) lost.append(textElement('li', words));
      item.append(lost);
    }
    const row = document.createElement('div');
    row.className = 'step';
    const bar = document.createElement('div');
    bar.className = 'bar';
    bar.setAttribute('aria-hidden', 'true');
    if (count > 0) bar.append(part('left', count / all));
    if (before > count) bar.append(part('lost', (before - count) / all));
    const share = Number(((count / all) * 100).toFixed(1));
    const words = document.createElement('div');
    words.className = 'count';
    words.append(textElement('strong', count.toLocaleString('en')), ' ', textElement('span', `${share} %`));
    row.append(textElement('div', label), bar, words);
    item.append(row);
    list.append(item);
    before = count;
  }
  return list;
}

function part(name: string, share: number): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  element.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return element;
}
