import type { Event } from '../../../editor/emitter';
import { describeCode, isFindingCode, type Finding } from '../../../spar/datasets/lint/finding';
import type { LintReport } from '../../../spar/datasets/lint/report';
import type { DatasetRecord } from '../../../spar/datasets/schema';
import { runTask } from '../../../spar/datasets/work/runTask';
import type { Facet } from './protocol';

export interface FindingOptions {
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Where datasets are linted; what it finds is shared with the Problems panel. */
export interface FindingsPort {
  /** Null before the file has been looked at. */
  report(file: string): LintReport | null;
  /** Null where it was given up. @throws LogError */
  lint(file: string, options: FindingOptions): Promise<LintReport | null>;
  /** The file whose findings are others now. */
  readonly onDidLint: Event<string>;
}

/** What lint found in a file as it was saved, and which records are alike. */
export class RecordFindings {
  private grouped: {
    readonly report: LintReport;
    readonly byRecord: ReadonlyMap<string, readonly Finding[]>;
  } | null = null;
  private similar: { readonly to: string; readonly ids: readonly string[] } | null = null;
  /** Changes of the file. */
  private changes = 0;

  constructor(
    private readonly path: string,
    private readonly port: FindingsPort,
  ) {}

  /** True once lint has run. */
  get isKnown(): boolean {
    return this.report !== null;
  }

  /** @throws LogError; `signal.reason` when aborted. */
  async lint(options: FindingOptions): Promise<void> {
    await this.port.lint(this.path, options);
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
    const { report } = this;
    if (report === null) return [];
    if (this.grouped?.report !== report) this.grouped = { report, byRecord: groupedBy(report.findings) };
    return this.grouped.byRecord.get(record) ?? [];
  }

  /**
   * Ids of the records that are most like one, itself the first.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  async like(target: DatasetRecord, { signal, onProgress }: FindingOptions): Promise<readonly string[]> {
    if (this.similar?.to === target.id) return this.similar.ids;
    const { changes } = this;
    const found = await runTask('similar', { file: this.path, target }, { signal, onProgress });
    const ids = [target.id, ...found.map(({ id }) => id)];
    // What was added meanwhile may not be among them.
    if (changes === this.changes) this.similar = { to: target.id, ids };
    return ids;
  }

  private get report(): LintReport | null {
    return this.port.report(this.path);
  }

  /** The file changed: what is alike has to be looked for anew. */
  forgetSimilar(): void {
    this.similar = null;
    this.changes += 1;
  }
}

function groupedBy(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.record === null) continue;
    const group = groups.get(finding.record);
    if (group === undefined) groups.set(finding.record, [finding]);
    else group.push(finding);
  }
  return groups;
}
