import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, schemes } from '../../../src/contributions';
import { journalledEvents, runIds } from '../support/files';
import { until } from '../support/until';

const source =
  '## Instruction\n\nTell the end of the story. Do not use any commas.\n\n## Response\n\n' +
  'Raymond III was the Count of Tripoli, and he ruled from 1152 to 1187 in the great county by the sea. ' +
  'He was born in 1140. The end came soon, and it was sad, and it was cold.\n';
const original = source.split('## Response\n\n')[1]!.trimEnd();

let sessionId = '';

/** One search, offline, whose best candidate drops the three commas. */
async function search(): Promise<string> {
  const known = new Set(await runIds());
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: source });
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand(commands.refineResponse);
  return until(
    async () => {
      for (const id of await runIds()) {
        const events = known.has(id) ? [] : await journalledEvents(id);
        if (events.some(({ type }) => type === 'search-finished')) return id;
      }
      return null;
    },
    { what: 'the search has ended' },
  );
}

async function openReview(): Promise<vscode.TextEditor> {
  await vscode.commands.executeCommand(commands.openReview, { sessionId, path: '1' });
  return until(
    () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document.uri.scheme === schemes.review ? editor : null;
    },
    { what: 'the review is open' },
  );
}

function wordAtCursor({ document, selection }: vscode.TextEditor): string {
  return document.getText(document.getWordRangeAtPosition(selection.active));
}

function header(editor: vscode.TextEditor): string {
  return editor.document.lineAt(0).text;
}

async function headerHas(words: string): Promise<void> {
  await until(
    () =>
      vscode.workspace.textDocuments.some(
        (document) => document.uri.scheme === schemes.review && document.lineAt(0).text.includes(words),
      ),
    { what: `the header says “${words}”` },
  );
}

async function lensTitles(uri: vscode.Uri): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
  );
  return lenses.map((lens) => lens.command?.title ?? '');
}

/** The right side of the diff of the candidate. */
async function openDiff(): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand(commands.openDiff, { sessionId, path: '1' });
  return until(
    () => vscode.workspace.textDocuments.find((document) => document.uri.scheme === schemes.candidate),
    { what: 'the diff is open' },
  );
}

describe('Review of a candidate', () => {
  before(async () => {
    sessionId = await search();
  });

  afterEach(async () => {
    await openReview();
    await vscode.commands.executeCommand(commands.keepAllChanges);
    await headerHas('3 kept');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows tracked changes one sentence a line, with a lens for each, and the cursor at the first', async () => {
    const editor = await openReview();
    const { document } = editor;
    assert.deepEqual(document.getText().split('\n').slice(-3), [
      'Raymond III was the Count of Tripoli, and he ruled from 1152 to 1187 in the great county by the sea.',
      'He was born in 1140.',
      'The end came soon, and it was sad, and it was cold.',
    ]);
    assert.match(header(editor), /3 of 3 changes needed/u);
    assert.equal(wordAtCursor(editor), 'Tripoli');
    const titles = await until(
      async () => {
        const found = await lensTitles(document.uri);
        return found.length > 0 ? found : null;
      },
      { what: 'there are lenses' },
    );
    assert.ok(titles.includes('$(check) Keep “soon,” → “soon”'), titles.join('\n'));
  });

  it('keeps and undoes the change at the cursor, again to take it back, and stays there', async () => {
    const editor = await openReview();
    await vscode.commands.executeCommand(commands.undoAllChanges);
    await headerHas('3 undone');
    await until(() => wordAtCursor(editor) === 'Tripoli', { what: 'the cursor is at its change again' });
    const at = editor.selection.active;
    await vscode.commands.executeCommand(commands.keepChange);
    await headerHas('1 kept · 2 undone');
    await until(() => editor.selection.active.isEqual(at), { what: 'the cursor stays at its change' });
    await vscode.commands.executeCommand(commands.keepChange);
    await headerHas('needed · 2 undone');
    await vscode.commands.executeCommand(commands.nextChange);
    assert.equal(editor.document.offsetAt(editor.selection.active) > editor.document.offsetAt(at), true);
  });

  it('tells in a hover what a change is and what needed it, with nothing but its own links', async () => {
    const { document, selection } = await openReview();
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      selection.active,
    );
    const text = hovers
      .flatMap(({ contents }) =>
        contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')),
      )
      .join('\n');
    assert.match(text, /\*\*Change 1 of 3\*\*/u);
    assert.match(text, /Needed by: no comma/u);
  });

  it('keeps what is written into the diff, without the line breaks of the layout', async () => {
    const document = await openDiff();
    assert.equal(document.lineCount, 3);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), 'So ');
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    assert.equal(await document.save(), true);
    await openReview();
    await headerHas('edited');
    // Back to the candidate as it was.
    const back = new vscode.WorkspaceEdit();
    back.delete(document.uri, new vscode.Range(1, 0, 1, 3));
    await vscode.workspace.applyEdit(back);
    assert.equal(await document.save(), true);
    await headerHas('3 changes needed');
  });

  it('shows a decision of the review in an open diff', async () => {
    const document = await openDiff();
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    await openReview();
    await vscode.commands.executeCommand(commands.undoAllChanges);
    await until(() => document.getText().replaceAll('\n', ' ') === original, {
      what: 'the diff shows the original',
    });
  });

  it('answers an address made by hand with words', async () => {
    for (const scheme of [schemes.review, schemes.candidate, schemes.node]) {
      const uri = vscode.Uri.from({ scheme, path: '/made/by%zz/hand' });
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.getText().trim(), 'This address names no response of SPaR.');
    }
  });
});
