export interface HtmlPage {
  readonly title: string;
  /** What the page's script reads from the element `data`, and sets as texts. */
  readonly data: unknown;
  /** Content security policy. */
  readonly policy: string;
  /** Elements that bring the style. */
  readonly head: string;
  /** The element that brings the script. */
  readonly script: string;
}

/** A page whose texts are all data, so that nothing in them can become an element or a script. */
export function htmlPage({ title, data, policy, head, script }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
${head}
</head>
<body>
<noscript>This page is drawn by its own script, which this viewer does not run.</noscript>
<script type="application/json" id="data">${jsonForHtml(data)}</script>
${script}
</body>
</html>
`;
}

/** JSON with nothing in it that HTML could read as the end of the element, or old JavaScript as a line end. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/gu, (character) => `&#${character.charCodeAt(0)};`);
}
