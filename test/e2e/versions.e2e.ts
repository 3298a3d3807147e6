import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DatasetFile } from '../../src/spar/datasets/store';
import { commit, git } from '../support/git';
import { startWorkbench } from './support/workbench';

test('a dataset is compared with its committed version as pairs, and compacted', async () => {
  const repository = await mkdtemp(join(tmpdir(), 'spar-repository-'));
  onTestFinished(async () => rm(repository, { recursive: true }));
  await git(repository, 'init', '-q');
  const dataset = await DatasetFile.open(join(repository, 'datasets', 'pairs.spar.jsonl'));
  const ids: string[] = [];
  for (const name of ['sea', 'town', 'hill'])
    ids.push((await dataset.addRecord(aboutThe(name), { status: 'pending' })).id);
  await commit(repository, 'Three pairs');
  const workbench = await startWorkbench({ workspace: repository });
  const { page } = workbench;
  const file = join(workbench.folder, 'datasets', 'pairs.spar.jsonl');
  const open = await DatasetFile.open(file);
  await open.decide(ids[0]!, { status: 'rejected' });
  await open.decide(ids[0]!, { status: 'accepted' });
  await open.change(ids[1]!, { chosen: 'The town is bright at noon.', tags: { add: ['bright'] } });
  await open.delete(ids[2]!);
  await open.addRecord(aboutThe('<img src=x onerror=document.title=1>'));

  // From the palette the person says with what to compare.
  await workbench.openSparView();
  await workbench.runCommand('SPaR: Compare Dataset with HEAD…');
  await page.locator('.quick-input-list').getByText('Three pairs').waitFor();
  await workbench.screenshot('versions-1-revisions');
  await workbench.pick('HEAD');
  await workbench.tab('pairs since HEAD').waitFor();
  const shown = page.frameLocator('iframe.webview').frameLocator('#active-frame');
  await shown.getByText('1 added, 1 removed, 1 decided differently, 1 changed').waitFor();
  await shown.getByRole('heading', { name: 'Decided pending → accepted' }).waitFor();
  await shown.locator('article.changed ins').getByText('bright', { exact: true }).first().waitFor();
  expect(await shown.locator('article').count()).toBe(4);
  expect(await shown.locator('img').count()).toBe(0);
  await workbench.screenshot('versions-2-light');
  await workbench.screenshot('versions-3-dark', 'dark');
  await workbench.screenshot('versions-4-high-contrast', 'high-contrast');
  await workbench.setTheme('light');
  await shown.getByRole('checkbox', { name: 'added' }).focus();
  await page.keyboard.press('Space');
  await shown.locator('article.added').waitFor({ state: 'hidden' });
  expect(await shown.locator('article.decided').isVisible()).toBe(true);

  // From the Source Control view it is HEAD.
  await workbench.runCommand('View: Close Editor');
  await workbench.tab('pairs since HEAD').waitFor({ state: 'detached' });
  await workbench.runCommand('Source Control: Focus on Changes View');
  const resource = page.locator('.scm-view .monaco-list-row').filter({ hasText: 'pairs.spar.jsonl' });
  await resource.click({ button: 'right' });
  const entry = page.getByRole('menuitem', { name: 'Compare Dataset with HEAD' });
  await entry.waitFor();
  // A menu takes no click for a moment after it opens.
  await expect
    .poll(
      async () => {
        await entry.click({ timeout: 2000 }).catch(() => undefined);
        return entry.isVisible();
      },
      { timeout: 20_000, interval: 300 },
    )
    .toBe(false);
  await workbench.tab('pairs since HEAD').waitFor();

  // From the title of a diff, too.
  await workbench.runCommand('View: Close Editor');
  await workbench.tab('pairs since HEAD').waitFor({ state: 'detached' });
  await resource.click();
  await page.locator('.monaco-diff-editor').first().waitFor();
  await page.locator('.editor-actions [aria-label^="Compare"]').click();
  await workbench.pick('HEAD');
  await workbench.tab('pairs since HEAD').waitFor();

  const lines = async (): Promise<number> => (await readFile(file, 'utf8')).split('\n').length - 1;
  const before = await lines();
  await workbench.runCommand('SPaR: Compact Dataset');
  const question = page.locator('.monaco-dialog-box');
  await question.getByText('lines no longer count').waitFor();
  await workbench.screenshot('versions-5-compact');
  expect(await lines()).toBe(before);
  await question.getByRole('button', { name: 'Compact' }).click();
  await workbench.notification('“pairs” is compact').waitFor();
  expect(await lines()).toBeLessThan(before);
  expect((await DatasetFile.open(file)).counts()).toMatchObject({
    ...{ records: 3, accepted: 1, pending: 2, deleted: 1 },
  });
});

function aboutThe(name: string) {
  return {
    instruction: `Describe the ${name} without commas.`,
    rejected: `The ${name} is calm, wide, and old.`,
    chosen: `The ${name} is calm and wide and old.`,
  };
}
