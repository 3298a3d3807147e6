import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { customEditors } from '../../../src/contributions';
import { recordIdOf, recordLine } from '../../../src/spar/datasets/newLines';
import type { Request } from '../../../src/views/datasets/editor/protocol';
import { curatedPair, curatedRecord, datasetText, decisionOn } from '../../support/curationDataset';
import { DatasetPages, type DatasetPage } from '../support/datasetPages';
import { jsonLines, workspaceRoot } from '../support/files';
import { until } from '../support/until';

// All suites are loaded before the first of them activates the extension.
const pages = new DatasetPages();
pages.watch(vscode);

const folder = (): string => join(workspaceRoot(), 'edited');
const file = (): string => join(folder(), 'pairs.spar.jsonl');
const text = (): Promise<string> => readFile(file(), 'utf8');
const id = (number: number): string => recordIdOf(curatedPair(number));

/** What the lines after the first ones say. */
async function added(from = 3): Promise<readonly string[]> {
  const lines = (await jsonLines(file())).slice(from);
  return lines.map(({ kind, status, undoes }) =>
    [kind, status, undoes === undefined ? null : 'undo'].filter((word) => typeof word === 'string').join(' '),
  );
}

async function open(content: string): Promise<DatasetPage> {
  await mkdir(folder(), { recursive: true });
  await writeFile(file(), content);
  const earlier = pages.of(file());
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file()), customEditors.dataset);
  const page = await until(
    () => {
      const now = pages.of(file());
      return now === earlier ? undefined : now;
    },
    { what: 'a page of the dataset' },
  );
  await until(() => page.last('result')?.isComplete, { what: 'the page shows all rows', within: 25_000 });
  return page;
}

function isDirty(): boolean {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  assert.ok(tab?.input instanceof vscode.TabInputCustom);
  return tab.isDirty;
}

async function dirty(wanted: boolean): Promise<void> {
  await until(() => isDirty() === wanted, { what: wanted ? 'the tab is dirty' : 'the tab is clean' });
}

async function accepted(page: DatasetPage, count: number): Promise<void> {
  await until(() => page.last('result')?.byStatus.accepted === count, { what: `${count} are accepted` });
}

const act = (action: 'accept' | 'reject' | 'delete', ...numbers: readonly number[]): Request => ({
  type: 'act',
  action,
  target: { ids: numbers.map(id) },
});

const save = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.files.save');

describe('Dataset editor', () => {
  const three = datasetText([curatedRecord(0), curatedRecord(1), curatedRecord(2)]);

  before(() => {
    assert.ok(!existsSync(file()));
  });
  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // In a browser the editor saves by itself unless told otherwise.
    const configuration = vscode.workspace.getConfiguration('files');
    await configuration.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
  });
  afterEach(async () => {
    if (vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty === true)
      await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder(), { recursive: true, force: true });
    const configuration = vscode.workspace.getConfiguration('files');
    await configuration.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
  });

  it('holds edits until they are saved, and takes them back and makes them again', async () => {
    const page = await open(three);
    page.ask(act('accept', 0, 2));
    await accepted(page, 2);
    await dirty(true);
    assert.equal(page.last('document')?.unsaved, 2);
    assert.equal(await text(), three);
    await vscode.commands.executeCommand('undo');
    await accepted(page, 0);
    await dirty(false);
    await vscode.commands.executeCommand('redo');
    await accepted(page, 2);
    await dirty(true);
    await save();
    await dirty(false);
    assert.ok((await text()).startsWith(three));
    assert.deepEqual(await added(), ['decision accepted', 'decision accepted']);

    // What is saved is taken back by lines of its own.
    await vscode.commands.executeCommand('undo');
    await accepted(page, 0);
    await dirty(true);
    await save();
    await dirty(false);
    assert.deepEqual((await added()).slice(2), ['decision pending undo', 'decision pending undo']);
    await vscode.commands.executeCommand('redo');
    await accepted(page, 2);
    await save();
    await until(async () => (await added()).length === 6, { what: 'the redone edit is saved' });
  });

  it('reverts to what the file says, with what others wrote meanwhile', async () => {
    const page = await open(three);
    page.ask(act('reject', 0));
    await dirty(true);
    const theirs = datasetText([decisionOn(1, 'accepted', { id: 'theirs' })]);
    await appendFile(file(), theirs);
    await accepted(page, 1);
    assert.equal(page.last('result')?.byStatus.rejected, 1);
    assert.equal(isDirty(), true);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await dirty(false);
    await until(() => page.last('result')?.byStatus.rejected === 0, { what: 'nothing is rejected any more' });
    await accepted(page, 1);
    assert.equal(await text(), three + theirs);
  });

  it('saves beside what others wrote meanwhile, also where they replaced the file', async () => {
    const page = await open(three);
    page.ask(act('accept', 0));
    await dirty(true);
    // As a checkout of another branch does: another file of this name, without one pair and with a new one.
    const other = datasetText([curatedRecord(1), curatedRecord(0), curatedRecord(7)]);
    await writeFile(`${file()}.other`, other);
    await rename(`${file()}.other`, file());
    await until(
      () => {
        page.ask({ type: 'pair', id: id(7), whole: false });
        return page.last('pair')?.pair?.line === 3;
      },
      { what: 'the new pair is shown' },
    );
    await accepted(page, 1);
    assert.equal(isDirty(), true);
    await save();
    await dirty(false);
    assert.ok((await text()).startsWith(other));
    assert.deepEqual(await added(), ['decision accepted']);
  });

  it('keeps what is not saved where the next window finds it, until it is saved or reverted', async () => {
    const page = await open(three);
    page.ask(act('accept', 0));
    page.ask({ type: 'edit', id: id(1), field: 'chosen', text: 'Other words.' });
    const backup = await until(() => pages.backups.get(file()), { what: 'a backup', within: 20_000 });
    const kept = (): Promise<readonly Record<string, unknown>[]> => jsonLines(backup.fsPath);
    await until(async () => (await kept()).length === 2, { what: 'both edits are kept', within: 20_000 });
    assert.deepEqual(
      (await kept()).map(({ kind, record }) => [kind, record]),
      [
        ['decision', id(0)],
        ['change', id(1)],
      ],
    );
    assert.equal(await text(), three);
    await save();
    await dirty(false);
    await until(() => !existsSync(backup.fsPath), { what: 'the backup is gone after the save' });
    assert.deepEqual(await added(), ['decision accepted', 'change']);
  });

  it('refuses what is no edit, and is not dirty for it', async () => {
    const turns = [
      { role: 'system' as const, content: 'Be brief.' },
      { role: 'user' as const, content: 'Say hello.' },
    ];
    const pair = { instruction: turns, rejected: 'Hello, hello.', chosen: 'Hello.' };
    const page = await open(three + datasetText([recordLine(pair, '2026-10-01T00:00:00.000Z')]));
    const refused: readonly object[] = [
      { type: 'edit', id: recordIdOf(pair), field: 'instruction', text: '[{"role":"nobody"}]' },
      { type: 'edit', id: id(0), field: 'id', text: 'x' },
      { type: 'edit', id: id(0), field: 'chosen', text: curatedPair(0).chosen },
      { type: 'edit', id: 'nobody', field: 'chosen', text: 'x' },
      { type: 'act', action: 'accept', target: { ids: ['nobody'] } },
      { type: 'act', action: 'burn', target: { all: true } },
      { type: 'settle', id: id(0), conflict: 0, side: 0 },
      { type: 'fix', id: id(0), finding: 0 },
      { type: 'append', line: 'x' },
      [],
    ];
    for (const request of refused) page.ask(request);
    // The refused instruction comes back into its field, for the person to mend.
    await until(() => page.last('text')?.text === '[{"role":"nobody"}]', { what: 'the text comes back' });
    // Asked last, answered last.
    page.ask(act('accept', 0));
    await accepted(page, 1);
    assert.equal(page.last('document')?.unsaved, 1);
    await vscode.commands.executeCommand('undo');
    await dirty(false);
    assert.equal(await text(), three + datasetText([recordLine(pair, '2026-10-01T00:00:00.000Z')]));
  });

  it('stays dirty where the file is read-only, and saves once it is not', async () => {
    const page = await open(three);
    page.ask(act('accept', 0));
    await dirty(true);
    const { mode } = await stat(file());
    await chmod(file(), 0o444);
    // Nothing is read-only for the superuser.
    const isSuperuser = process.geteuid?.() === 0;
    if (isSuperuser) process.seteuid?.(65_534);
    try {
      await save();
    } finally {
      if (isSuperuser) process.seteuid?.(0);
      await chmod(file(), mode);
    }
    assert.equal(isDirty(), true);
    assert.equal(page.last('document')?.unsaved, 1);
    assert.equal(await text(), three);
    await save();
    await dirty(false);
    assert.deepEqual(await added(), ['decision accepted']);
  });

  it('says that the file is gone, saves nothing, and saves once it is back', async () => {
    const page = await open(three);
    page.ask(act('accept', 0));
    await dirty(true);
    await rm(file());
    await until(() => page.last('document')?.notices.some((words) => words.includes('The file is gone')), {
      what: 'the page says that the file is gone',
    });
    await save();
    assert.equal(isDirty(), true);
    assert.equal(existsSync(file()), false);
    await writeFile(file(), three);
    await until(() => page.last('document')?.notices.length === 0, { what: 'the page says nothing more' });
    await save();
    await dirty(false);
    assert.deepEqual(await added(), ['decision accepted']);
  });

  it('says which lines can not be read, keeps them, and edits a line of 10 MB', async () => {
    // Not measured, which takes longer than to read it.
    const huge = { ...curatedRecord(1), chosen: 'long '.repeat(2_000_000) };
    const before = `${datasetText([curatedRecord(0)])}{"half a line\n${datasetText([huge])}`;
    const page = await open(before);
    assert.match(
      page.last('document')?.notices.join() ?? '',
      /^1 line can't be read, the first is line 2: /u,
    );
    page.ask({ type: 'pair', id: huge.id, whole: false });
    const shown = await until(() => page.last('pair')?.pair, { what: 'the pair', within: 20_000 });
    assert.ok(shown.cut > 9_000_000);
    page.ask({ type: 'act', action: 'accept', target: { ids: [huge.id] } });
    await dirty(true);
    await save();
    await dirty(false);
    const after = await text();
    assert.ok(after.startsWith(before));
    assert.equal((JSON.parse(after.slice(before.length)) as { record: string }).record, huge.id);
  });
});
