import type { Report, Section } from '../../../spar/report/report';
import { drawChart, type DrawnChart } from './charts';
import { describedSection, heading } from './elements';

declare const acquireVsCodeApi: (() => EditorApi) | undefined;

interface EditorApi {
  getState(): unknown;
  setState(state: Kept): void;
  postMessage(message: unknown): void;
}

/** What outlives the page: how far it is scrolled, in pixels, and what it is about, for the editor. */
interface Kept {
  readonly top: number;
  readonly path: string | null;
}

interface ShownSection {
  /** What it was made of. */
  readonly text: string;
  readonly element: HTMLElement;
  readonly chart: DrawnChart | null;
}

/** Draws the report that the page carries, and those that the editor sends; all their texts are set as texts. */
function main(): void {
  const text = document.getElementById('data')?.textContent;
  if (text == null) return;
  const editor = typeof acquireVsCodeApi === 'undefined' ? null : acquireVsCodeApi();
  // A saved page has no editor that could open a line.
  const openLine = editor === null ? null : (line: number) => editor.postMessage({ type: 'open', line });
  const page = new Page(openLine);
  page.show(JSON.parse(text) as Report);
  followTheme(() => page.repaint());
  if (editor === null) {
    keepLightOnPaper(() => page.repaint());
    return;
  }
  const keepPath = keepPlace(editor);
  addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'report') return;
    if ('report' in data) page.show(data.report as Report);
    if ('path' in data && typeof data.path === 'string') keepPath(data.path);
  });
  editor.postMessage({ type: 'ready' });
}

class Page {
  private readonly header = document.createElement('div');
  private readonly parent = document.createElement('div');
  private shown = new Map<string, ShownSection>();

  constructor(private readonly openLine: ((line: number) => void) | null) {
    const page = document.createElement('main');
    this.parent.className = 'sections';
    page.append(this.header, this.parent);
    document.body.append(page);
  }

  /** Sections that say what they said stay as they are, so that nobody who reads them is disturbed. */
  show(report: Report): void {
    const before = this.shown;
    const focused = document.activeElement?.id ?? '';
    this.header.replaceChildren(heading(report));
    this.shown = new Map(report.sections.map((section) => [section.id, this.sectionOf(section, before)]));
    for (const [id, { chart, element }] of before) {
      if (this.shown.get(id)?.element !== element) chart?.destroy();
    }
    const elements = [...this.shown.values()].map(({ element }) => element);
    const isSame =
      elements.length === this.parent.children.length &&
      elements.every((element, at) => this.parent.children[at] === element);
    if (!isSame) this.parent.replaceChildren(...elements);
    if (focused !== '' && document.activeElement?.id !== focused)
      document.getElementById(focused)?.focus({ preventScroll: true });
  }

  repaint(): void {
    for (const { chart } of this.shown.values()) chart?.repaint();
  }

  private sectionOf(section: Section, before: ReadonlyMap<string, ShownSection>): ShownSection {
    const text = JSON.stringify(section);
    const known = before.get(section.id);
    if (known?.text === text) return known;
    const { element, canvas } = describedSection(section, this.openLine);
    const isOpen = known?.element.querySelector('details')?.open;
    const details = element.querySelector('details');
    if (details !== null && isOpen !== undefined) details.open = isOpen;
    const { chart } = section;
    // A canvas that is not in the page has no size to draw in.
    if (known === undefined) this.parent.append(element);
    else known.element.replaceWith(element);
    const drawn =
      canvas === null || chart === null || chart.kind === 'funnel' ? null : drawChart(chart, canvas);
    return { text, element, chart: drawn };
  }
}

/** The editor changes classes and variables of the page with its theme; a browser only tells light from dark. */
function followTheme(repaint: () => void): void {
  const observer = new MutationObserver(repaint);
  observer.observe(document.body, { attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributeFilter: ['style'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  matchMedia('(forced-colors: active)').addEventListener('change', repaint);
}

/** A browser prints light text on no background; what is drawn already must be drawn again for that. */
function keepLightOnPaper(repaint: () => void): void {
  const paint = (isPrinted: boolean): void => {
    document.body.classList.toggle('printed', isPrinted);
    repaint();
  };
  addEventListener('beforeprint', () => paint(true));
  addEventListener('afterprint', () => paint(false));
}

/**
 * The editor throws the page away while its tab is hidden, and draws it anew. It hands what is kept here to a later
 * window, which asks for the path.
 */
function keepPlace(editor: EditorApi): (path: string) => void {
  const state = editor.getState();
  const before: Partial<Record<keyof Kept, unknown>> =
    typeof state === 'object' && state !== null ? state : {};
  let kept: Kept = {
    top: typeof before.top === 'number' ? before.top : 0,
    path: typeof before.path === 'string' ? before.path : null,
  };
  const keep = (change: Partial<Kept>): void => {
    kept = { ...kept, ...change };
    editor.setState(kept);
  };
  scrollTo(0, kept.top);
  addEventListener('scrollend', () => keep({ top: scrollY }));
  return (path) => keep({ path });
}

main();
