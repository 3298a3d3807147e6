import * as vscode from 'vscode';
import { itemOfTarget, movedTarget, type CheckTarget } from '../../editor/checking/checkTarget';
import { schemes } from '../../contributions';
import { ItemChecker, type CheckedItem, type ItemToCheck } from '../../editor/checking/checkedItem';
import { OwnFiles } from '../../editor/checking/ownFiles';
import type { Homes } from '../../editor/homes';
import type { OwnVerifier } from '../../spar/verifiers/own/ownVerifiers';
import { DisposableStore } from '../../editor/emitter';
import {
  documentItems,
  itemAt,
  type DocumentInput,
  type KnownLines,
  type PlacedItem,
} from '../../editor/selection/documentItems';
import { CheckStatus } from './checkStatus';
import { constraintHover } from './constraintHover';
import { diagnosticsOf } from './diagnostics';
import { isOwn } from './lateChecking';
import { quickFixes, type ActionRequest } from './quickFixes';

export interface CheckingOptions {
  /** True for documents whose every item is checked. */
  readonly isOn: (document: vscode.TextDocument) => boolean;
  /** What one of SPaR's own documents shows, as it stands in it; null for one that shows no response. */
  readonly ownItem: (document: vscode.TextDocument) => Promise<ItemToCheck | null>;
  readonly homes: Homes;
  /** A sentence for the person, once for each document. */
  readonly tell: (message: string) => void;
}

/** Larger documents, in UTF-16 units, are not checked while a person writes. */
export const longestChecked = 1_000_000;

/** Milliseconds from the last key to the check. */
const rest = 250;
/** In the inline review, in which a click changes the text. */
const shortRest = 30;
/** Milliseconds that checks may take before the editor's other work gets its turn. */
const slice = 10;

interface DocumentState {
  items: readonly CheckedItem[];
  /** Of the document when it was checked; the items are told to nobody when it is another. */
  version: number;
  timer: NodeJS.Timeout | null;
  target: CheckTarget | null;
  readonly lines: KnownLines;
  isToldTooLarge: boolean;
}

/** Checks documents while people write in them: items, diagnostics, and what is asked about them. */
export class Checking implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly diagnostics = this.store.add(vscode.languages.createDiagnosticCollection('spar'));
  private readonly checked = this.store.add(new vscode.EventEmitter<vscode.TextDocument>());
  private readonly states = new Map<vscode.TextDocument, DocumentState>();
  private readonly checker = new ItemChecker();
  private readonly own: OwnFiles;

  /** A document's items, or none, were told anew. */
  readonly onDidCheck = this.checked.event;

  constructor(private readonly options: CheckingOptions) {
    this.store.add(
      new CheckStatus({
        itemAt: (document, offset) => this.itemAt(document, offset),
        changed: this.onDidCheck,
      }),
    );
    this.own = this.store.add(new OwnFiles(options.homes));
    this.store.add(this.own.onDidChange(() => this.refresh()));
    this.look();
  }

  dispose(): void {
    for (const { timer } of this.states.values()) if (timer !== null) clearTimeout(timer);
    this.store.dispose();
  }

  /** Checks what is visible and is to be checked, and has not been. */
  look(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (!this.states.has(document) && this.options.isOn(document)) void this.check(document);
    }
  }

  /** The setting, or the own verifiers, changed: every document is looked at again. */
  refresh(): void {
    for (const document of [...this.states.keys()]) void this.check(document);
    this.look();
  }

  changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const state = this.states.get(document);
    if (contentChanges.length === 0 || (state === undefined && !this.options.isOn(document))) return;
    const known = state ?? this.stateOf(document);
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      const change = { start: rangeOffset, end: rangeOffset + rangeLength, length: text.length };
      if (known.target !== null) known.target = movedTarget(known.target, change);
    }
    if (known.timer !== null) clearTimeout(known.timer);
    known.timer = setTimeout(() => void this.check(document), isReviewed(document) ? shortRest : rest);
  }

  closed(document: vscode.TextDocument): void {
    const timer = this.states.get(document)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    this.states.delete(document);
    this.diagnostics.delete(document.uri);
    this.checked.fire(document);
  }

  /** Checks one item because a person asked, and keeps checking it as they write. */
  async checkTarget(document: vscode.TextDocument, target: CheckTarget): Promise<CheckedItem | null> {
    this.stateOf(document).target = target;
    await this.check(document, { isAsked: true });
    return this.targetItem(document);
  }

  /** Checks an item that may stand in no document. */
  checkItem(item: ItemToCheck): CheckedItem {
    return this.checker.check(item);
  }

  /** The item around an offset, if it has been checked and the document is still the same. */
  itemAt(document: vscode.TextDocument, offset: number): CheckedItem | null {
    const items = this.itemsOf(document);
    return itemAt(items, offset) ?? (isOwn(document) || items.length === 1 ? (items[0] ?? null) : null);
  }

  itemsOf(document: vscode.TextDocument): readonly CheckedItem[] {
    const state = this.states.get(document);
    return state?.version === document.version ? state.items : [];
  }

  async hover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    if (isOwn(document) || document.getText().length > longestChecked) return null;
    const own = await this.own.of(document);
    if (token.isCancellationRequested) return null;
    const known = this.itemsOf(document);
    return constraintHover({
      document,
      position,
      known,
      check: (item) => this.checkItem(toCheck(item, own)),
    });
  }

  async actions(document: vscode.TextDocument, request: ActionRequest): Promise<vscode.CodeAction[]> {
    const state = this.states.get(document);
    if (state === undefined && !this.options.isOn(document)) return [];
    if (state?.version !== document.version) await this.check(document);
    if (request.token.isCancellationRequested) return [];
    return quickFixes(document, this.itemsOf(document), request);
  }

  /** Checks a document now; an older check of it that still runs gives up. */
  async check(
    document: vscode.TextDocument,
    { isAsked = false }: { readonly isAsked?: boolean } = {},
  ): Promise<void> {
    const state = this.stateOf(document);
    if (state.timer !== null) clearTimeout(state.timer);
    state.timer = null;
    const { version } = document;
    const items: CheckedItem[] = [];
    let began = performance.now();
    for await (const item of this.itemsToCheck(document, isAsked)) {
      if (document.version !== version) return;
      items.push(this.checker.check(item));
      if (performance.now() - began < slice) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    }
    if (document.isClosed || document.version !== version || this.states.get(document) !== state) return;
    state.items = items;
    state.version = version;
    if (state.target !== null && !isOwn(document) && this.targetItem(document) === null) state.target = null;
    this.diagnostics.set(
      document.uri,
      items.flatMap((item) => diagnosticsOf(document, item)),
    );
    if (items.length === 0 && state.target === null && !this.options.isOn(document))
      this.states.delete(document);
    this.checked.fire(document);
  }

  private async *itemsToCheck(document: vscode.TextDocument, isAsked: boolean): AsyncIterable<ItemToCheck> {
    if (isOwn(document)) {
      const item = await this.options.ownItem(document);
      if (item !== null) yield item;
      return;
    }
    const state = this.stateOf(document);
    const own = await this.own.of(document);
    const input = inputOf(document);
    if (input.text.length > longestChecked && !isAsked) {
      this.tellTooLarge(document, state);
      return;
    }
    const target = state.target === null ? null : itemOfTarget(input, state.target);
    const isAll = this.options.isOn(document) && input.text.length <= longestChecked;
    if (target !== null) yield toCheck(target, own);
    if (!isAll) return;
    for (const item of documentItems(input, state.lines)) {
      if (target === null || !isSamePlace(item, target)) yield toCheck(item, own);
    }
  }

  private targetItem(document: vscode.TextDocument): CheckedItem | null {
    const target = this.states.get(document)?.target ?? null;
    const placed = target === null ? null : itemOfTarget(inputOf(document), target);
    return placed === null
      ? null
      : (this.itemsOf(document).find((item) => isSamePlace(item, placed)) ?? null);
  }

  private tellTooLarge(document: vscode.TextDocument, state: DocumentState): void {
    if (state.isToldTooLarge) return;
    state.isToldTooLarge = true;
    const name = vscode.workspace.asRelativePath(document.uri);
    this.options.tell(
      `“${name}” is too large to be checked while you write. Check Response checks the row or section at the cursor.`,
    );
  }

  private stateOf(document: vscode.TextDocument): DocumentState {
    const known = this.states.get(document);
    if (known !== undefined) return known;
    const state: DocumentState = {
      items: [],
      version: -1,
      timer: null,
      target: null,
      lines: new Map(),
      isToldTooLarge: false,
    };
    this.states.set(document, state);
    return state;
  }
}

function toCheck(item: PlacedItem, own: readonly OwnVerifier[]): ItemToCheck {
  return { ...item, given: null, own, isEditable: true };
}

function isSamePlace(a: PlacedItem, b: PlacedItem): boolean {
  return a.range.start === b.range.start && a.instruction.text === b.instruction.text;
}

function isReviewed({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === schemes.review;
}

function inputOf(document: vscode.TextDocument): DocumentInput {
  return { text: document.getText(), languageId: document.languageId, fileName: document.fileName };
}
