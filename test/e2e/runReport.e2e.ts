import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DatasetFile } from '../../src/spar/datasets/store';
import { worldItems } from '../support/world';
import { mixedRun } from '../unit/selfplay/report/mixedRun';
import { docsImage } from './support/docsImage';
import { startWorkbench } from './support/workbench';

const name = '20261123-100000-sea';
const markup = '<img src=x onerror=document.title=1>';
/** Also turns round what comes after it, unless it is shown as a sign. */
const hostile = `${markup}\u202e\u001b[31m`;

test('the report of a run follows it, shows a line of the input, and is saved as one page', async () => {
  const rows = worldItems(64).map(({ instruction }) => JSON.stringify({ instruction }));
  const prompts = [rows[0], '{}', ...rows.slice(1)].join('\n');
  const workbench = await startWorkbench({ files: { 'prompts.jsonl': `${prompts}\n` } });
  const { page, folder } = workbench;
  let goOn: () => void = () => undefined;
  const run = mixedRun(join(folder, '.spar/runs', name), {
    count: 64,
    input: join(folder, 'prompts.jsonl'),
    failure: 'The prompt is longer than the model takes.',
    addition: hostile,
    until: new Promise((resolve) => (goOn = resolve)),
  });

  const report = page.frameLocator('iframe.webview').frameLocator('#active-frame');
  await workbench.runCommand('SPaR: Open Run Report');
  await workbench.pick(name);
  await report.locator('dd', { hasText: 'running' }).waitFor();
  const summary = report.locator('#funnel summary');
  await summary.focus();
  await page.keyboard.press('Enter');
  await report.locator('#funnel').getByRole('rowheader', { name: '− not done yet' }).waitFor();
  goOn();
  const { totals } = await run;
  // By itself; who reads on is left where he is.
  await report.locator('dd', { hasText: 'finished' }).waitFor();
  await report.getByText(`${totals.pairs} of 65 rows`).waitFor();
  expect(await report.locator('#funnel summary:focus').count()).toBe(1);
  await page.keyboard.press('Enter');
  await report.getByRole('rowheader', { name: '− failed' }).waitFor({ state: 'hidden' });
  await workbench.screenshot('runReport-1-light');
  await summary.blur();
  await docsImage(workbench, 'run-report');
  expect(await report.locator('#examples').innerText()).toContain(`${markup}[U+202E]\u241b[31m`);
  expect(await report.locator('img').count()).toBe(0);

  const dataset = await DatasetFile.open(join(folder, '.spar/runs', name, 'pairs.spar.jsonl'));
  const [pair = ''] = dataset.records();
  await dataset.apply([{ type: 'decide', id: pair, decision: { status: 'accepted' } }]);
  await report.locator('dt', { hasText: /^accepted$/u }).waitFor();

  // A later window has the tab again, counted anew.
  await workbench.reload();
  await report.locator('dt', { hasText: /^accepted$/u }).waitFor();
  await workbench.tab(`Run: ${name}`).click();
  await workbench.screenshot('runReport-2-reloaded', 'high-contrast');
  await workbench.setTheme('light');
  await workbench.tab(`Run: ${name}`).click();

  await page.getByRole('button', { name: 'Save Run Report as HTML' }).click();
  const place = page.locator('.quick-input-widget input.input');
  await expect.poll(() => place.inputValue()).toMatch(/sea-report\.html$/u);
  await page.keyboard.press('Enter');
  await workbench.notification(`The run report is saved in ${name}-report.html.`).waitFor();
  const file = join(folder, `${name}-report.html`);
  const saved = await readFile(file, 'utf8');
  expect(saved).toContain("script-src 'sha256-");
  expect(saved).not.toContain('<img');

  await report.locator('#failed').getByRole('button', { name: 'line 9', exact: true }).click();
  await workbench.tab('prompts.jsonl').waitFor();
  await workbench.statusBar(/Ln 9/u).waitFor();

  await page.goto(`file://${file}`);
  await page.getByRole('heading', { name: 'From rows to pairs' }).waitFor();
  expect(await page.getByRole('button').count()).toBe(0);
  const picture = await page.locator('.picture canvas').first().boundingBox();
  expect(picture?.width).toBeGreaterThan(200);
  await page.setViewportSize({ width: 420, height: 900 });
  // Charts are drawn anew when they hear of the new width.
  const overflow = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth - innerWidth');
  await expect.poll(overflow, { timeout: 15_000 }).toBeLessThanOrEqual(0);
});
