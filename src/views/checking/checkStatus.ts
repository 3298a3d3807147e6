import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { brokenChecks, type CheckedItem } from '../../editor/checking/checkedItem';
import { DisposableStore } from '../../editor/emitter';
import { Throttle } from '../throttle';
import { constraintList, countSentence, countWords } from './constraintWords';

export interface CheckStatusOptions {
  readonly itemAt: (document: vscode.TextDocument, offset: number) => CheckedItem | null;
  readonly changed: vscode.Event<vscode.TextDocument>;
}

/** How the response at the cursor stands; not there where none is checked. */
export class CheckStatus implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly item: vscode.StatusBarItem;

  constructor(private readonly options: CheckStatusOptions) {
    this.item = this.store.add(
      vscode.window.createStatusBarItem('spar.checks', vscode.StatusBarAlignment.Left, 9),
    );
    this.item.name = 'SPaR: Constraints';
    this.item.command = commands.showConstraints;
    const throttle = this.store.add(new Throttle(() => this.show()));
    this.store.add(options.changed(() => throttle.request()));
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => throttle.request()));
    this.store.add(vscode.window.onDidChangeTextEditorSelection(() => throttle.request()));
  }

  dispose(): void {
    this.store.dispose();
  }

  private show(): void {
    const editor = vscode.window.activeTextEditor;
    const found =
      editor === undefined
        ? null
        : this.options.itemAt(editor.document, editor.document.offsetAt(editor.selection.active));
    if (found === null) {
      this.item.hide();
      return;
    }
    const icon = brokenChecks(found).length > 0 ? 'checklist' : 'pass';
    this.item.text = `$(${icon}) ${countWords(found.checks)}`;
    this.item.tooltip = new vscode.MarkdownString(constraintList(found));
    this.item.accessibilityInformation = { label: `SPaR: ${countSentence(found.checks)} Show constraints` };
    this.item.show();
  }
}
