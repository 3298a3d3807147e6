/**
 * Builds what ships: `dist/extension.js` (the editor), `dist/cli.js` (the terminal command `spar`), what threads run
 * (`dist/datasetReader.js`, `dist/datasetWorker.js`) and `dist/webviews/` (a script and a style for each page that the
 * editor shows).
 *
 *   node scripts/build.mjs [--dev] [--watch]
 *
 * Whatever is imported with `import()` becomes a file of its own below `dist/chunks` and is loaded when it is
 * first used. esbuild splits ES modules only, so each bundle is split as ES modules first and every file of it
 * is then rewritten to CommonJS, which is what the editor loads. Shared code stays shared: a class exists once,
 * so `instanceof` holds across files. Threads use the editor's chunks. Large tables are a file that editor and terminal
 * share, since they would be a fifth of the package once more.
 */
import { build, context, transform } from 'esbuild';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Bytes, minified: what the editor must read before `activate()` can run. */
const entryBudget = 150 * 1024;

const { values: options } = parseArgs({
  options: { dev: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
});
const production = !options.dev && !options.watch;

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {string} entry
 * @property {string[]} external
 * @property {string} banner
 * @property {Readonly<Record<string, string>>} threads Names and entries of what its threads run.
 */
/** @type {Bundle[]} */
const bundles = [
  {
    name: 'extension',
    entry: 'src/extension.ts',
    external: ['vscode'],
    banner: '',
    threads: {
      datasetReader: 'src/spar/datasets/table/readerThread.ts',
      datasetWorker: 'src/spar/datasets/work/thread.ts',
    },
  },
  { name: 'cli', entry: 'src/cli.ts', external: [], banner: '#!/usr/bin/env node\n', threads: {} },
];

/** Pages that run in a webview: each folder holds `main.ts` and `style.css`. */
const pages = [
  { name: 'report', folder: 'src/views/report/webview' },
  { name: 'versions', folder: 'src/views/versions/webview' },
  { name: 'dataset', folder: 'src/views/datasets/webview' },
  { name: 'queue', folder: 'src/views/queue/webview' },
];

/** Modules of mere data, each without imports, that all bundles load from one file. */
const tables = [{ name: 'packedProfiles', source: 'src/spar/verifiers/language/packedProfiles.ts' }];

const tableScheme = 'spar-table:';

/** @type {Set<string>} */
const written = new Set();
if (options.watch) {
  for (const bundle of bundles) await (await context(optionsOf(bundle))).watch();
  for (const page of pages) await (await context(pageOptionsOf(page))).watch();
  for (const table of tables) await writeTable(table);
} else {
  try {
    for (const bundle of bundles) await build(optionsOf(bundle));
    for (const page of pages) await build(pageOptionsOf(page));
    for (const table of tables) await writeTable(table);
    await removeLeftovers();
  } catch (error) {
    // esbuild has printed what is wrong in the sources, and where; not what is wrong in writing them.
    const { errors = [] } = /** @type {import('esbuild').BuildFailure} */ (error);
    for (const { pluginName, text } of errors) if (/-files$/.test(pluginName)) console.error(text);
    process.exitCode = 1;
  }
}

/**
 * @param {Bundle} bundle
 * @returns {import('esbuild').BuildOptions}
 */
function optionsOf(bundle) {
  return {
    absWorkingDir: root,
    entryPoints: { [bundle.name]: bundle.entry, ...bundle.threads },
    outdir: dist,
    chunkNames: `chunks/${bundle.name}-[name]-[hash]`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // CommonJS builds of packages wrap their exports, which defeats both tree shaking and splitting.
    mainFields: ['module', 'main'],
    target: 'node20',
    external: bundle.external,
    minify: production,
    keepNames: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
    legalComments: 'none',
    plugins: [
      oneLanguage(),
      sharedTables(),
      ...(bundle.name === 'extension' ? [] : [editorFree()]),
      commonJsFiles(bundle),
    ],
  };
}

/**
 * One file each, for a browser: a webview loads what its policy names, and an own page must stand alone.
 * @param {typeof pages[number]} page
 * @returns {import('esbuild').BuildOptions}
 */
function pageOptionsOf({ name, folder }) {
  return {
    absWorkingDir: root,
    entryPoints: [
      { in: `${folder}/main.ts`, out: name },
      { in: `${folder}/style.css`, out: name },
    ],
    outdir: join(dist, 'webviews'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'chrome120',
    minify: production,
    metafile: true,
    write: false,
    logLevel: 'warning',
    legalComments: 'none',
    plugins: [plainFiles(name)],
  };
}

/** @param {string} name */
function plainFiles(name) {
  return {
    name: 'plain-files',
    /** @param {import('esbuild').PluginBuild} plugin */
    setup(plugin) {
      plugin.onEnd(async ({ errors, outputFiles }) => {
        if (errors.length > 0 || !outputFiles) return;
        for (const { path, text } of outputFiles) await write(path, text);
        const bytes = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
        console.log(`dist/webviews/${name}.*: ${kilobytes(bytes)}`);
      });
    },
  };
}

/** The terminal command runs where no editor is, so an import of `vscode` anywhere below it fails the build. */
function editorFree() {
  return {
    name: 'editor-free',
    /** @param {import('esbuild').PluginBuild} plugin */
    setup(plugin) {
      plugin.onResolve({ filter: /^vscode$/ }, ({ importer }) => ({
        errors: [{ text: `${relative(root, importer)} imports "vscode", which no terminal has.` }],
      }));
    },
  };
}

/** zod carries the messages of some 40 languages; the schemas here speak English only. */
function oneLanguage() {
  return {
    name: 'one-language',
    /** @param {import('esbuild').PluginBuild} plugin */
    setup(plugin) {
      plugin.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
        contents: `export { default as en } from './en.js';`,
        loader: /** @type {const} */ ('js'),
      }));
    },
  };
}

function sharedTables() {
  return {
    name: 'shared-tables',
    /** @param {import('esbuild').PluginBuild} plugin */
    setup(plugin) {
      for (const { name, source } of tables) {
        plugin.onResolve({ filter: new RegExp(`/${name}$`) }, ({ path, resolveDir }) =>
          `${resolve(resolveDir, path)}.ts` === join(root, source)
            ? { path: `${tableScheme}${name}`, external: true }
            : null,
        );
      }
    },
  };
}

function tableFile(/** @type {string} */ name) {
  return join(dist, 'chunks', `table-${name}.js`);
}

/**
 * @param {string} file
 * @param {string} text
 */
function withTablePaths(file, text) {
  return tables.reduce((sum, { name }) => {
    const from = relative(dirname(file), tableFile(name)).replaceAll('\\', '/');
    return sum.replaceAll(
      `"${tableScheme}${name}"`,
      JSON.stringify(from.startsWith('.') ? from : `./${from}`),
    );
  }, text);
}

/** @param {typeof tables[number]} table */
async function writeTable({ name, source }) {
  const { code } = await transform(await readFile(join(root, source), 'utf8'), {
    ...commonJs(),
    loader: 'ts',
  });
  await write(tableFile(name), code);
}

/**
 * Rewrites the split ES modules to CommonJS and writes them.
 * @param {Bundle} bundle
 */
function commonJsFiles(bundle) {
  return {
    name: 'commonjs-files',
    /** @param {import('esbuild').PluginBuild} plugin */
    setup(plugin) {
      plugin.onEnd(async ({ errors, outputFiles, metafile }) => {
        if (errors.length > 0 || !outputFiles || !metafile) return;
        const texts = new Map(
          outputFiles.map(({ path, text }) => [path, withTablePaths(path, withPlainRequires(text))]),
        );
        const entry = join(dist, `${bundle.name}.js`);
        const shared = staticClosure(nameOf(entry), metafile)
          .map((name) => join(root, name))
          .filter((file) => file !== entry);
        const inThreads = new Set(Object.keys(bundle.threads).flatMap((name) => threadFiles(name, metafile)));
        for (const [file, text] of texts) {
          const at = shared.indexOf(file);
          if (file === entry)
            await write(file, bundle.banner + (await joinedEntry({ entry, shared, texts })));
          else if (at < 0) await write(file, (await transform(text, commonJs())).code);
          else {
            const own = inThreads.has(nameOf(file)) ? file.replace(/\.js$/, '-thread.js') : null;
            if (own !== null) await write(own, (await transform(text, commonJs())).code);
            await write(file, sharedStub({ entry, file, at, own }));
          }
        }
        if (bundle.banner) await chmod(entry, 0o755);
        report(bundle.name, metafile);
      });
    },
  };
}

function commonJs() {
  return {
    format: /** @type {const} */ ('cjs'),
    platform: /** @type {const} */ ('node'),
    target: 'node20',
    // `import()` of a file that is CommonJS by now: `require` loads it as late and finds its exports.
    supported: { 'dynamic-import': false },
    minify: production,
    legalComments: /** @type {const} */ ('none'),
    logOverride: { 'empty-import-meta': /** @type {const} */ ('silent') },
  };
}

/**
 * What esbuild makes of a namespace import copies it, property by property: 10 ms of activation for `vscode`,
 * which has hundreds. Neither that module nor Node's own are ES modules, so there is nothing to convert.
 * @param {string} text
 */
function withPlainRequires(text) {
  return text
    .replace(/^#!.*\n/, '')
    .replace(
      /(?<=^|[;}\s])import\s*\*\s*as\s+([\w$]+)\s+from\s*"(vscode|node:[\w/]+)";?/g,
      'const $1=require("$2");',
    );
}

/**
 * The entry in one file with all that is loaded with it, since every file more costs a millisecond. What other
 * files share with it, it exports by number.
 * @param {{ entry: string, shared: readonly string[], texts: ReadonlyMap<string, string> }} files
 */
async function joinedEntry({ entry, shared, texts }) {
  const exported = shared.map((file, at) => `export * as ${sharedName(at)} from ${JSON.stringify(file)};`);
  const { outputFiles } = await build({
    ...commonJs(),
    stdin: {
      contents: [`export * from ${JSON.stringify(entry)};`, ...exported].join('\n'),
      resolveDir: root,
    },
    bundle: true,
    write: false,
    logLevel: 'warning',
    plugins: [
      {
        name: 'split-files',
        setup(plugin) {
          plugin.onResolve({ filter: /./ }, ({ path, resolveDir, kind }) => {
            const file = resolve(resolveDir, path);
            if (kind === 'import-statement' && texts.has(file)) return { path: file };
            return {
              path: texts.has(file) ? `./${relative(dist, file).replaceAll('\\', '/')}` : path,
              external: true,
            };
          });
          plugin.onLoad({ filter: /./ }, ({ path }) => ({
            contents: texts.get(path) ?? '',
            resolveDir: dirname(path),
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * Where other files look for what they share with the entry; in a thread, which can't load the entry, in a copy.
 * @param {{ entry: string, file: string, at: number, own: string | null }} shared
 */
function sharedStub({ entry, file, at, own }) {
  const path = (/** @type {string} */ to) => {
    const from = relative(dirname(file), to).replaceAll('\\', '/');
    return JSON.stringify(from.startsWith('.') ? from : `./${from}`);
  };
  const inEntry = `require(${path(entry)}).${sharedName(at)}`;
  return own === null
    ? `module.exports=${inEntry};\n`
    : `module.exports=require("node:worker_threads").isMainThread?${inEntry}:require(${path(own)});\n`;
}

function sharedName(/** @type {number} */ at) {
  return `shared${at}`;
}

/**
 * @param {string} file
 * @param {string} text
 */
async function write(file, text) {
  written.add(file);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** As esbuild's metafile calls it. */
function nameOf(/** @type {string} */ file) {
  return relative(root, file).replaceAll('\\', '/');
}

/** Removes what earlier builds left, last of all, so that an editor at work never misses a file. */
async function removeLeftovers() {
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !written.has(file)) await rm(file);
  }
}

/**
 * @param {string} name
 * @param {import('esbuild').Metafile} metafile
 */
function report(name, metafile) {
  const entry = relative(root, join(dist, `${name}.js`)).replaceAll('\\', '/');
  const eager = staticClosure(entry, metafile);
  const bytes = eager.reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0);
  const late = Object.keys(metafile.outputs).length - eager.length;
  console.log(
    `${entry}: ${kilobytes(bytes)} to start${late ? `, ${late} files loaded when first used` : ''}`,
  );
  if (name === 'extension' && production && bytes > entryBudget) {
    console.error(`${entry} is over its budget of ${kilobytes(entryBudget)}. The heaviest parts:`);
    for (const [input, size] of heaviest(eager, metafile)) console.error(`  ${kilobytes(size)}  ${input}`);
    process.exitCode = 1;
  }
}

/**
 * The output files that are loaded with the entry.
 * @param {string} entry
 * @param {import('esbuild').Metafile} metafile
 */
function staticClosure(entry, metafile) {
  const seen = new Set([entry]);
  for (const file of seen) {
    for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && !external) seen.add(path);
    }
  }
  return [...seen];
}

/**
 * All output files that a thread may come to load.
 * @param {string} name
 * @param {import('esbuild').Metafile} metafile
 */
function threadFiles(name, metafile) {
  const seen = new Set([nameOf(join(dist, `${name}.js`))]);
  for (const file of seen) {
    for (const { path, external } of metafile.outputs[file]?.imports ?? []) {
      if (path === 'vscode') throw new Error(`dist/${name}.js reaches "vscode", which no thread has.`);
      if (!external) seen.add(path);
    }
  }
  return [...seen];
}

/**
 * @param {readonly string[]} outputs
 * @param {import('esbuild').Metafile} metafile
 */
function heaviest(outputs, metafile) {
  return outputs
    .flatMap((file) => Object.entries(metafile.outputs[file]?.inputs ?? {}))
    .map(([input, { bytesInOutput }]) => /** @type {const} */ ([input, bytesInOutput]))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 12);
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
