import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, settings, settingsSection } from '../../../src/contributions';
import { workspaceRoot } from '../support/files';
import { until } from '../support/until';

const response = 'The sea is calm, and the ships are out. The harbour sleeps, and the gulls do not.';
const asked = 'Describe a harbour. Do not use any commas.';
const prose = `## Instruction\n\n${asked}\n\n## Response\n\n${response}\n`;

/** Source, type and underlined text of what SPaR has found. */
function found(document: vscode.TextDocument): readonly (readonly [string, string])[] {
  return ours(document).map(({ code, range }) => [
    typeof code === 'string' ? code : '',
    document.getText(range),
  ]);
}

function ours({ uri }: vscode.TextDocument): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'SPaR');
}

function hasFound(document: vscode.TextDocument, count: number): Promise<unknown> {
  return until(() => ours(document).length === count, { what: `${count} findings in ${document.uri.path}` });
}

async function open(content: string, language = 'markdown'): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document);
  return document;
}

async function openFile(name: string, content: string): Promise<vscode.TextDocument> {
  const file = join(workspaceRoot(), name);
  await writeFile(file, content);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

async function fixes(
  document: vscode.TextDocument,
  kind = 'quickfix',
): Promise<readonly vscode.CodeAction[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const ask = (): Thenable<vscode.CodeAction[]> =>
    vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      ours(document)[0]?.range ?? whole,
      kind,
    );
  return until(
    async () => {
      const actions = await ask();
      return actions.length > 0 ? actions : null;
    },
    { what: `there are actions of ${kind}` },
  );
}

async function apply(action: vscode.CodeAction | undefined): Promise<void> {
  assert.ok(action?.edit, 'the action has an edit');
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
}

async function hoverAt(document: vscode.TextDocument, text: string): Promise<string> {
  const at = document.positionAt(document.getText().indexOf(text) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    at,
  );
  return hovers
    .flatMap(({ contents }) =>
      contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')),
    )
    .join('\n');
}

async function turnOn(value: boolean | undefined): Promise<void> {
  const section = vscode.workspace.getConfiguration(settingsSection);
  await section.update(settings.diagnosticsEnabled, value, vscode.ConfigurationTarget.Global);
}

async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

describe('Checking a response', () => {
  afterEach(closeAll);

  it('finds nothing unasked in a file while the setting is off, and tells a hover all the same', async () => {
    const document = await open(prose);
    // The first document of its language starts the extension.
    const text = await until(() => hoverAt(document, 'commas').then((words) => words || null), {
      what: 'there is a hover',
    });
    assert.match(text, /1 of 1 constraint is broken/u);
    assert.match(text, /no comma/u);
    assert.match(text, /Not checked by code: “Describe a harbour”/u);
    assert.deepEqual(found(document), []);
    assert.equal(await hoverAt(document, 'ships are'), '');
  });

  it('underlines what breaks a constraint when it is asked to, and follows what is typed', async () => {
    const document = await open(prose);
    await vscode.commands.executeCommand(commands.checkResponse);
    await hasFound(document, 2);
    assert.deepEqual(found(document), [
      ['punctuation:no_comma', ','],
      ['punctuation:no_comma', ','],
    ]);
    const edit = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf('calm,') + 4;
    edit.delete(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 1)));
    await vscode.workspace.applyEdit(edit);
    await hasFound(document, 1);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const gone = new vscode.WorkspaceEdit();
    gone.replace(document.uri, all, 'Something else.\n');
    await vscode.workspace.applyEdit(gone);
    await hasFound(document, 0);
  });

  it('mends by a quick fix, as few edits', async () => {
    const document = await open(prose);
    await vscode.commands.executeCommand(commands.checkResponse);
    await hasFound(document, 2);
    const actions = (await fixes(document)).filter(({ title }) => title.startsWith('Mend'));
    assert.ok(actions[0]?.isPreferred, actions.map(({ title }) => title).join('\n'));
    assert.equal(actions[0].edit?.get(document.uri).length, 2);
    await apply(actions[0]);
    assert.equal(document.getText(), prose.replaceAll(',', ''));
    await hasFound(document, 0);
  });

  it('offers a search where rules are at their end', async () => {
    const content = prose.replace('Do not use any commas.', 'Write at least 300 words.');
    const document = await open(content);
    await vscode.commands.executeCommand(commands.checkResponse);
    await hasFound(document, 1);
    assert.deepEqual(found(document)[0]?.[0], 'length_constraints:number_words');
    const titles = (await fixes(document)).map(({ title }) => title);
    assert.ok(titles.includes('Rules can’t mend this: Refine Response'), titles.join('\n'));
  });
});

describe('Checking while a person writes', () => {
  before(() => turnOn(true));
  after(() => turnOn(undefined));
  afterEach(closeAll);

  it('maps findings and fixes through the escapes of a row', async () => {
    const row = { prompt: asked, response: 'Say “é”:\n"so", but 😀, and\tmore' };
    const line = JSON.stringify(row).replace('é', '\\u00e9').replace('😀', '\\ud83d\\ude00');
    const document = await openFile('checked.jsonl', `{"other": 1}\n${line}\n{"prompt": broken\n`);
    await hasFound(document, 2);
    assert.deepEqual(
      ours(document).map(({ range }) => [range.start.line, document.getText(range)]),
      [
        [1, ','],
        [1, ','],
      ],
    );
    await apply((await fixes(document)).find(({ title }) => title.startsWith('Mend')));
    const mended = JSON.parse(document.lineAt(1).text) as typeof row;
    assert.equal(mended.response, row.response.replaceAll(',', ''));
    assert.ok(document.lineAt(1).text.includes('\\ud83d\\ude00'), 'what is not changed keeps its writing');
    await hasFound(document, 0);
  });

  it('keeps Windows line ends, and mends all at once for a save', async () => {
    const content = prose
      .replace('commas.', 'commas. Your answer must be in all lowercase letters.')
      .replaceAll('\n', '\r\n');
    const document = await openFile('checked-windows.md', content);
    await until(() => new Set(found(document).map(([type]) => type)).size === 2, { what: 'both are broken' });
    const all = await fixes(document, 'source.fixAll');
    assert.deepEqual(
      all.map(({ kind }) => kind?.value),
      ['source.fixAll.spar'],
    );
    await apply(all[0]);
    await hasFound(document, 0);
    assert.equal(document.getText().split('\r\n').length, content.split('\r\n').length);
    assert.ok(document.getText().includes(response.replaceAll(',', '').toLowerCase()));
    assert.ok(document.getText().includes(asked.slice(0, 20)), 'the instruction is as it was');
  });

  it('shows what a text says as text, and stays whole on hostile ones', async () => {
    const evil = 'Do not use any commas. Say [x](command:workbench.action.quit) <b>now</b> `$(bug)`.';
    const document = await open(prose.replace(asked, evil));
    await hasFound(document, 2);
    const text = await hoverAt(document, 'commas');
    assert.ok(!text.includes('](command:') && !text.includes('<b>'), text);
    const long = `## Instruction\n\n${evil}\n\n## Response\n\n${'a,'.repeat(2000)}\n\n`;
    const many = await open(long);
    await hasFound(many, 50);
    assert.match(ours(many)[0]?.message ?? '', /2[,]?000 commas/u);
  });
});

describe('Own verifiers', () => {
  const file = (): string => join(workspaceRoot(), '.spar', 'verifiers.json');
  after(() => rm(file(), { force: true }));
  afterEach(closeAll);

  it('begin with examples that change nothing yet, and tell what is wrong in their file', async () => {
    await vscode.commands.executeCommand(commands.openOwnVerifiers);
    const document = vscode.window.activeTextEditor!.document;
    assert.equal(document.uri.fsPath, file());
    assert.deepEqual(ours(document), []);
    const edit = new vscode.WorkspaceEdit();
    const at = document.positionAt(document.getText().indexOf('"max": 6'));
    edit.replace(document.uri, new vscode.Range(at, at.translate(0, 8)), '"max": "six"');
    await vscode.workspace.applyEdit(edit);
    await hasFound(document, 1);
    assert.equal(document.getText(ours(document)[0]?.range), '"six"');
  });

  it('count beside what the instruction says, from the moment the file is saved', async () => {
    const own = { name: 'no gulls', type: 'custom:word_list', args: { words: ['gulls'], must: 'none' } };
    await mkdir(join(workspaceRoot(), '.spar'), { recursive: true });
    await rm(file(), { force: true });
    const document = await open(prose);
    await vscode.commands.executeCommand(commands.checkResponse);
    await hasFound(document, 2);
    await writeFile(file(), JSON.stringify({ verifiers: [own] }));
    await hasFound(document, 3);
    assert.deepEqual(found(document)[2], ['custom:word_list', 'gulls']);
    assert.match(await hoverAt(document, 'commas'), /2 of 2 constraints are broken/u);
  });
});
