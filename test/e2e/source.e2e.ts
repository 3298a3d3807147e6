import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { datasetLines } from './support/datasetFile';
import { refiner } from './support/refiner';
import { startWorkbench } from './support/workbench';

const original = 'Come to the picnic, and bring a cup.';
const mended = 'Come to the picnic and bring a cup.';
const note = `## Instruction\n\nInvite the neighbours. Do not use any commas.\n\n## Response\n\n${original}\n`;

test('an accepted text is put back into its document as one edit that can be undone', async () => {
  const workbench = await startWorkbench({
    files: { 'note.md': note },
    settings: { 'spar.review.writeBack': true },
  });
  await workbench.openFile('note.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).click();
  await workbench.codeLens('Accept').click();
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(2);
  await workbench.openFile('note.md');
  await expect.poll(() => workbench.editorText()).toContain(mended);
  await workbench.page.locator('.editor-instance .view-line').first().click();
  await workbench.page.keyboard.press('Control+z');
  await expect.poll(() => workbench.editorText()).toContain(original);
});

test('a folder that is closed while a search runs keeps what was found, and the search goes on when it is open again', async () => {
  const server = await startSimulator({
    responder: refiner({ follows: (text) => text.includes('dear'), refine: () => 'Come, dear friends.' }),
    latency: { baseMs: 1500, perTokenMs: 0 },
  });
  onTestFinished(() => server.close());
  const row = JSON.stringify({ prompt: 'Greet them kindly.', response: 'Come, you lot.' });
  const workbench = await startWorkbench({ files: { 'rows.jsonl': `${row}\n` } });
  await workbench.changeSettings({
    'spar.model.kind': 'endpoint',
    'spar.endpoint.baseUrl': server.url,
    'spar.endpoint.model': 'simulated',
  });
  const { page } = workbench;
  const address = page.url();
  await workbench.openFile('rows.jsonl');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/Original\s*0\/3/u).waitFor();
  await workbench.runCommand('Close Workspace');
  await page.waitForURL((url) => !url.searchParams.has('folder'));

  await page.goto(address);
  await workbench.ready();
  await workbench.openSparView();
  await workbench.treeRow('Greet them kindly').waitFor();
  await workbench.focusTreeRow('Greet them kindly');
  await page.keyboard.press('ArrowRight');
  await workbench.treeRow(/Original\s*0\/3/u).waitFor();
  const paid = server.chats.filter(({ ended, aborted }) => ended && !aborted).length;
  await workbench.screenshot('source-1-open-again');
  await workbench.runCommand('SPaR: Resume Search');
  await workbench.treeRow(/best/u).waitFor();
  const judged = server.chats.map(({ body }) => JSON.stringify([body['messages'], body['seed']]));
  // What was answered before the folder was closed is not asked again.
  expect(paid).toBeGreaterThan(0);
  expect(judged.slice(paid).filter((question) => judged.slice(0, paid).includes(question))).toEqual([]);
});
