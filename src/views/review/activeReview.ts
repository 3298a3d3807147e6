import * as vscode from 'vscode';
import { contextKeys, schemes } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import type { CandidateReference } from './host';
import { decodeAddress } from './reviewUri';

/**
 * Which candidate the active editor shows, and the context keys that menus look at. Keys of the inline review look at
 * the document's scheme: the editor knows it at once, and a key that comes before the context key would be lost.
 */
export class ActiveReview implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private told = { inReview: false, inDiffReview: false };

  constructor() {
    const tell = (): void => this.tell();
    this.store.add(vscode.window.tabGroups.onDidChangeTabs(tell));
    this.store.add(vscode.window.tabGroups.onDidChangeTabGroups(tell));
    this.store.add(vscode.window.onDidChangeActiveTextEditor(tell));
    this.tell();
  }

  dispose(): void {
    this.store.dispose();
  }

  current(): CandidateReference | null {
    const uri = activeUri();
    const decoded = uri === null ? null : decodeAddress(uri);
    if (decoded?.ok !== true) return null;
    const { sessionId, path, kind, against } = decoded.address;
    if (kind === 'node') return against === null ? null : { sessionId, path: against };
    return { sessionId, path };
  }

  /** True in a diff of a candidate, on either side. */
  isDiff(): boolean {
    const scheme = activeUri()?.scheme;
    return scheme === schemes.candidate || scheme === schemes.node;
  }

  hasTab(uri: vscode.Uri): boolean {
    const wanted = uri.toString();
    return vscode.window.tabGroups.all.some((group) =>
      group.tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === wanted),
    );
  }

  private tell(): void {
    const inReview = activeUri()?.scheme === schemes.review;
    const inDiffReview = this.isDiff();
    if (inReview !== this.told.inReview) setContext(contextKeys.inReview, inReview);
    if (inDiffReview !== this.told.inDiffReview) setContext(contextKeys.inDiffReview, inDiffReview);
    this.told = { inReview, inDiffReview };
  }
}

/** The tab says more than the editor: in a diff the active editor may be either side, or none yet. */
function activeUri(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText) return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri !== undefined && input !== undefined ? uri : null;
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
