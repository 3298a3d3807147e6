import type { Candidates } from './candidates';
import type { ExamplePrompt } from './judgePrompts';
import type { OutputFiles } from './outputFiles';
import { encoder, metaText } from './rowWriters';
import type { SplitPlace } from './split';
import { Spool } from './spool';

export interface SpooledPlace extends SplitPlace {
  readonly prompt: ExamplePrompt | null;
}

/** All rows of an export on their way, what their sidecar says of them, and what tells where they go. */
export class SpooledRows {
  readonly places: SpooledPlace[] = [];
  /** Of the rows, in order; empty while there is none. */
  columns: readonly string[] = [];

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
    const encode = encoder(candidates.format.ending);
    for await (const batch of candidates.read()) {
      for (const { row, meta, instruction, assigned, prompt } of batch) {
        if (this.places.length === 0) this.columns = Object.keys(row);
        this.places.push({ instruction, assigned, prompt });
        const taking = this.rows.add(encode(row));
        if (taking !== null) await taking;
        const takingMeta = this.meta?.add(metaText(meta())) ?? null;
        if (takingMeta !== null) await takingMeta;
      }
    }
  }

  async dispose(): Promise<void> {
    await this.rows.dispose();
    await this.meta?.dispose();
  }
}
