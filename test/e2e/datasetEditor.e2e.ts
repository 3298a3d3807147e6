import { existsSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordLine } from '../../src/spar/datasets/newLines';
import { curatedRecord, datasetText, decisionOn, hostilePair } from '../support/curationDataset';
import { datasetLines } from './support/datasetFile';
import { openTable } from './support/datasetTable';
import { docsImage } from './support/docsImage';
import { startWorkbench } from './support/workbench';

const file = 'datasets/pairs.spar.jsonl';
/** In a browser the editor saves by itself unless told otherwise. */
const settings = { 'files.autoSave': 'off' };

test('a dataset is read, filtered, decided on, edited, undone and saved', async () => {
  const records = Array.from({ length: 300 }, (_, number) => curatedRecord(number));
  const decisions = [
    decisionOn(1, 'accepted', { id: 'one' }),
    decisionOn(2, 'rejected', { id: 'two' }),
    decisionOn(3, 'accepted', { id: 'three' }),
    decisionOn(3, 'rejected', { id: 'drei', minute: 5 }),
  ];
  const before = datasetText([...records, ...decisions]);
  const workbench = await startWorkbench({ files: { [file]: before }, settings });
  const { page } = workbench;
  const table = await openTable(workbench, 'pairs.spar.jsonl');

  await table.locator('.count', { hasText: '300 records' }).waitFor();
  await table.locator('.pair', { hasText: 'no commas' }).waitFor();
  await workbench.screenshot('dataset-1-light', 'light');
  await docsImage(workbench, 'dataset-editor');
  await workbench.screenshot('dataset-2-dark', 'dark');
  await workbench.screenshot('dataset-3-high-contrast', 'high-contrast');
  await workbench.setTheme('light');

  await table.getByRole('button', { name: 'Find Similar' }).click();
  await table.locator('.count', { hasText: /^\d+ of 300$/u }).waitFor();
  await table.locator('.chips button').first().click();
  await table.locator('.count', { hasText: '300 records' }).waitFor();

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

test('texts are edited, contradictions settled, changes of others seen; what is not saved outlives a reload', async () => {
  const decisions = [
    decisionOn(1, 'accepted', { id: 'one' }),
    decisionOn(1, 'rejected', { id: 'eins', minute: 5 }),
  ];
  const before = datasetText([curatedRecord(0), curatedRecord(1), curatedRecord(2), ...decisions]);
  const workbench = await startWorkbench({ files: { [file]: before }, settings });
  const { page, folder } = workbench;
  const table = await openTable(workbench, 'pairs.spar.jsonl');
  const pair = table.locator('.pair');
  const dirty = workbench.tab('pairs.spar.jsonl').and(page.locator('.dirty'));

  await pair.getByText('Text 0.').waitFor();
  await page.keyboard.press('ArrowDown');
  await pair.getByText('Contested: status').waitFor();
  await pair.getByRole('button', { name: 'Take this' }).nth(1).click();
  await pair.locator('.badge', { hasText: 'rejected' }).waitFor();

  await table.locator('.grid').focus();
  await page.keyboard.press('e');
  const field = pair.getByRole('textbox');
  await expect.poll(() => field.inputValue()).toContain('quiet and grey and tall');
  await field.fill('Old rivers are calm. Number 1 stands by the road.');
  await page.keyboard.press('Control+Enter');
  await pair.locator('ins', { hasText: 'calm' }).waitFor();
  await pair.getByRole('button', { name: 'Side by side' }).click();
  await pair.getByText('Chosen', { exact: true }).first().waitFor();
  await workbench.screenshot('dataset-6-beside');

  await table.locator('.grid').focus();
  await page.keyboard.press('t');
  await page.locator('.quick-input-widget input.input').fill('good');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'good' }).waitFor();
  await page.keyboard.press('Enter');
  await pair.locator('.tag', { hasText: 'good' }).waitFor();
  await dirty.waitFor();
  expect(await readFile(join(folder, file), 'utf8')).toBe(before);

  await appendFile(join(folder, file), datasetText([decisionOn(2, 'accepted', { id: 'another' })]));
  await table.locator('.row[data-status="accepted"]').waitFor();
  await table.getByText('not saved').waitFor();

  await workbench.reload();
  await table.locator('.pair .tag', { hasText: 'good' }).waitFor({ timeout: 40_000 });
  await dirty.waitFor();
  expect((await datasetLines(folder)).length).toBe(6);
  await table.locator('.grid').focus();
  await page.keyboard.press('Control+s');
  await expect.poll(async () => (await datasetLines(folder)).length).toBe(9);
  const lines = (await datasetLines(folder)).slice(6);
  expect(lines.map(({ kind }) => kind)).toEqual(['decision', 'change', 'change']);
  expect(lines[0]).toMatchObject({ status: 'rejected', by: { kind: 'person' }, after: ['eins', 'one'] });
  expect(lines[1]).toMatchObject({ chosen: 'Old rivers are calm. Number 1 stands by the road.' });
  expect(lines[2]).toMatchObject({ tags: { add: ['good'], remove: [] } });
  expect((await readFile(join(folder, file), 'utf8')).startsWith(before)).toBe(true);

  await workbench.runCommand('SPaR: Open Dataset as Text');
  await page.locator('.editor-instance .view-line').first().waitFor();
  await workbench.runCommand('SPaR: Open as Table');
  await table.locator('.pair .tag', { hasText: 'good' }).waitFor();
});

test('rows of another file open as pairs to read', async () => {
  const rows = [
    { prompt: 'Name a river.', chosen: 'The Rhine.', rejected: 'The Rhine, perhaps, or so.' },
    {
      messages: [
        { role: 'user', content: 'Name a lake.' },
        { role: 'assistant', content: 'Lake Como.' },
      ],
    },
    { nothing: 'known' },
  ];
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const workbench = await startWorkbench({ files: { 'pairs.jsonl': text }, settings });
  await workbench.openFile('pairs.jsonl');
  await workbench.runCommand('SPaR: Open as Pairs');
  const table = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe');
  await table.locator('.count', { hasText: '2 records' }).waitFor();
  await table.locator('.pair del', { hasText: 'perhaps' }).waitFor();
  await table.locator('.notices', { hasText: 'line 3' }).waitFor();
  expect(await table.getByRole('button', { name: 'Accept' }).isVisible()).toBe(false);
  await workbench.screenshot('dataset-7-rows');
  await workbench.page.keyboard.press('ArrowDown');
  await table.locator('.pair', { hasText: 'Lake Como.' }).waitFor();
  expect(await readFile(join(workbench.folder, 'pairs.jsonl'), 'utf8')).toBe(text);
});

test('a file that is gone loses no edit and does not come back as half a file', async () => {
  const before = datasetText([curatedRecord(0), curatedRecord(1)]);
  const workbench = await startWorkbench({ files: { [file]: before }, settings });
  const { page, folder } = workbench;
  const table = await openTable(workbench, 'pairs.spar.jsonl');
  await table.locator('.pair', { hasText: 'Text 0.' }).waitFor();
  await page.keyboard.press('a');
  await table.locator('.pair .unsaved').waitFor();
  await rm(join(folder, file));
  await table.locator('.notices', { hasText: 'The file is gone' }).waitFor();
  await workbench.screenshot('dataset-8-gone');
  await table.locator('.grid').focus();
  await page.keyboard.press('Control+s');
  await page.getByText('so nothing was saved').first().waitFor();
  expect(existsSync(join(folder, file))).toBe(false);

  await writeFile(join(folder, file), before);
  await table.locator('.notices p').waitFor({ state: 'detached' });
  await table.locator('.grid').focus();
  await page.keyboard.press('Control+s');
  await expect.poll(async () => (await datasetLines(folder)).length).toBe(3);
  expect((await datasetLines(folder))[2]).toMatchObject({ kind: 'decision', status: 'accepted' });
});
