import { brotliDecompressSync } from 'node:zlib';
import { languages, least, most, packed, sizes, steps } from './packedProfiles';

/** How often runs of one to three characters stand in each language. */
export interface Profiles {
  /** ISO 639-1 codes; Chinese as `zh-cn` and `zh-tw`. */
  readonly languages: readonly string[];
  /** The number of a run, to ask `shares` with; undefined for a run that no language has. */
  readonly numberOf: (run: string) => number | undefined;
  /** Where a run's shares begin in the two lists that follow; they end where the next run's begin. */
  readonly starts: Uint32Array;
  /** Indices in `languages`. */
  readonly inLanguage: Uint8Array;
  /** Shares of the run among the runs of its length in that language, 0 to 1. */
  readonly share: Float64Array;
}

let unpacked: Profiles | undefined;

/** Unpacked when first asked for (about 60 ms), since most constraints need no language. */
export function profiles(): Profiles {
  unpacked ??= unpack();
  return unpacked;
}

function unpack(): Profiles {
  const bytes = brotliDecompressSync(Buffer.from(packed, 'base64'));
  const runs = sizes.reduce((sum, size) => sum + size.runs, 0);
  const entries = sizes.reduce((sum, size) => sum + size.entries, 0);
  const numbers = new Map<string, number>();
  const starts = new Uint32Array(runs + 1);
  const inLanguage = new Uint8Array(entries);
  const share = new Float64Array(entries);
  const shareOfLevel = Float64Array.from(
    { length: steps + 1 },
    (_, level) => least * (most / least) ** (level / steps),
  );
  let at = 0;
  let run = 0;
  let entry = 0;
  const column = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  sizes.forEach((size, index) => {
    const characters = Array.from({ length: index + 1 }, () => column(size.runs * 2).toString('utf16le'));
    const counts = column(size.runs);
    const of = column(size.entries);
    const low = column(size.entries);
    const high = column(size.entries);
    inLanguage.set(of, entry);
    for (let place = 0; place < size.entries; place += 1) {
      share[entry + place] = shareOfLevel[((high[place] ?? 0) << 8) | (low[place] ?? 0)] ?? 0;
    }
    for (let place = 0; place < size.runs; place += 1) {
      numbers.set(characters.map((text) => text.charAt(place)).join(''), run);
      starts[run] = entry;
      run += 1;
      entry += counts[place] ?? 0;
    }
  });
  starts[run] = entry;
  return { languages, numberOf: (text) => numbers.get(text), starts, inLanguage, share };
}
