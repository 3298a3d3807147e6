import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { journalOf } from './support/journal';
import { docsImage } from './support/docsImage';
import { refiner } from './support/refiner';
import { pressOnRow, tooltip } from './support/rows';
import { widenSideBar } from './support/sideBar';
import { startWorkbench, type Workbench } from './support/workbench';

test('constraints are shown with the search, switched off, edited, searched with again, and come back', async () => {
  const workbench = await startWorkbench();
  const { page } = workbench;
  await workbench.openFile('getting-started.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).waitFor();
  await workbench.treeRow(/^\s*Original.*no comma ✗/u).waitFor();

  // Closed at first; opened by the keyboard.
  await workbench.treeRow(/^\s*Constraints\s*3 checked by code/u).waitFor();
  expect(await workbench.treeRow('from the instruction').count()).toBe(0);
  await workbench.focusTreeRow(/^\s*Constraints/u);
  await page.keyboard.press('ArrowRight');
  await workbench.treeRow(/^\s*no comma\s*broken · from the instruction/u).waitFor();
  await workbench.treeRow(/^\s*“Write a short note.*not checked offline/u).waitFor();
  await workbench.screenshot('constraints-1-open', 'dark');

  await boxOf(workbench, /^\s*no comma/u).click();
  await workbench.treeRow(/^\s*no comma\s*off/u).waitFor();
  await workbench.treeRow(/constraints changed/u).waitFor();
  await workbench.treeRow(/^\s*Original.*no comma ✗/u).waitFor();
  await workbench.screenshot('constraints-2-switched-off');
  await widenSideBar(workbench, 330);
  await page.mouse.move(1000, 800);
  await docsImage(workbench, 'constraints', 286);

  await workbench.runCommand('SPaR: Search Again With Changed Constraints');
  await expect.poll(() => workbench.treeRow('no comma ✗').count()).toBe(0);
  await workbench.treeRow(/best/u).waitFor();
  await expect.poll(() => workbench.treeRow('constraints changed').count()).toBe(0);
  await expect
    .poll(async () => (await journalOf(workbench.folder)).map(({ kind }) => kind))
    .toEqual(expect.arrayContaining(['constraints', 'again']));
  await workbench.screenshot('constraints-3-again');

  // With the keyboard alone: Enter selects, F2 edits, Alt+S switches.
  await workbench.focusTreeRow(/^\s*title in/u);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Alt+s');
  await workbench.treeRow(/^\s*title in.*off/u).waitFor();
  await page.keyboard.press('Alt+s');
  await workbench.treeRow(/^\s*title in.*broken/u).waitFor();
  await workbench.focusTreeRow(/^\s*ends with/u);
  await page.keyboard.press('Enter');
  await page.keyboard.press('F2');
  await page.locator('.quick-input-title').filter({ hasText: 'Edit Constraint: Last words' }).waitFor();
  await workbench.screenshot('constraints-4-edit');
  await workbench.answer('');
  await page.locator('.quick-input-message').filter({ hasText: 'This can’t be empty.' }).waitFor();
  await workbench.answer('Until Saturday!');
  await workbench.treeRow(/edited, was/u).waitFor();
  await workbench.reload();
  await workbench.openSparView();
  await workbench.treeRow('constraints changed').waitFor();
  await workbench.focusTreeRow('Write a short note');
  await page.keyboard.press('ArrowRight');
  await workbench.focusTreeRow(/^\s*Constraints/u);
  await page.keyboard.press('ArrowRight');
  await workbench.treeRow(/edited, was/u).waitFor();
  await workbench.treeRow(/^\s*no comma\s*off/u).waitFor();
  const search = workbench.treeRow(/^\s*Write a short note/u);
  await pressOnRow(search, 'Search Again With Changed Constraints');
  // The search's tooltip would cover the line.
  await page.mouse.move(1000, 800);
  await expect.poll(() => workbench.treeRow('constraints changed').count()).toBe(0);
  await workbench.treeRow(/best/u).click();
  await page.locator('.view-line').filter({ hasText: 'Until' }).first().waitFor();
  await workbench.screenshot('constraints-5-edited', 'light');
  await workbench.screenshot('constraints-6-contrast', 'high-contrast');
});

test('a model proposes constraints, and what is ticked of them counts in the next search', async () => {
  const judge = refiner({
    follows: (response) => response.includes('friends'),
    refine: (response) => response.replace('daft lot', 'dear friends'),
  });
  const proposals = [
    { type: 'keywords:existence', args: { keywords: ['friends'] }, words: 'call them friends' },
    { type: 'change_case:english_lowercase', args: {}, words: 'Greet the crowd kindly' },
    { type: 'punctuation:no_comma', args: {}, words: 'words that stand nowhere' },
  ];
  const server = await startSimulator({
    models: ['kind-small'],
    responder: (call) =>
      call.messages[0]?.content.includes('JSON array') === true ? JSON.stringify(proposals) : judge(call),
  });
  onTestFinished(() => server.close());
  const row = {
    prompt: 'Greet the crowd kindly and call them friends.',
    response: 'Oi you daft lot, listen.',
  };
  const workbench = await startWorkbench({ files: { 'rows.jsonl': `${JSON.stringify(row)}\n` } });
  const { page } = workbench;
  await workbench.openSparView();
  await workbench.changeSettings({
    'spar.endpoint.baseUrl': server.url,
    'spar.endpoint.model': 'kind-small',
    'spar.model.kind': 'endpoint',
  });
  await workbench.statusBar('SPaR: kind-small').waitFor();
  await workbench.openFile('rows.jsonl');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).waitFor();

  const line = workbench.treeRow(/^\s*Constraints/u);
  await pressOnRow(line, 'Propose Constraints With Model…');
  const list = page.locator('.quick-input-list .monaco-list-row');
  await list.filter({ hasText: 'includes “friends”' }).waitFor();
  await page
    .locator('.quick-input-title')
    .filter({ hasText: /Proposed by kind-small \([\d,]+ tokens\)/u })
    .waitFor();
  expect(await list.count()).toBe(2);
  await page.mouse.move(900, 700);
  await list
    .filter({ hasText: 'includes “friends”' })
    .locator('.monaco-checkbox, .quick-input-list-checkbox')
    .first()
    .click();
  await workbench.screenshot('constraints-7-proposed');
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  await workbench.treeRow(/includes “friends”.*proposed by a model/u).waitFor();
  expect(await workbench.treeRow('all lowercase').count()).toBe(0);

  const search = workbench.treeRow(/constraints changed/u);
  await pressOnRow(search, 'Search Again With Changed Constraints');
  await workbench.treeRow(/^\s*Original.*includes “friends” ✗/u).waitFor();
  await workbench.treeRow(/best.*includes “friends” ✓/u).waitFor();
  await workbench.screenshot('constraints-8-proposed-again');
});

function boxOf(workbench: Workbench, row: RegExp) {
  return workbench.treeRow(row).locator('.monaco-custom-toggle');
}

test('a critique that is in conflict with the rules is marked, listed, and shown in its tree', async () => {
  const row = {
    prompt: 'Do not use any commas.',
    response: 'Hello there and good night.',
    critique: 'There is a comma in it.\nFinal Judgement (Yes or No): No',
  };
  const workbench = await startWorkbench({ files: { 'rows.jsonl': `${JSON.stringify(row)}\n` } });
  const { page } = workbench;
  await workbench.openFile('rows.jsonl');
  await workbench.runCommand('SPaR: Refine Response');
  const original = workbench.treeRow(/^\s*Original.*critique and rules disagree/u);
  await original.waitFor();
  await workbench.runCommand('SPaR: Show Conflicts');
  const listed = page.locator('.quick-input-list').getByText('by rule every constraint holds');
  await listed.waitFor();
  await workbench.screenshot('constraints-9-conflicts');
  await page.keyboard.press('Enter');
  await expect.poll(() => original.getAttribute('aria-selected')).toBe('true');
  await tooltip(original, 'by rule every constraint holds');
  await workbench.screenshot('constraints-10-conflict');
});
