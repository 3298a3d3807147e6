import { readCurated } from '../../../spar/datasets/curated';
import { describeCode, isFindingCode, type Finding } from '../../../spar/datasets/lint/finding';
import { lintDataset } from '../../../spar/datasets/lint/lint';
import type { LintReport } from '../../../spar/datasets/lint/report';
import type { DatasetRecord } from '../../../spar/datasets/schema';
import { findSimilar } from '../../../spar/datasets/similarity/findSimilar';
import type { Facet } from './protocol';

export interface FindingOptions {
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** What lint found in a file as it was saved, and which records are alike; both are looked for only when asked. */
export class RecordFindings {
  private report: LintReport | null = null;
  private byRecord: ReadonlyMap<string, readonly Finding[]> = new Map();
  private similar: { readonly to: string; readonly ids: readonly string[] } | null = null;

  constructor(private readonly path: string) {}

  /** True once lint has run. */
  get isKnown(): boolean {
    return this.report !== null;
  }

  /** @throws LogError; `signal.reason` when aborted. */
  async lint(options: FindingOptions): Promise<void> {
    this.report = await lintDataset(this.path, options);
    this.byRecord = grouped(this.report.findings);
  }

  facets(): readonly Facet[] {
    return [...(this.report?.ids ?? [])]
      .map(([code, ids]) => ({ value: code, label: describeCode(code).title, count: ids.size }))
      .sort((a, b) => b.count - a.count);
  }

  /** Ids of the records with a finding of a code; none before lint has run. */
  withFinding(code: string): readonly string[] {
    return isFindingCode(code) ? [...(this.report?.ids.get(code) ?? [])] : [];
  }

  of(record: string): readonly Finding[] {
    return this.byRecord.get(record) ?? [];
  }

  /**
   * Ids of the records that are most like one, itself the first.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  async like(target: DatasetRecord, { signal, onProgress }: FindingOptions): Promise<readonly string[]> {
    if (this.similar?.to === target.id) return this.similar.ids;
    const stop = signal === undefined ? {} : { signal };
    const batches = readCurated(this.path, {
      ...stop,
      onProgress: (read, total) => onProgress?.(read / Math.max(1, total)),
    });
    const found = await findSimilar(batches, target, stop);
    this.similar = { to: target.id, ids: [target.id, ...found.map(({ id }) => id)] };
    return this.similar.ids;
  }

  /** The file changed: what is alike has to be looked for anew. */
  forgetSimilar(): void {
    this.similar = null;
  }
}

function grouped(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.record === null) continue;
    const group = groups.get(finding.record);
    if (group === undefined) groups.set(finding.record, [finding]);
    else group.push(finding);
  }
  return groups;
}
