import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worldItems } from '../support/world';
import { mixedRun } from '../unit/selfplay/report/mixedRun';
import { startWorkbench } from './support/workbench';

test('the report of a run opens in every theme, shows a line of the input, and is saved as one page', async () => {
  const rows = worldItems(64).map(({ instruction }) => JSON.stringify({ instruction }));
  const prompts = [rows[0], '{}', ...rows.slice(1)].join('\n');
  const workbench = await startWorkbench({ files: { 'prompts.jsonl': `${prompts}\n` } });
  const { page, folder } = workbench;
  const run = join(folder, '.spar/runs/20261123-100000-sea');
  const { totals } = await mixedRun(run, { count: 64, input: join(folder, 'prompts.jsonl') });

  await workbench.runCommand('SPaR: Open Run Report');
  await workbench.pick('20261123-100000-sea');
  await workbench.tab('Run: 20261123-100000-sea').waitFor();
  const report = page.frameLocator('iframe.webview').frameLocator('#active-frame');
  await report.getByRole('heading', { name: 'From rows to pairs' }).waitFor();
  await report.getByText(`${totals.pairs} of 65 rows`).waitFor();
  await report.getByText('4 failed: Too long for <b>this</b> model.').waitFor();
  await workbench.screenshot('runReport-1-light');
  await workbench.screenshot('runReport-2-dark', 'dark');
  await workbench.screenshot('runReport-3-high-contrast', 'high-contrast');
  await report.locator('#examples').scrollIntoViewIfNeeded();
  await workbench.screenshot('runReport-4-high-contrast-examples');
  await workbench.setTheme('dark');
  await report.locator('#failed').scrollIntoViewIfNeeded();
  await workbench.screenshot('runReport-5-dark-items');
  await workbench.setTheme('light');

  await page.getByRole('button', { name: 'Save Run Report as HTML' }).click();
  const place = page.locator('.quick-input-widget input.input');
  await expect.poll(() => place.inputValue()).toMatch(/sea-report\.html$/u);
  await page.keyboard.press('Enter');
  await workbench.notification('The run report is saved in 20261123-100000-sea-report.html.').waitFor();
  const file = join(folder, '20261123-100000-sea-report.html');
  const saved = await readFile(file, 'utf8');
  expect(saved).toContain("script-src 'sha256-");
  expect(saved).not.toContain('<b>this');

  await report.locator('#failed').getByRole('button', { name: 'line 9', exact: true }).click();
  await workbench.tab('prompts.jsonl').waitFor();
  await workbench.statusBar(/Ln 9/u).waitFor();

  await page.goto(`file://${file}`);
  await page.getByRole('heading', { name: 'From rows to pairs' }).waitFor();
  expect(await page.getByRole('button').count()).toBe(0);
  const picture = await page.locator('.picture canvas').first().boundingBox();
  expect(picture?.width).toBeGreaterThan(200);
  await page.setViewportSize({ width: 420, height: 900 });
  await writeFile('test-results/screenshots/runReport-6-narrow.png', await page.screenshot());
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
});
