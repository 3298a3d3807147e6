import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchArguments } from '../../scripts/rig/page.mjs';
import { root } from '../../scripts/rig/places.mjs';

test('npm start serves the sample with the extension, on its walkthrough, until it is interrupted', async () => {
  const home = await mkdtemp(join(tmpdir(), 'spar-start-'));
  const start = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), '--web', '--port', '0'], {
    env: { ...process.env, SPAR_START_HOME: home },
  });
  const browser = await chromium.launch({
    executablePath: process.env['SPAR_E2E_BROWSER'] ?? '',
    args: launchArguments,
  });
  onTestFinished(async () => {
    start.kill('SIGKILL');
    await browser.close();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  });

  const address = await printed(start, /http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(address);
  await page
    .locator('.gettingStartedContainer')
    .getByText('Get started with SPaR')
    .first()
    .waitFor({ timeout: 60_000 });
  await page.locator('.gettingStartedContainer').getByText('Choose a model').first().waitFor();
  await page.screenshot({ path: join(root, 'test-results', 'screenshots', 'start.png') });
  await page.locator('.activitybar [aria-label^="SPaR"]').first().click();
  await page.locator('.part.sidebar').getByText('Refine Response').first().waitFor();

  const ended = new Promise((resolve) => start.once('exit', resolve));
  start.kill('SIGINT');
  expect(await ended).toBe(0);
  await expect(fetch(address)).rejects.toThrow();
});

/** The first match in what a process prints. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match) resolve(match[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`It ended without an address.\n${output}`)));
  });
}
