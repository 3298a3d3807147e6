import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { chromium, type Browser, type Dialog, type Locator, type Page } from 'playwright-core';
import { expect, onTestFinished, type TestContext } from 'vitest';
import { launchArguments, quietSettings } from '../../../scripts/rig/page.mjs';
import { asUrlPath, root } from '../../../scripts/rig/places.mjs';
import { startServer, type Server } from '../../../scripts/rig/server.mjs';

export interface WorkbenchOptions {
  /** The folder to copy and open; default `samples/`. */
  readonly workspace?: string;
  /** Files to add to the copy: path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `trusted` (default), or `restricted`: Workspace Trust is on and the folder is not trusted. */
  readonly trust?: 'trusted' | 'restricted';
  /** Names of further folders, beside the first, that the workspace has; `files` may lie in them: `../NAME/…`. */
  readonly moreFolders?: readonly string[];
  /** Environment variables of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

export type Theme = 'light' | 'dark' | 'high-contrast';

const themes: Readonly<Record<Theme, { readonly label: string; readonly bodyClass: string }>> = {
  light: { label: 'Default Light Modern', bodyClass: 'vs' },
  dark: { label: 'Default Dark Modern', bodyClass: 'vs-dark' },
  'high-contrast': { label: 'Default High Contrast', bodyClass: 'hc-black' },
};

/**
 * Opens a workbench with the packaged extension in a browser of 1400 × 900 pixels. User data and the copy of
 * the workspace are its own. It closes by itself when the test ends; a failed test leaves a screenshot and the
 * server's log in test-results/failures.
 */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const home = await mkdtemp(join(tmpdir(), 'spar-workbench-'));
  const folder = join(home, 'samples');
  await cp(options.workspace ?? join(root, 'samples'), folder, { recursive: true });
  for (const [path, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const settings = {
    ...quietSettings,
    'workbench.colorTheme': themes.light.label,
    ...(options.trust === 'restricted' ? { 'security.workspace.trust.startupPrompt': 'never' } : {}),
    ...options.settings,
  };
  // The copy: the editor writes its own list into the folder of extensions.
  await cp(required('SPAR_E2E_EXTENSIONS'), join(home, 'extensions'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await writeSettings(home, settings);
  const server = await startServer({
    node: required('SPAR_E2E_NODE'),
    workbench: required('SPAR_E2E_WORKBENCH'),
    home,
    trust: options.trust === 'restricted',
    ...(options.env ? { env: options.env } : {}),
  });
  const browser = await chromium.launch({
    executablePath: required('SPAR_E2E_BROWSER'),
    args: launchArguments,
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(20_000);
  const workbench = new Workbench({ page, folder, home, server, browser });
  onTestFinished(async (context) => workbench.finish(context));
  await page.goto(`${server.origin}/?${await opened(folder, options.moreFolders ?? [])}`);
  await workbench.ready();
  return workbench;
}

/** What the editor's address says of the folder, or of the workspace that has several. */
async function opened(folder: string, more: readonly string[]): Promise<string> {
  if (more.length === 0) return `folder=${encodeURIComponent(asUrlPath(folder))}`;
  const folders = [basename(folder), ...more].map((path) => ({ path }));
  const file = join(dirname(folder), 'several.code-workspace');
  await writeFile(file, JSON.stringify({ folders }));
  return `workspace=${encodeURIComponent(asUrlPath(file))}`;
}

interface Parts {
  readonly page: Page;
  readonly folder: string;
  readonly home: string;
  readonly server: Server;
  readonly browser: Browser;
}

/** The editor under a person's hands. Every step waits for what it needs; none sleeps. */
export class Workbench {
  /** Playwright's own page, for all that has no method here. */
  readonly page: Page;
  /** The open workspace on disk. */
  readonly folder: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.page = parts.page;
    this.folder = parts.folder;
    this.#parts = parts;
  }

  /** Resolves when the workbench is drawn and the extension's own icon is in it. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.activitybar [aria-label^="SPaR"]').first().waitFor({ timeout: 60_000 });
    await this.page.locator('.part.sidebar').waitFor({ timeout: 60_000 });
  }

  /** Opens a file of the workspace by Quick Open and waits until it is the active editor. */
  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    const active = this.page.locator('.tabs-container .tab.active').filter({ hasText: name });
    // Enter may come before the list is filtered, and then it opens what was first in it.
    await expect
      .poll(async () => {
        const input = await this.#quickInput('Control+P', path);
        await this.page
          .locator('.quick-input-list .monaco-list-row.focused')
          .filter({ hasText: name })
          .waitFor();
        await input.press('Enter');
        return active.waitFor({ timeout: 3000 }).then(
          () => 'open',
          () => 'another is open',
        );
      })
      .toBe('open');
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** Runs a command from the palette by its title, for example `SPaR: Refine Response`. */
  async runCommand(title: string): Promise<void> {
    // A palette opened before the extension's commands are known does not learn of them.
    await expect
      .poll(
        async () => {
          await this.#quickInput('F1', `>${title}`);
          return this.#quickRow(title)
            .click({ timeout: 2000 })
            .then(
              () => 'run',
              () => this.page.keyboard.press('Escape'),
            );
        },
        { timeout: 20_000 },
      )
      .toBe('run');
  }

  /** Picks a row of the quick pick that is open. */
  async pick(text: string): Promise<void> {
    // The mouse rests on a row of the list before, and in time a tooltip comes up that lies over others.
    await this.page.mouse.move(1395, 600);
    await this.#quickRow(text).click();
  }

  /** Types into the input box that is open and presses Enter. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await input.fill(text);
    await input.press('Enter');
  }

  /** A row of any tree in the side bar whose text contains this. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.part.sidebar .monaco-list-row[role="treeitem"]').filter({ hasText: text });
  }

  /** Takes the keyboard into the Refinements view and goes down, or up, to the row. */
  async focusTreeRow(text: string | RegExp): Promise<void> {
    await this.runCommand('Focus on Refinements View');
    await this.page.locator('.part.sidebar .monaco-list:focus-within').waitFor();
    await this.page.keyboard.press('Home');
    const focused = this.page.locator('.part.sidebar .monaco-list-row.focused').filter({ hasText: text });
    await expect
      .poll(async () => (await focused.count()) === 1 || this.page.keyboard.press('ArrowDown'))
      .toBe(true);
  }

  /** Opens SPaR's view container by its icon in the activity bar, unless it is open. */
  async openSparView(): Promise<void> {
    const icon = this.page.locator('.activitybar .action-item', {
      has: this.page.locator('[aria-label^="SPaR"]'),
    });
    const title = this.page.locator('.part.sidebar .composite.title').filter({ hasText: /spar/i });
    // After a reload the container may still be on its way back, and then a click closes it.
    await expect
      .poll(async () => {
        if (!(await title.isVisible())) await icon.click();
        return title.waitFor({ timeout: 3000 }).then(
          () => 'open',
          () => 'closed',
        );
      })
      .toBe('open');
  }

  /** The tab of an editor whose label contains this. */
  tab(label: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: label });
  }

  /** A CodeLens whose text contains this. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a').filter({ hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text });
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /** The visible text of the active editor, a line each; the editor draws only what is in view. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-group-container.active .view-line').all();
    const drawn = await Promise.all(
      lines.map(async (line) => ({
        top: (await line.boundingBox())?.y ?? 0,
        text: await line.textContent(),
      })),
    );
    return drawn
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => (text ?? '').replaceAll('\u00a0', ' '))
      .join('\n');
  }

  /** Changes the user's settings while the editor runs. */
  async changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const message = this.page.locator('.quick-input-message').filter({ hasText: 'User settings as JSON' });
    const input = this.page.locator('.quick-input-widget input.input');
    // A page in an editor that takes the keyboard back closes the question before it is answered.
    await expect
      .poll(
        async () => {
          await this.runCommand('SPaR Test: Apply Settings');
          try {
            await message.waitFor({ timeout: 3000 });
            await input.fill(JSON.stringify(settings), { timeout: 2000 });
            await input.press('Enter', { timeout: 2000 });
            return 'answered';
          } catch {
            return 'closed';
          }
        },
        { timeout: 30_000 },
      )
      .toBe('answered');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async setTheme(theme: Theme): Promise<void> {
    const { label, bodyClass } = themes[theme];
    await this.changeSettings({ 'workbench.colorTheme': label });
    await this.page.locator(`.monaco-workbench.${bodyClass}`).waitFor();
  }

  /** Writes test-results/screenshots/NAME.png, in a theme if one is named; look at what you wrote. */
  async screenshot(name: string, theme?: Theme): Promise<void> {
    if (theme) await this.setTheme(theme);
    await this.page.screenshot({ path: join(root, 'test-results', 'screenshots', `${name}.png`) });
  }

  /**
   * Reloads the window by the editor's own command, as a person does after an update: the extension host starts anew.
   * The command first writes down which editors are open; while one of them is not backed up the browser asks whether
   * to leave, and then the person stays and tries again. Playwright's own reload waits for neither.
   */
  async reload(): Promise<void> {
    await expect.poll(() => this.#reloadOnce(), { timeout: 60_000 }).toBe('reloaded');
    await this.ready();
  }

  async #reloadOnce(): Promise<'reloaded' | 'stayed'> {
    const { page } = this;
    let stay: (dialog: Dialog) => void = () => undefined;
    let leave: () => void = () => undefined;
    const outcome = new Promise<'reloaded' | 'stayed'>((resolve) => {
      stay = (dialog) => void dialog.dismiss().finally(() => resolve('stayed'));
      leave = () => resolve('reloaded');
      page.once('dialog', stay).once('load', leave);
    });
    await this.runCommand('Developer: Reload Window');
    try {
      return await outcome;
    } finally {
      page.off('dialog', stay).off('load', leave);
    }
  }

  /** For onTestFinished. */
  async finish({ task }: TestContext): Promise<void> {
    const { server, browser, home } = this.#parts;
    if (task.result?.state === 'fail') {
      const place = join(root, 'test-results', 'failures', task.name.replace(/\W+/g, '-'));
      await mkdir(dirname(place), { recursive: true });
      await this.page.screenshot({ path: `${place}.png` });
      await writeFile(`${place}.log`, server.output());
    }
    await browser.close();
    await server.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Presses the key until the input is there and holds the text: one that is just closing swallows the key. */
  async #quickInput(key: string, text: string): Promise<Locator> {
    const input = this.page.locator('.quick-input-widget input.input');
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: 2000 });
        return input;
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  #quickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }
}

async function writeSettings(home: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(join(home, 'user', 'User'), { recursive: true });
  await writeFile(join(home, 'user', 'User', 'settings.json'), JSON.stringify(settings, null, 2));
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with npm run test:e2e.`);
  return value;
}
