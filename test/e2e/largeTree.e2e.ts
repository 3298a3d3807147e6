import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { refiner } from './support/refiner';
import { startWorkbench } from './support/workbench';

const row = JSON.stringify({ prompt: 'Greet them kindly.', response: 'Come here, you lot.' });

test('a tree of ten thousand nodes is walked while it grows and after', { timeout: 240_000 }, async () => {
  const server = await startSimulator({
    // No refinement ever passes, and no two are alike, so the tree grows to its full size.
    responder: refiner({
      follows: () => false,
      refine: (_response, seed) => `Come here, number ${String(seed)}.`,
    }),
    pieces: 'tick',
  });
  onTestFinished(() => server.close());
  const workbench = await startWorkbench({ files: { 'rows.jsonl': `${row}\n` } });
  const { page } = workbench;
  await workbench.changeSettings({
    'spar.model.kind': 'endpoint',
    'spar.endpoint.baseUrl': server.url,
    'spar.endpoint.model': 'simulated',
    'spar.endpoint.concurrency': 64,
    'spar.search.branchFactor': 32,
    'spar.search.beamWidth': 32,
    'spar.search.depth': 11,
    'spar.search.votes': 1,
  });
  await workbench.openFile('rows.jsonl');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/^\s*1\s*0\/1/u).waitFor();

  // While it grows: a line is opened, and the review of one is shown. Others may be below the view's end already.
  await workbench.treeRow(/^\s*1\s*0\/1/u).click();
  await workbench.tab('Review 1').waitFor();
  await workbench.statusBar(/simulated · [\d,]+ tokens/u).waitFor();

  await workbench
    .treeRow(/unsolved|no refinement/iu)
    .first()
    .waitFor({ timeout: 180_000 });
  const judged = server.chats.filter(({ body }) => !JSON.stringify(body).includes('[[start]]')).length;
  expect(judged).toBeGreaterThan(10_000);
  await page.getByRole('button', { name: 'Collapse All' }).click();
  await workbench.focusTreeRow('Greet them kindly');
  await page.keyboard.press('ArrowRight');
  await workbench.focusTreeRow('Original');
  await page.keyboard.press('ArrowRight');
  await workbench.treeRow(/^\s*1\s*0\/1/u).waitFor();
  await page.keyboard.press('End');
  await workbench.treeRow(/^\s*32\s*0\/1/u).waitFor();
  await page.keyboard.press('Enter');
  await workbench.tab('Review 32').waitFor();
  await workbench.screenshot('large-tree');

  // All of it comes back with the window.
  await workbench.reload();
  await workbench.openSparView();
  await workbench.treeRow('Greet them kindly').waitFor({ timeout: 60_000 });
});
