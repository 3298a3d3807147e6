import { appendFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands, views } from '../../../src/contributions';
import { TreeWatch } from './treeWatch';
import { until } from './until';

/** Milliseconds. `processor` is the processor's time, which a busy machine lengthens less. */
interface Activation {
  readonly load: number;
  readonly call: number;
  readonly processor: number;
}

/**
 * Measures in the extension host, run by scripts/measure-editor.mjs in a fresh one each time; the editor is as
 * it is after a start, and nothing of either extension has run. Writes to the file that `SPAR_TEST_RESULTS`
 * names, in milliseconds:
 *
 * - what VS Code itself counts as activation: loading the code and the call of `activate()`;
 * - with the Refinements view visible and the sample open, the time from the command "Refine Response" until
 *   the view's data provider has given the editor its first line (`root`), and the original below it;
 * - the same of an extension that does nothing, and of a tree that has its line ready.
 */
export async function run(): Promise<void> {
  try {
    writeFileSync(process.env['SPAR_TEST_RESULTS'] ?? '', JSON.stringify(await measured()));
  } catch (error) {
    const why = error instanceof Error ? error.stack : String(error);
    appendFileSync(process.env['SPAR_TEST_PROGRESS'] ?? '', `${why}\n`);
    throw error;
  }
}

async function measured(): Promise<Readonly<Record<string, number>>> {
  await quiet();
  const empty = await activate('spar-vscode.spar-empty', () => undefined);
  const tree = new TreeWatch(views.refinements);
  const own = await activate('spar-vscode.spar-refine', (api) => tree.watch(api));
  const emptyRoot = await feedbackOfEmptyTree();
  const { root, original } = await feedback(tree);
  return {
    load: own.load,
    call: own.call,
    processor: own.processor,
    root,
    original,
    emptyActivation: empty.load + empty.call,
    emptyProcessor: empty.processor,
    emptyRoot,
  };
}

async function feedback(tree: TreeWatch): Promise<{ readonly root: number; readonly original: number }> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('The samples are not open.');
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'getting-started.md'));
  return timed(tree, { view: views.refinements, command: commands.refineResponse });
}

/** What any extension's first line takes: its data is ready when the command is run. */
async function feedbackOfEmptyTree(): Promise<number> {
  const tree = new TreeWatch('sparEmpty.tree');
  tree.watch(vscode);
  const changed = new vscode.EventEmitter<void>();
  const lines: string[] = [];
  const view = vscode.window.createTreeView<string>('sparEmpty.tree', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (line) => (line === undefined ? [...lines] : line === 'root' ? ['original'] : []),
      getTreeItem: (line) => new vscode.TreeItem(line, vscode.TreeItemCollapsibleState.Expanded),
    },
  });
  const command = vscode.commands.registerCommand('sparEmpty.add', () => {
    lines.push('root');
    changed.fire();
  });
  const { root } = await timed(tree, { view: 'sparEmpty.tree', command: 'sparEmpty.add' });
  command.dispose();
  view.dispose();
  return root;
}

async function timed(
  tree: TreeWatch,
  { view, command }: { readonly view: string; readonly command: string },
): Promise<{ readonly root: number; readonly original: number }> {
  await vscode.commands.executeCommand(`${view}.focus`);
  await until(() => tree.isVisible, { what: `the view ${view} is visible` });
  await quiet();
  const began = performance.now();
  await vscode.commands.executeCommand(command);
  const { rootAt, childAt } = await until(() => tree.given(), { what: `${view} has its first lines` });
  return { root: rootAt - began, original: childAt - began };
}

/** Activates an extension as the editor does, with the time taken of both parts. */
async function activate(id: string, prepare: (api: typeof vscode) => void): Promise<Activation> {
  const extension = vscode.extensions.getExtension(id);
  if (!extension || extension.isActive) throw new Error(`${id} is not there, or active already.`);
  const { main } = extension.packageJSON as { readonly main: string };
  // The editor loads what is behind a link, and so must this, or the code would be loaded twice.
  const file = realpathSync(join(extension.extensionPath, main));
  const load = createRequire(file);
  // Each extension has a `vscode` of its own.
  prepare(load('vscode') as typeof vscode);
  await quiet();
  const loading = new Stopwatch();
  const entry = load(file) as { activate(context: vscode.ExtensionContext): unknown };
  const loaded = loading.read();
  const cached = load.cache[file];
  if (!cached) throw new Error('The loaded module is not in the cache.');
  let called = { wall: NaN, processor: NaN };
  cached.exports = {
    ...entry,
    activate: (context: vscode.ExtensionContext): unknown => {
      const calling = new Stopwatch();
      const result = entry.activate(context);
      called = calling.read();
      return result;
    },
  };
  await extension.activate();
  return { load: loaded.wall, call: called.wall, processor: loaded.processor + called.processor };
}

class Stopwatch {
  private readonly processor = process.cpuUsage();
  private readonly wall = performance.now();

  /** Milliseconds since it was made. */
  read(): { readonly wall: number; readonly processor: number } {
    const wall = performance.now() - this.wall;
    const { user, system } = process.cpuUsage(this.processor);
    return { wall, processor: (user + system) / 1000 };
  }
}

/**
 * Resolves when neither side has anything left to do: timers of the extension host are on time, where other
 * extensions start in the same thread, and the workbench, which draws what was opened, answers at once.
 */
async function quiet(): Promise<void> {
  const late = Date.now() + 30_000;
  for (let calm = 0; calm < 20 && Date.now() < late;) {
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = performance.now();
    await vscode.commands.executeCommand('setContext', 'sparEmpty.asked', calm);
    const isCalm = asked - before < 60 && performance.now() - asked < 20;
    calm = isCalm ? calm + 1 : 0;
  }
}
