import { join } from 'node:path';
import { root } from '../../../scripts/rig/places.mjs';
import type { Workbench } from './workbench';

/** The pictures of the documentation; `SPAR_DOCS_IMAGES=1 npm run test:e2e` draws them anew. */
export type DocsImage =
  | 'refine-tree'
  | 'constraints'
  | 'inline-review-light'
  | 'inline-review-dark'
  | 'diff-review'
  | 'walkthrough'
  | 'select-model'
  | 'dataset'
  | 'check-hover'
  | 'check-fixes'
  | 'datasets'
  | 'dataset-editor'
  | 'review-queue'
  | 'run-start'
  | 'runs-view'
  | 'export'
  | 'run-report';

/** Puts the window, or its upper part of that many pixels, into docs/images, when that is asked for. */
export async function docsImage({ page }: Workbench, name: DocsImage, height = 900): Promise<void> {
  if (process.env['SPAR_DOCS_IMAGES'] !== '1') return;
  await page.screenshot({
    path: join(root, 'docs', 'images', `${name}.png`),
    clip: { x: 0, y: 0, width: 1400, height },
  });
}
