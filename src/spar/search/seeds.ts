/** What a draw is for; part of its seed. */
export type DrawRole = 'judge' | 'audit' | 'refine' | 'sample' | 'select' | 'evolve';

export interface DrawKey {
  /** The search's or run's seed. */
  readonly seed: number;
  readonly item: string;
  readonly path: string;
  readonly role: DrawRole;
  /** Position in draw order, from 0. */
  readonly draw: number;
  /** 0 at first, then one more each time the same draw is asked again. */
  readonly attempt: number;
}

/** A seed for one draw, 0 to 2³¹ − 1 (servers take signed 32-bit seeds); the same key always gives the same seed. */
export function seedOf(key: DrawKey): number {
  const text = [key.seed, key.item, key.path, key.role, key.draw, key.attempt].join('\u0000');
  return hash32(text) & 0x7fffffff;
}

/** A short stable name for a text or several, 16 hexadecimal digits. Tells texts apart; keeps nothing secret. */
export function contentId(...texts: readonly string[]): string {
  const joined = texts.map((text) => `${String(text.length)}:${text}`).join('');
  return [hash32(joined), hash32(joined, 0x9747b28c)]
    .map((part) => part.toString(16).padStart(8, '0'))
    .join('');
}

/** Numbers from 0 inclusive to 1 exclusive, the same sequence for the same seed (the mulberry32 generator). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** FNV-1a over UTF-16 code units, then murmur3's finaliser so that near keys give far seeds. */
function hash32(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
