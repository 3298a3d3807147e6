import type { PairView, Piece, TextField } from '../editor/protocol';
import { statusMarks } from './columns';
import { button, element } from './dom';
import type { PageState } from './pageState';
import { checks, critique, history, measures, path } from './pairAbout';
import { diffNodes, type Changes } from './pairDiff';

export interface PairPanePorts {
  readonly layout: (layout: PageState['layout']) => void;
  readonly edit: (id: string, field: TextField) => void;
  readonly save: (id: string, field: TextField, text: string) => void;
  readonly draft: (draft: PageState['draft']) => void;
  readonly whole: (id: string) => void;
  readonly fix: (id: string, finding: number) => void;
  readonly settle: (id: string, conflict: number, side: number) => void;
  readonly openSource: (id: string) => void;
  readonly openLine: (id: string) => void;
  readonly saveFile: () => void;
  readonly left: () => void;
  readonly isEditable: () => boolean;
  /** The texts that can be edited, where that is not up to `isEditable`. */
  readonly fields?: readonly TextField[];
  /** What keeping an edited text does, where it does more. */
  readonly keep?: { readonly label: string; readonly title: string };
}

/** The record that is shown, as a person reads it. */
export class PairPane {
  readonly node: HTMLElement;
  private pair: PairView | null = null;
  private layout: PageState['layout'] = 'inline';
  private editing: NonNullable<PageState['draft']> | null = null;
  private changes: Changes | null = null;

  constructor(private readonly ports: PairPanePorts) {
    this.node = element('section', {
      class: 'pair',
      role: 'region',
      attributes: { tabindex: '0', 'aria-label': 'Pair' },
    });
    this.node.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.editing === null) {
        event.preventDefault();
        this.ports.left();
      }
    });
  }

  get isEditing(): boolean {
    return this.editing !== null;
  }

  setLayout(layout: PageState['layout']): void {
    this.layout = layout;
    this.draw();
  }

  /** Null: changes are not told apart. */
  setChanges(changes: Changes | null): void {
    this.changes = changes;
    if (this.editing !== null) return;
    this.draw();
    this.node.querySelector('.change.current')?.scrollIntoView({ block: 'nearest' });
  }

  show(pair: PairView | null): void {
    const isAnother = pair?.id !== this.pair?.id;
    this.pair = pair;
    // While a text is being edited its field stays as it is.
    if (!isAnother && this.editing?.id === pair?.id && this.editing !== null) return;
    this.draw();
    if (isAnother) this.node.scrollTop = 0;
  }

  /** Turns a text into a field to edit it in. */
  startEditing(draft: NonNullable<PageState['draft']>, focus: boolean): void {
    this.editing = draft;
    this.draw();
    if (focus) this.node.querySelector('textarea')?.focus();
  }

  stopEditing(): void {
    this.editing = null;
    this.draw();
  }

  focus(): void {
    this.node.focus();
  }

  private draw(): void {
    const { pair } = this;
    if (pair === null) {
      const words = element('p', { class: 'nothing' }, ['Choose a record to read its pair.']);
      this.node.replaceChildren(words);
      return;
    }
    const { scrollTop } = this.node;
    this.node.setAttribute('aria-label', `Pair in line ${pair.line}, ${pair.status}`);
    this.node.replaceChildren(
      this.header(pair),
      ...this.findings(pair),
      ...pair.conflicts.map((conflict, at) => this.conflict(pair, conflict, at)),
      element('div', { class: 'columns' }, [
        element('div', { class: 'texts' }, [this.instruction(pair), ...this.change(pair)]),
        element('div', { class: 'about' }, [
          checks(pair),
          critique('Critique of the rejected text', pair.critiqueOfRejected),
          critique('Critique of the chosen text', pair.critiqueOfChosen),
          measures(pair),
          path(pair),
          this.origin(pair),
          history(pair),
        ]),
      ]),
    );
    this.node.scrollTop = scrollTop;
  }

  private header(pair: PairView): HTMLElement {
    const layouts = (['inline', 'beside'] as const).map((layout) => {
      const label = layout === 'inline' ? 'Inline' : 'Side by side';
      const made = button({ label, press: () => this.ports.layout(layout) });
      made.setAttribute('aria-pressed', String(this.layout === layout));
      return made;
    });
    return element('header', {}, [
      element('span', { class: `badge ${pair.deleted ? 'deleted' : pair.status}` }, [
        pair.deleted ? 'deleted' : `${statusMarks[pair.status]} ${pair.status}`,
      ]),
      pair.unsaved ? element('span', { class: 'unsaved' }, ['not saved']) : null,
      pair.split === null ? null : element('span', { class: 'tag split', title: 'Split' }, [pair.split]),
      ...pair.tags.map((tag) => element('span', { class: 'tag', attributes: { dir: 'auto' } }, [tag])),
      element('span', { class: 'decided' }, [pair.decided]),
      element('span', { class: 'layouts', role: 'group', attributes: { 'aria-label': 'Layout' } }, layouts),
    ]);
  }

  private findings(pair: PairView): readonly HTMLElement[] {
    return pair.findings.map(({ title, severity, message, fix }, at) =>
      element('section', { class: `finding ${severity}`, attributes: { 'aria-label': `Lint: ${title}` } }, [
        element('strong', {}, [title]),
        element('span', { attributes: { dir: 'auto' } }, [message]),
        fix === undefined || !this.ports.isEditable()
          ? null
          : button({ label: fix, press: () => this.ports.fix(pair.id, at) }),
      ]),
    );
  }

  private conflict(pair: PairView, conflict: PairView['conflicts'][number], at: number): HTMLElement {
    const sides = conflict.sides.map(({ says, who }, side) =>
      element('li', {}, [
        element('div', { class: 'text says', attributes: { dir: 'auto' } }, [says]),
        element('div', { class: 'who' }, [who]),
        this.ports.isEditable()
          ? button({ label: 'Take this', press: () => this.ports.settle(pair.id, at, side) })
          : null,
      ]),
    );
    return element(
      'section',
      { class: 'conflict', attributes: { 'aria-label': `Contested: ${conflict.title}` } },
      [
        element('h3', {}, [`Contested: ${conflict.title.toLowerCase()}`]),
        element('p', {}, ['Said without knowledge of each other. Take one side; both stay in the file.']),
        element('ul', {}, sides),
      ],
    );
  }

  private instruction(pair: PairView): HTMLElement {
    const turns = pair.turns.map(({ role, text }) => {
      const label = pair.turns.length > 1 ? element('div', { class: 'role' }, [role]) : null;
      return element('div', { class: 'turn' }, [
        label,
        element('div', { class: 'text', attributes: { dir: 'auto' } }, [text]),
      ]);
    });
    return this.section(pair, { title: 'Instruction', fields: ['instruction'], content: turns });
  }

  private change(pair: PairView): readonly HTMLElement[] {
    if (this.layout === 'inline' && this.editing?.field !== 'rejected' && this.editing?.field !== 'chosen') {
      const content = [
        element(
          'div',
          { class: 'text diff', attributes: { dir: 'auto' } },
          diffNodes(pair.pieces, this.changes),
        ),
      ];
      return [
        this.section(pair, { title: 'Change', fields: ['rejected', 'chosen'], content }),
        ...this.rest(pair),
      ];
    }
    const side = (field: 'rejected' | 'chosen', hidden: Piece['kind']): HTMLElement =>
      this.section(pair, {
        title: field === 'rejected' ? 'Rejected' : 'Chosen',
        fields: [field],
        content: [
          element(
            'div',
            { class: 'text diff', attributes: { dir: 'auto' } },
            diffNodes(
              pair.pieces.filter(({ kind }) => kind !== hidden),
              this.changes,
            ),
          ),
        ],
      });
    return [
      element('div', { class: 'beside' }, [side('rejected', 'added'), side('chosen', 'removed')]),
      ...this.rest(pair),
    ];
  }

  private rest(pair: PairView): readonly HTMLElement[] {
    if (pair.cut === 0) return [];
    const label = `Show the other ${pair.cut.toLocaleString('en')} characters`;
    return [button({ label, press: () => this.ports.whole(pair.id) })];
  }

  private section(
    pair: PairView,
    parts: {
      readonly title: string;
      readonly fields: readonly TextField[];
      readonly content: readonly Node[];
    },
  ): HTMLElement {
    const { title, fields, content } = parts;
    const draft = this.editing;
    const edited = draft !== null && draft.id === pair.id && fields.includes(draft.field) ? draft : null;
    const isCorrected = fields.some((field) => pair.corrected.includes(field));
    const editable = this.ports.fields ?? (this.ports.isEditable() ? fields : []);
    const offered = edited === null ? fields.filter((field) => editable.includes(field)) : [];
    const edits = offered.map((field) =>
      button({
        label: fields.length === 1 ? 'Edit' : `Edit ${field}`,
        title: `Edit the ${field === 'instruction' ? 'instruction' : `${field} text`}${field === 'chosen' ? ' (E)' : ''}`,
        class: 'link',
        press: () => this.ports.edit(pair.id, field),
      }),
    );
    return element('section', { class: 'part', attributes: { 'aria-label': title } }, [
      element('h3', {}, [
        title,
        isCorrected ? element('span', { class: 'note' }, ['corrected']) : null,
        ...edits,
      ]),
      ...(edited === null ? content : [this.field(edited)]),
    ]);
  }

  private field(draft: NonNullable<PageState['draft']>): HTMLElement {
    const { id, field, text } = draft;
    const area = element('textarea', {
      attributes: { 'aria-label': `Edit the ${field} text`, spellcheck: 'true', dir: 'auto', rows: '8' },
    });
    area.value = text;
    const end = (): void => {
      this.editing = null;
      this.ports.draft(null);
      this.draw();
      this.focus();
    };
    const save = (): void => {
      const value = area.value;
      end();
      this.ports.save(id, field, value);
    };
    area.addEventListener('input', () => {
      this.editing = { id, field, text: area.value };
      this.ports.draft(this.editing);
    });
    area.addEventListener('keydown', (event) => {
      const isCommand = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (key === 'escape') end();
      else if (isCommand && key === 'enter') save();
      else if (isCommand && key === 's') {
        save();
        this.ports.saveFile();
      } else if (!(isCommand && 'zyacxv'.includes(key))) return;
      else {
        // The text field's own; the editor's undo is about the dataset.
        event.stopPropagation();
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    const actions = element('div', { class: 'actions' }, [
      button({
        label: this.ports.keep?.label ?? 'Keep',
        class: 'button primary',
        title: this.ports.keep?.title ?? 'Keep this text (Ctrl+Enter)',
        press: save,
      }),
      button({ label: 'Cancel', title: 'Leave the text as it was (Escape)', press: end }),
    ]);
    return element('div', { class: 'field' }, [area, actions]);
  }

  private origin(pair: PairView): HTMLElement {
    const source = pair.hasSourceFile
      ? button({
          label: pair.source,
          class: 'link',
          title: 'Open where the response came from',
          press: () => this.ports.openSource(pair.id),
        })
      : pair.source === ''
        ? null
        : element('span', {}, [pair.source]);
    const line = button({
      label: `line ${pair.line.toLocaleString('en')} of this file`,
      class: 'link',
      title: 'Open the record as text',
      press: () => this.ports.openLine(pair.id),
    });
    return element('section', { class: 'part' }, [
      element('h3', {}, ['Where it came from']),
      element('p', {}, source === null ? [line] : [source, ' · ', line]),
    ]);
  }
}
