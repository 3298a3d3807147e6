import type { NearText } from '../../similarity/nearTexts';
import { percent, type Fix } from '../check';
import { describeCode, type Finding, type FindingCode, type Related } from '../finding';
import type { KeptRecord, Repetitions } from './repetition';

/** What texts in common come to: at most one finding a record about duplicates, and one about splits. */
export function repetitionFindings(repetitions: Repetitions): readonly Finding[] {
  const { records, nearInstructions } = repetitions;
  const index = new RecordIndex(records);
  const homes = homesOf(records);
  return records.flatMap((record) => {
    const repeated = repeatedFinding(record, repetitions, index);
    const split = splitFinding(record, {
      homes,
      index,
      near: nearInstructions.get(record.instruction) ?? null,
    });
    return [...(repeated === null ? [] : [repeated]), ...(split === null ? [] : [split])];
  });
}

/** The oldest record with a pair, with an instruction and a chosen text, and with each of the two. */
class RecordIndex {
  readonly age = new Map<KeptRecord, number>();
  private readonly pairs = new Map<string, KeptRecord>();
  private readonly both = new Map<string, KeptRecord>();
  private readonly instructions = new Map<number, KeptRecord>();
  private readonly chosen = new Map<number, KeptRecord>();

  constructor(records: readonly KeptRecord[]) {
    for (const [age, record] of records.entries()) {
      this.age.set(record, age);
      putFirst(this.pairs, record.pair, record);
      putFirst(this.both, `${record.instruction}:${record.chosen}`, record);
      putFirst(this.instructions, record.instruction, record);
      putFirst(this.chosen, record.chosen, record);
    }
  }

  withPair(pair: string): KeptRecord | undefined {
    return this.pairs.get(pair);
  }

  withBoth(instruction: number, chosen: number): KeptRecord | undefined {
    return this.both.get(`${instruction}:${chosen}`);
  }

  withInstruction(instruction: number): KeptRecord | undefined {
    return this.instructions.get(instruction);
  }

  withChosen(chosen: number): KeptRecord | undefined {
    return this.chosen.get(chosen);
  }
}

function repeatedFinding(
  record: KeptRecord,
  { nearInstructions, nearChosen }: Repetitions,
  index: RecordIndex,
): Finding | null {
  const same = index.withPair(record.pair);
  if (same !== undefined && same !== record) {
    return found('duplicate', record, {
      message: `Instruction and both answers are those of the record in line ${same.line}${splitWords(record, same)}.`,
      related: [relatedTo(same)],
      fix: reject(record, 'Lint: a duplicate.'),
    });
  }
  const instruction = nearInstructions.get(record.instruction) ?? null;
  const chosen = nearChosen.get(record.chosen) ?? null;
  const near = nearPair(record, { instruction, chosen }, index);
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
function nearPair(record: KeptRecord, near: Near, index: RecordIndex): NearPair | null {
  const instructions = [{ text: record.instruction, similarity: 1 }, near.instruction];
  const answers = [{ text: record.chosen, similarity: 1 }, near.chosen];
  let best: NearPair | null = null;
  for (const instruction of instructions) {
    for (const chosen of answers) {
      if (instruction === null || chosen === null) continue;
      const other = index.withBoth(instruction.text, chosen.text);
      if (other === undefined || ageOf(other, index) >= ageOf(record, index)) continue;
      if (best !== null && ageOf(best.other, index) <= ageOf(other, index)) continue;
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

function ageOf(record: KeptRecord, index: RecordIndex): number {
  return index.age.get(record) ?? 0;
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

function putFirst<Key>(map: Map<Key, KeptRecord>, key: Key, record: KeptRecord): void {
  if (!map.has(key)) map.set(key, record);
}
