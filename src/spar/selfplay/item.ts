import type { Instruction } from '../refiner/instruction';
import type { Constraint } from '../verifiers/constraint';

/** One row of a run's input, as the stages take it. */
export interface RunItem {
  /** From 0, over usable rows in the order of the input. */
  readonly index: number;
  /** Line of a file of lines, else number of the row; from 1. */
  readonly place: number;
  /** Content hash of instruction and responses; part of the seeds of all that is drawn for the item. */
  readonly id: string;
  readonly instruction: Instruction;
  /** Answers that the row brings; none: the actor is asked. */
  readonly responses: readonly string[];
  /** Of the only response: the search begins with it. */
  readonly critique: string | null;
  /** As the row gives them (IFEval's columns); null: read from the instruction. */
  readonly constraints: readonly Constraint[] | null;
}

/** A row that can't be used. */
export interface BadRow {
  readonly place: number;
  /** For a person: what is wrong and what to do. */
  readonly reason: string;
}
