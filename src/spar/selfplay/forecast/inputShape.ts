/** What is known of a run's input. */
export interface InputShape {
  /** Items that are to be worked on. */
  readonly items: number;
  /** Items that bring answers, and how many these bring together. */
  readonly answered: number;
  readonly answers: number;
  /** Mean length of an instruction, in tokens. */
  readonly instructionTokens: number;
  /** Mean length of an answer that a row brings; null where none does. */
  readonly answerTokens: number | null;
  /** Absent where no instruction was looked at. */
  readonly checked?: CheckedShares;
}

/** How much of the instructions code can check, by a sample of them. */
export interface CheckedShares {
  /** Instructions that were looked at; at least 1. */
  readonly looked: number;
  /** Share of those in which code can check every part, 0 to 1: they need no votes. */
  readonly covered: number;
  /** Share of those in which it can check parts, 0 to 1: what breaks one of these needs no votes. */
  readonly partly: number;
}
