import { expect, test } from 'vitest';
import { docsImage } from './support/docsImage';
import { tooltip } from './support/rows';
import { startWorkbench, type Workbench } from './support/workbench';

test('violations are underlined, told in hovers, listed, and mended in place', async () => {
  const workbench = await startWorkbench();
  const { page } = workbench;
  await workbench.openFile('getting-started.md');
  await workbench.runCommand('SPaR: Check Response');
  await workbench.statusBar('3 of 3 broken').waitFor();
  await squiggles(workbench).first().waitFor();
  await page.mouse.move(900, 850);
  await workbench.screenshot('checking-1-squiggles', 'dark');
  await workbench.screenshot('checking-1-squiggles-contrast', 'high-contrast');
  await workbench.screenshot('checking-1-squiggles-light', 'light');

  const clause = page.locator('.view-line').getByText(/any.commas\..Your/u);
  await tooltip(clause, '3 of 3 constraints are broken.');
  await workbench.screenshot('checking-2-hover');
  await docsImage(workbench, 'check-hover', 400);
  await page.keyboard.press('Escape');

  await tooltip(workbench.statusBar('3 of 3 broken'), 'no comma');
  await workbench.screenshot('checking-3-status');
  await workbench.statusBar('3 of 3 broken').click();
  await page.locator('.quick-input-list').getByText('no comma').waitFor();
  await workbench.screenshot('checking-4-list');
  await workbench.pick('no comma');
  await workbench.statusBar('(1 selected)').waitFor();
  await page.locator('.lightBulbWidget, .lightbulb-glyph, .codicon-light-bulb').first().waitFor();
  await page.keyboard.press('Control+.');
  const menu = page.locator('.action-widget');
  await menu
    .getByText(/^Mend “no comma”/u)
    .first()
    .waitFor();
  await workbench.screenshot('checking-5-fixes');
  await docsImage(workbench, 'check-fixes', 384);
  await menu
    .getByText(/^Mend “no comma”/u)
    .first()
    .click();
  await workbench.statusBar('2 of 3 broken').waitFor();
  await expect.poll(() => workbench.editorText()).toContain('Dear neighbours on Saturday');

  await workbench.screenshot('checking-6-mended');
  await page.keyboard.press('Control+z');
  await workbench.statusBar('3 of 3 broken').waitFor();
});

test('a review counts what holds as changes are undone and kept, and underlines what breaks', async () => {
  const workbench = await startWorkbench();
  const { page } = workbench;
  await workbench.openFile('getting-started.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).click();
  await expect.poll(() => workbench.editorText()).toContain('3 of 3 constraints hold');
  expect(await squiggles(workbench).count()).toBe(0);
  await workbench.codeLens('Critique').click();
  await page.locator('.review-widget').first().waitFor();
  await workbench.codeLens('Critique').click();
  await workbench.codeLens('Undo').first().click();
  await expect.poll(() => workbench.editorText()).toContain('2 of 3 constraints hold');
  await squiggles(workbench).first().waitFor();
  await workbench.statusBar('1 of 3 broken').waitFor();
  await workbench.screenshot('checking-7-review', 'dark');
  await workbench.codeLens('Critique').click();
  await page.locator('.review-widget').first().waitFor();
  await workbench.screenshot('checking-8-threads', 'light');
  await workbench.runCommand('SPaR: Show Critique as Comments');
  await expect.poll(() => page.locator('.review-widget').count()).toBe(0);
  await workbench.runCommand('SPaR: Keep All Changes');
  await expect.poll(() => workbench.editorText()).toContain('3 of 3 constraints hold');
  await expect.poll(() => squiggles(workbench).count()).toBe(0);

  await workbench.runCommand('SPaR: Open Diff');
  await page.locator('.monaco-diff-editor').waitFor();
  const right = page.locator('.monaco-diff-editor .editor.modified');
  await right.locator('.view-line').last().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await page.keyboard.type(', and so on');
  await squiggles(workbench, '.editor.modified').first().waitFor();
  await workbench.screenshot('checking-9-diff');
  await page.keyboard.press('F8');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+.');
  const menu = page.locator('.action-widget');
  await menu
    .getByText(/^Mend “no comma”/u)
    .first()
    .click();
  await expect.poll(() => squiggles(workbench, '.editor.modified').count()).toBe(0);
  await workbench.screenshot('checking-10-diff-mended', 'high-contrast');
});

function squiggles({ page }: Workbench, place = '.editor-group-container.active') {
  return page.locator(`${place} .squiggly-warning`);
}
