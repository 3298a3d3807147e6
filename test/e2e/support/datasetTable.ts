import type { FrameLocator } from 'playwright-core';
import type { Workbench } from './workbench';

/** Opens a dataset by Quick Open, as its editor shows it: the page inside the tab. */
export async function openTable(workbench: Workbench, name: string): Promise<FrameLocator> {
  const { page } = workbench;
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input.input').fill(name);
  await page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: name }).waitFor();
  await page.keyboard.press('Enter');
  await workbench.tab(name).waitFor();
  const table = page.frameLocator('iframe.webview.ready').frameLocator('iframe');
  await table.locator('#dataset .grid').waitFor();
  return table;
}
