import { test } from 'vitest';
import { tooltip } from './support/rows';
import { startWorkbench } from './support/workbench';

test('all candidates open as diffs, the critique as comments, and each line has its tooltip and menu', async () => {
  const workbench = await startWorkbench();
  const { page } = workbench;
  await workbench.openFile('getting-started.md');
  await workbench.runCommand('SPaR: Refine Response');
  const best = workbench.treeRow(/best/u);
  await best.waitFor();

  await tooltip(workbench.treeRow('Original'), 'There are 5 commas; none is allowed.');
  await workbench.screenshot('views-1-tooltip');

  await best.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Refine Further From Here' }).waitFor();
  await workbench.screenshot('views-2-menu');
  await page.keyboard.press('Escape');

  await best.click();
  await workbench.codeLens('Critique').click();
  await page.locator('.review-widget').first().waitFor();
  await workbench.screenshot('views-3-critique');

  await workbench.runCommand('SPaR: Open All as Diffs');
  await page.locator('.multiDiffEntry').first().waitFor();
  await workbench.screenshot('views-4-all-diffs');
});
