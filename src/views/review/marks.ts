import * as vscode from 'vscode';
import { DisposableStore } from '../../editor/emitter';
import type { ReviewDocument } from './reviewDocument';
import type { TrackedSpan } from './trackedChanges';

/** A look of a stretch; what nothing needed is dotted, what is decided is quiet. */
type Look =
  | 'header'
  | 'removed'
  | 'removedUnneeded'
  | 'added'
  | 'addedUnneeded'
  | 'kept'
  | 'keptNothing'
  | 'undone'
  | 'undoneNothing';

/** Draws the marks of inline reviews in the theme's diff colours; in high contrast themes as borders. */
export class ReviewMarks implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private types = decorationTypes();

  constructor() {
    this.store.add(
      vscode.window.onDidChangeActiveColorTheme(() => {
        this.disposeTypes();
        this.types = decorationTypes();
      }),
    );
  }

  dispose(): void {
    this.disposeTypes();
    this.store.dispose();
  }

  /** The document must show `review` already. */
  draw(editor: vscode.TextEditor, review: ReviewDocument): void {
    const ranges = new Map<Look, vscode.Range[]>();
    const add = (look: Look, range: vscode.Range): void => {
      const known = ranges.get(look);
      if (known === undefined) ranges.set(look, [range]);
      else known.push(range);
    };
    add('header', new vscode.Range(0, 0, review.headerLines - 1, 0));
    for (const span of review.tracked.spans) {
      const { document } = editor;
      add(
        lookOf(span, review),
        new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)),
      );
    }
    for (const [look, type] of this.types) editor.setDecorations(type, ranges.get(look) ?? []);
  }

  private disposeTypes(): void {
    for (const type of this.types.values()) type.dispose();
  }
}

function lookOf(span: TrackedSpan, { need }: ReviewDocument): Look {
  const isEmpty = span.start === span.end;
  const isUnneeded = need?.unneeded.has(span.change) === true;
  switch (span.kind) {
    case 'removed':
      return isUnneeded ? 'removedUnneeded' : 'removed';
    case 'added':
      return isUnneeded ? 'addedUnneeded' : 'added';
    case 'kept':
      return isEmpty ? 'keptNothing' : 'kept';
    case 'undone':
      return isEmpty ? 'undoneNothing' : 'undone';
  }
}

function decorationTypes(): ReadonlyMap<Look, vscode.TextEditorDecorationType> {
  const theme = vscode.window.activeColorTheme.kind;
  const isHighContrast =
    theme === vscode.ColorThemeKind.HighContrast || theme === vscode.ColorThemeKind.HighContrastLight;
  const color = (id: string): vscode.ThemeColor => new vscode.ThemeColor(id);
  const boxed = (style: string): vscode.DecorationRenderOptions =>
    isHighContrast ? { borderWidth: '1px', borderStyle: style, borderColor: color('contrastBorder') } : {};
  const dotted: vscode.DecorationRenderOptions = {
    borderWidth: isHighContrast ? '1px' : '0 0 2px 0',
    borderStyle: 'dotted',
    borderColor: color(isHighContrast ? 'contrastActiveBorder' : 'descriptionForeground'),
  };
  const underlined = (style: string): vscode.DecorationRenderOptions => ({
    borderWidth: '0 0 1px 0',
    borderStyle: style,
    borderColor: color('descriptionForeground'),
  });
  const removed: vscode.DecorationRenderOptions = {
    backgroundColor: color('diffEditor.removedTextBackground'),
    textDecoration: 'line-through',
    overviewRulerColor: color('editorOverviewRuler.deletedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    ...boxed('dashed'),
  };
  const added: vscode.DecorationRenderOptions = {
    backgroundColor: color('diffEditor.insertedTextBackground'),
    overviewRulerColor: color('editorOverviewRuler.addedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    ...boxed('solid'),
  };
  const nothing = (symbol: string): vscode.DecorationRenderOptions => ({
    before: { contentText: symbol, color: color('descriptionForeground') },
  });
  const looks: Readonly<Record<Look, vscode.DecorationRenderOptions>> = {
    header: {
      color: color('descriptionForeground'),
      backgroundColor: color('textBlockQuote.background'),
      isWholeLine: true,
    },
    removed,
    removedUnneeded: { ...removed, ...dotted },
    added,
    addedUnneeded: { ...added, ...dotted },
    kept: underlined('solid'),
    keptNothing: nothing('‸'),
    undone: underlined('dashed'),
    undoneNothing: nothing('‸'),
  };
  return new Map(
    (Object.keys(looks) as Look[]).map((look) => [
      look,
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        ...looks[look],
      }),
    ]),
  );
}
