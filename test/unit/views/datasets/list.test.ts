import { describe, expect, test } from 'vitest';
import type { FoundDataset } from '../../../../src/editor/datasets/datasetFiles';
import type { SummaryState } from '../../../../src/editor/datasets/summaries';
import type { DatasetSummary } from '../../../../src/editor/datasets/summary';
import { Emitter } from '../../../../src/editor/emitter';
import { filterOf } from '../../../../src/views/datasets/list/describe';
import { DatasetsModel, type DatasetElement } from '../../../../src/views/datasets/list/model';
import { datasetTooltip } from '../../../../src/views/datasets/list/tooltip';

const full: DatasetSummary = {
  ...{ records: 12_345, accepted: 12_000, pending: 300, contested: 40, rejected: 5, deleted: 2, missing: 1 },
  tags: [
    ['format', 20],
    ['two\nlines\u202e', 1],
  ],
  splits: [
    ['test', 345],
    ['train', 10_000],
  ],
  problemCount: 2,
  problems: [
    { type: 'damaged', number: 7, reason: 'not valid JSON' },
    { type: 'torn', number: 1200, reason: 'not valid JSON' },
  ],
};
const empty: DatasetSummary = {
  ...{ records: 0, accepted: 0, pending: 0, contested: 0, rejected: 0, deleted: 0, missing: 0 },
  ...{ tags: [], splits: [], problemCount: 0, problems: [] },
};

class FakeList {
  all: FoundDataset[] = [];
  readonly states = new Map<string, SummaryState>();
  readonly refreshed: string[] = [];
  readonly listed = new Emitter<readonly FoundDataset[]>();
  readonly touched = new Emitter<string>();
  readonly counted = new Emitter<string>();
  readonly model = new DatasetsModel({
    files: this.files(),
    summaries: {
      of: (file) => this.states.get(file) ?? { state: 'counting', last: null },
      refresh: (file) => this.refreshed.push(file),
      forget: () => undefined,
      onDidChange: this.counted.event,
    },
  });

  add(name: string, state: SummaryState, place = 'datasets'): this {
    const file = `/work/${place}/${name}.spar.jsonl`;
    this.all.push({ file, name, place, isStored: false });
    this.states.set(file, state);
    return this;
  }

  /** The whole tree, a line each: icon, label, description. */
  text(): string {
    const lines = (element: DatasetElement, depth: number): string[] => {
      const { icon, label, description, children } = this.model.describe(element);
      const open = { none: ' ', collapsed: '>', expanded: 'v' }[children];
      return [
        `${'  '.repeat(depth)}${open} ${icon}: ${label} | ${description}`,
        ...this.model.childrenOf(element).flatMap((child) => lines(child, depth + 1)),
      ];
    };
    return this.model
      .roots()
      .flatMap((root) => lines(root, 0))
      .join('\n');
  }

  private files() {
    // The list changes under the model, as the watched one does.
    const list = (): readonly FoundDataset[] => this.all;
    return {
      get all() {
        return list();
      },
      onDidList: this.listed.event,
      onDidTouch: this.touched.event,
    };
  }
}

describe('the Datasets view', () => {
  test('a dataset says its counts, and below it what there is', () => {
    const list = new FakeList().add('pairs', { state: 'counted', summary: full });
    expect(list.text())
      .toBe(`v warning: pairs | 12,345 pairs · 300 pending · 40 contested · 2 unreadable lines
    pass: Accepted | 12,000
    circle-large-outline: Pending | 300
    warning: Contested | 40
    circle-slash: Rejected | 5
    trash: Deleted | 2
  > tag: Tags | 
      tag: format | 20
      tag: two lines | 1
  > split-horizontal: Splits | 
      split-horizontal: test | 345
      split-horizontal: train | 10,000
      dash: No split | 2,000
  > error: Lines that can’t be read | 2
      error: Line 7: not valid JSON | 
      error: Line 1,200: cut off: not valid JSON | `);
  });

  test('what is not counted yet, empty, changed or unreadable says so; places show where they differ', () => {
    const list = new FakeList()
      .add('a', { state: 'counting', last: null })
      .add('b', { state: 'counted', summary: empty })
      .add('c', { state: 'counting', last: { ...empty, records: 1, accepted: 1 } }, 'other')
      .add('d', { state: 'failed', reason: 'Permission was denied.' });
    expect(list.text()).toBe(`  loading~spin: a | counting… · datasets
  database: b | empty · datasets
> database: c | 1 pair · counting… · other
    pass: Accepted | 1
  error: d | can’t be read · datasets`);
  });

  test('each line is spoken in full and stands for its records', () => {
    const list = new FakeList().add('pairs', { state: 'counted', summary: full });
    const [root] = list.model.roots();
    expect(list.model.describe(root!).spoken).toBe(
      'Dataset pairs: 12,345 pairs · 300 pending · 40 contested · 2 unreadable lines, in datasets',
    );
    const below = list.model.childrenOf(root!).flatMap((child) => [child, ...list.model.childrenOf(child)]);
    const meant = below.map((element) => [
      list.model.describe(element).spoken,
      element.kind === 'part' ? filterOf(element.part) : null,
      list.model.describe(element).capabilities.slice(1).join(' '),
    ]);
    expect(meant).toEqual([
      ['pairs, Accepted: 12,000 pairs', { statuses: ['accepted'] }, 'records movable'],
      ['pairs, Pending: 300 pairs', { statuses: ['pending'] }, 'records movable'],
      ['pairs, Contested: 40 pairs', { statuses: ['contested'] }, 'records movable'],
      ['pairs, Rejected: 5 pairs', { statuses: ['rejected'] }, 'records movable'],
      ['pairs, Deleted: 2 pairs', { deleted: true }, 'records'],
      ['pairs, Tags', null, ''],
      ['pairs, format: 20 pairs', { tags: ['format'] }, 'records movable'],
      ['pairs, two lines: 1 pair', { tags: ['two\nlines\u202e'] }, 'records movable'],
      ['pairs, Splits', null, ''],
      ['pairs, test: 345 pairs', { splits: ['test'] }, 'records movable'],
      ['pairs, train: 10,000 pairs', { splits: ['train'] }, 'records movable'],
      ['pairs, No split: 2,000 pairs', { splits: [null] }, 'records movable'],
      ['pairs, Lines that can’t be read: 2 lines', null, 'damaged'],
      ['pairs, Line 7: not valid JSON', null, 'damaged'],
      ['pairs, Line 1,200: cut off: not valid JSON', null, 'damaged'],
    ]);
  });

  test('a line keeps its object, only the dataset that changed is drawn anew, and one that is gone says so', () => {
    const list = new FakeList()
      .add('a', { state: 'counted', summary: full })
      .add('b', { state: 'counted', summary: empty });
    const changes: (string | null)[] = [];
    list.model.onDidChange((element) => changes.push(element?.file ?? null));
    const [a, b] = list.model.roots();
    expect(list.model.roots()[0]).toBe(a);
    expect(list.model.childrenOf(a!)[0]).toBe(list.model.childrenOf(a!)[0]);
    expect(list.model.parentOf(list.model.childrenOf(a!)[0]!)).toBe(a);
    list.counted.fire(b!.file);
    list.touched.fire(a!.file);
    list.touched.fire('/elsewhere/x.spar.jsonl');
    list.all.splice(0, 1);
    list.listed.fire(list.all);
    expect(changes).toEqual(['/work/datasets/b.spar.jsonl', null]);
    expect(list.refreshed).toEqual(['/work/datasets/a.spar.jsonl', '/work/datasets/b.spar.jsonl']);
    expect(list.model.describe(a!)).toMatchObject({ label: '(gone)', capabilities: [] });
  });

  test('the tooltip says what contested and missing mean, and shows names as they are', () => {
    const list = new FakeList().add('a_*b*', { state: 'counted', summary: full });
    expect(datasetTooltip(list.model.shown(list.all[0]!.file)!)).toBe(
      [
        '**a\\_\\*b\\***',
        '/work/datasets/a\\_\\*b\\*.spar.jsonl',
        '12345 pairs, 12000 accepted, 300 pending, 5 rejected, 2 deleted',
        '40 contested: people decided differently. Such pairs are no training data until one is decided on again.',
        '1 decided on whose pair is not in the file.',
        '2 lines can’t be read. They are kept as they are.',
      ].join('\n\n'),
    );
  });
});
