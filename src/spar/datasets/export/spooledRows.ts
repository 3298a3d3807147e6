import type { Candidates } from './candidates';
import type { ExamplePrompt } from './judgePrompts';
import type { OutputFiles } from './outputFiles';
import { RowPlaces } from './rowPlaces';
import { Spool } from './spool';

/** All rows of an export on their way, what their sidecar says of them, and what tells where they go. */
export class SpooledRows {
  readonly places = new RowPlaces();
  /** Of each row; empty for pairs. */
  readonly prompts: (ExamplePrompt | null)[] = [];

  private constructor(
    readonly rows: Spool,
    /** Null without a sidecar. */
    readonly meta: Spool | null,
  ) {}

  /** @throws LogError */
  static async open(output: OutputFiles, hasSidecar: boolean): Promise<SpooledRows> {
    const rows = await Spool.open(output.temporary());
    try {
      return new SpooledRows(rows, hasSidecar ? await Spool.open(output.temporary()) : null);
    } catch (error) {
      await rows.dispose();
      throw error;
    }
  }

  async take(candidates: Candidates): Promise<void> {
    for await (const batch of candidates.encoded(this.meta !== null)) {
      for (const [row, instruction] of batch.instructions.entries()) {
        this.places.add(instruction, batch.assigned[row] ?? null);
        if (candidates.draw !== null) this.prompts.push(batch.prompts[row] ?? null);
      }
      await this.rows.add(batch.rows);
      await this.meta?.add(batch.meta);
    }
  }

  async dispose(): Promise<void> {
    await this.rows.dispose();
    await this.meta?.dispose();
  }
}
