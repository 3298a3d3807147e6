import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** Takes an entry of a line's menu. A click that comes while the menu still opens is lost, so it is made again. */
export async function choose(row: Locator, name: string): Promise<void> {
  const item = row.page().getByRole('menuitem', { name });
  await expect
    .poll(
      async () => {
        if (!(await item.isVisible())) await row.click({ button: 'right' });
        await item.waitFor({ timeout: 3000 });
        await item.click({ timeout: 3000 });
        await item.waitFor({ state: 'hidden', timeout: 3000 });
        return 'chosen';
      },
      { timeout: 30_000 },
    )
    .toBe('chosen');
}

/** Clicks a button that a line shows while the mouse is on it. A line that is drawn anew, or moves away, is sought again. */
export async function pressOnRow(row: Locator, name: string): Promise<void> {
  const button = row.getByRole('button', { name });
  await expect
    .poll(
      async () => {
        await row.hover({ timeout: 3000 });
        await button.click({ timeout: 3000 });
        return 'pressed';
      },
      { timeout: 30_000 },
    )
    .toBe('pressed');
}

/** Rests the mouse on it until its tooltip says the text; one that is drawn anew under the mouse shows none. */
export async function tooltip(place: Locator, text: string): Promise<void> {
  const page = place.page();
  const hover = page.locator('.monaco-hover:visible').getByText(text).first();
  await expect
    .poll(
      async () => {
        await page.mouse.move(1395, 600);
        await place.hover({ timeout: 3000 });
        await hover.waitFor({ timeout: 4000 });
        return 'told';
      },
      { timeout: 30_000 },
    )
    .toBe('told');
}
