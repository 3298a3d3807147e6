/**
 * Ids of the records in which lint finds errors.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function lintErrors(dataset: string, signal: AbortSignal): Promise<readonly string[]> {
  const [{ lintDataset }, { findingIds }, { describeCode }] = await Promise.all([
    import('../../spar/datasets/lint/lint'),
    import('../../spar/datasets/lint/report'),
    import('../../spar/datasets/lint/finding'),
  ]);
  const report = await lintDataset(dataset, { signal });
  const codes = [...report.ids.keys()].filter((code) => describeCode(code).severity === 'error');
  return codes.length === 0 ? [] : findingIds(report, codes);
}
