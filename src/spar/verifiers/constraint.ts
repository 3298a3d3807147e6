import type { z } from 'zod';

/** Half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * How a constraint came to be: read from the instruction's words, given by a row's columns or by the user's own
 * verifiers, proposed by a model and confirmed by a person, or written or changed by a person.
 */
export type ConstraintSource = 'instruction' | 'columns' | 'own' | 'proposed' | 'person';

/** One thing an instruction asks for that code can check. Plain data that says all there is to check. */
export interface Constraint {
  /** Unique within its instruction and stable for the same instruction text, for example `punctuation:no_comma` or `keywords:existence#2`. */
  readonly id: string;
  /** The verifier's name: IFEval's id where IFEval has the type, for example `punctuation:no_comma`. */
  readonly type: string;
  /** IFEval's keyword arguments, for example `{ num_words: 300, relation: 'at least' }`. */
  readonly args: Readonly<Record<string, unknown>>;
  /** A short label for trees and lists, at most about 40 characters, for example `no comma` or `≥ 300 words`. */
  readonly text: string;
  /** Where the instruction says so; null where its words don't. */
  readonly span: Span | null;
  /** Absent in journals of earlier versions, and then unknown. */
  readonly source?: ConstraintSource;
}

export type CheckResult =
  | { readonly state: 'held' }
  | {
      readonly state: 'broken';
      /** One sentence that says what is wrong and where, fit for a critique, for example `There are 2 commas; none is allowed.` */
      readonly message: string;
      /** The parts of the response that break it; empty where something is missing. */
      readonly spans: readonly Span[];
    }
  | {
      /** Code looked and can't tell: neither held nor broken. */
      readonly state: 'unknown';
      /** One sentence that says why, and what to do about it. */
      readonly message: string;
    };

export interface ConstraintCheck {
  readonly constraint: Constraint;
  readonly result: CheckResult;
}

/** What was read from an instruction. */
export interface Detection {
  readonly constraints: readonly Constraint[];
  /** The parts of the instruction that no constraint covers; empty when all it asks for is checked by code. */
  readonly unchecked: readonly Span[];
}

/** A text made from a response by rules alone. */
export interface Repair {
  readonly text: string;
  /** Ids of the constraints that were broken before and hold now. */
  readonly mended: readonly string[];
  /** What was done, in words, for example `removed 2 commas`. */
  readonly description: string;
}

/** One constraint type: how to check it, how to say it, and, where rules can mend it, how. */
export interface Verifier<
  Args extends Readonly<Record<string, unknown>> = Readonly<Record<string, unknown>>,
> {
  readonly type: string;
  readonly args: z.ZodType<Args>;
  /** Short label, see `Constraint.text`. */
  describe(args: Args): string;
  /** Never throws; `text` may be empty, huge, or hold lone surrogates. */
  check(text: string, args: Args): CheckResult;
  /**
   * Minimal edits of a text that breaks the constraint, best first; empty where rules can't mend it.
   * Adds only text that the instruction itself gives.
   */
  repair?(text: string, args: Args): readonly string[];
}
