import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { webviewHtml } from './webviewHtml';

/** The only folder from which pages may load anything. */
export function webviewFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');
}

/** The page of the files `NAME.js` and `NAME.css` in the folder. */
export function webviewPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, title, data }: { readonly name: string; readonly title: string; readonly data: unknown },
): string {
  const place = (ending: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewFolder(extensionUri), `${name}.${ending}`)).toString();
  return webviewHtml({
    title,
    data,
    script: place('js'),
    style: place('css'),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
  });
}
