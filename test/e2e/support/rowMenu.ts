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
