import { createHash } from 'node:crypto';
import { htmlPage } from '../text/htmlPage';
import type { PageAssets } from './pageAssets';
import type { Report } from './report';

/**
 * A report as one HTML file that needs no other and asks the network for nothing: its policy allows this very script
 * and style alone. The same report gives the same bytes.
 *
 * @param kind Of report, for the page's title: `statistics`.
 */
export function reportHtml(report: Report, kind: string, { script, style }: PageAssets): string {
  // Such an end inside a string of the script would end the element.
  const inlined = script.replace(/<\/(script)/giu, '<\\/$1').trim();
  const styled = style.trim();
  return htmlPage({
    title: `${report.title} · ${kind}`,
    data: report,
    policy: `default-src 'none'; script-src '${hash(inlined)}'; style-src '${hash(styled)}'; img-src data:`,
    head: `<style>${styled}</style>`,
    script: `<script>${inlined}</script>`,
  });
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
