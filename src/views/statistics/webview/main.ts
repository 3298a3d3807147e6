import type { Report, Section } from '../../../spar/datasets/statistics/report';
import { drawChart, type DrawnChart } from './charts';
import { describedSection, heading } from './elements';

/** Draws the report that the page carries; all its texts are set as texts. */
function main(): void {
  const text = document.getElementById('data')?.textContent;
  if (text == null) return;
  const report = JSON.parse(text) as Report;
  const page = document.createElement('main');
  page.append(heading(report));
  const sections = document.createElement('div');
  sections.className = 'sections';
  page.append(sections);
  document.body.append(page);
  followTheme(report.sections.flatMap((section) => drawn(section, sections)));
  keepPlace();
}

function drawn(section: Section, parent: HTMLElement): readonly DrawnChart[] {
  const { element, canvas } = describedSection(section);
  parent.append(element);
  return canvas === null || section.chart === null ? [] : [drawChart(section.chart, canvas)];
}

/** The editor changes classes and variables of the page with its theme; a browser only tells light from dark. */
function followTheme(charts: readonly DrawnChart[]): void {
  const repaint = (): void => {
    for (const chart of charts) chart.repaint();
  };
  const observer = new MutationObserver(repaint);
  observer.observe(document.body, { attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributeFilter: ['style'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  matchMedia('(forced-colors: active)').addEventListener('change', repaint);
}

declare const acquireVsCodeApi:
  (() => { getState(): unknown; setState(state: { readonly top: number }): void }) | undefined;

/** The editor throws the page away while its tab is hidden, and draws it anew. */
function keepPlace(): void {
  if (typeof acquireVsCodeApi === 'undefined') return;
  const editor = acquireVsCodeApi();
  const state = editor.getState();
  if (typeof state === 'object' && state !== null && 'top' in state && typeof state.top === 'number')
    scrollTo(0, state.top);
  addEventListener('scrollend', () => editor.setState({ top: scrollY }));
}

main();
