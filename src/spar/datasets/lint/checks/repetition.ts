import { instructionKey, textKey } from '../../similarity/normalised';
import { NearTexts, type NearText, type NearTextChecks } from '../../similarity/nearTexts';
import type { LintedRecord, SetCheck } from '../check';
import type { Finding } from '../finding';
import { repetitionFindings } from './repetitionFindings';

/** What is kept of a record: numbers of its texts, not the texts. */
export interface KeptRecord {
  readonly id: string;
  readonly line: number;
  /** In milliseconds. */
  readonly created: number;
  readonly split: string | null;
  /** Numbers of the different instructions and chosen texts. */
  readonly instruction: number;
  readonly chosen: number;
  /** Names the rejected text by its content. */
  readonly rejected: string;
}

export interface Repetitions {
  /** The oldest first; the order that decides which of two stands. */
  readonly records: readonly KeptRecord[];
  readonly nearInstructions: ReadonlyMap<number, NearText>;
  readonly nearChosen: ReadonlyMap<number, NearText>;
  /** How many different instructions and chosen texts there are. */
  readonly sizes: { readonly instructions: number; readonly chosen: number };
}

/** Exact and near duplicates, and instructions that are in more than one split. */
export class RepetitionCheck implements SetCheck {
  private readonly records: KeptRecord[] = [];
  private readonly instructions = new TextNumbers();
  private readonly chosen = new TextNumbers();

  constructor(private readonly threshold: number) {}

  add({ record, state, line, instruction, chosen, rejected }: LintedRecord): void {
    this.records.push({
      id: record.id,
      line,
      created: Date.parse(record.created),
      split: state.split,
      instruction: this.instructions.number(instructionKey(instruction), instruction),
      chosen: this.chosen.number(textKey(chosen), chosen),
      rejected: textKey(rejected),
    });
  }

  async finish(
    readAgain: (take: (linted: LintedRecord) => void) => Promise<void>,
  ): Promise<Iterable<Finding>> {
    this.records.sort(byAge);
    const instructions = this.instructions.check(
      this.threshold,
      this.ranks(({ instruction }) => instruction, this.instructions.size),
    );
    const chosen = this.chosen.check(
      this.threshold,
      this.ranks((record) => record.chosen, this.chosen.size),
    );
    // Both begin, so that one reading serves both.
    for (
      let open = [instructions.begin(), chosen.begin()];
      open.includes(true);
      open = [instructions.begin(), chosen.begin()]
    ) {
      await readAgain((linted) => {
        this.instructions.give(instructions, instructionKey(linted.instruction), linted.instruction);
        this.chosen.give(chosen, textKey(linted.chosen), linted.chosen);
      });
      instructions.end();
      chosen.end();
    }
    return repetitionFindings({
      records: this.records,
      nearInstructions: instructions.near,
      nearChosen: chosen.near,
      sizes: { instructions: this.instructions.size, chosen: this.chosen.size },
    });
  }

  /** By text number, the age of the oldest record that has the text. */
  private ranks(textOf: (record: KeptRecord) => number, size: number): Uint32Array {
    const ranks = new Uint32Array(size);
    for (let at = this.records.length - 1; at >= 0; at -= 1) {
      const record = this.records[at];
      if (record !== undefined) ranks[textOf(record)] = at;
    }
    return ranks;
  }
}

/** Different texts, numbered as they come. */
class TextNumbers {
  private readonly numbers = new Map<string, number>();
  private readonly texts = new NearTexts();

  get size(): number {
    return this.numbers.size;
  }

  number(key: string, text: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(key, number);
    this.texts.add(number, text);
    return number;
  }

  check(threshold: number, ranks: Uint32Array): NearTextChecks {
    return this.texts.check(threshold, (text) => ranks[text] ?? 0);
  }

  give(checks: NearTextChecks, key: string, text: string): void {
    const number = this.numbers.get(key);
    if (number !== undefined) checks.give(number, text);
  }
}

/** By when the records were made; ids break ties, so that the file's order says nothing. */
function byAge(a: KeptRecord, b: KeptRecord): number {
  return a.created - b.created || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
