import type { CheckResult, ConstraintCheck, Span } from '../../spar/verifiers/constraint';
import { stateSigns } from '../../spar/verifiers/outcome';
import { harmless, harmlessLine, paintFor, type Paint } from '../output/paint';
import type { Terminal } from '../terminal';
import type { Checked } from './checkFiles';
import type { CheckArguments } from './command';

type CheckedTexts = Extract<Checked, { ok: true }>;

/** Prints the verdicts: one JSON object, or words for a person. */
export function printChecked(checked: CheckedTexts, { json }: CheckArguments, terminal: Terminal): void {
  const { stdout, environment } = terminal;
  stdout.write(
    json
      ? `${JSON.stringify(resultOf(checked), null, 2)}\n`
      : renderChecked(checked, paintFor(stdout, environment)),
  );
}

function resultOf({ response, checks, unchecked }: CheckedTexts): unknown {
  const lines = new LineMap(response);
  return {
    followed: !checks.some(({ result }) => result.state === 'broken'),
    complete: unchecked.length === 0 && checks.length > 0,
    constraints: checks.map(({ constraint, result }) => ({
      id: constraint.id,
      type: constraint.type,
      args: constraint.args,
      text: constraint.text,
      state: result.state,
      message: result.state === 'held' ? null : result.message,
      // Offsets count UTF-16 units of the response as it was read: without the white space at its ends, lines ended by LF.
      spans: spansOf(result).map((span) => ({ ...span, ...lines.place(span.start) })),
    })),
    unchecked,
  };
}

function spansOf(result: CheckResult): readonly Span[] {
  return result.state === 'broken' ? result.spans : [];
}

function renderChecked({ response, checks, unchecked }: CheckedTexts, paint: Paint): string {
  const lines = new LineMap(response);
  const parts = checks.map((check) => renderCheck(check, lines, paint));
  if (unchecked.length > 0) {
    const list = unchecked.map((part) => `  ${harmlessLine(part, 100)}`).join('\n');
    parts.push(`${paint.ink('unsure', '?')} not checked by code:\n${paint.ink('faint', list)}`);
  }
  return `${[...parts, summary(checks)].join('\n')}\n`;
}

function summary(checks: readonly ConstraintCheck[]): string {
  const broken = checks.filter(({ result }) => result.state === 'broken').length;
  if (checks.length === 0) return 'The instruction states nothing that code can check.';
  const all = checks.length === 1 ? 'The one constraint' : `All ${checks.length} constraints`;
  const unknown = checks.filter(({ result }) => result.state === 'unknown').length;
  const open = unknown === 0 ? '' : ` ${unknown} ${unknown === 1 ? 'is' : 'are'} not known.`;
  if (broken === 0 && unknown > 0) return `None of ${checks.length} constraints is violated.${open}`;
  if (broken === 0) return `${all} that code can check ${checks.length === 1 ? 'is' : 'are'} followed.`;
  return `${broken} of ${checks.length} constraints ${broken === 1 ? 'is' : 'are'} violated.${open}`;
}

/** Places that are shown of one constraint. */
const mostExcerpts = 3;

function renderCheck({ constraint, result }: ConstraintCheck, lines: LineMap, paint: Paint): string {
  const name = harmlessLine(constraint.text, 60);
  if (result.state === 'held') return `${paint.ink('good', '✓')} ${name}`;
  const spans = spansOf(result);
  const excerpts = spans.slice(0, mostExcerpts).map((span) => `    ${lines.excerpt(span, paint)}`);
  const more = spans.length - excerpts.length;
  if (more > 0) excerpts.push(`    and ${more} more`);
  const sign = paint.ink(result.state === 'broken' ? 'bad' : 'unsure', stateSigns[result.state]);
  return [`${sign} ${name}: ${harmless(result.message)}`, ...excerpts].join('\n');
}

/** Characters that an excerpt shows on each side of what it is about. */
const sideLength = 24;

class LineMap {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** Line and column from 1; columns count UTF-16 units. */
  place(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }

  /** For example `3:14  …held the line‸, and then…`, with the span itself marked. */
  excerpt({ start, end }: Span, paint: Paint): string {
    const { line, column } = this.place(start);
    const lineStart = this.starts[line - 1] ?? 0;
    const lineEnd = (this.starts[line] ?? this.text.length + 1) - 1;
    const from = wholeCharacter(this.text, Math.max(lineStart, start - sideLength));
    const shownEnd = wholeCharacter(this.text, Math.min(Math.max(end, start), lineEnd, start + 60));
    const to = wholeCharacter(this.text, Math.min(lineEnd, shownEnd + sideLength));
    const marked = harmless(this.text.slice(start, shownEnd));
    const shown = paint.hasColour ? paint.ink('removed', marked) : `[${marked}]`;
    const before = `${from > lineStart ? '…' : ''}${harmless(this.text.slice(from, start))}`;
    const after = `${harmless(this.text.slice(shownEnd, to))}${to < lineEnd ? '…' : ''}`;
    return `${paint.ink('faint', `${line}:${column}`)}  ${before}${shown}${after}`;
  }
}

/** The offset, or the one before it where it would cut a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  const isInside =
    /[\uDC00-\uDFFF]/u.test(text.charAt(offset)) && /[\uD800-\uDBFF]/u.test(text.charAt(offset - 1));
  return isInside ? offset - 1 : offset;
}
