import { createHash } from 'node:crypto';
import { statisticsReport } from './makeReport';
import type { Report } from './report';
import type { DatasetStatistics } from './statistics';

/** The page's own script and style, as they were built. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * The report as one HTML file that needs no other and asks the network for nothing: its policy allows this very
 * script and style alone. The same statistics give the same bytes.
 */
export function statisticsHtml(statistics: DatasetStatistics, { script, style }: PageAssets): string {
  const report = statisticsReport(statistics);
  // Such an end inside a string of the script would end the element.
  const inlined = script.replace(/<\/(script)/giu, '<\\/$1').trim();
  const styled = style.trim();
  return reportPage(report, {
    policy: `default-src 'none'; script-src '${hash(inlined)}'; style-src '${hash(styled)}'; img-src data:`,
    head: `<style>${styled}</style>`,
    script: `<script>${inlined}</script>`,
  });
}

export interface PageParts {
  /** Content security policy. */
  readonly policy: string;
  /** Elements that bring the style. */
  readonly head: string;
  /** The element that brings the script. */
  readonly script: string;
}

/** A page that shows the report; its texts are data which the script sets as texts. */
export function reportPage(report: Report, { policy, head, script }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(report.title)} · statistics</title>
${head}
</head>
<body>
<noscript>The pictures and tables of this report are drawn by its own script, which this viewer does not run.</noscript>
<script type="application/json" id="report">${jsonForHtml(report)}</script>
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

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
