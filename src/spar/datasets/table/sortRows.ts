/**
 * Rows in the order of their keys, equal ones in the order given; NaN last either way. By digits of the keys, so a
 * million rows take a tenth of a second.
 *
 * @param keys One for each of `rows`; not kept.
 */
export function sortRows(rows: Uint32Array, keys: Float64Array, descending: boolean): Uint32Array {
  const count = rows.length;
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  const bits = new Uint32Array(2);
  const value = new Float64Array(bits.buffer);
  for (let index = 0; index < count; index += 1) {
    const key = keys[index] ?? Number.NaN;
    // Adding 0 makes one of both zeros.
    value[0] = key + 0;
    const upper = bits[littleEndian ? 1 : 0] ?? 0;
    const lower = bits[littleEndian ? 0 : 1] ?? 0;
    if (Number.isNaN(key)) {
      high[index] = 0xffff_ffff;
      low[index] = 0xffff_ffff;
      continue;
    }
    // As unsigned numbers, negative ones turned round, bits order like the values.
    const flip = upper >>> 31 === 1 ? 0xffff_ffff : 0;
    const ordered = (upper ^ (flip === 0 ? 0x8000_0000 : flip)) >>> 0;
    high[index] = descending ? ~ordered : ordered;
    low[index] = descending ? ~(lower ^ flip) : lower ^ flip;
  }
  let order = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) order[index] = index;
  let spare = new Uint32Array(count);
  for (const [digits, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    if (sortByDigit(digits, shift, { order, into: spare })) [order, spare] = [spare, order];
  }
  for (let index = 0; index < count; index += 1) spare[index] = rows[order[index] ?? 0] ?? 0;
  return spare;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** False where all have the same digit, and nothing was done. */
function sortByDigit(
  digits: Uint32Array,
  shift: number,
  { order, into }: { readonly order: Uint32Array; readonly into: Uint32Array },
): boolean {
  const starts = new Uint32Array(0x1_0001);
  for (const digit of digits) {
    const at = ((digit >>> shift) & 0xffff) + 1;
    starts[at] = (starts[at] ?? 0) + 1;
  }
  if (starts.includes(digits.length)) return false;
  for (let at = 1; at < starts.length; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  for (const index of order) {
    const digit = ((digits[index] ?? 0) >>> shift) & 0xffff;
    const at = starts[digit] ?? 0;
    into[at] = index;
    starts[digit] = at + 1;
  }
  return true;
}
