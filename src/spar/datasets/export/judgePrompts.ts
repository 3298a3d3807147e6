/** What tells the judge prompt of an example, and what the example is. */
export interface ExamplePrompt {
  readonly hash: number;
  /** A refusal is the No of a person, as a judgement of its own beside the refinement that it led to. */
  readonly role: 'refinement' | 'refusal' | 'judgement';
}

/** Lets each judge prompt into an export once, so that no two rows judge one text differently. */
export class JudgePrompts {
  private readonly taken = new Map<number, ExamplePrompt['role']>();

  /**
   * False where an earlier row begins with the same prompt, but for a refusal after refinements: those say No, too.
   * Always true for rows without a prompt.
   */
  takes(prompt: ExamplePrompt | null): boolean {
    if (prompt === null) return true;
    const { hash, role } = prompt;
    const known = this.taken.get(hash);
    if (known !== undefined && !(role === 'refusal' && known === 'refinement')) return false;
    this.taken.set(hash, role);
    return true;
  }
}
