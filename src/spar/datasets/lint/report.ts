import type { TrainerProfile } from '../../tokens/cut';
import {
  allFindingCodes,
  isAtLeast,
  severities,
  type Finding,
  type FindingCode,
  type Severity,
} from './finding';

/** Ids of records, each once. */
export type IdSet = Pick<ReadonlySet<string>, 'size'> & Iterable<string>;

/** What lint found. */
export interface LintReport {
  /** By line; of each code at most `mostOfCode`. */
  readonly findings: readonly Finding[];
  /** Findings by code, all of them counted; codes that were not found are left out. */
  readonly counts: ReadonlyMap<FindingCode, number>;
  /** Findings by severity, all of them counted. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Ids of the records that have a finding, by code, all of them. */
  readonly ids: ReadonlyMap<FindingCode, IdSet>;
  /** Records looked at. */
  readonly records: number;
  readonly tokens: { readonly name: string; readonly isExact: boolean };
  readonly profile: TrainerProfile;
}

/** Ids of the records with a finding of one of the codes, for filters; of any code where none is given. */
export function findingIds(report: LintReport, codes?: readonly FindingCode[]): readonly string[] {
  const wanted = codes ?? [...report.ids.keys()];
  return [...new Set(wanted.flatMap((code) => [...(report.ids.get(code) ?? [])]))];
}

/** Findings of at least that severity, all of them counted. */
export function countAtLeast(report: LintReport, least: Severity): number {
  return severities
    .filter((severity) => isAtLeast(severity, least))
    .reduce((sum, severity) => sum + report.bySeverity[severity], 0);
}

/** Keeps findings, of each code only so many. */
export class FindingStore {
  private readonly kept = new Map<FindingCode, Finding[]>();
  private readonly counts = new Map<FindingCode, number>();
  private readonly ids = new Map<FindingCode, Set<string>>();
  private readonly bySeverity = { error: 0, warning: 0, information: 0 };

  constructor(private readonly mostOfCode: number) {}

  add(finding: Finding): void {
    const { code, record, severity } = finding;
    this.bySeverity[severity] += 1;
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    if (record !== null) {
      const ids = this.ids.get(code) ?? new Set();
      this.ids.set(code, ids.add(record));
    }
    const kept = this.kept.get(code) ?? [];
    if (kept.length < this.mostOfCode) kept.push(finding);
    this.kept.set(code, kept);
  }

  report(about: Pick<LintReport, 'records' | 'tokens' | 'profile'>): LintReport {
    const order = new Map(allFindingCodes.map((code, at) => [code, at]));
    const findings = [...this.kept.values()]
      .flat()
      .sort((a, b) => a.line - b.line || (order.get(a.code) ?? 0) - (order.get(b.code) ?? 0));
    return { findings, counts: this.counts, bySeverity: this.bySeverity, ids: this.ids, ...about };
  }
}
