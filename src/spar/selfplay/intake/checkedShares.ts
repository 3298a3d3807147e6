import { instructionText } from '../../refiner/instruction';
import { randomFrom } from '../../search/seeds';
import type { Constraint } from '../../verifiers/constraint';
import { uncheckedBy } from '../../verifiers/covered';
import { detectConstraints } from '../../verifiers/detect';
import type { CheckedShares } from '../forecast/inputShape';
import type { RunItem } from '../item';

/** Reading an instruction takes about a millisecond, so that more of them would be waited for. */
const sampleSize = 200;
/** Longer ones take longer, and their first part tells as much. */
const mostCharacters = 20_000;

type Looked = Pick<RunItem, 'instruction' | 'constraints'>;

/** A sample of the items that are read, each as likely as the others; the same items give the same sample. */
export class CheckedSample {
  private readonly taken: Looked[] = [];
  private readonly random = randomFrom(1);
  private seen = 0;

  add({ instruction, constraints }: Looked): void {
    this.seen += 1;
    if (this.taken.length < sampleSize) {
      this.taken.push({ instruction, constraints });
      return;
    }
    const at = Math.floor(this.random() * this.seen);
    if (at < sampleSize) this.taken[at] = { instruction, constraints };
  }

  /** How much of the sample code can check; undefined for an empty one. */
  shares(): CheckedShares | undefined {
    if (this.taken.length === 0) return undefined;
    let [covered, partly] = [0, 0];
    for (const { instruction, constraints } of this.taken) {
      const text = instructionText(instruction).slice(0, mostCharacters);
      const found: readonly Constraint[] = constraints ?? detectConstraints(text).constraints;
      if (found.length === 0) continue;
      if (uncheckedBy(found, text).length === 0) covered += 1;
      else partly += 1;
    }
    const looked = this.taken.length;
    return { looked, covered: covered / looked, partly: partly / looked };
  }
}
