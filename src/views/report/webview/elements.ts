import type { Chart, Report, Section, Table } from '../../../spar/report/report';
import { exampleElement } from './examples';
import { funnelElement } from './funnel';
import { lineElement, textElement, type OpenLine } from './texts';

export function heading({ title, facts, sections, empty }: Report): HTMLElement {
  const header = document.createElement('header');
  const list = document.createElement('dl');
  for (const { label, value } of facts) {
    const fact = document.createElement('div');
    fact.append(textElement('dt', label), textElement('dd', value));
    list.append(fact);
  }
  header.append(textElement('h1', title), list);
  if (sections.length === 0) header.append(textElement('p', empty));
  return header;
}

export interface DescribedSection {
  readonly element: HTMLElement;
  /** Null where there is nothing to draw on it. */
  readonly canvas: HTMLCanvasElement | null;
}

/** A section with its picture still empty, and with the same numbers as a table. */
export function describedSection(section: Section, openLine: OpenLine): DescribedSection {
  const { id, title, summary, chart, table, isWide = false, examples = [] } = section;
  const element = document.createElement('section');
  const heading = textElement('h2', title);
  heading.id = `${id}-title`;
  element.id = id;
  if (isWide) element.className = 'wide';
  element.setAttribute('aria-labelledby', heading.id);
  element.append(heading);
  if (summary !== '') element.append(textElement('p', summary));
  const canvas = chart === null || chart.kind === 'funnel' ? null : picture(`${title}: ${summary}`);
  if (chart?.kind === 'funnel') element.append(funnelElement(chart));
  if (canvas !== null && chart !== null) element.append(frameOf(canvas, chart));
  for (const [at, example] of examples.entries())
    element.append(exampleElement(example, { id: `${id}-${at}`, openLine }));
  if (table.rows.length > 0) element.append(tableOf(section, openLine));
  return { element, canvas };
}

function frameOf(canvas: HTMLCanvasElement, chart: Chart): HTMLElement {
  const frame = document.createElement('div');
  frame.className = 'picture';
  // Rows take room by their number, or their names would overlap.
  if (chart.kind === 'bars' && chart.direction === 'rows')
    frame.style.height = `${rowsHeight(chart.categories.length, chart.isStacked ? 1 : chart.series.length)}px`;
  frame.append(canvas);
  return frame;
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

/** Words are to be read at once; numbers that a picture tells wait until they are asked for. */
function tableOf({ id, title, table }: Section, openLine: OpenLine): HTMLElement {
  const scroll = document.createElement('div');
  scroll.className = table.isOfWords === true ? 'scroll words' : 'scroll';
  scroll.append(rowsOf(table, { id, openLine }));
  if (table.isOfWords === true) {
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', `Table: ${title}`);
    return scroll;
  }
  const element = document.createElement('details');
  const summary = textElement('summary', 'Table');
  summary.id = `${id}-summary`;
  summary.setAttribute('aria-label', `Table: ${title}`);
  element.append(summary, scroll);
  return element;
}

function rowsOf(
  { columns, rows, lines = [] }: Table,
  { id, openLine }: { readonly id: string; readonly openLine: OpenLine },
): HTMLElement {
  const table = document.createElement('table');
  const head = document.createElement('tr');
  for (const column of columns) {
    const cell = textElement('th', column);
    cell.setAttribute('scope', 'col');
    head.append(cell);
  }
  const body = document.createElement('tbody');
  for (const [at, row] of rows.entries()) {
    const line = document.createElement('tr');
    for (const [place, value] of row.entries()) {
      const cell = cellOf(value, place === 0);
      const to = place === 0 ? (lines[at] ?? null) : null;
      if (to !== null) cell.replaceChildren(lineElement(to, { id: `${id}-line-${at}`, openLine }));
      line.append(cell);
    }
    body.append(line);
  }
  const header = document.createElement('thead');
  header.append(head);
  table.append(header, body);
  return table;
}

function cellOf(value: string | number, isName: boolean): HTMLElement {
  const cell = textElement(
    isName ? 'th' : 'td',
    typeof value === 'number' ? value.toLocaleString('en') : value,
  );
  if (isName) cell.setAttribute('scope', 'row');
  return cell;
}
