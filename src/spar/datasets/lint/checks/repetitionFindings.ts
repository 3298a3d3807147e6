import type { NearText } from '../../similarity/nearTexts';
import { percent, type Fix } from '../check';
import { describeCode, type Finding, type FindingCode, type Related } from '../finding';
import type { KeptRecord, Repetitions } from './repetition';

/** What texts in common come to: at most one finding a record about duplicates, and one about splits. */
export function* repetitionFindings(repetitions: Repetitions): Generator<Finding, void, void> {
  const { records, nearInstructions } = repetitions;
  const index = new RecordIndex(repetitions);
  const homes = homesOf(records);
  for (const [age, record] of records.entries()) {
    const repeated = repeatedFinding({ record, age }, repetitions, index);
    if (repeated !== null) yield repeated;
    const near = nearInstructions.get(record.instruction) ?? null;
    const split = splitFinding(record, { homes, index, near });
    if (split !== null) yield split;
  }
}

/** The oldest record with a pair, with an instruction and a chosen text, and with each of the two, by its place. */
class RecordIndex {
  private readonly records: readonly KeptRecord[];
  private readonly instructions: Uint32Array;
  private readonly chosen: Uint32Array;
  /** Numbers of the two texts as one number. */
  private readonly both = new Map<number, number>();
  /** Of records that share both texts; few do. */
  private readonly pairs = new Map<string, number>();
  private readonly chosenCount: number;

  constructor({ records, sizes }: Repetitions) {
    this.records = records;
    this.chosenCount = sizes.chosen;
    this.instructions = new Uint32Array(sizes.instructions).fill(none);
    this.chosen = new Uint32Array(sizes.chosen).fill(none);
    for (const [age, { instruction, chosen }] of records.entries()) {
      if (this.instructions[instruction] === none) this.instructions[instruction] = age;
      if (this.chosen[chosen] === none) this.chosen[chosen] = age;
      const first = this.ageWithBoth(instruction, chosen);
      if (first === undefined) this.both.set(instruction * this.chosenCount + chosen, age);
      else for (const one of [first, age]) this.putPair(one);
    }
  }

  withPair(record: KeptRecord): KeptRecord | undefined {
    return this.at(this.pairs.get(pairOf(record)));
  }

  ageWithBoth(instruction: number, chosen: number): number | undefined {
    return this.both.get(instruction * this.chosenCount + chosen);
  }

  withInstruction(instruction: number): KeptRecord | undefined {
    return this.at(this.instructions[instruction]);
  }

  withChosen(chosen: number): KeptRecord | undefined {
    return this.at(this.chosen[chosen]);
  }

  at(age: number | undefined): KeptRecord | undefined {
    return age === undefined ? undefined : this.records[age];
  }

  private putPair(age: number): void {
    const record = this.records[age];
    if (record === undefined) return;
    const pair = pairOf(record);
    if (!this.pairs.has(pair)) this.pairs.set(pair, age);
  }
}

function pairOf({ instruction, chosen, rejected }: KeptRecord): string {
  return `${instruction}:${chosen}:${rejected}`;
}

const none = 0xffff_ffff;

function repeatedFinding(
  { record, age }: { readonly record: KeptRecord; readonly age: number },
  { nearInstructions, nearChosen }: Repetitions,
  index: RecordIndex,
): Finding | null {
  const same = index.withPair(record);
  if (same !== undefined && same !== record) {
    return found('duplicate', record, {
      message: `Instruction and both answers are those of the record in line ${same.line}${splitWords(record, same)}.`,
      related: [relatedTo(same)],
      fix: reject(record, 'Lint: a duplicate.'),
    });
  }
  const instruction = nearInstructions.get(record.instruction) ?? null;
  const chosen = nearChosen.get(record.chosen) ?? null;
  const near = nearPair({ record, age }, { instruction, chosen }, index);
  if (near !== null) {
    const { other, likeness } = near;
    return found('near-duplicate', record, {
      message: `Instruction (${percent(likeness.instruction)} alike) and chosen answer (${percent(likeness.chosen)}) are nearly those of the record in line ${other.line}${splitWords(record, other)}.`,
      related: [relatedTo(other)],
      fix: reject(record, 'Lint: a near duplicate.'),
    });
  }
  const asked = instruction === null ? undefined : index.withInstruction(instruction.text);
  if (instruction !== null && asked !== undefined) {
    return found('similar-instruction', record, {
      message: `The instruction is ${percent(instruction.similarity)} alike to that of the record in line ${asked.line}${splitWords(record, asked)}.`,
      related: [relatedTo(asked)],
    });
  }
  const [answered, similarity] = similarAnswer(record, chosen, index);
  if (answered === null) return null;
  return found('similar-chosen', record, {
    message: `The chosen answer is ${percent(similarity)} alike to that of the record in line ${answered.line}, which has another instruction.`,
    related: [relatedTo(answered)],
  });
}

interface Near {
  readonly instruction: NearText | null;
  readonly chosen: NearText | null;
}

interface NearPair {
  readonly other: KeptRecord;
  readonly likeness: { readonly instruction: number; readonly chosen: number };
}

/** The oldest older record with the same or a near instruction and the same or a near chosen text. */
function nearPair(
  { record, age }: { readonly record: KeptRecord; readonly age: number },
  near: Near,
  index: RecordIndex,
): NearPair | null {
  const instructions = [{ text: record.instruction, similarity: 1 }, near.instruction];
  const answers = [{ text: record.chosen, similarity: 1 }, near.chosen];
  let oldest = age;
  let best: NearPair | null = null;
  for (const instruction of instructions) {
    for (const chosen of answers) {
      if (instruction === null || chosen === null) continue;
      const at = index.ageWithBoth(instruction.text, chosen.text);
      const other = index.at(at);
      if (at === undefined || other === undefined || at >= oldest) continue;
      oldest = at;
      best = { other, likeness: { instruction: instruction.similarity, chosen: chosen.similarity } };
    }
  }
  return best;
}

function similarAnswer(
  record: KeptRecord,
  chosen: NearText | null,
  index: RecordIndex,
): readonly [KeptRecord | null, number] {
  const same = index.withChosen(record.chosen);
  if (same !== undefined && same !== record && same.instruction !== record.instruction) return [same, 1];
  const other = chosen === null ? undefined : index.withChosen(chosen.text);
  if (chosen === null || other === undefined || other.instruction === record.instruction) return [null, 0];
  return [other, chosen.similarity];
}

/** By instruction, the split in which most of its records are; `train` or the first by name where two have as many. */
function homesOf(records: readonly KeptRecord[]): ReadonlyMap<number, string> {
  const counts = new Map<number, Map<string, number>>();
  for (const { instruction, split } of records) {
    if (split === null) continue;
    const of = counts.get(instruction) ?? new Map<string, number>();
    counts.set(instruction, of.set(split, (of.get(split) ?? 0) + 1));
  }
  const homes = new Map<number, string>();
  for (const [instruction, of] of counts) {
    const [first] = [...of].sort(
      ([a, m], [b, n]) => n - m || Number(b === 'train') - Number(a === 'train') || (a < b ? -1 : 1),
    );
    if (first !== undefined) homes.set(instruction, first[0]);
  }
  return homes;
}

interface SplitContext {
  readonly homes: ReadonlyMap<number, string>;
  readonly index: RecordIndex;
  readonly near: NearText | null;
}

function splitFinding(record: KeptRecord, { homes, index, near }: SplitContext): Finding | null {
  const { split } = record;
  if (split === null) return null;
  const home = homes.get(record.instruction);
  if (home !== undefined && home !== split) {
    return found('split-leak', record, {
      message: `The instruction is also in “${home}”; this record is in “${split}”.`,
      fix: move(record, home),
    });
  }
  const other = near === null ? undefined : index.withInstruction(near.text);
  const nearHome = near === null ? undefined : homes.get(near.text);
  if (near === null || other === undefined || nearHome === undefined || nearHome === split) return null;
  return found('near-split-leak', record, {
    message: `The instruction is ${percent(near.similarity)} alike to one in “${nearHome}” (line ${other.line}); this record is in “${split}”.`,
    related: [relatedTo(other)],
    fix: move(record, nearHome),
  });
}

function splitWords(record: KeptRecord, other: KeptRecord): string {
  if (record.split === other.split) return '';
  return `, which is in ${other.split === null ? 'no split' : `“${other.split}”`}`;
}

function relatedTo({ id, line }: KeptRecord): Related {
  return { record: id, line, message: 'The record that was there first' };
}

function reject({ id }: KeptRecord, note: string): Fix {
  return {
    title: 'Reject this pair',
    edits: [{ type: 'decide', id, decision: { status: 'rejected', note } }],
  };
}

function move({ id }: KeptRecord, split: string): Fix {
  return { title: `Move it to “${split}”`, edits: [{ type: 'change', id, change: { split } }] };
}

interface Parts {
  readonly message: string;
  readonly related?: readonly Related[];
  readonly fix?: Fix;
}

function found(code: FindingCode, { id, line }: KeptRecord, { message, related, fix }: Parts): Finding {
  return {
    code,
    severity: describeCode(code).severity,
    record: id,
    line,
    message,
    ...(related === undefined ? {} : { related }),
    ...(fix === undefined ? {} : { fix: fix.edits, fixTitle: fix.title }),
  };
}
