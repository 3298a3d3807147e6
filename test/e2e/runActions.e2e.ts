import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { defaultStatistics, worldItems, worldReply } from '../support/world';
import { datasetLines } from './support/datasetFile';
import { choose } from './support/rows';
import { asked, placeholder } from './support/quickSteps';
import { startWorkbench, type Workbench } from './support/workbench';

/** Code can check some of what the instructions ask, so that needless changes are known and a policy can accept. */
const statistics = { ...defaultStatistics, verifiable: 3 };
const items = worldItems(6, statistics);
/** In a notification the editor would make a link of such a name, and a click would run the command. */
const name = '[odd](command:workbench.action.toggleZenMode).jsonl';

test('a run whose policy accepts pairs: its results, failed items again, another limit, a spot check, its folder', async () => {
  let isBroken = true;
  const server = await startSimulator({
    responder: ({ messages, seed }) => worldReply({ messages, seed }, statistics).text,
    models: ['simulated'],
    faults: ({ body }) => {
      const isSecond = JSON.stringify(body['messages'] ?? '').includes('Simulated item 1 ');
      const error = { code: 'context_length_exceeded', message: 'maximum context length' };
      return isBroken && isSecond ? { kind: 'status', status: 400, body: { error } } : undefined;
    },
  });
  onTestFinished(() => server.close());
  const workbench = await startWorkbench({
    files: { [name]: items.map(({ instruction }) => `${JSON.stringify({ instruction })}\n`).join('') },
  });
  const { page, folder } = workbench;
  const row = workbench.treeRow('[odd]');
  await workbench.changeSettings({
    'spar.endpoint.baseUrl': server.url,
    'spar.endpoint.model': 'simulated',
    'spar.model.kind': 'endpoint',
  });
  await workbench.openSparView();
  await start(workbench);

  const finished = workbench.notification('is finished: 4 pairs of 5 items. 1 item failed.');
  await finished.waitFor();
  expect(await finished.innerText()).toContain('[odd] (command:');
  expect(await finished.locator('a', { hasText: 'odd' }).count()).toBe(0);
  await row.filter({ hasText: '1 failed' }).waitFor();
  await workbench.treeRow('longer than the context').waitFor();
  await workbench.screenshot('run-actions-1-failed', 'dark');

  await choose(row, 'Open Results of Run');
  await workbench.pick('problems.jsonl');
  await workbench.tab('problems.jsonl').waitFor();
  await expect.poll(() => workbench.editorText()).toContain('failed');
  isBroken = false;
  await choose(row, 'Retry Failed Items');
  await row.filter({ hasText: /finished · 5 items · \d pairs?$/u }).waitFor();
  await choose(row, 'Change Limits of Run');
  await workbench.pick('Item limit');
  await asked(workbench, 'Item limit, from the first. It is 5 items now.');
  await workbench.answer('');
  await row.filter({ hasText: 'finished · 6 items' }).waitFor();

  const policy = 'accept where value=0.6,interference=0.9';
  const decisions = (await datasetLines(folder)).filter(({ kind }) => kind === 'decision');
  expect(decisions.length).toBeGreaterThan(0);
  for (const { status, by } of decisions)
    expect({ status, by }).toEqual({ status: 'accepted', by: { kind: 'policy', name: policy } });
  await workbench
    .treeRow('Pairs')
    .filter({ hasText: `${decisions.length} accepted by the policy` })
    .waitFor();
  await choose(row, 'Review Pairs of This Run');
  await workbench.tab('Review: pairs').waitFor();
  const queue = page.frameLocator('iframe.webview >> visible=true').frameLocator('#active-frame');
  await queue.locator('.pair:focus, .end:focus').waitFor();
  await queue.getByLabel('Order of the pairs').selectOption('audit');
  await queue.locator('.notice', { hasText: `accepted by the policy “${policy}” without review` }).waitFor();
  await workbench.screenshot('run-actions-2-spot-check');

  const runs = join(folder, '.spar', 'runs');
  const [id = ''] = await readdir(runs);
  await choose(row, 'Reveal Run Folder');
  await workbench.treeRow(id).waitFor();
});

/** Through the steps to a run over the first five rows with a policy of its own. */
async function start(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const field = page.locator('.quick-input-widget input.input');
  await workbench.runCommand('SPaR: Start Self-Play Run');
  await workbench.pick('[odd]');
  await placeholder(workbench, 'What the run does with each row');
  await field.press('Enter');
  await placeholder(workbench, 'The actor');
  await workbench.pick('simulated');
  await placeholder(workbench, 'The refiner');
  await workbench.pick('The same as the actor');
  await placeholder(workbench, 'Start, or pick a line');
  await field.fill('Accepted without');
  await workbench.pick('Accepted without review');
  await placeholder(workbench, 'Which pairs are accepted without review');
  await workbench.pick('Another rule');
  await asked(workbench, 'At least this value');
  await workbench.answer('value=0.6,interference=0.9');
  await placeholder(workbench, 'Start, or pick a line');
  await field.fill('Rows');
  await page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: /^\s*Rows\s*all/u })
    .click();
  await asked(workbench, 'Rows, from the first');
  await workbench.answer('5');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.pick('Start');
}
