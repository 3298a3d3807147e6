import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions';
import { jsonLines, runIds, workspaceRoot } from '../support/files';
import { until } from '../support/until';

const spar = join(workspaceRoot(), '.spar');
const file = join(spar, 'verifiers.json');

async function writeVerifiers(verifiers: readonly unknown[]): Promise<void> {
  await mkdir(spar, { recursive: true });
  await writeFile(file, JSON.stringify({ verifiers }, null, 2));
}

/** The constraints that the first search of the run checked: their labels, and which are a person's own. */
async function checkedIn(run: string): Promise<readonly string[] | undefined> {
  const lines = await jsonLines(join(spar, 'runs', run, 'journal.jsonl'));
  const started = lines.find((line) => Reflect.get(line['payload'] as object, 'type') === 'search-started');
  if (started === undefined) return undefined;
  const { constraints } = started['payload'] as {
    readonly constraints: readonly { readonly source?: string; readonly text: string }[];
  };
  return constraints.map(({ source, text }) => `${text}${source === 'own' ? ', own' : ''}`);
}

describe('own verifiers', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(file, { force: true });
  });

  it('count beside what the instruction says, but for an entry that is wrong', async () => {
    await writeVerifiers([
      { name: 'broken', type: 'custom:regex', args: { pattern: '(' } },
      { name: 'no brands', type: 'custom:word_list', args: { words: ['Acme'], must: 'none' } },
      { name: 'tables', type: 'custom:parses_as', args: { format: 'json' }, when: { phrases: ['JSON'] } },
    ]);
    const before = new Set(await runIds());
    const content =
      '## Instruction\n\nSay hello. Do not use any commas.\n\n## Response\n\nHello, dear Acme.\n';
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(commands.refineResponse);
    const run = await until(async () => (await runIds()).find((id) => !before.has(id)), {
      what: 'a run is journalled',
    });
    const constraints = await until(() => checkedIn(run), { what: 'the search has begun' });
    assert.deepEqual(constraints, ['no comma', 'no brands, own']);
  });

  it('are checked by the text editor while they are written', async () => {
    await writeVerifiers([{ name: 'brief', type: 'custom:length', args: { unit: 'pages', max: 3 } }]);
    const uri = vscode.Uri.file(file);
    const opened = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(opened);
    const problems = await until(
      () => {
        const found = vscode.languages.getDiagnostics(uri);
        // What was said of the file's earlier text may still stand there.
        const isTold = found.some(({ range }) => opened.getText(range).includes('pages'));
        return Promise.resolve(isTold ? found : undefined);
      },
      { what: 'the unit is marked', within: 30_000 },
    );
    const document = await vscode.workspace.openTextDocument(uri);
    assert.ok(
      problems.some(({ range }) => document.getText(range).includes('pages')),
      JSON.stringify(problems),
    );
  });
});
