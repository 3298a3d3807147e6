import * as vscode from 'vscode';
import { checkedLanguages, schemes, settings, settingsSection } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import { isOwnFile } from '../../editor/checking/ownFilePlace';
import type { Checking, CheckingOptions } from './checking';

/** Documents in which items are read: prose, rows, and SPaR's own. */
export const checkedDocuments: readonly vscode.DocumentFilter[] = [
  ...checkedLanguages.map((language) => ({ language })),
  { pattern: '**/*.{jsonl,ndjson,jsonlines,json}' },
  ...Object.values(schemes).map((scheme) => ({ scheme })),
];

/**
 * What there is of checking before anything is checked: the providers, and the watch for documents that are to be
 * checked. The verifiers are loaded with the first of them.
 */
export class LateChecking implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private loading: Promise<Checking> | null = null;
  private loaded: Checking | null = null;
  private isDisposed = false;
  /** The setting by document, until it changes: each reading costs up to half a millisecond. */
  private readonly settings = new Map<string, boolean>();

  constructor(private readonly options: Omit<CheckingOptions, 'isOn'>) {
    const { workspace, window, languages } = vscode;
    const selector = checkedDocuments as vscode.DocumentSelector;
    this.store.add(
      languages.registerHoverProvider(selector, {
        provideHover: async (document, position, token) =>
          (await this.load()).hover(document, position, token),
      }),
    );
    this.store.add(
      languages.registerCodeActionsProvider(
        selector,
        {
          // Documents that are not checked have none, and must not load the verifiers.
          provideCodeActions: async (document, ...[range, context, token]) =>
            this.loaded === null && !this.isWanted(document)
              ? []
              : (await this.load()).actions(document, { range, context, token }),
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind] },
      ),
    );
    this.store.add(window.onDidChangeVisibleTextEditors(() => this.look()));
    this.store.add(
      workspace.onDidChangeTextDocument((event) => {
        if (this.loaded !== null) this.loaded.changed(event);
        else if (this.isWanted(event.document)) void this.load();
      }),
    );
    this.store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`${settingsSection}.${settings.diagnosticsEnabled}`)) return;
        this.settings.clear();
        this.loaded?.refresh();
        this.look();
      }),
    );
    this.store.add(
      workspace.onDidCloseTextDocument((document) => {
        this.settings.delete(document.uri.toString());
        this.loaded?.closed(document);
      }),
    );
    this.look();
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
  }

  load(): Promise<Checking> {
    this.loading ??= this.create();
    return this.loading;
  }

  private async create(): Promise<Checking> {
    const { Checking } = await import('./checking');
    const checking = new Checking({ ...this.options, isOn: (document) => this.isOn(document) });
    if (this.isDisposed) checking.dispose();
    else this.loaded = this.store.add(checking);
    return checking;
  }

  private look(): void {
    if (this.loaded !== null) this.loaded.look();
    else if (vscode.window.visibleTextEditors.some(({ document }) => this.isWanted(document)))
      void this.load();
  }

  private isWanted(document: vscode.TextDocument): boolean {
    return this.isOn(document) || isOwnFile(document);
  }

  /** True for documents that are checked unasked: SPaR's own, and others where the setting says so. */
  private isOn(document: vscode.TextDocument): boolean {
    const { uri } = document;
    if (isOwn(document)) return true;
    if (vscode.languages.match(checkedDocuments, document) === 0) return false;
    // Earlier versions of files, output and the like are nothing that a person writes.
    if (uri.scheme !== 'untitled' && vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true)
      return false;
    const key = uri.toString();
    const known = this.settings.get(key);
    if (known !== undefined) return known;
    const section = vscode.workspace.getConfiguration(settingsSection, document);
    const isOn = section.get<unknown>(settings.diagnosticsEnabled) === true;
    this.settings.set(key, isOn);
    return isOn;
  }
}

export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('spar');

/** SPaR's own documents show one response each, with the constraints of its search. */
export function isOwn({ uri }: vscode.TextDocument): boolean {
  return Object.values<string>(schemes).includes(uri.scheme);
}
