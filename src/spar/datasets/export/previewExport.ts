import { Candidates, type ExportCounts, type LeftOut } from './candidates';
import type { ExportRequest } from './request';
import { rowText } from './rowWriters';

export interface ExportPreview {
  /** The first ones, each as one line of JSON in the order of its columns. */
  readonly rows: readonly string[];
  /** Rows that would be written; of a preview that was not read to the end, so far. */
  readonly total: number;
  readonly counts: ExportCounts;
  readonly leftOut: readonly LeftOut[];
}

/**
 * What an export would write, without writing anything.
 *
 * @param options `rows`: how many are shown, 5 by default; `countAll`: read to the end, true by default.
 * @throws as `exportDataset`.
 */
export async function previewExport(
  request: ExportRequest,
  options: { readonly rows?: number; readonly countAll?: boolean } = {},
): Promise<ExportPreview> {
  const { rows: shown = 5, countAll = true } = options;
  const candidates = await Candidates.of(request);
  const rows: string[] = [];
  let total = 0;
  for await (const { row } of candidates.read()) {
    total += 1;
    if (rows.length < shown) rows.push(rowText(row));
    else if (!countAll) break;
  }
  const drawn = candidates.draw?.counts();
  return {
    rows,
    total: drawn === undefined ? total : Object.values(drawn).reduce((sum, count) => sum + count, 0),
    counts: candidates.counts(),
    leftOut: candidates.leftOut(),
  };
}
