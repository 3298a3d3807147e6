import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pairDataset } from '../support/pairDataset';
import { startWorkbench } from './support/workbench';

test('the statistics of a dataset open in the editor in every theme, and are saved as one page', async () => {
  const hostile = '<img src=x onerror=document.title=1>';
  const dataset = pairDataset(400).replaceAll('notes/sea.md', hostile);
  const workbench = await startWorkbench({ files: { 'datasets/pairs.spar.jsonl': dataset } });
  const { page } = workbench;

  await workbench.runCommand('SPaR: Show Dataset Statistics');
  await workbench.tab('Statistics: pairs').waitFor();
  const report = page.frameLocator('iframe.webview').frameLocator('#active-frame');
  await report.getByRole('heading', { name: 'pairs', exact: true }).waitFor();
  const pictures = report.getByRole('img');
  await expect.poll(() => pictures.count()).toBe(14);
  // What a name holds is text, never an element.
  expect(await report.locator('img').count()).toBe(0);
  await workbench.screenshot('statistics-1-light');

  const table = report.locator('#statuses details');
  await table.locator('summary').focus();
  await page.keyboard.press('Enter');
  await table.getByRole('row', { name: /^accepted/u }).waitFor();
  await report.locator('#sources summary').click();
  await report.getByRole('rowheader', { name: hostile }).waitFor();
  // The page has the keyboard, and takes it back from a question that opens meanwhile.
  await workbench.tab('Statistics: pairs').click();
  await workbench.screenshot('statistics-2-dark', 'dark');
  await workbench.screenshot('statistics-3-high-contrast', 'high-contrast');
  await workbench.setTheme('light');
  await report.locator('#growth').scrollIntoViewIfNeeded();
  await workbench.screenshot('statistics-4-end');

  await workbench.reload();
  await workbench.tab('Statistics: pairs').waitFor();
  await expect.poll(() => pictures.count()).toBe(14);
  await workbench.tab('Statistics: pairs').click();
  await page.getByRole('button', { name: 'Save Statistics as HTML' }).click();
  const place = page.locator('.quick-input-widget input.input');
  await expect.poll(() => place.inputValue()).toMatch(/pairs-statistics\.html$/u);
  await page.keyboard.press('Enter');
  await workbench.notification('The statistics are saved in datasets/pairs-statistics.html.').waitFor();
  const saved = await readFile(join(workbench.folder, 'datasets/pairs-statistics.html'), 'utf8');
  expect(saved).toContain("script-src 'sha256-");
  expect(saved).not.toContain('<img');

  await page.goto(`file://${join(workbench.folder, 'datasets/pairs-statistics.html')}`);
  await expect.poll(() => page.getByRole('img').count()).toBe(14);
  const picture = await page.locator('.picture canvas').first().boundingBox();
  expect(picture?.width).toBeGreaterThan(200);
});
