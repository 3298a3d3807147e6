import { expect, test } from 'vitest';
import { journalOf } from './support/journal';
import { docsImage } from './support/docsImage';
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
  await widen(workbench, 330);
  await page.mouse.move(1000, 800);
  await docsImage(workbench, 'constraints', 260);

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
  await search.hover();
  await search.getByRole('button', { name: 'Search Again With Changed Constraints' }).click();
  await workbench.treeRow(/best/u).click();
  await expect.poll(() => workbench.editorText()).toContain('Until Saturday!');
  await workbench.screenshot('constraints-5-edited', 'light');
  await workbench.screenshot('constraints-6-contrast', 'high-contrast');
});

/** Draws the side bar's edge to the right, so that lines can be read to their ends. */
async function widen({ page }: Workbench, by: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('The side bar is not there.');
  const [x, y] = [box.x + box.width, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by, y, { steps: 5 });
  await page.mouse.up();
}

function boxOf(workbench: Workbench, row: RegExp) {
  return workbench.treeRow(row).locator('.monaco-custom-toggle');
}
