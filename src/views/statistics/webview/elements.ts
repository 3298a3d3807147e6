import type { Report, Section, Table } from '../../../spar/datasets/statistics/report';

export function heading({ title, facts, sections }: Report): HTMLElement {
  const header = document.createElement('header');
  const list = document.createElement('dl');
  for (const { label, value } of facts) {
    const fact = document.createElement('div');
    fact.append(textElement('dt', label), textElement('dd', value));
    list.append(fact);
  }
  header.append(textElement('h1', title), list);
  if (sections.length === 0) header.append(textElement('p', 'There is no pair to count yet.'));
  return header;
}

export interface DescribedSection {
  readonly element: HTMLElement;
  /** Null where there is nothing to draw. */
  readonly canvas: HTMLCanvasElement | null;
}

/** A section with its picture still empty, and with the same numbers as a table. */
export function describedSection({ id, title, summary, chart, table }: Section): DescribedSection {
  const element = document.createElement('section');
  const heading = textElement('h2', title);
  heading.id = `${id}-title`;
  element.id = id;
  element.setAttribute('aria-labelledby', heading.id);
  element.append(heading, textElement('p', summary));
  const canvas = chart === null ? null : picture(`${title}: ${summary}`);
  if (canvas !== null && chart !== null) {
    const frame = document.createElement('div');
    frame.className = 'picture';
    // Rows take room by their number, or their names would overlap.
    if (chart.kind === 'bars' && chart.direction === 'rows')
      frame.style.height = `${rowsHeight(chart.categories.length, chart.isStacked ? 1 : chart.series.length)}px`;
    frame.append(canvas);
    element.append(frame);
  }
  element.append(details(title, table));
  return { element, canvas };
}

function rowsHeight(rows: number, bars: number): number {
  return 84 + rows * Math.max(24, bars * 12 + 6);
}

function picture(label: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${label} The table below has the numbers.`);
  return canvas;
}

function details(title: string, { columns, rows }: Table): HTMLElement {
  const element = document.createElement('details');
  const summary = textElement('summary', 'Table');
  summary.setAttribute('aria-label', `Table: ${title}`);
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  const table = document.createElement('table');
  const head = document.createElement('tr');
  for (const column of columns) {
    const cell = textElement('th', column);
    cell.setAttribute('scope', 'col');
    head.append(cell);
  }
  const body = document.createElement('tbody');
  for (const row of rows) {
    const line = document.createElement('tr');
    for (const [at, value] of row.entries()) line.append(cellOf(value, at === 0));
    body.append(line);
  }
  const header = document.createElement('thead');
  header.append(head);
  table.append(header, body);
  scroll.append(table);
  element.append(summary, scroll);
  return element;
}

function cellOf(value: string | number, isName: boolean): HTMLElement {
  const cell = textElement(
    isName ? 'th' : 'td',
    typeof value === 'number' ? value.toLocaleString('en') : value,
  );
  if (isName) cell.setAttribute('scope', 'row');
  return cell;
}

function textElement(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
