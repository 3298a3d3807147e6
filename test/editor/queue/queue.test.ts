import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, customEditors } from '../../../src/contributions';
import { recordIdOf } from '../../../src/spar/datasets/newLines';
import { curatedPair, curatedRecord, datasetText, decisionOn } from '../../support/curationDataset';
import { jsonLines, workspaceRoot } from '../support/files';
import { QueuePages, type QueuePage } from '../support/queuePages';
import { until } from '../support/until';

const pages = new QueuePages();
const folder = (): string => join(workspaceRoot(), 'queued');
const file = (): string => join(folder(), 'pairs.spar.jsonl');
const id = (number: number): string => recordIdOf(curatedPair(number));

async function open(content: string): Promise<QueuePage> {
  await mkdir(folder(), { recursive: true });
  await writeFile(file(), content);
  await vscode.commands.executeCommand(commands.reviewPending, vscode.Uri.file(file()));
  const page = pages.all.at(-1);
  assert.ok(page);
  await shows(page, 0);
  return page;
}

async function shows(page: QueuePage, number: number): Promise<void> {
  await until(() => page.last('state')?.pair?.id === id(number), {
    what: `the queue shows pair ${number}`,
    within: 25_000,
  });
}

function openTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

describe('the review queue', () => {
  before(() => pages.watch(vscode));

  afterEach(async () => {
    await vscode.window.tabGroups.close(openTabs());
    await rm(folder(), { recursive: true, force: true });
  });

  it('writes each decision at once, and the dataset’s editor has nothing to save', async () => {
    const page = await open(datasetText([0, 1, 2].map(curatedRecord)));
    page.ask({ type: 'order', order: { by: 'input', seed: 0, unknownFirst: false } });
    await vscode.commands.executeCommand(
      'vscode.openWith',
      vscode.Uri.file(file()),
      customEditors.dataset,
      vscode.ViewColumn.Beside,
    );
    page.ask({
      type: 'decide',
      id: id(0),
      decision: { status: 'accepted', undone: [] },
      anyway: false,
    });
    await shows(page, 1);
    const lines = await jsonLines(file());
    assert.equal(lines.length, 4);
    assert.equal(lines[3]?.['status'], 'accepted');
    const tab = openTabs().find(({ input }) => input instanceof vscode.TabInputCustom);
    assert.equal(tab?.isDirty, false);
  });

  it('takes in what others write while it is open', async () => {
    const page = await open(datasetText([0, 1, 2].map(curatedRecord)));
    page.ask({ type: 'order', order: { by: 'input', seed: 0, unknownFirst: false } });
    await appendFile(file(), datasetText([decisionOn(1, 'rejected', { id: 'x' })]));
    await until(() => page.last('state')?.progress === '1 of 2', { what: 'the pair has left the queue' });
    await appendFile(file(), datasetText([curatedRecord(3), curatedRecord(4)]));
    await until(() => page.last('state')?.progress === '1 of 4', { what: 'the queue has grown' });
    page.ask({ type: 'go', to: 'next' });
    await shows(page, 2);
  });

  it('is one tab for a dataset, and another once that is closed', async () => {
    const page = await open(datasetText([0, 1].map(curatedRecord)));
    const count = pages.all.length;
    await vscode.commands.executeCommand(commands.reviewPending, vscode.Uri.file(file()));
    assert.equal(pages.all.length, count);
    page.panel.dispose();
    await vscode.commands.executeCommand(commands.reviewPending, vscode.Uri.file(file()));
    assert.equal(pages.all.length, count + 1);
    await shows(pages.all[count]!, 0);
  });

  it('does nothing for what no page of it asks', async () => {
    const text = datasetText([0, 1].map(curatedRecord));
    const page = await open(text);
    for (const odd of [{ type: 'decide', id: id(0) }, { type: 'delete' }, 'x', { type: 'go', to: 'x' }])
      page.ask(odd as object);
    page.ask({ type: 'go', to: 'next' });
    await shows(page, 1);
    assert.equal((await jsonLines(file())).length, 2);
  });
});
