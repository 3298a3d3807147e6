import { expect, test } from 'vitest';
import { startWorkbench } from './support/workbench';

test('the sample opens with the extension in place', async () => {
  const workbench = await startWorkbench();
  await workbench.openFile('getting-started.md');
  await expect.poll(() => workbench.editorText()).toContain('## Instruction');
  await workbench.openSparView();
  await workbench.screenshot('sample-light', 'light');
  await workbench.screenshot('sample-dark', 'dark');
  await workbench.screenshot('sample-high-contrast', 'high-contrast');
});
