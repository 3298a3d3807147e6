import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { htmlPage } from '../spar/text/htmlPage';

/** The only folder from which pages may load anything. */
export function webviewFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');
}

/** A page of a webview: its script runs by nonce alone, its style comes from the folder, nothing else is loaded. */
export function webviewPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: { readonly name: string; readonly title: string; readonly data: unknown },
): string {
  const nonce = randomBytes(16).toString('base64');
  const place = (ending: string): string =>
    webview
      .asWebviewUri(vscode.Uri.joinPath(webviewFolder(extensionUri), `${page.name}.${ending}`))
      .toString();
  return htmlPage({
    title: page.title,
    data: page.data,
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}`,
    head: `<link rel="stylesheet" href="${place('css')}">`,
    script: `<script nonce="${nonce}" src="${place('js')}"></script>`,
  });
}
