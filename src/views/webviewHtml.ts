import { htmlPage } from '../spar/text/htmlPage';

/** The page's own files as addresses, which the host alone knows. */
export interface WebviewParts {
  readonly title: string;
  /** What the page's script begins with; anything that goes into JSON. */
  readonly data: unknown;
  readonly script: string;
  readonly style: string;
  /** Of the page's own sources, for its policy. */
  readonly source: string;
  /** Unguessable, new for each page. */
  readonly nonce: string;
}

/** A page of a webview: its script runs by nonce alone, its style comes from its own source, nothing else is loaded. */
export function webviewHtml({ title, data, script, style, source, nonce }: WebviewParts): string {
  return htmlPage({
    title,
    data,
    policy: [
      `default-src 'none'`,
      `script-src 'nonce-${nonce}'`,
      `style-src ${source}`,
      `base-uri 'none'`,
      `form-action 'none'`,
    ].join('; '),
    head: `<link rel="stylesheet" href="${style}">`,
    script: `<script nonce="${nonce}" src="${script}"></script>`,
  });
}
