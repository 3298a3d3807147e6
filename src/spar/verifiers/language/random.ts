/** Draws of a generator: the same seed gives the same draws. */
export interface Random {
  /** From 0, below 1, with 53 bits. */
  next(): number;
  /** A whole number from 0, below `limit` (1 to 2 ** 32 - 1), each equally likely. */
  below(limit: number): number;
  /** Of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
}

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded by an array of one number and read as Python's
 * `random` module reads it. IFEval's verdicts on language were drawn with that generator, so only its very draws
 * give the same verdicts where a text is short.
 */
export function mersenneTwister(seed: number): Random {
  const state = seeded(seed);
  let at = size;
  let spare: number | null = null;

  const word = (): number => {
    if (at === size) {
      twist(state);
      at = 0;
    }
    let y = state[at] ?? 0;
    at += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const next = (): number => {
    const high = word() >>> 5;
    return (high * 0x4000000 + (word() >>> 6)) / 2 ** 53;
  };
  return {
    next,
    below: (limit) => {
      const shift = Math.clz32(limit);
      for (;;) {
        const drawn = word() >>> shift;
        if (drawn < limit) return drawn;
      }
    },
    normal: () => {
      if (spare !== null) {
        const kept = spare;
        spare = null;
        return kept;
      }
      const angle = next() * 2 * Math.PI;
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      spare = Math.sin(angle) * radius;
      return Math.cos(angle) * radius;
    },
  };
}

const size = 624;
const middle = 397;

function seeded(seed: number): Uint32Array {
  const state = new Uint32Array(size);
  state[0] = 19650218;
  for (let index = 1; index < size; index += 1) {
    state[index] = Math.imul(1812433253, mixed(state, index)) + index;
  }
  let index = 1;
  for (let round = 0; round < size; round += 1) {
    state[index] = ((state[index] ?? 0) ^ Math.imul(mixed(state, index), 1664525)) + seed;
    index = following(state, index);
  }
  for (let round = 1; round < size; round += 1) {
    state[index] = ((state[index] ?? 0) ^ Math.imul(mixed(state, index), 1566083941)) - index;
    index = following(state, index);
  }
  state[0] = 0x80000000;
  return state;
}

function mixed(state: Uint32Array, index: number): number {
  const before = state[index - 1] ?? 0;
  return before ^ (before >>> 30);
}

function following(state: Uint32Array, index: number): number {
  if (index + 1 < size) return index + 1;
  state[0] = state[size - 1] ?? 0;
  return 1;
}

function twist(state: Uint32Array): void {
  for (let index = 0; index < size; index += 1) {
    const y = ((state[index] ?? 0) & 0x80000000) | ((state[(index + 1) % size] ?? 0) & 0x7fffffff);
    state[index] = (state[(index + middle) % size] ?? 0) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
  }
}
