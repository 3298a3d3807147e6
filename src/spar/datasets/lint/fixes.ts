import { DatasetFile } from '../store';
import type { DatasetEdit } from '../edits';
import { plainlyFixed } from './codes';
import { isAtLeast, severities, type Finding, type FindingCode, type Severity } from './finding';
import { lintDataset } from './lint';
import type { LintOptions } from './options';
import type { LintReport } from './report';

export interface FixOptions extends LintOptions {
  /** Findings of this severity and graver are fixed. */
  readonly severity: Severity;
  /** Findings of these codes are fixed; those whose fixes nobody would regret by default. */
  readonly codes?: readonly FindingCode[];
}

export interface Fixed {
  /** After the fixes. */
  readonly report: LintReport;
  /** Edits made. */
  readonly fixed: number;
}

/** A fix can bring another finding to light; after so many rounds whatever is left is for a person. */
const mostRounds = 8;
/** Edits of one append. */
const batchSize = 1000;

/**
 * Makes the fixes of a dataset's findings, in rounds: of each record the fix of its gravest finding, then it is looked
 * at again, since a text is corrected as a whole. Contested records are a person's to settle, and stay as they are.
 *
 * @throws LogError; `signal.reason` when aborted. What was fixed before stays.
 */
export async function fixFindings(path: string, options: FixOptions): Promise<Fixed> {
  const { severity: least, codes = plainlyFixed } = options;
  let fixed = 0;
  for (let round = 0; ; round += 1) {
    const report = await lintDataset(path, options);
    const wanted = report.findings.filter(
      ({ severity, code }) => isAtLeast(severity, least) && codes.includes(code),
    );
    if (round === mostRounds) return { report, fixed };
    const made = await applyFixes(path, wanted, options.signal);
    if (made === 0) return { report, fixed };
    fixed += made;
  }
}

/**
 * Makes the fixes of the findings in the name of lint, one for each record, and answers how many edits that took.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function applyFixes(
  path: string,
  findings: readonly Finding[],
  signal?: AbortSignal,
): Promise<number> {
  const byRecord = new Map<string, Finding>();
  for (const finding of findings) {
    const { record, fix } = finding;
    if (record === null || fix === undefined) continue;
    const known = byRecord.get(record);
    if (known === undefined || isGraver(finding, known)) byRecord.set(record, finding);
  }
  if (byRecord.size === 0) return 0;
  const dataset = await DatasetFile.open(path, signal === undefined ? {} : { signal });
  const edits = [...byRecord].flatMap(([record, { fix }]) =>
    dataset.state(record)?.status === 'contested' ? [] : (fix ?? []).map(byLint),
  );
  for (let at = 0; at < edits.length; at += batchSize) {
    signal?.throwIfAborted();
    await dataset.apply(edits.slice(at, at + batchSize), signal);
  }
  return edits.length;
}

/** A decision that no person looked at is a policy's. */
function byLint(edit: DatasetEdit): DatasetEdit {
  if (edit.type !== 'decide') return edit;
  return { ...edit, decision: { ...edit.decision, by: { kind: 'policy', name: 'spar lint' } } };
}

function isGraver(a: Finding, b: Finding): boolean {
  return severities.indexOf(a.severity) < severities.indexOf(b.severity);
}
