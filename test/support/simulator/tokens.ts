/** A token of the simulator: a run of characters that are not white space, with the white space before it. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? [];
}

/** A well-mixed 32-bit number from a seed and a position; the same for the same two. */
export function mixed(seed: number, position: number): number {
  let state = (Math.imul(Math.trunc(seed) | 0, 0x9e3779b1) + Math.imul(position + 1, 0x85ebca6b)) | 0;
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  state = Math.imul(state ^ (state >>> 15), 0x846ca68b);
  return (state ^ (state >>> 16)) >>> 0;
}
