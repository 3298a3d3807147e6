import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { expect, test } from 'vitest';
import { recordLine } from '../../src/spar/datasets/newLines';
import { curatedRecord, datasetText, decisionOn, hostilePair } from '../support/curationDataset';
import { datasetLines } from './support/datasetFile';
import { startWorkbench, type Workbench } from './support/workbench';

const file = 'datasets/pairs.spar.jsonl';

test('a dataset is read, filtered, decided on, edited, undone and saved', async () => {
  const records = Array.from({ length: 300 }, (_, number) => curatedRecord(number));
  const decisions = [
    decisionOn(1, 'accepted', { id: 'one' }),
    decisionOn(2, 'rejected', { id: 'two' }),
    decisionOn(3, 'accepted', { id: 'three' }),
    decisionOn(3, 'rejected', { id: 'drei', minute: 5 }),
  ];
  const before = datasetText([...records, ...decisions]);
  const workbench = await startWorkbench({ files: { [file]: before } });
  const { page } = workbench;
  const table = await openTable(workbench, 'pairs.spar.jsonl');

  await table.locator('.count', { hasText: '300 records' }).waitFor();
  await table.locator('.pair', { hasText: 'no commas' }).waitFor();
  await workbench.screenshot('dataset-1-light', 'light');
  await workbench.screenshot('dataset-2-dark', 'dark');
  await workbench.screenshot('dataset-3-high-contrast', 'high-contrast');
  await workbench.setTheme('light');

  await table.locator('.grid').click({ position: { x: 300, y: 120 } });
  await page.keyboard.press('Control+f');
  await page.keyboard.type('glaciers');
  await table.locator('.count', { hasText: '38 of 300' }).waitFor();
  await page.keyboard.press('Escape');
  await table.getByRole('button', { name: 'Filters' }).click();
  await table.getByRole('checkbox', { name: 'pending' }).check();
  await table.locator('.count', { hasText: '37 of 300' }).waitFor();
  await workbench.screenshot('dataset-4-filters');
  await table.getByRole('button', { name: 'Filters' }).click();

  await table.locator('.grid').focus();
  await page.keyboard.press('Control+a');
  await table.locator('.what', { hasText: '37 selected' }).waitFor();
  await page.keyboard.press('a');
  await table.locator('.count', { hasText: '0 of 300' }).waitFor();
  await workbench.tab('pairs.spar.jsonl').and(page.locator('.dirty')).waitFor();
  expect(await readFile(join(workbench.folder, file), 'utf8')).toBe(before);
  await page.keyboard.press('Control+z');
  await table.locator('.count', { hasText: '37 of 300' }).waitFor();
  await page.keyboard.press('Control+Shift+z');
  await table.locator('.count', { hasText: '0 of 300' }).waitFor();
  await page.keyboard.press('Control+s');
  await workbench.tab('pairs.spar.jsonl').and(page.locator(':not(.dirty)')).waitFor();
  const after = await readFile(join(workbench.folder, file), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  const added = (await datasetLines(workbench.folder)).slice(304);
  expect(added).toHaveLength(37);
  expect(new Set(added.map(({ kind, status }) => `${String(kind)} ${String(status)}`))).toEqual(
    new Set(['decision accepted']),
  );
});

async function openTable(workbench: Workbench, name: string): Promise<FrameLocator> {
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

test('hostile records are texts', async () => {
  const hostile = recordLine(hostilePair(), '2026-10-01T00:00:00.000Z');
  const workbench = await startWorkbench({ files: { [file]: datasetText([hostile, curatedRecord(1)]) } });
  const asked: string[] = [];
  workbench.page.on('request', (request) => asked.push(request.url()));
  const table = await openTable(workbench, 'pairs.spar.jsonl');
  await table.locator('.pair', { hasText: '<script>' }).waitFor();
  expect(
    await table.locator('#dataset img, #dataset a, #dataset iframe, #dataset style, #dataset svg').count(),
  ).toBe(0);
  expect(await table.locator('#dataset').textContent()).toContain('[U+202E]');
  await workbench.screenshot('dataset-5-hostile');
  expect(asked.filter((url) => url.includes('attacker'))).toEqual([]);
});
