import { nextCapacity, none } from '../table/columns';
import { Dictionary } from '../table/dictionary';

/** Where rows belong, in columns: exports have millions of rows. */
export class RowPlaces {
  size = 0;
  private instructions = new Float64Array(64);
  private assignments = new Uint32Array(64);
  private readonly names = new Dictionary();

  /**
   * @param instruction Its seeded place.
   * @param assigned The split that a person gave its record.
   */
  add(instruction: number, assigned: string | null): void {
    if (this.size === this.instructions.length) this.grow();
    this.instructions[this.size] = instruction;
    this.assignments[this.size] = assigned === null ? none : this.names.number(assigned);
    this.size += 1;
  }

  instruction(row: number): number {
    return this.instructions[row] ?? 0;
  }

  assigned(row: number): string | null {
    return this.names.text(this.assignments[row] ?? none);
  }

  /** How many different ones the rows have. */
  instructionCount(): number {
    return distinct(this.instructions.slice(0, this.size)).length;
  }

  /** The rows for which `isKept` holds, numbered anew. */
  only(isKept: (row: number) => boolean): RowPlaces {
    const kept = new RowPlaces();
    for (let row = 0; row < this.size; row += 1)
      if (isKept(row)) kept.add(this.instruction(row), this.assigned(row));
    return kept;
  }

  private grow(): void {
    const capacity = nextCapacity(this.size, this.size + 1);
    const [instructions, assignments] = [new Float64Array(capacity), new Uint32Array(capacity)];
    instructions.set(this.instructions);
    assignments.set(this.assignments);
    this.instructions = instructions;
    this.assignments = assignments;
  }
}

/** Each number once, ascending; sorts what it is given. */
export function distinct(numbers: Float64Array): Float64Array {
  return numbers.sort().filter((number, index) => index === 0 || number !== numbers[index - 1]);
}
