import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';

interface Entry {
  activate(context: vscode.ExtensionContext): unknown;
}

/**
 * Measures, in the extension host, what VS Code itself counts as activation: loading the code and the call of
 * `activate()`. Run by scripts/measure-activation.mjs, in a fresh extension host each time. Writes
 * `{ load, call, processor }` in milliseconds to the file that `SPAR_TEST_RESULTS` names; `processor` is the
 * processor's time for both, which a busy machine does not lengthen.
 */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('spar-vscode.spar-refine');
  if (!extension || extension.isActive) throw new Error('The extension is not there, or active already.');
  await quiet();
  const main = join(extension.extensionPath, 'dist', 'extension.js');
  const load = createRequire(main);
  const cpuBeforeLoad = process.cpuUsage();
  const beforeLoad = performance.now();
  const entry = load(main) as Entry;
  const afterLoad = performance.now();
  const cpuOfLoad = milliseconds(process.cpuUsage(cpuBeforeLoad));
  let call = NaN;
  let cpuOfCall = NaN;
  const timed: Entry = {
    ...entry,
    activate: (context) => {
      const cpuBefore = process.cpuUsage();
      const before = performance.now();
      const result = entry.activate(context);
      call = performance.now() - before;
      cpuOfCall = milliseconds(process.cpuUsage(cpuBefore));
      return result;
    },
  };
  const cached = load.cache[main];
  if (!cached) throw new Error('The loaded module is not in the cache.');
  cached.exports = timed;
  await extension.activate();
  writeFileSync(
    process.env['SPAR_TEST_RESULTS'] ?? '',
    JSON.stringify({ load: afterLoad - beforeLoad, call, processor: cpuOfLoad + cpuOfCall }),
  );
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

/** Resolves when timers are on time again: other extensions start in the same thread. */
async function quiet(): Promise<void> {
  const late = Date.now() + 30_000;
  for (let calm = 0; calm < 20 && Date.now() < late;) {
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    calm = performance.now() - before < 60 ? calm + 1 : 0;
  }
}
