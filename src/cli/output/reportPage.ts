import { join } from 'node:path';
import { writeLinesDurably } from '../../spar/log/writeLines';
import { readPageAssets } from '../../spar/report/pageAssets';
import type { Report } from '../../spar/report/report';
import { reportHtml } from '../../spar/report/reportHtml';

/** Writes a report as one HTML file; what stands there is replaced in one step. @throws Error; LogError; `signal.reason`. */
export async function writeReportPage(
  report: Report,
  { file, kind, signal }: { readonly file: string; readonly kind: string; readonly signal: AbortSignal },
): Promise<void> {
  // This code is loaded from a file of its own below the program's folder, or is part of the program.
  const assets = await readPageAssets([join(__dirname, 'webviews'), join(__dirname, '..', 'webviews')]);
  await writeLinesDurably(file, reportHtml(report, kind, assets).trimEnd().split('\n'), { signal });
}
