import type { FoundDataset } from '../../../editor/datasets/datasetFiles';
import type { SummaryState } from '../../../editor/datasets/summaries';
import { Emitter, type Disposable, type Event } from '../../../editor/emitter';
import type { ItemDescription } from '../../refinements/describe';
import {
  describeDataset,
  describePartOf,
  partKey,
  partsIn,
  partsOf,
  summaryIn,
  type PartOf,
  type ShownDataset,
} from './describe';

/** What a line of the view stands for. One object for each line, kept, since views compare by identity. */
export type DatasetElement =
  | { readonly kind: 'dataset'; readonly file: string }
  | { readonly kind: 'part'; readonly file: string; readonly part: PartOf; readonly parent: DatasetElement };

export interface DatasetsModelOptions {
  readonly files: {
    readonly all: readonly FoundDataset[];
    readonly onDidList: Event<readonly FoundDataset[]>;
    readonly onDidTouch: Event<string>;
  };
  readonly summaries: {
    of(file: string): SummaryState;
    refresh(file: string): void;
    forget(file: string): void;
    readonly onDidChange: Event<string>;
  };
}

/** Datasets as a tree of elements: the list, and below each one its counts. */
export class DatasetsModel implements Disposable {
  private readonly elements = new Map<string, DatasetElement>();
  private readonly changed = new Emitter<DatasetElement | null>();
  private readonly subscriptions: readonly Disposable[];

  /** The line to draw anew with what is below it; null: the list itself. */
  readonly onDidChange: Event<DatasetElement | null> = this.changed.event;

  constructor(private readonly options: DatasetsModelOptions) {
    const { files, summaries } = options;
    this.subscriptions = [
      files.onDidList(() => this.relist()),
      files.onDidTouch((file) => {
        if (this.found(file) !== undefined) summaries.refresh(file);
      }),
      summaries.onDidChange((file) => {
        const element = this.elements.get(file);
        if (element !== undefined && this.found(file) !== undefined) this.changed.fire(element);
      }),
    ];
  }

  roots(): readonly DatasetElement[] {
    return this.options.files.all.map(({ file }) => this.datasetElement(file));
  }

  childrenOf(element: DatasetElement): readonly DatasetElement[] {
    const summary = summaryIn(this.options.summaries.of(element.file));
    if (summary === null) return [];
    const parts = element.kind === 'dataset' ? partsOf(summary) : partsIn(summary, element.part);
    return parts.map((part) => this.partElement(element, part));
  }

  parentOf(element: DatasetElement): DatasetElement | null {
    return element.kind === 'dataset' ? null : element.parent;
  }

  describe(element: DatasetElement): ItemDescription {
    const shown = this.shown(element.file);
    if (shown === null) return { ...gone, id: element.file };
    if (element.kind === 'dataset') return describeDataset(shown);
    const summary = summaryIn(shown.state);
    return summary === null
      ? { ...gone, id: `${element.file}\n${partKey(element.part)}` }
      : describePartOf(shown, summary, element.part);
  }

  /** Null for a dataset that is not there any more. */
  shown(file: string): ShownDataset | null {
    const { all } = this.options.files;
    const found = this.found(file);
    if (found === undefined) return null;
    return {
      found,
      state: this.options.summaries.of(file),
      showsPlace: new Set(all.map(({ place }) => place)).size > 1,
      isOnly: all.length === 1,
    };
  }

  datasetElement(file: string): DatasetElement {
    return this.element(file, { kind: 'dataset', file });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private found(file: string): FoundDataset | undefined {
    return this.options.files.all.find((other) => other.file === file);
  }

  private partElement(parent: DatasetElement, part: PartOf): DatasetElement {
    const { file } = parent;
    return this.element(`${file}\n${partKey(part)}`, { kind: 'part', file, part, parent });
  }

  private element(key: string, fresh: DatasetElement): DatasetElement {
    const known = this.elements.get(key);
    if (known !== undefined) return known;
    this.elements.set(key, fresh);
    return fresh;
  }

  private relist(): void {
    const there = new Set(this.options.files.all.map(({ file }) => file));
    for (const [key, { file }] of this.elements) if (!there.has(file)) this.elements.delete(key);
    for (const file of there) if (this.elements.has(file)) this.options.summaries.refresh(file);
    this.changed.fire(null);
  }
}

const gone: Omit<ItemDescription, 'id'> = {
  label: '(gone)',
  description: 'no longer there',
  icon: 'circle-slash',
  color: null,
  capabilities: [],
  children: 'none',
  spoken: 'no longer there',
};
