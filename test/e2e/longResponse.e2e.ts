import { expect, test } from 'vitest';
import { datasetLines } from './support/datasetFile';
import { startWorkbench } from './support/workbench';

/** Thirty sentences of twenty words on one line; twenty commas, four of them in one sentence. */
const sentences = Array.from({ length: 30 }, (_, index) => {
  const commas = index === 3 ? 4 : index < 17 ? 1 : 0;
  const words = `On day ${String(index + 1)} the crew of the small ferry counted the boats that came back to the harbour before night fell`;
  const places = [3, 9, 13, 17];
  return `${words
    .split(' ')
    .map((word, place) => (places.slice(0, commas).includes(place) ? `${word},` : word))
    .join(' ')}.`;
});
const response = sentences.join(' ');
const row = JSON.stringify({ prompt: 'Write a logbook of a ferry. Do not use any commas.', response });

test('a response of 600 words on one line is reviewed change by change, by keys alone', async () => {
  expect([response.split(' ').length, response.split(',').length - 1]).toEqual([630, 20]);
  const workbench = await startWorkbench({
    files: { 'logbook.jsonl': `${row}\n` },
    // All of this must work where a person has turned lenses off.
    settings: { 'editor.codeLens': false },
  });
  const { page } = workbench;
  await workbench.openFile('logbook.jsonl');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).waitFor();
  await workbench.focusTreeRow(/best/u);
  await page.keyboard.press('Enter');
  const header = page.locator('.editor-group-container.active .view-line').first();
  await header.getByText('20 of 20 changes needed').waitFor();
  await page.locator('.editor-group-container.active .view-line').first().click();
  await page.keyboard.press('Alt+j');
  await page.keyboard.press('Alt+n');
  await header.getByText('1 undone').waitFor();
  await page.keyboard.press('Alt+j');
  await page.keyboard.press('Alt+y');
  await header.getByText('1 kept · 1 undone').waitFor();
  await page.keyboard.press('Alt+Shift+y');
  await header.getByText('20 kept').waitFor();
  await workbench.screenshot('long-1-keys');

  await workbench.changeSettings({ 'editor.codeLens': true });
  await workbench.codeLens('4 changes').waitFor();
  await workbench.screenshot('long-2-lenses');

  await page.keyboard.press('Alt+a');
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(2);
  const [record] = await datasetLines(workbench.folder);
  expect([record?.['rejected'], record?.['chosen']]).toEqual([response, response.replaceAll(',', '')]);
});
