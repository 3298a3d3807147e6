import { measures } from '../../../spar/datasets/table/measures';
import { statuses, type Facet, type Facets, type Filter, type ResultMessage } from '../editor/protocol';
import { button, element, setText } from './dom';
import { activeFilters, countWords, measureWords, withList, withoutKey } from './pageState';

export interface FilterBarPorts {
  readonly changed: (filter: Filter) => void;
  /** False for rows of other files, which know only texts. */
  readonly isDataset: boolean;
  readonly lint: () => void;
  readonly toggled: (isOpen: boolean) => void;
  /** Escape in the text field. */
  readonly left: () => void;
}

/** Milliseconds after the last key before the host is asked. */
const pause = 180;

type ListName = 'statuses' | 'tags' | 'splits' | 'constraints' | 'models' | 'runs' | 'sources';

/** Free text, the filters that hold, how many records they leave, and a panel with all that can be filtered by. */
export class FilterBar {
  readonly node: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly chips = element('div', { class: 'chips' });
  private readonly count = element('span', {
    class: 'count',
    role: 'status',
    attributes: { 'aria-live': 'polite' },
  });
  private readonly panel = element('div', {
    class: 'facets',
    role: 'group',
    attributes: { 'aria-label': 'Filters' },
  });
  private readonly toggle: HTMLButtonElement;
  private filter: Filter = {};
  private result: ResultMessage | null = null;
  private timer = 0;
  private drawn = '';
  /** The result is of an earlier filter: the one that holds is being looked for. */
  private isSearching = false;

  constructor(private readonly ports: FilterBarPorts) {
    this.input = element('input', {
      class: 'text',
      attributes: {
        type: 'text',
        placeholder: 'Filter by text (Ctrl+F)',
        'aria-label': 'Filter by text',
        spellcheck: 'false',
      },
    });
    this.input.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.changeText(), pause);
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' || event.key === 'Enter') {
        event.preventDefault();
        clearTimeout(this.timer);
        this.changeText();
        this.ports.left();
      }
      if ((event.ctrlKey || event.metaKey) && 'zya'.includes(event.key.toLowerCase()))
        event.stopPropagation();
    });
    this.toggle = button({ label: 'Filters', press: () => this.setOpen(this.panel.hidden !== false, true) });
    this.panel.hidden = true;
    this.toggle.setAttribute('aria-expanded', 'false');
    this.node = element('div', { class: 'filter-bar' }, [
      element('div', { class: 'bar' }, [this.input, this.toggle, this.chips, this.count]),
      this.panel,
    ]);
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  setOpen(isOpen: boolean, tell: boolean): void {
    this.panel.hidden = !isOpen;
    this.toggle.setAttribute('aria-expanded', String(isOpen));
    this.drawPanel();
    if (tell) this.ports.toggled(isOpen);
  }

  setFilter(filter: Filter): void {
    this.filter = filter;
    if (document.activeElement !== this.input) this.input.value = filter.text ?? '';
    const chips = activeFilters(filter).map(({ label, without }) =>
      button({
        label: `${label} ×`,
        class: 'chip',
        title: `Remove the filter “${label}”`,
        press: () => this.ports.changed(without),
      }),
    );
    if (chips.length > 1) {
      const press = (): void => this.ports.changed(filter.text === undefined ? {} : { text: filter.text });
      chips.push(button({ label: 'Clear', class: 'chip plain', press }));
    }
    this.chips.replaceChildren(...chips);
    this.drawPanel();
    this.drawCount();
  }

  /** A result for the filter that holds is on its way. */
  setSearching(isSearching: boolean): void {
    this.isSearching = isSearching;
    this.drawCount();
  }

  setResult(result: ResultMessage): void {
    this.result = result;
    this.isSearching = false;
    this.drawPanel();
    this.drawCount();
  }

  private changeText(): void {
    const text = this.input.value;
    if (text === (this.filter.text ?? '')) return;
    const rest = withoutKey(this.filter, 'text');
    this.ports.changed(text === '' ? rest : { ...rest, text });
  }

  private drawCount(): void {
    if (this.result === null) {
      setText(this.count, 'reading…');
      return;
    }
    if (this.isSearching) {
      setText(this.count, 'searching…');
      return;
    }
    const { count, total, isComplete } = this.result;
    const isFiltered = Object.keys(this.filter).length > 0;
    setText(this.count, countWords({ count, total, isComplete, isFiltered }));
  }

  private drawPanel(): void {
    const { result, filter } = this;
    if (this.panel.hidden || result === null) return;
    const { facets, byStatus, deleted } = result;
    // Drawn only when something in it changes: a list that is redrawn loses the keyboard.
    const key = JSON.stringify([facets, byStatus, deleted, filter]);
    if (key === this.drawn) return;
    const hadFocus = this.panel.contains(document.activeElement) ? document.activeElement?.id : undefined;
    this.drawn = key;
    const status = statuses.map((value) => ({ value, count: byStatus[value] }));
    const lists: readonly (readonly [string, ListName, readonly Facet[]])[] = [
      ['Status', 'statuses', this.ports.isDataset ? status : []],
      ['Tag', 'tags', facets.tags],
      ['Split', 'splits', withNone(facets.splits, result)],
      ['Constraint', 'constraints', facets.constraints],
      ['Model', 'models', withNone(facets.models, result)],
      ['Run', 'runs', facets.runs],
      ['Source', 'sources', facets.sources],
    ];
    this.panel.replaceChildren(
      ...lists
        .filter(([, , values]) => values.length > 0)
        .map(([title, name, values]) => this.facetList(title, name, values)),
      ...(this.ports.isDataset ? [this.findings(facets)] : []),
      this.searchedFields(),
      this.measureRange(),
      ...(deleted > 0 || filter.deleted === true ? [this.deletedBox(deleted)] : []),
    );
    if (hadFocus !== undefined && hadFocus !== '') document.getElementById(hadFocus)?.focus();
  }

  private facetList(title: string, name: ListName, values: readonly Facet[]): HTMLElement {
    const chosen: readonly (string | null)[] = this.filter[name] ?? [];
    const known = new Set(values.map(({ value }) => value));
    const all = [
      ...values,
      ...chosen.filter((value) => !known.has(value)).map((value) => ({ value, count: 0 })),
    ];
    const boxes = all.map(({ value, count }) =>
      checkbox({
        id: `${name}-${value ?? ''}`,
        label: value ?? 'none',
        count,
        isChecked: chosen.includes(value),
        change: (isChecked) => {
          const rest = chosen.filter((other) => other !== value);
          this.ports.changed(withList(this.filter, name, isChecked ? [...rest, value] : rest));
        },
      }),
    );
    return group(title, boxes);
  }

  private findings({ findings }: Facets): HTMLElement {
    const boxes = findings.flatMap(({ value, label, count }) =>
      value === null
        ? []
        : checkbox({
            id: `finding-${value}`,
            label: label ?? value,
            count,
            isChecked: this.filter.finding === value,
            change: (isChecked) => {
              const rest = withoutKey(this.filter, 'finding');
              this.ports.changed(isChecked ? { ...rest, finding: value } : rest);
            },
          }),
    );
    const label = findings.length === 0 ? 'Look for what hurts training' : 'Look again';
    const press = button({
      label,
      class: 'link',
      title: 'Lint this dataset as it is saved',
      press: this.ports.lint,
    });
    return group('Lint finding', [...boxes, press]);
  }

  private searchedFields(): HTMLElement {
    const fields = ['instruction', 'rejected', 'chosen', 'critique'] as const;
    const chosen = this.filter.fields ?? [];
    const boxes = fields.map((field) =>
      checkbox({
        id: `field-${field}`,
        label: field,
        count: null,
        isChecked: chosen.includes(field),
        change: (isChecked) => {
          const rest = chosen.filter((other) => other !== field);
          this.ports.changed(withList(this.filter, 'fields', isChecked ? [...rest, field] : rest));
        },
      }),
    );
    return group('Text is in', boxes);
  }

  private measureRange(): HTMLElement {
    const names = measures.filter((name) => name !== 'created');
    const options = names.map((name) =>
      element('option', { attributes: { value: name } }, [measureWords[name] ?? name]),
    );
    const select = element(
      'select',
      { attributes: { 'aria-label': 'Measure', id: 'range-measure' } },
      options,
    );
    const bound = (label: string, placeholder: string): HTMLInputElement =>
      element('input', {
        class: 'bound',
        attributes: {
          type: 'number',
          step: 'any',
          placeholder,
          'aria-label': label,
          id: `range-${placeholder}`,
        },
      });
    const min = bound('at least', 'min');
    const max = bound('at most', 'max');
    const add = (): void => {
      const measure = names.find((name) => name === select.value);
      const ends = {
        ...(min.value === '' ? {} : { min: Number(min.value) }),
        ...(max.value === '' ? {} : { max: Number(max.value) }),
      };
      if (measure === undefined || Object.keys(ends).length === 0) return;
      const others = (this.filter.ranges ?? []).filter((range) => range.measure !== measure);
      this.ports.changed(withList(this.filter, 'ranges', [...others, { measure, ...ends }]));
    };
    for (const input of [min, max]) {
      input.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') add();
      });
    }
    const press = button({ label: 'Add', press: add, title: 'Filter by this range' });
    return group('Measure', [select, element('div', { class: 'range' }, [min, max, press])]);
  }

  private deletedBox(count: number): HTMLElement {
    const box = checkbox({
      id: 'only-deleted',
      label: 'only deleted ones',
      count,
      isChecked: this.filter.deleted === true,
      change: (isChecked) => {
        const rest = withoutKey(this.filter, 'deleted');
        this.ports.changed(isChecked ? { ...rest, deleted: true } : rest);
      },
    });
    return group('Deleted', [box]);
  }
}

function withNone(facets: readonly Facet[], { total }: ResultMessage): readonly Facet[] {
  const named = facets.reduce((sum, { count }) => sum + count, 0);
  return facets.length === 0 || named >= total ? facets : [...facets, { value: null, count: total - named }];
}

function group(title: string, children: readonly HTMLElement[]): HTMLElement {
  return element('fieldset', {}, [
    element('legend', {}, [title]),
    element('div', { class: 'values' }, children),
  ]);
}

interface Box {
  readonly id: string;
  readonly label: string;
  readonly count: number | null;
  readonly isChecked: boolean;
  readonly change: (isChecked: boolean) => void;
}

function checkbox({ id, label, count, isChecked, change }: Box): HTMLElement {
  const input = element('input', { attributes: { type: 'checkbox', id: `box-${id}` } });
  input.checked = isChecked;
  input.addEventListener('change', () => change(input.checked));
  const number = count === null ? null : element('span', { class: 'number' }, [count.toLocaleString('en')]);
  return element('label', { title: label }, [
    input,
    element('span', { class: 'name', attributes: { dir: 'auto' } }, [label]),
    number,
  ]);
}
