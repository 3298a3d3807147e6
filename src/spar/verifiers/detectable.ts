import type { Span, Verifier } from './constraint';
import type { InstructionReading } from './reading/instructionReading';

/** One reading of an instruction: the arguments of a type, and the clause that says so. */
export interface Found<Args> {
  readonly args: Args;
  readonly span: Span;
}

/** A verifier that can also be read from an instruction's words. */
export interface DetectableVerifier<
  Args extends Readonly<Record<string, unknown>> = Readonly<Record<string, unknown>>,
> extends Verifier<Args> {
  /** A cheap pattern without state: an instruction in which it finds nothing asks for nothing of this type. */
  readonly cue: RegExp;
  /** Clauses that ask for this type, in text order. Precision first: where the words leave a doubt, nothing. */
  detect(instruction: InstructionReading): readonly Found<Args>[];
  /** True where one instruction can hold it only once, so that two different readings cancel each other. */
  readonly single?: boolean;
  /** What `repair` does, in the past tense, for example `removed the commas`. */
  readonly repairNote?: string;
  /** Edits of poor style, offered only behind everything that `repair` can do; like `repair` otherwise. */
  lastResort?(text: string, args: Args): readonly string[];
  /** What `lastResort` does, see `repairNote`. */
  readonly lastResortNote?: string;
}
