import { findingOf, type Fix, type LintedRecord, type RecordCheck } from '../check';
import type { Finding } from '../finding';
import { markersIn, withoutMarkers } from '../markers';

/** Markers and critiques that got into answers. */
export const leakChecks: RecordCheck = {
  codes: ['leaked-marker', 'leaked-critique'],
  check: (linted) => [...leakedMarkers(linted), ...leakedCritique(linted)],
};

function leakedMarkers(linted: LintedRecord): readonly Finding[] {
  const findings: Finding[] = [];
  for (const field of ['chosen', 'rejected'] as const) {
    const found = markersIn(linted[field], linted.instruction);
    if (found.length === 0) continue;
    const shown = found.slice(0, 3).map((one) => `“${shortened(one)}”`);
    findings.push(
      findingOf('leaked-marker', linted, {
        field,
        severity: field === 'chosen' ? 'error' : 'warning',
        message: `The ${field} answer holds ${shown.join(', ')}${found.length > 3 ? ' and more' : ''}.`,
        fix: markerFix(linted, field),
      }),
    );
  }
  return findings;
}

function markerFix(linted: LintedRecord, field: 'chosen' | 'rejected'): Fix | null {
  const mended = withoutMarkers(linted[field]);
  const other = field === 'chosen' ? linted.rejected : linted.chosen;
  const isCure = mended !== '' && mended !== other && markersIn(mended, linted.instruction).length === 0;
  if (!isCure) return null;
  return {
    title: `Take the markers out of the ${field} answer`,
    edits: [{ type: 'change', id: linted.record.id, change: { [field]: mended } }],
  };
}

function leakedCritique(linted: LintedRecord): readonly Finding[] {
  const about = wordsAboutRefining(linted);
  if (about !== null) {
    return [
      findingOf('leaked-critique', linted, {
        field: 'chosen',
        message: `The chosen answer speaks about the refinement: “${shortened(about)}”.`,
        fix: openingFix(linted, about),
      }),
    ];
  }
  const copied = copiedCritique(linted);
  if (copied === null) return [];
  return [
    findingOf('leaked-critique', linted, {
      field: 'chosen',
      message: `The chosen answer repeats the critique: “${shortened(copied)}”.`,
    }),
  ];
}

/** An opening such as “Here is the refined response:”, with white space before it. */
const opening =
  /^\s{0,20}(?:(?:sure|certainly|of course|okay|ok)[,!.]{0,2} )?(?:here(?:'s|’s| is| are)|below is|this is) (?:the|a|my|your) (?:\w{1,20} )?(?:refined|revised|corrected|mended|improved|modified|amended|fixed) (?:and \w{1,20} )?(?:response|answer|version|text|reply)\b[^\n]{0,160}/iu;

/** A closing note about what was changed. */
const closing =
  /\n\s{0,20}[([*_]{0,3}(?:note|notes|changes(?: made)?|explanation|revision note)[*_]{0,3}:[^\n]{0,120}\b(?:removed|replaced|revised|adjusted|rewrote|rewritten|refined|modified|corrected)\b[^\n]{0,200}\s{0,20}$/iu;

/** Where the instruction is itself about revising, such words answer it. */
const asksForRevision =
  /\b(?:re-?writ|revis|correct|improv|edit|refin|proofread|modif|paraphras|rephras|fix|amend|polish|explain)/iu;

function wordsAboutRefining({ chosen, rejected, instruction }: LintedRecord): string | null {
  const found = opening.exec(chosen.slice(0, 400))?.[0] ?? closing.exec(chosen.slice(-500))?.[0] ?? null;
  if (found === null || rejected.includes(found) || asksForRevision.test(instruction)) return null;
  return found;
}

function openingFix({ record, chosen, rejected }: LintedRecord, found: string): Fix | null {
  const rest = chosen.startsWith(found) ? chosen.slice(found.length) : chosen.slice(0, -found.length);
  const mended = rest.trim();
  if (
    mended === '' ||
    mended === rejected ||
    opening.test(mended.slice(0, 400)) ||
    closing.test(mended.slice(-500))
  )
    return null;
  return {
    title: 'Take it out of the chosen answer',
    edits: [{ type: 'change', id: record.id, change: { chosen: mended } }],
  };
}

/** Words in a row that are no accident, and how far apart the places are that are looked at. */
const runLength = 12;
const stride = 6;
/** A critique's quotations are of the answer; beyond so many characters nothing new is learnt. */
const mostCritique = 20_000;

/** Words that the chosen answer shares with a critique or a reflection, and with nothing else. */
function copiedCritique({ record, chosen, rejected, instruction }: LintedRecord): string | null {
  const said = new Set<string>();
  for (const { judgement, reflection } of record.evidence.path) {
    if (judgement !== null) said.add(judgement.critique);
    said.add(reflection);
  }
  for (const text of said) {
    if (text.length < 60) continue;
    const own = text.slice(0, mostCritique).replace(/["“][^"”]{0,2000}["”]/gu, ' | ');
    for (const run of runsOf(own)) {
      if (run.includes('|') || !chosen.includes(run)) continue;
      if (!rejected.includes(run) && !instruction.includes(run)) return run;
    }
  }
  return null;
}

/** Stretches of twelve words, every sixth word. */
function* runsOf(text: string): Generator<string, void, void> {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    const isGap = at === text.length || text.charCodeAt(at) <= 0x20;
    if (!isGap && ends.length === starts.length) starts.push(at);
    else if (isGap && ends.length < starts.length) ends.push(at);
  }
  for (let at = 0; at + runLength <= starts.length; at += stride)
    yield text.slice(starts[at], ends[at + runLength - 1]);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
