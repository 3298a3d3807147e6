import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { datasetLineText } from '../../src/spar/datasets/datasetLine';
import { decisionLine, recordIdOf, recordLine, type NewRecord } from '../../src/spar/datasets/newLines';
import { datasetLines } from './support/datasetFile';
import { docsImage } from './support/docsImage';
import { choose } from './support/rows';
import { startWorkbench } from './support/workbench';

const created = '2026-01-01T00:00:00.000Z';

/** A pair that differs by its number. */
function pair(number: number): NewRecord {
  return {
    instruction: `Name fruit number ${number} without a comma.`,
    rejected: `Well, fruit ${number}.`,
    chosen: `Well fruit ${number}.`,
  };
}

/** The text of a dataset of these pairs, all accepted. */
function accepted(...numbers: readonly number[]): string {
  return numbers
    .flatMap((number) => {
      const record = recordIdOf(pair(number));
      const stamp = { id: `line-${number}`, time: created, after: [] };
      return [recordLine(pair(number), created), decisionLine(record, { status: 'accepted' }, stamp)];
    })
    .map((line) => `${datasetLineText(line)}\n`)
    .join('');
}

/** Names a file in the dialog for files, which writes a folder over what is typed before it has read that. */
async function openInDialog(page: Page, path: string): Promise<void> {
  const dialog = page.locator('.quick-input-widget');
  await expect
    .poll(
      async () => {
        await dialog.locator('input.input').fill(path, { timeout: 3000 });
        await dialog
          .locator('.monaco-list-row')
          .filter({ hasText: basename(path) })
          .waitFor({ timeout: 3000 });
        const button = dialog.getByRole('button', { name: 'Import', exact: true });
        await button.click({ timeout: 3000 });
        await button.waitFor({ state: 'hidden', timeout: 5000 });
        return 'opened';
      },
      { timeout: 30_000 },
    )
    .toBe('opened');
}

test('datasets of the workspace are listed, made, merged, renamed, deleted and put back', async () => {
  const workbench = await startWorkbench({
    files: {
      'datasets/pairs.spar.jsonl': `${accepted(1, 2)}{"half a line\n`,
      'archive/older.spar.jsonl': accepted(2, 3, 4),
    },
  });
  const { page } = workbench;
  const text = (path: string): Promise<string> => readFile(join(workbench.folder, path), 'utf8');
  await workbench.openSparView();
  await workbench.treeRow('older').filter({ hasText: '3 pairs · archive' }).waitFor();
  await workbench.treeRow('pairs').filter({ hasText: '2 pairs · 1 unreadable line · datasets' }).waitFor();
  await workbench.screenshot('datasets-1-view', 'light');
  await workbench.screenshot('datasets-2-view', 'dark');

  await workbench.runCommand('SPaR: New Dataset…');
  await workbench.answer('PAIRS');
  await page
    .locator('.quick-input-message')
    .filter({ hasText: 'There is a dataset “pairs” already.' })
    .waitFor();
  await workbench.screenshot('datasets-3-name-taken');
  await workbench.answer('fresh');
  await workbench.treeRow('fresh').filter({ hasText: 'empty' }).waitFor();
  expect(await text('datasets/fresh.spar.jsonl')).toBe('');
  expect(await text('datasets/.gitattributes')).toContain('merge=union');

  const before = await text('datasets/pairs.spar.jsonl');
  await choose(workbench.treeRow('older'), 'Merge Dataset Into');
  await workbench.pick('pairs');
  const merged = workbench.notification('“older” was merged into “pairs”: 2 new pairs, 4 lines added.');
  await merged.waitFor();
  await workbench.treeRow('pairs').filter({ hasText: '4 pairs' }).waitFor();
  await workbench.screenshot('datasets-4-merged');
  expect(await text('datasets/pairs.spar.jsonl')).toBe(before + accepted(3, 4));
  await merged.getByRole('button', { name: 'Undo' }).click();
  await workbench.treeRow('pairs').filter({ hasText: '2 pairs' }).waitFor();
  expect(await text('datasets/pairs.spar.jsonl')).toBe(before);

  await choose(workbench.treeRow('fresh'), 'Rename Dataset');
  await workbench.answer('later');
  await workbench.treeRow('later').waitFor();
  expect(existsSync(join(workbench.folder, 'datasets/fresh.spar.jsonl'))).toBe(false);

  await choose(workbench.treeRow('older'), 'Delete Dataset');
  const deleted = workbench.notification('“older” was deleted.');
  await deleted.waitFor();
  await workbench.treeRow('older').waitFor({ state: 'detached' });
  expect(existsSync(join(workbench.folder, 'archive/older.spar.jsonl'))).toBe(false);
  await workbench.screenshot('datasets-5-deleted');
  await deleted.getByRole('button', { name: 'Undo' }).click();
  await workbench.treeRow('older').filter({ hasText: '3 pairs' }).waitFor();
  expect(await text('archive/older.spar.jsonl')).toBe(accepted(2, 3, 4));

  // All accepted pairs of one dataset, from its line in the view.
  await workbench.treeRow('older').locator('.monaco-tl-twistie').click();
  await choose(workbench.treeRow('Accepted').last(), 'Move Records to Dataset');
  await workbench.pick('later');
  await workbench
    .notification('Records of “older” were moved to “later”: 3 new pairs, 6 lines added.')
    .waitFor();
  await workbench.treeRow('later').filter({ hasText: '3 pairs' }).waitFor();
  expect(await text('datasets/later.spar.jsonl')).toBe(accepted(2, 3, 4));
  const rest = (await datasetLines(workbench.folder, 'archive/older.spar.jsonl')).slice(6);
  expect(rest.map(({ kind }) => kind)).toEqual(['deletion', 'deletion', 'deletion']);
  await workbench.screenshot('datasets-6-moved', 'high-contrast');
});

test('the export wizard shows the rows that it will write, goes back, and writes them', async () => {
  const workbench = await startWorkbench({
    files: { 'datasets/pairs.spar.jsonl': accepted(...Array.from({ length: 20 }, (_, index) => index)) },
  });
  const { page } = workbench;
  await workbench.openSparView();
  await workbench.treeRow('pairs').filter({ hasText: '20 pairs' }).waitFor();
  await choose(workbench.treeRow('pairs'), 'Export Dataset');
  await workbench.pick('Preference pairs');
  await workbench.pick('LLaMA-Factory: preference pairs');
  await workbench.pick('Accepted');
  await expect.poll(() => workbench.editorText()).toContain('LLaMA-Factory: preference pairs');
  await expect.poll(() => workbench.editorText()).toContain('## 20 rows');
  // One step back, and on again: the choice that was made is the one that is offered.
  await page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
  await page.locator('.quick-input-title').filter({ hasText: '(3/6)' }).waitFor();
  await workbench.pick('Accepted');
  await workbench.pick('train=0.8, test=0.2');
  await page.locator('.quick-input-message').filter({ hasText: 'The seed of the split' }).waitFor();
  await workbench.answer('7');
  await workbench.pick('exports/pairs-llama-factory');
  await expect.poll(() => workbench.editorText()).toContain('- test.jsonl: 4');
  await workbench.screenshot('datasets-7-export');
  await docsImage(workbench, 'export', 620);
  await workbench.pick('Write the files to exports/pairs-llama-factory');
  const done = workbench.notification(
    '20 rows were written to exports/pairs-llama-factory (train.jsonl 16, test.jsonl 4).',
  );
  await done.getByRole('button', { name: 'Copy Training Command' }).waitFor();
  const rows = await datasetLines(workbench.folder, 'exports/pairs-llama-factory/train.jsonl');
  expect(rows).toHaveLength(16);
  expect(Object.keys(rows[0] ?? {})).toEqual(['messages', 'chosen', 'rejected']);
  const read = (name: string): Promise<string> =>
    readFile(join(workbench.folder, 'exports/pairs-llama-factory', name), 'utf8');
  expect(JSON.parse(await read('dataset_info.json'))).toMatchObject({ spar_dpo: { ranking: true } });
  expect(JSON.parse(await read('manifest.json'))).toMatchObject({ kind: 'export' });
  await done.getByRole('button', { name: 'Open Folder' }).click();
  await workbench.treeRow('manifest.json').waitFor();
  await workbench.screenshot('datasets-8-exported', 'dark');
});

test('an import shows what it would do, adds it at once, and is undone to the byte', async () => {
  const row = (number: number): string =>
    JSON.stringify({
      prompt: `Name fruit ${number}.`,
      chosen: `Fruit ${number}.`,
      rejected: `Um, ${number}.`,
    });
  const workbench = await startWorkbench({
    files: {
      'datasets/pairs.spar.jsonl': accepted(1),
      'others/rows.jsonl': `${row(1)}\n${row(2)}\nno JSON\n`,
    },
  });
  const text = (): Promise<string> => readFile(join(workbench.folder, 'datasets/pairs.spar.jsonl'), 'utf8');
  await workbench.openSparView();
  await workbench.setTheme('dark');
  await choose(workbench.treeRow('pairs').filter({ hasText: '1 pair' }), 'Import into Dataset');
  await openInDialog(workbench.page, join(workbench.folder, 'others/rows.jsonl'));
  await expect
    .poll(() => workbench.editorText(), { timeout: 20_000 })
    .toContain('## 2 of 3 rows make new pairs');
  await workbench.screenshot('datasets-9-import');
  expect(await text()).toBe(accepted(1));
  await workbench.pick('Import 2 pairs as pending');
  const done = workbench.notification('2 pairs were imported into “pairs”.');
  await done.waitFor();
  await workbench.treeRow('pairs').filter({ hasText: '3 pairs · 2 pending' }).waitFor();
  await workbench.screenshot('datasets-10-imported');
  const table = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await table.locator('.count', { hasText: '3 records' }).waitFor();
  await docsImage(workbench, 'datasets');
  // A click on a line of the view shows its records alone.
  await workbench.treeRow(/Pending/u).click();
  await table.locator('.count', { hasText: '2 of 3' }).waitFor();
  await workbench.screenshot('datasets-11-filtered');
  const added = (await datasetLines(workbench.folder)).slice(2);
  expect(added.map(({ kind, source }) => [kind, source])).toEqual([
    ['record', { file: 'others/rows.jsonl', row: 1 }],
    ['record', { file: 'others/rows.jsonl', row: 2 }],
  ]);
  await done.getByRole('button', { name: 'Undo' }).click();
  await workbench.treeRow('pairs').filter({ hasText: '1 pair' }).waitFor();
  expect(await text()).toBe(accepted(1));
});
