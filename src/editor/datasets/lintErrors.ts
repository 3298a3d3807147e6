/**
 * Ids of the records in which lint finds errors.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function lintErrors(dataset: string, signal: AbortSignal): Promise<readonly string[]> {
  const [{ runTask }, { unpackedReport }, { findingIds }, { describeCode }] = await Promise.all([
    import('../../spar/datasets/work/runTask'),
    import('../../spar/datasets/work/packedReport'),
    import('../../spar/datasets/lint/report'),
    import('../../spar/datasets/lint/finding'),
  ]);
  const input = { file: dataset, evaluation: [], tokenizer: null };
  const report = unpackedReport(await runTask('lint', input, { signal }));
  const codes = [...report.ids.keys()].filter((code) => describeCode(code).severity === 'error');
  return codes.length === 0 ? [] : findingIds(report, codes);
}
