import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { worldItems, worldReply } from '../support/world';
import { placeholder } from './support/quickSteps';
import { startWorkbench } from './support/workbench';

test('a folder that is taken out of the workspace pauses its run', async () => {
  const server = await startSimulator({
    responder: async ({ messages, seed }) => {
      await setTimeout(400);
      return worldReply({ messages, seed }).text;
    },
    models: ['simulated'],
  });
  onTestFinished(() => server.close());
  const rows = worldItems(40).map(({ instruction }) => `${JSON.stringify({ instruction })}\n`);
  const workbench = await startWorkbench({
    moreFolders: ['second'],
    files: { '../second/wishes.jsonl': rows.join('') },
  });
  await workbench.changeSettings({
    'spar.endpoint.baseUrl': server.url,
    'spar.endpoint.model': 'simulated',
    'spar.model.kind': 'endpoint',
  });
  const { page } = workbench;
  const row = workbench.treeRow('wishes.jsonl');
  await workbench.openSparView();
  await workbench.runCommand('SPaR: Start Self-Play Run');
  await workbench.pick('wishes.jsonl');
  await placeholder(workbench, 'What the run does with each row');
  await page.locator('.quick-input-widget input.input').press('Enter');
  await placeholder(workbench, 'The actor');
  await workbench.pick('simulated');
  await placeholder(workbench, 'The refiner');
  await workbench.pick('The same as the actor');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.pick('Start');
  await row.filter({ hasText: 'of 40' }).waitFor();
  await expect.poll(() => server.chats.length).toBeGreaterThan(0);

  await workbench.runCommand('Remove Folder from Workspace');
  await workbench.pick('second');
  await workbench.notification('The run over “wishes.jsonl” pauses').waitFor();
  await workbench.screenshot('run-left-1', 'dark');
  await row.waitFor({ state: 'hidden' });
  const runs = join(workbench.folder, '..', 'second', '.spar', 'runs');
  const [id = ''] = await readdir(runs);
  expect(JSON.parse(await readFile(join(runs, id, 'summary.json'), 'utf8'))).toMatchObject({
    summary: { state: 'paused' },
  });
  const asked = server.chats.length;
  await server.settled();
  expect(server.chats.length).toBe(asked);
});
