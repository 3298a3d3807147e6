/** Draws media/icon.png from media/icon.svg, in a browser. Run by hand when the drawing changes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromium as chromiumPath } from './rig/chromium.mjs';
import { launchArguments } from './rig/page.mjs';
import { root } from './rig/places.mjs';

const browser = await chromium.launch({ executablePath: await chromiumPath(), args: launchArguments });
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
const drawing = await readFile(join(root, 'media', 'icon.svg'), 'utf8');
await page.setContent(`<style>body { margin: 0; } svg { display: block; }</style>${drawing}`);
await page.screenshot({ path: join(root, 'media', 'icon.png'), omitBackground: true });
await browser.close();
