/**
 * Packs the language profiles that IFEval's verdicts rest on into `src/spar/verifiers/language/packedProfiles.ts`.
 *
 *   node scripts/pack-language-profiles.mjs FOLDER
 *
 * FOLDER is an unpacked copy of the npm package `langdetect` 0.2.1 (Apache License 2.0, © 2010-2014 Cybozu Labs): its
 * `profiles/*.json` say how often each run of one to three characters stands in a language, its `res/cjk.json` which
 * Chinese characters count as one. The package itself is no dependency: it brings 144 MB of tables and code that draws
 * at random. Shares are kept as 4096 steps of their logarithm.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder of the package.');
const steps = 4095;

const files = (await readdir(join(folder, 'profiles'))).filter((name) => name.endsWith('.json')).sort();
const languages = files.map((name) => name.slice(0, -'.json'.length));
/** @type {Map<string, [language: number, share: number][]>} */
const table = new Map();
for (const [index, name] of files.entries()) {
  const { freq, n_words: totals } = JSON.parse(await readFile(join(folder, 'profiles', name), 'utf8'));
  for (const [run, count] of Object.entries(freq)) {
    const shares = table.get(run) ?? [];
    shares.push([index, count / totals[run.length - 1]]);
    table.set(run, shares);
  }
}
const alike = Object.values(JSON.parse(await readFile(join(folder, 'res', 'cjk.json'), 'utf8')));

const shares = [...table.values()].flat().map(([, share]) => share);
const least = shares.reduce((a, b) => Math.min(a, b));
const most = shares.reduce((a, b) => Math.max(a, b));

/** Columns of like things, since these are compressed best. @type {Buffer[]} */
const columns = [];
/** @type {{ runs: number, entries: number }[]} */
const sizes = [];
for (const length of [1, 2, 3]) {
  const runs = [...table.keys()].filter((run) => run.length === length).sort();
  const entries = runs.flatMap((run) => table.get(run) ?? []);
  const levels = entries.map(([, share]) =>
    Math.round((Math.log(share / least) / Math.log(most / least)) * steps),
  );
  sizes.push({ runs: runs.length, entries: entries.length });
  for (let place = 0; place < length; place += 1) {
    columns.push(Buffer.from(runs.map((run) => run.charAt(place)).join(''), 'utf16le'));
  }
  columns.push(Buffer.from(runs.map((run) => table.get(run)?.length ?? 0)));
  columns.push(Buffer.from(entries.map(([language]) => language)));
  columns.push(Buffer.from(levels.map((level) => level & 255)));
  columns.push(Buffer.from(levels.map((level) => level >> 8)));
}
const packed = brotliCompressSync(Buffer.concat(columns), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
});

const target = fileURLToPath(new URL('../src/spar/verifiers/language/packedProfiles.ts', import.meta.url));
await writeFile(
  target,
  `// Made by scripts/pack-language-profiles.mjs from the profiles of language-detection (Apache License 2.0,
// © 2010-2014 Cybozu Labs, Inc., https://github.com/shuyo/language-detection). Do not edit.

/** ISO 639-1 codes, in the order in which the columns number them. */
export const languages: readonly string[] = ${JSON.stringify(languages)};

/** Of runs of one, two and three characters: how many there are, and how many shares they have together. */
export const sizes = ${JSON.stringify(sizes)} as const;

/** The smallest and the largest share; level n of \`steps\` lies between them by its logarithm. */
export const least = ${least};
export const most = ${most};
export const steps = ${steps};

/** Chinese characters that count as the first of their group. */
export const alike: readonly string[] = ${JSON.stringify(alike)};

/** Brotli in base64: for each length of run the columns of characters, number of shares, languages, levels (low, high byte). */
export const packed =
  '${packed.toString('base64')}';
`,
);
console.log(`${languages.length} languages, ${table.size} runs, ${packed.length} bytes`);
