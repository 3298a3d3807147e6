import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { recordLine, type NewRecord } from '../../src/spar/datasets/newLines';
import type { DatasetRecord } from '../../src/spar/datasets/schema';
import { curatedPair, datasetText } from '../support/curationDataset';
import { datasetLines } from './support/datasetFile';
import { openTable } from './support/datasetTable';
import { startWorkbench } from './support/workbench';

const file = 'datasets/pairs.spar.jsonl';
const size = 20_000;

test('a large dataset is curated from the first look to the trainer’s file', async () => {
  const pairs = Array.from({ length: size }, (_, number) => (number === 5 ? flawed : plainPair(number)));
  const harbours = pairs.filter((pair) =>
    [pair.instruction, pair.rejected, pair.chosen].some((text) => text.includes('harbour')),
  );
  const count = harbours.length.toLocaleString('en');
  const before = datasetText(pairs.map(record));
  const workbench = await startWorkbench({
    files: { [file]: before },
    settings: { 'files.autoSave': 'off' },
  });
  const { page } = workbench;
  const text = (): Promise<string> => readFile(join(workbench.folder, file), 'utf8');
  const added = async (): Promise<readonly Record<string, unknown>[]> =>
    (await datasetLines(workbench.folder)).slice(size);

  // Look.
  const table = await openTable(workbench, 'pairs.spar.jsonl');
  await table.locator('.count', { hasText: '20,000 records' }).waitFor();
  await table.locator('.grid').click({ position: { x: 300, y: 120 } });
  await page.keyboard.press('End');
  await table.getByRole('row', { name: /Number 19999/u }).waitFor();

  // Filter.
  await page.keyboard.press('Control+f');
  await page.keyboard.type('harbour');
  await table.locator('.count', { hasText: `${count} of 20,000` }).waitFor();
  // It holds the text, so it stays in view, wherever it is now.
  await table.locator('.row.active', { hasText: 'Number 19999' }).waitFor();
  await page.keyboard.press('Escape');
  await workbench.screenshot('curate-1-filtered');

  // Edit.
  await table.locator('.grid').focus();
  await page.keyboard.press('Home');
  const first = harbours[0]!;
  await table.locator('.pair', { hasText: first.instruction }).waitFor();
  await table.getByRole('button', { name: 'Edit chosen' }).click();
  const area = table.getByRole('textbox', { name: 'Edit the chosen text' });
  await area.fill(`${first.chosen} It is evening.`);
  await area.press('Control+Enter');
  await table.locator('.pair', { hasText: 'It is evening.' }).waitFor();

  // Accept all of them, and save.
  await table.locator('.grid').focus();
  await page.keyboard.press('Control+a');
  await table.locator('.what', { hasText: `${count} selected` }).waitFor();
  await page.keyboard.press('a');
  await table
    .getByRole('row', { name: /accepted/u })
    .first()
    .waitFor();
  expect(await text()).toBe(before);
  await page.keyboard.press('Control+s');
  await workbench.tab('pairs.spar.jsonl').and(page.locator(':not(.dirty)')).waitFor();
  await workbench.screenshot('curate-2-accepted');
  expect((await text()).startsWith(before)).toBe(true);
  const saved = await added();
  expect(saved.map(({ kind }) => kind).filter((kind) => kind === 'change')).toHaveLength(1);
  expect(saved.filter(({ status }) => status === 'accepted')).toHaveLength(harbours.length);
  expect(saved).toHaveLength(harbours.length + 1);

  // Lint, and mend what can be mended.
  await workbench.runCommand('SPaR: Lint Dataset');
  const told = workbench.notification(/findings? in 20,000 records of datasets\/pairs\.spar\.jsonl/u);
  await told.getByRole('button', { name: 'Show Problems' }).click({ timeout: 60_000 });
  const problem = (words: string): Locator =>
    page.locator('.markers-panel .monaco-list-row').filter({ hasText: words });
  await problem('control character').first().waitFor();
  await workbench.screenshot('curate-3-problems');
  await workbench.runCommand('SPaR: Fix Lint Findings…');
  await workbench.pick('Control character');
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  await workbench.notification('1 fix was made').waitFor();
  await problem('control character').first().waitFor({ state: 'detached' });
  const fix = (await added()).at(-1);
  expect([fix?.['kind'], fix?.['chosen']]).toEqual(['change', flawed.chosen.replace('\u0007', '')]);
  await workbench.runCommand('View: Toggle Panel Visibility');

  // Export.
  await workbench.openSparView();
  await workbench.runCommand('SPaR: Export Dataset…');
  await workbench.pick('Preference pairs');
  await workbench.pick('TRL: preference pairs');
  await workbench.pick('Accepted');
  await workbench.pick('train=0.8, test=0.2');
  await page.locator('.quick-input-message').filter({ hasText: 'The seed of the split' }).waitFor();
  await workbench.answer('7');
  await workbench.pick('exports/pairs-trl');
  await workbench.pick('Write the files to exports/pairs-trl');
  await workbench
    .notification(new RegExp(`(?:${count}|${harbours.length}) rows were written to exports/pairs-trl`, 'u'))
    .waitFor();
  await workbench.screenshot('curate-4-exported', 'dark');
  const rows = [
    ...(await datasetLines(workbench.folder, 'exports/pairs-trl/train.jsonl')),
    ...(await datasetLines(workbench.folder, 'exports/pairs-trl/test.jsonl')),
  ];
  expect(rows).toHaveLength(harbours.length);
  expect(JSON.stringify(rows)).toContain('It is evening.');
  for (const row of rows) expect(Object.keys(row)).toEqual(['prompt', 'chosen', 'rejected']);
});

const words =
  'harbour castle river bread glacier tram violin bridge market winter garden paper copper lantern orchard meadow kettle saddle window barley thunder pebble ribbon cellar falcon marble cradle pepper anchor willow basket mirror candle hammer needle engine ladder pillow shovel bottle'.split(
    ' ',
  );

interface PlainPair extends NewRecord {
  readonly instruction: string;
}

/** Texts that share hardly more than their form, so that few of them are near duplicates. */
function plainPair(number: number): PlainPair {
  let state = number * 2654435761 + 12345;
  const word = (): string => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return words[(state >>> 8) % words.length] ?? '';
  };
  const [subject, ...rest] = Array.from({ length: 14 }, word);
  const rejected = `Number ${number}: the ${subject}, ${rest.join(' ')}.`;
  return {
    ...curatedPair(number),
    instruction: `Number ${number}: write about the ${subject} and the ${rest.slice(0, 6).join(' ')}. Do not use any commas.`,
    rejected,
    chosen: rejected.replace(',', ''),
    evidence: { path: [] },
  };
}

const flawed: PlainPair = { ...plainPair(5), chosen: 'A \u0007bell rings over the town.' };

function record(pair: NewRecord, number: number): DatasetRecord {
  return recordLine(pair, new Date(Date.UTC(2026, 9, 1, 0, 0, number)).toISOString());
}
