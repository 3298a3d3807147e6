/** The page's own file names; the host alone knows the addresses. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** Of the page's own sources, for its policy. */
  readonly source: string;
  /** Unguessable, new for each page. */
  readonly nonce: string;
}

/** The page of a review queue: no text of any record is in it, and it loads nothing but its own two files. */
export function queueHtml({ script, style, source, nonce }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${style}">
<title>Review queue</title>
</head>
<body>
<main id="queue"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
