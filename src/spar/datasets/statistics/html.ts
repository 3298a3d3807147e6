import { createHash } from 'node:crypto';
import { htmlPage } from '../../text/htmlPage';
import { statisticsReport } from './makeReport';
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
  return htmlPage({
    title: `${report.title} · statistics`,
    data: report,
    policy: `default-src 'none'; script-src '${hash(inlined)}'; style-src '${hash(styled)}'; img-src data:`,
    head: `<style>${styled}</style>`,
    script: `<script>${inlined}</script>`,
  });
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
