import type { Workbench } from './workbench';

/** A list is there whose input shows these words. */
export async function placeholder({ page }: Workbench, words: string): Promise<void> {
  await page.locator(`.quick-input-widget input[placeholder*="${words}"]`).waitFor();
}

/** A box is there that asks for this: one that is just closing must not take the answer. */
export async function asked({ page }: Workbench, words: string): Promise<void> {
  await page.locator('.quick-input-message').getByText(words).waitFor();
}
