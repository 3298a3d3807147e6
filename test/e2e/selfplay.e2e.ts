import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { worldItems, worldReply } from '../support/world';
import { datasetLines, filesWith } from './support/datasetFile';
import { docsImage } from './support/docsImage';
import { collapseView, expandView, widenSideBar } from './support/sideBar';
import { choose, pressOnRow } from './support/rows';
import { startWorkbench } from './support/workbench';

const items = 24;
const key = 'sk-e2e-0815-never-on-disk';
const prompts = worldItems(items)
  .map(({ instruction }) => `${JSON.stringify({ instruction })}\n`)
  .join('');

test('a run is started, watched, paused, resumed after a reload, and its pairs are reviewed', async () => {
  // Slow as long as something is to be done in mid-run.
  let pace = 500;
  const server = await startSimulator({
    responder: async ({ messages, seed }) => {
      await setTimeout(pace);
      return worldReply({ messages, seed }).text;
    },
    apiKey: key,
  });
  onTestFinished(() => server.close());
  const workbench = await startWorkbench({ files: { 'prompts.jsonl': prompts } });
  const { page, folder } = workbench;
  const quickPick = page.locator('.quick-input-widget');
  const row = workbench.treeRow('prompts.jsonl');
  const act = (name: string): Promise<void> => pressOnRow(row, name);
  await workbench.openSparView();
  await page.getByRole('button', { name: 'Start a Self-Play Run' }).waitFor();
  await workbench.screenshot('selfplay-1-no-run', 'light');
  await workbench.openFile('prompts.jsonl');
  for (const name of ['Refinements', 'Datasets']) await collapseView(workbench, name);
  await widenSideBar(workbench, 250);

  await workbench.runCommand('SPaR: Start Self-Play Run…');
  await workbench.pick('prompts.jsonl');
  await quickPick.getByText('Judge answers').waitFor();
  await page.keyboard.press('Enter');
  await workbench.pick('Add endpoint…');
  await page.locator('.quick-input-message').getByText('Base address').waitFor();
  await workbench.answer(server.url);
  await page.locator('.quick-input-message').getByText('API key for').waitFor();
  await workbench.answer(key);
  await workbench.pick('simulated');
  await workbench.pick('The same as the actor');
  const start = quickPick.locator('.monaco-list-row').filter({ hasText: /^\s*Start/u });
  await start.waitFor();
  await workbench.screenshot('selfplay-2-start');
  await workbench.pick('Start');
  await row.filter({ hasText: `of ${items}` }).waitFor();
  await workbench.statusBar(/Run \d+ %/u).waitFor();
  await workbench.treeRow('Under way').waitFor();
  await workbench.screenshot('selfplay-3-working');
  await row.filter({ hasText: 'left' }).waitFor({ timeout: 60_000 });
  await docsImage(workbench, 'runs-view', 400);
  await expandView(workbench, 'Datasets');
  pace = 2500;
  // What was released meanwhile is counted at once.
  await workbench
    .treeRow(/^pairs/u)
    .filter({ hasText: 'pending' })
    .waitFor();
  await workbench.screenshot('selfplay-4-working', 'dark');

  await act('Pause Run');
  await row.filter({ hasText: 'paused' }).waitFor();
  await workbench.screenshot('selfplay-5-paused', 'high-contrast');
  await act('Resume Run');
  await workbench.statusBar(/Run \d+ %/u).waitFor();
  await workbench.treeRow('Under way').waitFor();

  await workbench.setTheme('light');
  await workbench.reload();
  const offer = workbench.notification('The run over “prompts.jsonl” was interrupted.');
  await workbench.openSparView();
  await row.filter({ hasText: `of ${items}` }).waitFor();
  await offer.waitFor({ timeout: 60_000 });
  // A message goes by itself after some seconds.
  await workbench.screenshot('selfplay-6-offered');
  pace = 0;
  await offer.getByRole('button', { name: 'Resume' }).click();
  // A browser keeps no secrets over a reload, so the key is asked for again; a desktop has it.
  const keyless = workbench.notification('asks for a key');
  await keyless.getByRole('button', { name: 'Set API Key…' }).click();
  await page.locator('.quick-input-message').getByText('API key for').waitFor();
  await workbench.answer(key);
  const finished = workbench.notification(
    /The run over “prompts.jsonl” is finished: \d+ pairs of 24 items\./u,
  );
  await finished.waitFor({ timeout: 60_000 });
  await row.filter({ hasText: `finished · ${items} items` }).waitFor();
  await workbench.screenshot('selfplay-7-finished');

  const runs = await readdir(join(folder, '.spar', 'runs'));
  expect(runs).toHaveLength(1);
  const run = join(folder, '.spar', 'runs', runs[0]!);
  expect(JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'))).toMatchObject({
    summary: { state: 'finished', totals: { finished: items } },
  });
  expect(await readFile(join(run, 'refiner.jsonl'), 'utf8')).toContain('"messages"');
  const lines = await datasetLines(folder);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.every(({ kind }) => kind === 'record')).toBe(true);
  expect(await filesWith(folder, key)).toEqual([]);
  // Nothing was asked for twice but what was in flight at the reload.
  const asked = server.chats.filter(({ aborted, status }) => !aborted && status === 200);
  const bodies = asked.map(({ body }) => JSON.stringify(body));
  expect(bodies.length - new Set(bodies).size).toBeLessThanOrEqual(16);

  await finished.getByRole('button', { name: 'Review Pairs' }).click();
  await workbench.tab('Review: pairs').waitFor();
  const shown = page.frameLocator('iframe.webview').frameLocator('#active-frame');
  const at = (words: string): Promise<void> =>
    shown.locator('.progress').filter({ hasText: words }).waitFor();
  await at(`1 of ${items}`);
  await shown.locator('.pair:focus').waitFor();
  await page.keyboard.press('a');
  await at(`2 of ${items}`);
  await page.keyboard.press('r');
  await at(`3 of ${items}`);
  await page.keyboard.press('a');
  await at(`4 of ${items}`);
  await workbench.screenshot('selfplay-8-review');
  const decisions = (await datasetLines(folder)).slice(lines.length);
  expect(decisions.map(({ kind, status }) => [kind, status])).toEqual([
    ['decision', 'accepted'],
    ['decision', 'rejected'],
    ['decision', 'accepted'],
  ]);

  await choose(row, 'Open Run Report');
  const report = page.frameLocator('iframe.webview >> visible=true').frameLocator('#active-frame');
  await report.locator('dd', { hasText: 'finished' }).waitFor();
  const fact = (label: string): Promise<string> =>
    report
      .locator('dl > div', { has: page.locator(`dt:text-is("${label}")`) })
      .locator('dd')
      .innerText();
  expect([await fact('rows'), await fact('accepted'), await fact('rejected')]).toEqual([
    String(items),
    '2',
    '1',
  ]);
  await workbench.screenshot('selfplay-9-report', 'dark');

  await workbench.runCommand('SPaR: Delete Run');
  await workbench.pick('prompts.jsonl');
  const question = page.locator('.monaco-dialog-box');
  await question.getByText('brings it back').waitFor();
  await workbench.screenshot('selfplay-10-delete');
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await workbench.notification('It is kept in .spar/trash/').waitFor();
  await row.waitFor({ state: 'hidden' });
  expect(await readdir(join(folder, '.spar', 'runs'))).toEqual([]);
  await workbench.runCommand('SPaR: Restore Deleted Run…');
  await page.locator('.quick-input-widget input[placeholder*="Which one to put back"]').waitFor();
  await workbench.screenshot('selfplay-11-restore');
  await workbench.pick('prompts.jsonl');
  await row.filter({ hasText: `finished · ${items} items` }).waitFor();
  expect(await readdir(join(folder, '.spar', 'runs'))).toEqual(runs);
  await workbench.screenshot('selfplay-12-restored', 'light');
});
