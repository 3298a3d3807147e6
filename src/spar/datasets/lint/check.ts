import type { TrainerProfile } from '../../tokens/cut';
import type { TokenCounter } from '../../tokens/tokenCounter';
import type { CuratedRecord } from '../curated';
import type { DatasetEdit } from '../edits';
import { instructionTextOf, mapInstruction } from '../instructionText';
import type { NewChange } from '../newLines';
import { describeCode, type Finding, type FindingCode, type FindingField, type Severity } from './finding';
import type { LintThresholds } from './options';

/** What checks may use. */
export interface CheckContext {
  readonly profile: TrainerProfile;
  readonly tokens: TokenCounter;
  readonly thresholds: LintThresholds;
}

/** Looks at one record on its own. Takes any record at all, and never throws. */
export interface RecordCheck {
  readonly codes: readonly FindingCode[];
  readonly check: (linted: LintedRecord, context: CheckContext) => readonly Finding[];
}

/** Looks at all records together. What it finds does not depend on their order. */
export interface SetCheck {
  add(linted: LintedRecord): void;
  /** `readAgain` reads all records anew, in any order. */
  finish(readAgain: (take: (linted: LintedRecord) => void) => Promise<void>): Promise<Iterable<Finding>>;
}

/** A record with its texts as checks want them. */
export interface LintedRecord extends CuratedRecord {
  /** All turns as one text. */
  readonly instruction: string;
  readonly rejected: string;
  readonly chosen: string;
}

export function lintedRecord(curated: CuratedRecord): LintedRecord {
  const { instruction, rejected, chosen } = curated.record;
  return { ...curated, instruction: instructionTextOf(instruction), rejected, chosen };
}

export const findingFields: readonly FindingField[] = ['instruction', 'rejected', 'chosen'];

export interface FindingParts {
  readonly severity?: Severity;
  readonly field?: FindingField;
  readonly message: string;
  readonly related?: Finding['related'];
  readonly fix?: Fix | null;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly DatasetEdit[];
}

/** A finding about a record, of the code's own severity unless another is given. */
export function findingOf(code: FindingCode, linted: LintedRecord, parts: FindingParts): Finding {
  const { severity, field, message, related, fix } = parts;
  return {
    code,
    severity: severity ?? describeCode(code).severity,
    record: linted.record.id,
    line: linted.line,
    message,
    ...(field === undefined ? {} : { field }),
    ...(related === undefined ? {} : { related }),
    ...(fix == null ? {} : { fix: fix.edits, fixTitle: fix.title }),
  };
}

/** A person's No to the pair: it stays in the file, and trains nothing. */
export function rejectPair({ record }: LintedRecord, note: string): Fix {
  return {
    title: 'Reject this pair',
    edits: [{ type: 'decide', id: record.id, decision: { status: 'rejected', note } }],
  };
}

export interface Cure {
  readonly title: string;
  readonly mend: (text: string) => string;
  /** True where nothing is left to find. */
  readonly isClean: (text: string) => boolean;
}

/**
 * Corrects all three texts; null where that is no cure: nothing changes, something would still be found, a text would
 * be blank, or both answers would be the same.
 */
export function mendTexts(linted: LintedRecord, { title, mend, isClean }: Cure): Fix | null {
  const { record } = linted;
  const instruction = mapInstruction(record.instruction, mend);
  const asked = instructionTextOf(instruction);
  const [rejected, chosen] = [mend(record.rejected), mend(record.chosen)];
  const change: NewChange = {
    ...(asked === linted.instruction ? {} : { instruction }),
    ...(rejected === record.rejected ? {} : { rejected }),
    ...(chosen === record.chosen ? {} : { chosen }),
  };
  const isCure =
    Object.keys(change).length > 0 &&
    chosen !== rejected &&
    [asked, rejected, chosen].every((text) => text.trim() !== '' && isClean(text));
  return isCure ? { title, edits: [{ type: 'change', id: record.id, change }] } : null;
}

/** `1 word`, `2 words`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
