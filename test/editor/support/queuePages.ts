import type * as vscode from 'vscode';
import { webviews } from '../../../src/contributions';
import type { Request, Response } from '../../../src/views/queue/protocol';

type ResponseOf<Type extends Response['type']> = Extract<Response, { readonly type: Type }>;

/**
 * Stands between the editor and the pages of review queues: hears what a page is told, and asks as the page asks when a
 * person presses a key in it. Changes nothing of what either side does.
 */
export class QueuePages {
  readonly all: QueuePage[] = [];

  /** Before the first queue is opened. */
  watch({ window }: typeof vscode): void {
    const create = window.createWebviewPanel.bind(window);
    Object.defineProperty(window, 'createWebviewPanel', {
      configurable: true,
      writable: true,
      value: (...given: Parameters<typeof create>) => {
        const panel = create(...given);
        if (given[0] === webviews.queue) this.all.push(new QueuePage(panel));
        return panel;
      },
    });
  }
}

export class QueuePage {
  private readonly told = new Map<Response['type'], Response>();
  private readonly listeners: ((message: unknown) => unknown)[] = [];

  constructor(readonly panel: vscode.WebviewPanel) {
    const { webview } = panel;
    const post = webview.postMessage.bind(webview);
    const hear = webview.onDidReceiveMessage.bind(webview);
    Object.defineProperty(webview, 'postMessage', {
      value: (message: Response) => {
        this.told.set(message.type, message);
        return post(message);
      },
    });
    Object.defineProperty(webview, 'onDidReceiveMessage', {
      value: (listener: (message: unknown) => unknown) => {
        this.listeners.push(listener);
        return hear(listener);
      },
    });
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
