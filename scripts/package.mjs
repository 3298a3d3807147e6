/**
 * npm run package [-- --out FILE]
 *
 * Builds the .vsix and looks inside: it fails when something is in it that does not belong there, when
 * something that belongs there is missing, or when it is too large.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript, say, Unmet } from './rig/say.mjs';
import { vsixEntries } from './rig/vsix.mjs';

/** Bytes. */
const budget = 2 * 1024 * 1024;

/** All that may be in the package, and must be. */
const parts = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/package\.nls\.json$/,
  /^extension\/readme\.md$/i,
  /^extension\/changelog\.md$/i,
  /^extension\/LICENSE(\.txt)?$/i,
  /^extension\/NOTICE\.md$/i,
  /^extension\/dist\/extension\.js$/,
  /^extension\/dist\/cli\.js$/,
  /^extension\/dist\/dataset(Reader|Worker)\.js$/,
  /^extension\/dist\/webviews\/[\w-]+\.(js|css)$/,
  /^extension\/media\/.+\.(svg|png|css|js)$/,
  /^extension\/samples\/.+\.(md|jsonl)$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
];
const optionalParts = [/^extension\/dist\/chunks\/[\w-]+\.js$/];

await runScript(async () => {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'out/spar-refine.vsix' } } });
  const vsix = resolve(root, values.out);
  if ((await run([process.execPath, join(root, 'scripts', 'build.mjs')])).code !== 0) {
    throw new Unmet('The build failed, so nothing was packaged.');
  }
  say('Packaging …');
  await mkdir(dirname(vsix), { recursive: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { code, output } = await run(
    [
      ...[process.execPath, vsce, 'package', '--no-dependencies', '--out', vsix],
      ...['--allow-missing-repository', '--no-rewrite-relative-links'],
    ],
    { cwd: root, quiet: true },
  );
  if (code !== 0) throw new Unmet(output);

  const entries = (await vsixEntries(vsix)).map(({ name }) => name);
  for (const entry of entries) console.log(`  ${entry}`);
  const strange = entries.filter((entry) => ![...parts, ...optionalParts].some((part) => part.test(entry)));
  const missing = parts.filter((part) => !entries.some((entry) => part.test(entry)));
  const { size } = await stat(vsix);
  console.log(`${values.out}: ${entries.length} files, ${Math.round(size / 1024)} KB`);
  if (strange.length > 0) throw new Unmet(`These do not belong in the package:\n  ${strange.join('\n  ')}`);
  if (missing.length > 0) throw new Unmet(`The package lacks:\n  ${missing.map(String).join('\n  ')}`);
  if (size > budget) throw new Unmet(`The package is over its budget of ${budget / 1024} KB.`);
});
