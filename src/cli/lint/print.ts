import { counted } from '../../spar/datasets/lint/check';
import { plainlyFixed } from '../../spar/datasets/lint/codes';
import {
  describeCode,
  isAtLeast,
  severities,
  type Finding,
  type Severity,
} from '../../spar/datasets/lint/finding';
import type { LintReport } from '../../spar/datasets/lint/report';
import { harmless, harmlessLine, paintFor, type Ink, type Paint } from '../output/paint';
import type { Terminal } from '../terminal';
import type { LintArguments } from './command';
import type { Linted, LintedFile } from './lintFiles';

type LintedFiles = Extract<Linted, { ok: true }>;

/** Findings of one code in one file that are printed one by one. */
const mostOfCode = 10;

/** Prints the findings: one JSON object, or words for a person, `file:line` first. */
export function printLinted(linted: LintedFiles, options: LintArguments, terminal: Terminal): void {
  const { stdout, environment } = terminal;
  if (options.json) stdout.write(`${JSON.stringify(resultOf(linted, options), null, 2)}\n`);
  else stdout.write(render(linted, options, paintFor(stdout, environment)));
}

function resultOf({ files, found }: LintedFiles, { severity }: LintArguments): unknown {
  return {
    clean: found === 0,
    severity,
    files: files.map(({ file, report }) => ({
      file,
      records: report.records,
      profile: { name: report.profile.name, cutoff: report.profile.cutoff },
      tokens: { counted_with: report.tokens.name, exact: report.tokens.isExact },
      counts: Object.fromEntries(report.counts),
      findings: shownFindings(report, severity).map(({ code, severity: level, record, line, ...rest }) => ({
        code,
        severity: level,
        line,
        record,
        field: rest.field ?? null,
        message: rest.message,
        related: rest.related ?? [],
        fix: rest.fixTitle ?? null,
      })),
    })),
  };
}

function shownFindings({ findings }: LintReport, least: Severity): readonly Finding[] {
  return findings.filter(({ severity }) => isAtLeast(severity, least));
}

function render(linted: LintedFiles, options: LintArguments, paint: Paint): string {
  const parts = linted.files.map((file) => renderFile(file, options, paint));
  return `${parts.join('\n')}\n`;
}

const inks: Readonly<Record<Severity, Ink>> = { error: 'bad', warning: 'unsure', information: 'faint' };

function renderFile(linted: LintedFile, options: LintArguments, paint: Paint): string {
  const { severity } = options;
  const { file, report, fixed } = linted;
  const lines: string[] = [];
  const printed = new Map<string, number>();
  for (const finding of shownFindings(report, severity)) {
    const already = printed.get(finding.code) ?? 0;
    printed.set(finding.code, already + 1);
    if (already < mostOfCode) lines.push(renderFinding(file, finding, paint));
  }
  for (const code of printed.keys()) {
    const known = report.findings.find((finding) => finding.code === code);
    if (known === undefined) continue;
    const more = (report.counts.get(known.code) ?? 0) - mostOfCode;
    if (more > 0)
      lines.push(
        paint.ink(
          'faint',
          `${harmlessLine(file, 200)}: and ${more} more “${code}” (${describeCode(known.code).title.toLowerCase()})`,
        ),
      );
  }
  if (fixed > 0)
    lines.push(
      `${harmlessLine(file, 200)}: ${fixed} ${fixed === 1 ? 'fix' : 'fixes'} made; each is a line of its own and can be undone.`,
    );
  if (options.fix && options.only === null) lines.push(...renderLeft(linted, severity, paint));
  lines.push(renderSummary(linted, severity, paint));
  return lines.join('\n');
}

/** What could be fixed too, and is not unless a person says so. */
function renderLeft({ file, report }: LintedFile, least: Severity, paint: Paint): readonly string[] {
  const codes = new Set(
    shownFindings(report, least).flatMap(({ code, fix }) =>
      fix === undefined || plainlyFixed.includes(code) ? [] : code,
    ),
  );
  if (codes.size === 0) return [];
  const words = `not fixed unless named, since a pair or a part of a text goes with it: --fix --only ${[...codes].join(',')}`;
  return [paint.ink('faint', `${harmlessLine(file, 200)}: ${words}`)];
}

function renderFinding(file: string, finding: Finding, paint: Paint): string {
  const { line, code, severity, message, related = [] } = finding;
  const place = `${harmlessLine(file, 200)}:${line}`;
  const elsewhere = related.flatMap((one) => (one.file === undefined ? [] : [`${one.file}:${one.line}`]));
  const at = elsewhere.length === 0 ? '' : ` (${harmlessLine(elsewhere.join(', '), 200)})`;
  return `${place}: ${paint.ink(inks[severity], severity)} ${harmless(message).replace(/\n/gu, ' ')}${at} ${paint.ink('faint', `[${code}]`)}`;
}

function renderSummary({ file, report }: LintedFile, least: Severity, paint: Paint): string {
  const counts = severities
    .filter((severity) => isAtLeast(severity, least))
    .flatMap((severity) => {
      const count = report.bySeverity[severity];
      if (count === 0) return [];
      return [paint.ink(inks[severity], counted(count, severity === 'information' ? 'note' : severity))];
    });
  const records = `${report.records.toLocaleString('en')} ${report.records === 1 ? 'record' : 'records'}`;
  const cut =
    report.profile.cutoff === null
      ? ''
      : `; ${report.tokens.isExact ? 'tokens counted' : 'tokens estimated'} for ${report.profile.title}, ${report.profile.option} ${report.profile.cutoff}`;
  const found = counts.length === 0 ? paint.ink('good', 'nothing found') : counts.join(', ');
  return `${paint.ink('strong', harmlessLine(file, 200))}: ${found} in ${records}${cut}.`;
}
