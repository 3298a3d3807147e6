import { sortRows } from '../table/sortRows';
import type { Measure } from '../table/measures';

export const queueOrders = ['disagreement', 'interference', 'chance', 'input', 'audit'] as const;

/** In which order pairs come before a person. */
export interface QueueOrder {
  /** `audit`: what a policy accepted, by chance; the others are about what is pending. */
  readonly by: (typeof queueOrders)[number];
  /** Of the orders by chance; a whole number. The same seed gives the same order, whatever is added meanwhile. */
  readonly seed: number;
  /** Pairs whose measure is unknown come first; else they come last. */
  readonly unknownFirst: boolean;
}

export const firstOrder: QueueOrder = { by: 'disagreement', seed: 0, unknownFirst: false };

/** What an order looks at. */
export interface OrderedTable {
  id(row: number): string;
  measure(row: number, measure: Measure): number | null;
}

/** Rows as they come before a person. Equal ones stay in the order given, which is that of the file. */
export function orderedRows(table: OrderedTable, rows: Uint32Array, order: QueueOrder): Uint32Array {
  if (order.by === 'input') return rows;
  const key = keyOf(table, order);
  const unknown = order.unknownFirst ? Number.POSITIVE_INFINITY : Number.NaN;
  const keys = Float64Array.from(rows, (row) => key(row) ?? unknown);
  return sortRows(rows, keys, true);
}

/** What is known of the chosen text. */
export interface Verdicts {
  readonly yes: number | null;
  readonly no: number | null;
  /** Constraints that code verified; null where it could verify none. */
  readonly held: number | null;
  readonly broken: number | null;
}

/**
 * How much those who judged disagree, 0 to 1: how close the share of Yes votes is to one half, or how far it is from
 * what rules found, whichever is more. Null where nobody voted.
 */
export function disagreement({ yes, no, held, broken }: Verdicts): number | null {
  const votes = (yes ?? 0) + (no ?? 0);
  if (votes === 0) return null;
  const share = (yes ?? 0) / votes;
  const amongVotes = 1 - Math.abs(2 * share - 1);
  if ((held ?? 0) + (broken ?? 0) === 0) return amongVotes;
  const rules = (broken ?? 0) > 0 ? 0 : 1;
  return Math.max(amongVotes, Math.abs(share - rules));
}

/** Of a record, by its id and a seed: evenly spread over 0 to 1. */
export function chanceOf(id: string, seed: number): number {
  const part = (at: number): number => Number.parseInt(id.slice(at, at + 8), 16) | 0;
  const high = mixed(part(0) ^ mixed(seed | 0));
  const low = mixed(part(8) ^ high);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function keyOf(table: OrderedTable, { by, seed }: QueueOrder): (row: number) => number | null {
  switch (by) {
    case 'disagreement':
      return (row) =>
        disagreement({
          yes: table.measure(row, 'yes'),
          no: table.measure(row, 'no'),
          held: table.measure(row, 'held'),
          broken: table.measure(row, 'broken'),
        });
    case 'interference':
      return (row) => table.measure(row, 'interference');
    case 'chance':
    case 'audit':
      return (row) => chanceOf(table.id(row), seed);
    case 'input':
      return (row) => -row;
  }
}

/** Each bit of the result depends on all bits of the number. */
function mixed(number: number): number {
  let bits = number;
  bits = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b);
  return bits ^ (bits >>> 16);
}
