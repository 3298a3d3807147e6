import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionLine, recordLine } from '../../src/spar/datasets/newLines';
import { curatedPair, curatedRecord, datasetText } from '../support/curationDataset';
import { datasetLines } from './support/datasetFile';
import { docsImage } from './support/docsImage';
import { startWorkbench } from './support/workbench';

const file = 'datasets/pairs.spar.jsonl';

/** Three changes that take out four commas, and one that nobody asked for. */
const fourChanges = (() => {
  const pair = curatedPair(100);
  const rejected =
    'Castles are quiet, and their old towers stand, too, above a wide river. Few people come in winter, and the gates are shut early.';
  const chosen =
    'Castles are quiet and their old towers stand too above a broad river. Few people come in winter and the gates are shut early.';
  const spans = [...rejected.matchAll(/,/gu)].map(({ index }) => ({ start: index, end: index + 1 }));
  const path = (pair.evidence?.path ?? []).map((step) => {
    if (step.path !== '0') return { ...step, text: chosen, reflection: 'All commas are taken out.' };
    const critique = 'The text has four commas, and the instruction allows none.';
    const checks = step.checks.map((check) => ({
      ...check,
      result: { state: 'broken' as const, message: '4 commas', spans },
    }));
    const judgement = step.judgement === null ? null : { ...step.judgement, critique };
    return { ...step, text: rejected, checks, judgement };
  });
  const instruction = 'Describe castles in two sentences. Do not use any commas.';
  const texts = { instruction, rejected, chosen, evidence: { path } };
  return recordLine({ ...pair, ...texts }, '2026-10-01T00:00:00.000Z');
})();

test('pending pairs are walked by keys alone, and each decision is in the file at once', async () => {
  const sure = curatedRecord(7);
  const byPolicy = decisionLine(
    sure.id,
    { status: 'accepted', by: { kind: 'policy', name: 'sure ones' } },
    { id: 'policy', time: '2026-10-02T00:00:00.000Z', after: [] },
  );
  const records = [fourChanges, ...[1, 2, 3, 4, 5, 6].map(curatedRecord), sure];
  const workbench = await startWorkbench({ files: { [file]: datasetText([...records, byPolicy]) } });
  const { page, folder } = workbench;
  const added = async () => (await datasetLines(folder)).slice(records.length + 1);
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await workbench.runCommand('SPaR: Review Pending Pairs');
  await workbench.tab('Review: pairs').waitFor();
  const queue = page.frameLocator('iframe.webview').frameLocator('#active-frame');
  const at = (words: string | RegExp): Promise<void> =>
    queue.locator('.progress').filter({ hasText: words }).waitFor();
  await at('1 of 7');
  await queue.locator('.pair:focus').waitFor();
  await press('o', 'a', 'Enter');
  await queue.locator('.change').nth(3).waitFor();
  await press('j', 'j', 'j', 'Space');
  await queue.locator('.change.undone.current', { hasText: 'broad' }).waitFor();
  await queue.locator('.kept', { hasText: 'A accepts 3 of 4 changes' }).waitFor();
  await workbench.screenshot('queue-1-light');
  await docsImage(workbench, 'review-queue');

  await press('a');
  await at('2 of 7 · 100 % accepted');
  expect((await added())[0]).toMatchObject({
    ...{ kind: 'decision', status: 'accepted', record: fourChanges.id, by: { kind: 'person' } },
    changes: { kept: [0, 1, 3] },
    chosen: fourChanges.chosen.replace('broad', 'wide'),
  });
  await press('r');
  await at('3 of 7 · 50 % accepted');
  await press('Control+z');
  await at('2 of 7 · 100 % accepted');
  await press('s');
  await at('3 of 7');
  await press('p');
  await at('2 of 7');
  await press('n');
  await at('3 of 7');
  await press('e');
  const field = queue.getByRole('textbox', { name: 'Edit the chosen text' });
  await expect.poll(() => field.inputValue()).toContain('quiet and grey');
  await press('Control+a');
  await page.keyboard.type('Bread, I say.');
  // A later window takes up the tab: the pair, the order, and what was typed.
  await workbench.reload();
  await workbench.tab('Review: pairs').waitFor();
  await at('2 of 6');
  await expect.poll(() => field.inputValue()).toBe('Bread, I say.');
  await workbench.screenshot('queue-6-reloaded');
  await field.click();
  await press('Control+Enter');
  await queue.getByRole('alert').filter({ hasText: 'no commas' }).waitFor();
  expect(await added()).toHaveLength(3);
  // What was typed is not passed by, and who was warned can mean it.
  await queue.getByRole('button', { name: 'Skip' }).click();
  await queue.getByRole('alert').filter({ hasText: 'You are editing this text' }).waitFor();
  await press('Control+Enter');
  await at('3 of 6 · 100 % accepted');
  expect((await added()).at(-1)).toMatchObject({ status: 'accepted', chosen: 'Bread, I say.' });

  // What others do meanwhile leaves the queue.
  const elsewhere = decisionLine(curatedRecord(6).id, { status: 'rejected' }, { ...stamp, id: 'other' });
  await appendFile(join(folder, file), datasetText([elsewhere]));
  await at('3 of 5');
  await press('?');
  await queue.getByRole('dialog').waitFor();
  await workbench.screenshot('queue-2-keys');
  await press('Escape', 'a');
  await at('4 of 5');
  await press('e');
  await field.waitFor();
  await press('Control+a');
  await page.keyboard.type('Towers are quiet.');
  await queue.getByRole('button', { name: 'Accept', exact: true }).click();
  await at('5 of 5');
  expect((await added()).at(-1)).toMatchObject({ status: 'accepted', chosen: 'Towers are quiet.' });
  await press('a');
  await queue.locator('.end', { hasText: '1 pair was skipped' }).waitFor();
  await workbench.screenshot('queue-3-end');
  await press('Enter');
  await queue.locator('.pair:focus').waitFor();
  await press('r');
  await queue.locator('.end', { hasText: 'All pairs are decided' }).waitFor();

  await press('o', 'a', 'Enter');
  await at(/^1 of 1 · less/u);
  await queue.locator('.notice', { hasText: 'accepted by the policy “sure ones”' }).waitFor();
  // A question of the editor takes the keyboard, and the page gets it back.
  await workbench.screenshot('queue-4-dark', 'dark');
  await workbench.screenshot('queue-5-high-contrast', 'high-contrast');
  await workbench.tab('Review: pairs').click();
  await queue.locator('.pair:focus').waitFor();
  await press('r');
  await queue.locator('.end', { hasText: 'All spot checks are done' }).waitFor();
  const said = (await added()).map(({ status, record, undoes }) => [
    status,
    [fourChanges.id, ...[1, 2, 3, 4, 5, 6, 7].map((number) => curatedRecord(number).id)].indexOf(
      String(record),
    ),
    undoes === undefined ? '' : 'undo',
  ]);
  expect(said).toEqual([
    ['accepted', 0, ''],
    ['rejected', 1, ''],
    ['pending', 1, 'undo'],
    ['accepted', 2, ''],
    ['rejected', 6, ''],
    ['accepted', 3, ''],
    ['accepted', 4, ''],
    ['accepted', 5, ''],
    ['rejected', 1, ''],
    ['rejected', 7, ''],
  ]);
});

const stamp = { time: '2026-10-03T00:00:00.000Z', after: [] };
