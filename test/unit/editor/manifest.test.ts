import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  commands,
  contextKeys,
  customEditors,
  schemes,
  settings,
  settingsSection,
  startingFolder,
  startingLanguages,
  viewContainer,
  views,
  walkthrough,
  webviews,
} from '../../../src/contributions';
import { readSettings, restrictedSettings } from '../../../src/editor/settingValues';

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly title: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly when?: string;
    }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when?: string;
    }[];
    readonly customEditors: readonly { readonly viewType: string }[];
    readonly submenus: readonly { readonly id: string }[];
    readonly configuration: readonly {
      readonly properties: Readonly<
        Record<string, { readonly default: unknown; readonly scope: string; readonly order: number }>
      >;
    }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly description: string;
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const words = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Readonly<Record<string, string>>;
const { contributes } = manifest;
const properties = Object.assign({}, ...contributes.configuration.map((part) => part.properties)) as Readonly<
  Record<string, { readonly default: unknown; readonly scope: string; readonly order: number }>
>;
const sorted = (values: Iterable<string>): readonly string[] => [...values].sort();

describe('package.json and contributions.ts', () => {
  it('name the same commands', () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted(Object.values(commands)),
    );
  });

  it('name the same views', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewContainer]);
    expect(contributes.views[viewContainer]?.map(({ id }) => id)).toEqual(Object.values(views));
  });

  it('name the same custom editors', () => {
    expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual(Object.values(customEditors));
  });

  it('name the same settings', () => {
    expect(sorted(Object.keys(properties))).toEqual(
      sorted(Object.values(settings).map((name) => `${settingsSection}.${name}`)),
    );
  });

  it('name the same schemes and the same walkthrough', () => {
    expect(manifest.activationEvents).toEqual([
      ...Object.values(schemes).map((scheme) => `onFileSystem:${scheme}`),
      ...[webviews.statistics, webviews.runReport, webviews.queue].map((type) => `onWebviewPanel:${type}`),
      ...startingLanguages.map((language) => `onLanguage:${language}`),
      `workspaceContains:${startingFolder}`,
    ]);
    expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([walkthrough]);
    expect(contributes.walkthroughs[0]?.steps).toHaveLength(5);
  });

  it('restrict the same settings in untrusted workspaces', () => {
    expect(sorted(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)).toEqual(
      sorted([...restrictedSettings].map((name) => `${settingsSection}.${name}`)),
    );
  });

  it('have the same defaults', () => {
    const declared = readSettings({
      isTrusted: true,
      inspect: (name) => ({ defaultValue: properties[`${settingsSection}.${name}`]?.default }),
    });
    expect(declared).toEqual(readSettings({ isTrusted: true, inspect: () => ({}) }));
    expect(declared.problems).toEqual([]);
  });
});

describe('package.json', () => {
  it('names only commands that exist, in menus, keys, welcome texts and the walkthrough', () => {
    const known = new Set<string>(Object.values(commands));
    const texts = [...Object.values(words)].flatMap((text) =>
      [...text.matchAll(/command:(spar\.\w+)/gu)].map((match) => match[1] ?? ''),
    );
    const named = [
      ...Object.values(contributes.menus)
        .flat()
        .flatMap(({ command }) => (command === undefined ? [] : [command])),
      ...contributes.keybindings.map(({ command }) => command),
      ...contributes.walkthroughs.flatMap(({ steps }) =>
        steps.flatMap(({ completionEvents }) =>
          completionEvents.map((event) => event.replace('onCommand:', '')),
        ),
      ),
      ...texts,
    ];
    expect(named.filter((command) => !known.has(command))).toEqual([]);
  });

  it('has a text for each key in package.nls.json and no text too many', () => {
    const used = new Set(
      [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/gu)].map((match) => match[1] ?? ''),
    );
    expect(sorted(used)).toEqual(sorted(Object.keys(words)));
  });

  it('gives every command the one category', () => {
    expect(new Set(contributes.commands.map(({ category }) => category))).toEqual(new Set(['SPaR']));
  });

  it('has a narrow condition on every key', () => {
    const wide = contributes.keybindings.filter(
      ({ when }) => when === undefined || !/Focus|focusedView/u.test(when),
    );
    expect(wide).toEqual([]);
  });

  it('names only context keys and schemes that there are', () => {
    const whens = [...JSON.stringify(contributes).matchAll(/"when":"((?:[^"\\]|\\.)*)"/gu)].map(
      ([, when = '']) => when,
    );
    const keys = whens.flatMap((when) => when.match(/(?<![=~] '?|\w)spar\.\w+/gu) ?? []);
    const named = whens.flatMap((when) => when.match(/(?<=resourceScheme == )spar-[\w-]+/gu) ?? []);
    const known: readonly string[] = Object.values(contextKeys);
    expect(keys.filter((key) => !known.includes(key))).toEqual([]);
    expect(new Set(named)).toEqual(new Set([schemes.review]));
    expect(keys.length).toBeGreaterThan(0);
  });

  it('gives each key one meaning in each place', () => {
    const places = contributes.keybindings.map(({ key, when }) => `${key} ${when ?? ''}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('hides commands that need an item from the palette', () => {
    const palette = new Map(contributes.menus['commandPalette']?.map(({ command, when }) => [command, when]));
    expect(palette.get(commands.openReview)).toBe('false');
    expect(palette.get(commands.removeSearch)).toBe('false');
    expect([...palette.values()].filter((when) => when === undefined)).toEqual([]);
  });

  it('shows the editor menu only with a selection', () => {
    for (const { when } of contributes.menus['editor/context'] ?? [])
      expect(when).toContain('editorHasSelection');
  });

  it('shows at most three inline actions on any item', () => {
    const inline = (contributes.menus['view/item/context'] ?? []).filter(({ group }) =>
      group?.startsWith('inline'),
    );
    const runs = inline.filter(({ when }) => when?.startsWith('view == spar.runs ') === true);
    expect(runs.map(({ command }) => command)).toEqual([commands.pauseRun, commands.resumeRun]);
    const wordsOf = [
      ['candidate', 'undecided', 'pending', 'child', 'extendable'],
      ['candidate', 'decided', 'extendable'],
      ['session', 'running', 'reviewable'],
      ['session', 'resumable', 'reviewable'],
    ];
    const shown = wordsOf.map((item) =>
      inline
        .filter((entry) => !runs.includes(entry))
        .filter(({ when }) => item.some((word) => when?.includes(`\\b${word}\\b`) === true))
        .map(({ command }) => command),
    );
    expect(shown).toEqual([
      [commands.accept, commands.reject, commands.openDiff],
      [commands.undoDecision, commands.openDiff],
      [commands.stop, commands.openAllAsDiffs],
      [commands.resume, commands.openAllAsDiffs],
    ]);
  });

  it('has a welcome text for each empty state', () => {
    expect(contributes.viewsWelcome.map(({ when }) => when ?? 'always')).toEqual([
      'always',
      'workspaceFolderCount == 0',
      '!spar.hasModel',
      '!isWorkspaceTrusted',
      'workspaceFolderCount != 0 && !virtualWorkspace',
      'workspaceFolderCount == 0',
      'virtualWorkspace && workspaceFolderCount != 0',
      '!isWorkspaceTrusted',
      'isWorkspaceTrusted',
      '!isWorkspaceTrusted',
    ]);
  });

  it('gives settings a scope and an order', () => {
    const orders = Object.values(properties).map(({ order }) => order);
    expect(new Set(orders).size).toBe(orders.length);
    expect(properties['spar.endpoint.baseUrl']?.scope).toBe('machine-overridable');
    expect(properties['spar.datasets.folder']?.scope).toBe('resource');
  });
});
