import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../support/simulator/simulator';
import { datasetLines } from './support/datasetFile';
import { startWorkbench } from './support/workbench';

test('an untrusted workspace can set neither endpoint nor headers nor dataset folder', async () => {
  const server = await startSimulator();
  onTestFinished(() => server.close());
  const workbench = await startWorkbench({
    trust: 'restricted',
    files: {
      '.vscode/settings.json': JSON.stringify({
        'spar.model.kind': 'endpoint',
        'spar.endpoint.baseUrl': server.url,
        'spar.endpoint.model': 'simulated',
        'spar.endpoint.headers': { 'x-taken': 'yes' },
        'spar.datasets.folder': 'taken',
        'spar.datasets.name': 'taken',
      }),
    },
  });
  const { page } = workbench;
  await workbench.openSparView();
  await page.locator('.part.sidebar').getByText('This workspace is not trusted').waitFor();
  await workbench.screenshot('restricted-1-view');

  await workbench.openFile('getting-started.md');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow(/best/u).click();
  await workbench.statusBar('SPaR: offline').waitFor();
  await workbench.codeLens('Accept').click();
  await workbench.statusBar('Preference pair saved in datasets/pairs.spar.jsonl').waitFor();
  await workbench.screenshot('restricted-2-accepted');
  expect((await datasetLines(workbench.folder)).map(({ kind }) => kind)).toEqual(['record', 'decision']);
  expect(existsSync(join(workbench.folder, 'taken'))).toBe(false);
  expect(server.requests).toEqual([]);
});
