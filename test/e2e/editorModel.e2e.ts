import { expect, test } from 'vitest';
import { datasetLines } from './support/datasetFile';
import { startWorkbench } from './support/workbench';

const replies = [
  { text: 'It is rude.\nFinal Judgement (Yes or No): No' },
  { text: 'The greeting must be polite.\n[[start]]Good day you lot[[end]]' },
  { text: 'All is polite.\nFinal Judgement (Yes or No): Yes' },
];

test('a model of the editor judges and refines, and its refinement is accepted', async () => {
  const workbench = await startWorkbench({
    files: { 'rude.md': '## Instruction\n\nGreet the crowd politely.\n\n## Response\n\nOi you lot\n' },
    settings: { 'spar.search.branchFactor': 1, 'spar.search.votes': 1 },
  });
  const { page } = workbench;
  await workbench.runCommand('SPaR Test: Script the Replies');
  await workbench.answer(JSON.stringify(replies));
  await workbench.runCommand('SPaR: Select Model');
  await workbench.pick('Steady');
  await workbench.statusBar('SPaR: steady').waitFor();

  await workbench.openFile('rude.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/Original\s*0\/1/u).waitFor();
  await workbench.treeRow(/1\/1.*best/u).waitFor();
  await workbench.screenshot('editor-model-1-tree');
  await workbench.treeRow(/best/u).click();
  await workbench.codeLens('Keep “Oi” → “Good day”').waitFor();
  await page.keyboard.press('Alt+a');
  await workbench.statusBar('Preference pair saved').waitFor();
  const [record, decision] = await datasetLines(workbench.folder);
  expect({ rejected: record?.['rejected'], chosen: record?.['chosen'], model: record?.['model'] }).toEqual({
    rejected: 'Oi you lot',
    chosen: 'Good day you lot',
    model: 'spar-test/steady',
  });
  expect(decision).toMatchObject({ kind: 'decision', status: 'accepted', record: record?.['id'] });
});
