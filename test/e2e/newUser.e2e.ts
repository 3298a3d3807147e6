import { expect, test } from 'vitest';
import { datasetLines, decisionIn, type DatasetLine } from './support/datasetFile';
import { docsImage } from './support/docsImage';
import { startWorkbench } from './support/workbench';

const instruction =
  'Write a short note that invites the neighbours to a picnic in our street on Saturday. Do not use any commas. Your note must contain a title wrapped in double angular brackets. Finish your response with this exact phrase: See you on Saturday!';
const chosen =
  '<<Picnic on Elm Street>>\n\nDear neighbours on Saturday we close the street to cars and everyone is invited to a picnic under the plane trees. The tables go up at noon. Please bring a dish to share and a blanket and a cup.\n\nChildren can help to paint the banner in the morning and there are aprons for all of them. Later the brass band plays until sunset. If it rains we move into the school hall.\n\nSee you on Saturday!';
const original =
  'Picnic on Elm Street\n\nDear neighbours, on Saturday we close the street to cars, and everyone is invited to a picnic under the plane trees. The tables go up at noon. Please bring a dish to share, a blanket and a cup.\n\nChildren can help to paint the banner in the morning, and there are aprons for all of them. Later the brass band plays until sunset. If it rains, we move into the school hall.';

test('a new user goes from the walkthrough to a pair in the dataset, offline', async () => {
  const workbench = await startWorkbench();
  const { page } = workbench;

  await workbench.runCommand('SPaR: Open Walkthrough');
  const walkthrough = page.locator('.gettingStartedContainer');
  await walkthrough.getByText('Get started with SPaR').first().waitFor();
  await walkthrough.getByRole('button', { name: 'Open Sample' }).waitFor();
  await page.frameLocator('iframe.webview').frameLocator('#active-frame').locator('svg').waitFor();
  await workbench.screenshot('new-user-1-walkthrough');
  await docsImage(workbench, 'walkthrough');

  await walkthrough.getByRole('button', { name: 'Open Sample' }).click();
  await workbench.tab('getting-started.md').waitFor();
  await expect.poll(() => workbench.editorText()).toContain('## Response');
  await workbench.screenshot('new-user-2-sample');

  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow('Original').waitFor();
  await workbench.treeRow(/best/u).waitFor();
  await workbench.statusBar('SPaR: offline').waitFor();
  // The view shows itself; the cursor stays in the text.
  expect(await workbench.tab('getting-started.md').getAttribute('class')).toContain('active');
  await workbench.screenshot('new-user-3-tree');
  await workbench.screenshot('new-user-3-tree-dark', 'dark');
  await workbench.screenshot('new-user-3-tree-high-contrast', 'high-contrast');
  await workbench.setTheme('light');

  await workbench.focusTreeRow(/best/u);
  await page.keyboard.press('Enter');
  await workbench
    .codeLens(/^\s*Keep/u)
    .first()
    .waitFor();
  const header = page.locator('.editor-group-container.active .view-line').first();
  await header.getByText('8 of 8 changes needed').waitFor();
  await workbench.screenshot('new-user-4-review');
  await docsImage(workbench, 'inline-review-light');
  await workbench.screenshot('new-user-4-review-dark', 'dark');
  await docsImage(workbench, 'inline-review-dark');
  await workbench.screenshot('new-user-4-review-high-contrast', 'high-contrast');
  await workbench.setTheme('light');

  // By CodeLens: undo the change of “rains,”, then keep it instead.
  await workbench.codeLens('Keep “rains,”').waitFor();
  await workbench
    .codeLens(/^\s*Undo$/u)
    .nth(6)
    .click();
  await workbench.codeLens('Undone “rains,” → “rains”').waitFor();
  await header.getByText('1 undone').waitFor();
  await workbench.screenshot('new-user-5-one-undone');

  // Accepted like this it would break the instruction, and the question says so.
  await workbench.codeLens('Accept').click();
  const question = page.locator('.monaco-dialog-box');
  await question.getByText('This refinement does not pass.').waitFor();
  await question.getByText('no comma').waitFor();
  await workbench.screenshot('new-user-6-accept-anyway');
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await datasetLines(workbench.folder)).toEqual([]);
  await workbench.codeLens('Keep Instead').click();
  await workbench.codeLens('Kept “rains,” → “rains”').waitFor();

  // By key, on the change at the cursor.
  await page.locator('.editor-group-container.active .view-line').getByText('Picnic on Elm').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Alt+n');
  await workbench.codeLens('Undone “Picnic”').waitFor();
  await page.keyboard.press('Alt+y');
  await workbench.codeLens('Kept “Picnic”').waitFor();
  await header.getByText('2 kept').waitFor();

  await workbench.codeLens('Open Diff').click();
  await workbench.tab('Original ↔ 1').waitFor();
  await page.locator('.monaco-diff-editor .editor.modified .view-line').first().waitFor();
  await workbench.screenshot('new-user-7-diff');
  await docsImage(workbench, 'diff-review');

  await page.keyboard.press('Alt+a');
  await workbench.statusBar('Preference pair saved in datasets/pairs.spar.jsonl').waitFor();
  await workbench.treeRow('pair saved').waitFor();
  const [record, accepted] = await datasetLines(workbench.folder);
  expect({ ...record, evidence: '', metrics: '', search: '', created: '', source: '' }).toEqual({
    spar: 1,
    kind: 'record',
    id: expect.stringMatching(/^[0-9a-f]{40}$/u) as string,
    created: '',
    instruction,
    rejected: original,
    chosen,
    evidence: '',
    metrics: '',
    source: '',
    model: null,
    search: '',
  });
  expect(record?.['source']).toMatchObject({ file: 'getting-started.md' });
  expect(decisionIn(accepted ?? {})).toEqual(decision('accepted', record));
  await workbench.screenshot('new-user-8-accepted');

  await page.keyboard.press('Alt+u');
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(3);
  const undone = (await datasetLines(workbench.folder)).at(-1);
  expect(decisionIn(undone ?? {})).toEqual(decision('pending', record));
  expect(undone?.['after']).toEqual([accepted?.['id']]);
  await workbench.treeRow('solved').waitFor();
  await workbench.screenshot('new-user-9-undone');

  await page.keyboard.press('Alt+a');
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(4);
  const again = (await datasetLines(workbench.folder)).at(-1);
  expect(decisionIn(again ?? {})).toEqual(decision('accepted', record));
  expect(again?.['after']).toContain(undone?.['id']);

  await workbench.runCommand('SPaR: Open Dataset');
  await workbench.tab('pairs.spar.jsonl').waitFor();
  const table = page.frameLocator('iframe.webview.ready').frameLocator('iframe');
  await table.locator('.pair .badge', { hasText: 'accepted' }).waitFor();
  await workbench.screenshot('new-user-10-dataset');
  await docsImage(workbench, 'dataset', 700);
  await workbench.runCommand('SPaR: Open Dataset as Text');
  await page.locator('.editor-instance .view-line').first().waitFor();
  await page.keyboard.press('Alt+z');
  await expect.poll(() => workbench.editorText()).toContain('"chosen"');
});

function decision(status: string, record: DatasetLine | undefined): object {
  return { kind: 'decision', status, record: record?.['id'], by: { kind: 'person' } };
}
