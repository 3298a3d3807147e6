import type { DatasetEdit } from '../edits';
import { findingCodes, type CodeDescription } from './codes';

export type FindingCode = keyof typeof findingCodes;

export type Severity = 'error' | 'warning' | 'information';

/** The gravest first. */
export const severities: readonly Severity[] = ['error', 'warning', 'information'];

/** The text of a record that a finding is about. */
export type FindingField = 'instruction' | 'chosen' | 'rejected';

/** Another record, or a place in another file, that a finding rests on. */
export interface Related {
  /** Null for a place in another file. */
  readonly record: string | null;
  /** The other file; absent: the dataset's own. */
  readonly file?: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** One thing that may hurt training. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Null for what is about a line that is no record, or about the whole set. */
  readonly record: string | null;
  /** Of the record in its file, from 1; 1 for what is about the whole set. */
  readonly line: number;
  readonly field?: FindingField;
  /** One sentence or two for a person; secrets in it are masked. */
  readonly message: string;
  readonly related?: readonly Related[];
  /** Edits after which the finding is gone; each is an appended line that can be undone. Never empty. */
  readonly fix?: readonly DatasetEdit[];
  /** What the fix does, for a button. */
  readonly fixTitle?: string;
}

export const allFindingCodes = Object.keys(findingCodes) as readonly FindingCode[];

export function isFindingCode(value: string): value is FindingCode {
  return Object.hasOwn(findingCodes, value);
}

export function describeCode(code: FindingCode): CodeDescription {
  return findingCodes[code];
}

/** True where `severity` is as grave as `least`, or graver. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(least);
}
