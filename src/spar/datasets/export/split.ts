import { createHash } from 'node:crypto';
import { fileNameProblem } from '../../log/fileName';
import { jsonLine } from '../../log/jsonLine';
import { plainInstruction } from '../newLines';
import type { RecordedInstruction } from '../schema';
import { distinct, type RowPlaces } from './rowPlaces';

/** A part of the export and its share of the instructions, above 0; the shares of a split add up to 1. */
export interface SplitShare {
  readonly name: string;
  readonly share: number;
}

export interface Splits {
  /** The first is `train`, or that of the largest share. */
  readonly names: readonly string[];
  /** Index into `names` of each place. */
  readonly of: Uint8Array;
  /** How many instructions each has. */
  readonly instructions: readonly number[];
  /** Instructions whose records were given different splits; the first one counts. */
  readonly conflicts: number;
}

const mostSplits = 20;

/**
 * Reads `train=0.9,test=0.1`; a message for a person where it can't be used.
 */
export function parseSplit(text: string): readonly SplitShare[] | { readonly problem: string } {
  const shares: SplitShare[] = [];
  for (const part of text.split(',')) {
    const [name = '', number = '', ...more] = part.split('=').map((piece) => piece.trim());
    const share = /^\d*\.?\d+$/u.test(number) ? Number(number) : Number.NaN;
    if (more.length > 0 || !(share > 0 && share <= 1))
      return { problem: `“${part.trim()}” is no share; write for example train=0.9,test=0.1.` };
    shares.push({ name, share });
  }
  const problem = splitProblem(shares.map(({ name }) => name));
  if (problem !== null) return { problem };
  const sum = shares.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6)
    return { problem: `The shares add up to ${Number(sum.toFixed(6))}; make it 1.` };
  return shares;
}

/** Why these can't all name files of one folder; null when they can. */
export function splitProblem(names: readonly string[]): string | null {
  if (names.length > mostSplits) return `There are ${names.length} splits; ${mostSplits} is the most.`;
  for (const name of names) {
    const reason = name.includes('.') ? 'it holds a dot' : fileNameProblem(name);
    if (reason !== null) return `“${name}” can't name a split's file: ${reason}. Choose another name.`;
    if (['manifest', 'dataset_info'].includes(name.toLowerCase()))
      return `“${name}” is the name of another file of an export. Choose another name for the split.`;
  }
  const repeated = names.find((name, index) =>
    names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  return repeated === undefined ? null : `The split “${repeated}” is there twice.`;
}

/** 40 hexadecimal digits: the same for all records of an instruction. */
export function instructionId(instruction: RecordedInstruction): string {
  return instructionIdOf(jsonLine(plainInstruction(instruction)));
}

/** @param written Of an instruction, as `jsonLine` writes it. */
export function instructionIdOf(written: string | Buffer): string {
  return createHash('sha256').update(written).digest('hex').slice(0, 40);
}

/**
 * The place of an instruction in a seeded order, 52 bits: the same for the same instruction and seed, in any dataset. The
 * id is a good hash already, so the seed is only mixed in (the last steps of MurmurHash3).
 */
export function instructionRank(id: string, seed: number): number {
  const first = mixed(
    Number.parseInt(id.slice(0, 8), 16) ^ mixed(seed) ^ mixed(Math.floor(seed / 2 ** 32) + 1),
  );
  const second = mixed(Number.parseInt(id.slice(8, 16), 16) ^ Math.imul(first, 0x9e3779b1));
  return first * 2 ** 20 + (second >>> 12);
}

function mixed(number: number): number {
  let word = number | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** 52 bits of a hash of a text and a seed. */
export function rankOf(text: string, seed: number): number {
  const digest = createHash('sha256').update(`${seed}\n${text}`).digest();
  return digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) >> 4);
}

/**
 * Gives each row its split. All rows of an instruction go the same way, since siblings in train and test would leak.
 * What a person assigned counts; of the other instructions, in their seeded order, each split gets its share, and at
 * least one where there are enough. Without shares they all go to `train`.
 *
 * @throws Error for an assigned split that can't name a file.
 */
export function assignSplits(places: RowPlaces, shares: readonly SplitShare[]): Splits {
  const { assigned, conflicts } = assignedSplits(places);
  const wished = shares.length === 0 ? [{ name: 'train', share: 1 }] : shares;
  const used = [...new Set(assigned.values())].filter((name) => !wished.some((wish) => wish.name === name));
  const names = [...wished.map(({ name }) => name), ...used.sort()];
  const problem = splitProblem(names);
  if (problem !== null)
    throw new Error(`${problem} Splits of records are changed in the dataset. Nothing was written.`);
  const free = new Float64Array(places.size);
  let count = 0;
  for (let row = 0; row < places.size; row += 1) {
    const instruction = places.instruction(row);
    if (assigned.has(instruction)) continue;
    free[count] = instruction;
    count += 1;
  }
  const ranks = distinct(free.subarray(0, count));
  const counts = apportioned(ranks.length, wished);
  const drawn = drawSplits(ranks, counts);
  const of = new Uint8Array(places.size);
  for (let row = 0; row < places.size; row += 1) {
    const instruction = places.instruction(row);
    const name = assigned.get(instruction);
    of[row] = name === undefined ? drawn(instruction) : names.indexOf(name);
  }
  const instructions = names.map((_, index) => counts[index] ?? 0);
  for (const name of assigned.values()) {
    const index = names.indexOf(name);
    instructions[index] = (instructions[index] ?? 0) + 1;
  }
  return { names, of, instructions, conflicts };
}

function assignedSplits(places: RowPlaces): {
  readonly assigned: ReadonlyMap<number, string>;
  readonly conflicts: number;
} {
  const assigned = new Map<number, string>();
  const contradicted = new Set<number>();
  for (let row = 0; row < places.size; row += 1) {
    const name = places.assigned(row);
    if (name === null) continue;
    const instruction = places.instruction(row);
    const known = assigned.get(instruction);
    if (known === undefined) assigned.set(instruction, name);
    else if (known !== name) contradicted.add(instruction);
  }
  return { assigned, conflicts: contradicted.size };
}

/** Which split an instruction falls to, by its rank among all. */
function drawSplits(ranks: Float64Array, counts: readonly number[]): (rank: number) => number {
  const firsts: number[] = [];
  let next = 0;
  for (const count of counts) {
    firsts.push(count === 0 ? Number.POSITIVE_INFINITY : (ranks[next] ?? Number.POSITIVE_INFINITY));
    next += count;
  }
  return (rank) => firsts.findLastIndex((first) => first <= rank);
}

/** Whole numbers that add up to the count, by largest remainders; none is 0 while there are enough. */
function apportioned(count: number, shares: readonly SplitShare[]): readonly number[] {
  const exact = shares.map(({ share }) => share * count);
  const counts = exact.map(Math.floor);
  const byRemainder = exact
    .map((wanted, index) => ({ index, remainder: wanted - Math.floor(wanted) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  let left = count - counts.reduce((sum, part) => sum + part, 0);
  for (let at = 0; left > 0; at += 1, left -= 1) {
    const index = byRemainder[at % byRemainder.length]?.index ?? 0;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  for (let empty = counts.indexOf(0); empty !== -1; empty = counts.indexOf(0)) {
    const largest = counts.indexOf(Math.max(...counts));
    if ((counts[largest] ?? 0) < 2) break;
    counts[largest] = (counts[largest] ?? 0) - 1;
    counts[empty] = 1;
  }
  return counts;
}
