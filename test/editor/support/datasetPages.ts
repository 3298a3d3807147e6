import type * as vscode from 'vscode';
import { customEditors } from '../../../src/contributions';
import type { Request, Response } from '../../../src/views/datasets/editor/protocol';

type Provider = vscode.CustomEditorProvider;
type ResponseOf<Type extends Response['type']> = Extract<Response, { readonly type: Type }>;

/**
 * Stands between the editor and the pages of datasets: hears what a page is told, and asks as the page asks when a
 * person clicks in it. Changes nothing of what either side does.
 */
export class DatasetPages {
  /** Files in which the editor keeps what is not saved, by the dataset's path. */
  readonly backups = new Map<string, vscode.Uri>();
  private readonly pages: DatasetPage[] = [];

  /** Before the extension is activated. */
  watch({ window, Uri }: typeof vscode): void {
    const register = window.registerCustomEditorProvider.bind(window);
    const watched = (provider: Provider): Provider =>
      Object.assign(Object.create(provider) as Provider, {
        resolveCustomEditor: (
          document: vscode.CustomDocument,
          panel: vscode.WebviewPanel,
          token: vscode.CancellationToken,
        ) => {
          const page = new DatasetPage(document.uri.fsPath, panel);
          this.pages.push(page);
          return provider.resolveCustomEditor(document, page.panel, token);
        },
        backupCustomDocument: async (...given: Parameters<Provider['backupCustomDocument']>) => {
          const backup = await provider.backupCustomDocument(...given);
          this.backups.set(given[0].uri.fsPath, Uri.parse(backup.id));
          return backup;
        },
      });
    Object.defineProperty(window, 'registerCustomEditorProvider', {
      configurable: true,
      writable: true,
      value: (...[type, provider, options]: Parameters<typeof register>) =>
        register(type, type === customEditors.dataset ? watched(provider as Provider) : provider, options),
    });
  }

  /** The latest page of a dataset; undefined until there is one. */
  of(path: string): DatasetPage | undefined {
    return this.pages.findLast((page) => page.path === path);
  }
}

export class DatasetPage {
  readonly panel: vscode.WebviewPanel;
  private readonly told = new Map<Response['type'], Response>();
  private readonly listeners: ((message: unknown) => unknown)[] = [];

  constructor(
    readonly path: string,
    panel: vscode.WebviewPanel,
  ) {
    const webview = standIn(panel.webview, {
      onDidReceiveMessage: (listener: (message: unknown) => unknown) => {
        this.listeners.push(listener);
        return panel.webview.onDidReceiveMessage(listener);
      },
      postMessage: (message: Response) => {
        this.told.set(message.type, message);
        return panel.webview.postMessage(message);
      },
    });
    this.panel = standIn(panel, { webview });
  }

  /** As the page's script does; anything may come from there. */
  ask(request: Request | object): void {
    for (const listener of this.listeners) listener(request);
  }

  /** What the page was last told of a kind. */
  last<Type extends Response['type']>(type: Type): ResponseOf<Type> | undefined {
    return this.told.get(type) as ResponseOf<Type> | undefined;
  }
}

/** The object with some of its members replaced. */
function standIn<Whole extends object>(whole: Whole, replaced: Readonly<Record<string, unknown>>): Whole {
  return new Proxy(whole, {
    get: (_, name) => {
      if (typeof name === 'string' && name in replaced) return replaced[name];
      const value: unknown = Reflect.get(whole, name, whole);
      return typeof value === 'function' ? (value.bind(whole) as unknown) : value;
    },
    set: (_, name, value) => Reflect.set(whole, name, value, whole),
  });
}
