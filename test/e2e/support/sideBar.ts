import type { Workbench } from './workbench';

/** Drags the side bar's edge so many pixels to the right. */
export async function widenSideBar({ page }: Workbench, by: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('The side bar is not there.');
  const [x, y] = [box.x + box.width, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by, y, { steps: 5 });
  await page.mouse.up();
}

/** Closes a view of the side bar by its title, which leaves its room to the others. */
export async function collapseView(workbench: Workbench, name: string): Promise<void> {
  await turnView(workbench, { name, to: ':not(.expanded)' });
}

/** Opens a view that was closed. */
export async function expandView(workbench: Workbench, name: string): Promise<void> {
  await turnView(workbench, { name, to: '.expanded' });
}

async function turnView({ page }: Workbench, turn: { readonly name: string; readonly to: string }) {
  const header = page.locator('.part.sidebar .pane-header').filter({ hasText: turn.name });
  await header.locator('.title').click();
  await header.and(page.locator(turn.to)).waitFor();
}
