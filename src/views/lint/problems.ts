import { describeCode, type Finding, type Severity } from '../../spar/datasets/lint/finding';
import type { LintReport } from '../../spar/datasets/lint/report';

/** One entry of the Problems panel; plain data. */
export interface Problem {
  readonly severity: Severity;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** The finding's code; null for the entry that says how many more there are. */
  readonly code: string | null;
  readonly related: readonly {
    /** Null: the dataset itself. */
    readonly file: string | null;
    readonly line: number;
    readonly message: string;
  }[];
}

/** More entries than these make the panel slow, and nobody reads them. */
export const mostProblems = 500;

/** The gravest findings first, at most 500; what is left out is said in a last entry. */
export function problemsOf(report: LintReport, most = mostProblems): readonly Problem[] {
  const gravest = (['error', 'warning', 'information'] as const).flatMap((severity) =>
    report.findings.filter((finding) => finding.severity === severity),
  );
  const problems = gravest.slice(0, most).map(problemOf);
  const all = [...report.counts.values()].reduce((sum, count) => sum + count, 0);
  const more = all - problems.length;
  if (more <= 0) return problems;
  const message = `And ${more.toLocaleString('en')} more findings. Filter the dataset editor by finding to see their records, or run “spar lint” in a terminal.`;
  return [...problems, { severity: 'information', line: 1, message, code: null, related: [] }];
}

/** Names a finding from one look at a dataset to the next, as long as it is the same. */
export function findingKey({ code, record, line, field }: Finding): string {
  return [code, record ?? `line ${line}`, field ?? ''].join(' ');
}

function problemOf({ code, severity, line, message, related = [] }: Finding): Problem {
  return {
    severity,
    line,
    message: `${describeCode(code).title}: ${message}`,
    code,
    related: related.map((one) => ({ file: one.file ?? null, line: one.line, message: one.message })),
  };
}
