import { appendFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { findSourceMap } from 'node:module';
import { join } from 'node:path';
import type { MochaOptions, Runner } from 'mocha';

/**
 * What the extension host calls, in the desktop editor and in the web workbench alike: runs every suite beside
 * this file. `SPAR_TEST_PROGRESS` and `SPAR_TEST_RESULTS` name the files that the terminal reads; the first
 * grows line by line, the second holds `{ passed, failed }` at the end. `SPAR_TEST_GREP` picks tests by title.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const { default: Mocha } = await import('mocha');
  const grep = process.env['SPAR_TEST_GREP'];
  const options: MochaOptions = {
    ui: 'bdd',
    timeout: 30_000,
    forbidOnly: true,
    forbidPending: true,
    reporter: 'min',
    ...(grep ? { grep } : {}),
  };
  const mocha = new Mocha(options);
  for (const file of await suites(__dirname)) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const counts = { passed: 0, failed: 0 };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    writeProgress(runner);
    runner.on('pass', () => (counts.passed += 1));
    runner.on('fail', () => (counts.failed += 1));
  });
  const results = process.env['SPAR_TEST_RESULTS'];
  if (results) writeFileSync(results, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} editor tests failed`);
}

async function suites(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith('.test.js'))
    .sort()
    .map((file) => join(folder, file));
}

/** Told in a file, since the two hosts have no terminal in common. */
function writeProgress(runner: Runner): void {
  runner.on('suite', (suite) => {
    if (suite.title) say(`\n${indent(suite)}${suite.title}`);
  });
  runner.on('pass', (test) => say(`${indent(test)}✓ ${test.title} (${test.duration ?? 0} ms)`));
  runner.on('fail', (test, error: Error) => {
    say(`${indent(test)}✗ ${test.title}\n${inSources(error.stack ?? String(error))}`);
  });
}

/** The extension host has its own way with stacks, so the places in the bundles are mapped back here. */
function inSources(stack: string): string {
  return stack.replace(/[^\s(]+\.js:\d+:\d+/g, (place) => {
    const [, file = '', line, column] = /^(.+):(\d+):(\d+)$/.exec(place) ?? [];
    const origin = findSourceMap(file)?.findOrigin(Number(line), Number(column));
    return origin && 'fileName' in origin
      ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`
      : place;
  });
}

function indent(titled: { titlePath(): readonly string[] }): string {
  return '  '.repeat(titled.titlePath().length);
}

function say(line: string): void {
  const progress = process.env['SPAR_TEST_PROGRESS'];
  if (progress) appendFileSync(progress, `${line}\n`);
}
