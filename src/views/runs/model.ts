import type { ShownRun } from '../../editor/runs/runs';
import { Emitter, type Disposable, type Event } from '../../editor/emitter';
import { afterTick, Throttle, type Later } from '../throttle';
import type { TreeLine } from '../treeItem';
import {
  describePart,
  describeRun,
  nameOf,
  partKey,
  partsIn,
  partsOf,
  type ListedRun,
  type RunPart,
} from './describe';
import { figuresOf } from './figures';
import { standstillWords } from './words';

/** What a line of the view stands for. One object for each line, kept, since views compare by identity. */
export type RunElement =
  | { readonly kind: 'run'; readonly folder: string }
  | { readonly kind: 'part'; readonly folder: string; readonly part: RunPart; readonly parent: RunElement };

export interface RunsModelOptions {
  readonly runs: {
    readonly all: readonly ShownRun[];
    shown(folder: string): ShownRun | null;
    readonly onDidChange: Event<string | null>;
  };
  readonly later?: Later;
}

/** Runs as a tree of elements; told anew twice a second at most. */
export class RunsModel implements Disposable {
  private readonly elements = new Map<string, RunElement>();
  private readonly changed = new Emitter<RunElement | null>();
  private readonly waiting = new Set<string | null>();
  private readonly throttle: Throttle;
  private readonly subscription: Disposable;

  /** The line to draw anew with what is below it; null: the list itself. */
  readonly onDidChange: Event<RunElement | null> = this.changed.event;

  constructor(private readonly options: RunsModelOptions) {
    this.throttle = new Throttle(() => this.tell(), options.later ?? afterTick(500));
    this.subscription = options.runs.onDidChange((folder) => {
      this.waiting.add(folder);
      this.throttle.request();
    });
  }

  roots(): readonly RunElement[] {
    return this.options.runs.all.map(({ found }) => this.runElement(found.folder));
  }

  childrenOf(element: RunElement): readonly RunElement[] {
    const run = this.options.runs.shown(element.folder);
    const figures = run === null ? null : figuresOf(run);
    if (figures === null) return [];
    const parts = element.kind === 'run' ? partsOf(figures) : partsIn(figures, element.part);
    return parts.map((part) => this.partElement(element, part));
  }

  parentOf(element: RunElement): RunElement | null {
    return element.kind === 'run' ? null : element.parent;
  }

  describe(element: RunElement): TreeLine {
    const { folder } = element;
    const listed = this.listed(folder);
    const figures = listed === null ? null : figuresOf(listed.run);
    if (listed === null) return { ...gone, id: folder };
    if (element.kind === 'run') return describeRun(listed);
    return figures === null
      ? { ...gone, id: `${folder}\n${partKey(element.part)}` }
      : describePart(listed, figures, element.part);
  }

  /** Of a line below a run, in full. */
  tooltip(element: RunElement): string {
    const listed = this.listed(element.folder);
    const figures = listed === null ? null : figuresOf(listed.run);
    if (listed === null || figures === null || element.kind === 'run') return '';
    const { label, description } = describePart(listed, figures, element.part);
    const words = element.part.kind === 'standstill' ? standstillWords(figures) : null;
    return words ?? (description === '' ? label : `${label}: ${description}`);
  }

  runElement(folder: string): RunElement {
    return this.element(folder, { kind: 'run', folder });
  }

  dispose(): void {
    this.subscription.dispose();
    this.throttle.dispose();
    this.changed.dispose();
  }

  private listed(folder: string): ListedRun | null {
    const { all } = this.options.runs;
    const run = this.options.runs.shown(folder);
    if (run === null) return null;
    return {
      run,
      showsTime: all.some((other) => other.found.folder !== folder && nameOf(other) === nameOf(run)),
      showsPlace: new Set(all.map(({ found }) => found.place)).size > 1,
    };
  }

  private tell(): void {
    const folders = [...this.waiting];
    this.waiting.clear();
    if (folders.includes(null)) {
      const there = new Set(this.options.runs.all.map(({ found }) => found.folder));
      for (const [key, { folder }] of this.elements) if (!there.has(folder)) this.elements.delete(key);
      this.changed.fire(null);
      return;
    }
    for (const folder of folders) {
      const element = folder === null ? undefined : this.elements.get(folder);
      if (element !== undefined) this.changed.fire(element);
    }
  }

  private partElement(parent: RunElement, part: RunPart): RunElement {
    const { folder } = parent;
    return this.element(`${folder}\n${partKey(part)}`, { kind: 'part', folder, part, parent });
  }

  private element(key: string, fresh: RunElement): RunElement {
    const known = this.elements.get(key);
    if (known !== undefined) return known;
    this.elements.set(key, fresh);
    return fresh;
  }
}

const gone: Omit<TreeLine, 'id'> = {
  label: '(gone)',
  description: 'no longer there',
  icon: 'circle-slash',
  color: null,
  capabilities: [],
  children: 'none',
  spoken: 'no longer there',
};
