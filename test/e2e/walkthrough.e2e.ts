import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { startWorkbench, type Theme } from './support/workbench';

const steps = [
  'Open the sample',
  'Refine a response',
  'Review the changes',
  'Accept, and find the pair',
  'Choose a model',
];

test('each step of the walkthrough shows its picture, in the colours of the theme', async () => {
  const workbench = await startWorkbench();
  const grounds = new Map<Theme, string>();
  for (const theme of ['light', 'dark', 'high-contrast'] as const) {
    await workbench.setTheme(theme);
    // Anew each time: the page may take a key that was meant for the box in which the theme was chosen, and go back.
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.pick('Get started with SPaR');
    for (const [index, step] of steps.entries()) {
      const line = workbench.page
        .locator('.gettingStartedContainer .getting-started-step')
        .filter({ hasText: step });
      // The step that is open takes no click, and VS Code opens one by itself.
      const isOpen = async (): Promise<boolean> =>
        /\bexpanded\b/u.test((await line.getAttribute('class')) ?? '');
      if (!(await isOpen()))
        await line.click({ timeout: 10_000 }).catch(async (error: unknown) => {
          if (!(await isOpen())) throw error;
        });
      const picture = workbench.page
        .frameLocator('iframe.webview')
        .frameLocator('#active-frame')
        .locator('svg');
      await expect.poll(() => picture.getAttribute('aria-label')).toBe(pictureLabels[index]);
      grounds.set(theme, await fillOf(picture.locator('rect').first()));
      await workbench.screenshot(`walkthrough-${index + 1}-${theme}`);
    }
  }
  expect(Object.fromEntries(grounds)).toEqual({
    light: 'rgb(255, 255, 255)',
    dark: 'rgb(31, 31, 31)',
    'high-contrast': 'rgb(0, 0, 0)',
  });
});

const pictureLabels = [
  'A file with an instruction and a response that breaks it',
  'A tree of refinements below a response, each with its value',
  'A text with one word struck through and one word marked as new',
  'A dataset file with one new line',
  'A list of models to choose from',
];

/** The colour that the browser paints, computed from the theme's variables. */
async function fillOf(shape: Locator): Promise<string> {
  return await shape.evaluate((element) => (globalThis as unknown as Browser).getComputedStyle(element).fill);
}

/** What of the browser's own names the function above needs; the type checker knows Node.js only. */
interface Browser {
  getComputedStyle(element: unknown): { readonly fill: string };
}
