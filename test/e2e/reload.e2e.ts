import { expect, test } from 'vitest';
import { datasetLines } from './support/datasetFile';
import { pressOnRow } from './support/rows';
import { startWorkbench } from './support/workbench';

test('what was kept, undone and written by hand is there after a reload, and can be accepted', async () => {
  const workbench = await startWorkbench();
  const { page } = workbench;
  const header = page.locator('.editor-group-container.active .view-line').first();

  await workbench.openFile('getting-started.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).click();
  await workbench.codeLens('Keep “Picnic”').click();
  await workbench.codeLens('Kept “Picnic”').waitFor();
  await workbench
    .codeLens('Undo')
    .filter({ hasText: /^\s*Undo$/u })
    .first()
    .click();
  await header.getByText('1 kept · 1 undone').waitFor();

  await workbench.openFile('more-responses.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow('Write a notice').waitFor();
  const notice = workbench.treeRow(/best/u).first();
  await expect.poll(() => workbench.treeRow(/best/u).count()).toBe(2);
  await pressOnRow(notice, 'Open Diff With Original');
  await page.locator('.monaco-diff-editor .editor.modified .view-line').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' BY HAND.');
  await page.keyboard.press('Control+s');
  await workbench.treeRow('edits not accepted yet').waitFor();

  await workbench.reload();
  await workbench.openSparView();
  await workbench.treeRow('Write a notice').waitFor();
  await workbench.treeRow('Write a short note').waitFor();
  await workbench.focusTreeRow('Write a notice');
  await page.keyboard.press('ArrowRight');
  const written = workbench.treeRow('edits not accepted yet');
  await pressOnRow(written, 'Open Diff With Original');
  await workbench.tab('Original ↔ 1').waitFor();
  await expect.poll(() => workbench.editorText()).toContain('BY HAND.');
  await workbench.screenshot('reload-1-diff');
  await page.locator('.monaco-diff-editor .editor.modified .view-line').first().click();
  await page.keyboard.press('Alt+a');
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(2);
  const [edited] = await datasetLines(workbench.folder);
  expect(edited?.['chosen']).toMatch(/^THE READING ROOM .* BY HAND\.$/su);

  await workbench.focusTreeRow('Write a short note');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => workbench.treeRow(/best/u).count()).toBe(2);
  await workbench.treeRow(/best/u).last().click();
  await header.getByText('1 kept · 1 undone').waitFor();
  await workbench.codeLens('Kept “Picnic”').waitFor();
  await workbench.codeLens('Undone “Street”').waitFor();
  await workbench.screenshot('reload-2-review');
  await workbench.codeLens('Keep Instead').click();
  await header.getByText('2 kept').waitFor();
  await workbench.codeLens('Accept').click();
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(4);
  const [, , record, decision] = await datasetLines(workbench.folder);
  expect(record?.['chosen']).toMatch(/^<<Picnic on Elm Street>>/u);
  expect(decision).toMatchObject({ kind: 'decision', status: 'accepted', record: record?.['id'] });
});
