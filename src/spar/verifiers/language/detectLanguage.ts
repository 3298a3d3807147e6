import { readable, runsOf } from './features';
import { profiles, type Profiles } from './profiles';
import { mersenneTwister } from './random';

/**
 * The language of a text as IFEval's program tells it: an ISO 639-1 code (Chinese as `zh-cn`, `zh-tw`), `unknown` where
 * none stands out, null for a text with nothing in it that could tell. Deterministic; only the first 10,000 characters count.
 *
 * The method is that of language-detection (Nakatani 2010), with the numbers of langdetect 1.0.9 and seed 0: seven
 * times, runs of up to three characters are drawn until a naive Bayes classifier is sure.
 */
export function detectLanguage(text: string): string | null {
  const table = profiles();
  const runs: number[] = [];
  for (const run of runsOf(readable(text))) {
    const number = table.numberOf(run);
    if (number !== undefined) runs.push(number);
  }
  if (runs.length === 0) return null;
  const { languages } = table;
  const likely = likelihoods(runs, table);
  const best = likely.reduce((most, share, index) => (share > (likely[most] ?? 0) ? index : most), 0);
  return (likely[best] ?? 0) > leastShare ? (languages[best] ?? 'unknown') : 'unknown';
}

const trials = 7;
const mostDraws = 1000;
/** Smoothing: its mean and deviation over the trials, in units of `smoothingUnit`. */
const smoothing = 0.5;
const smoothingWidth = 0.05;
const smoothingUnit = 10_000;
const sureShare = 0.99999;
const leastShare = 0.1;

function likelihoods(runs: readonly number[], table: Profiles): Float64Array {
  const total = new Float64Array(table.languages.length);
  const random = mersenneTwister(0);
  for (let trial = 0; trial < trials; trial += 1) {
    const weight = (smoothing + random.normal() * smoothingWidth) / smoothingUnit;
    const belief = new Float64Array(total.length).fill(1 / total.length);
    for (let draw = 0; ; draw += 1) {
      update(belief, { run: runs[random.below(runs.length)] ?? 0, weight, table });
      if (draw % 5 === 0 && (normalise(belief) > sureShare || draw >= mostDraws)) break;
    }
    belief.forEach((share, index) => {
      total[index] = (total[index] ?? 0) + share / trials;
    });
  }
  return total;
}

interface Drawn {
  readonly run: number;
  readonly weight: number;
  readonly table: Profiles;
}

function update(belief: Float64Array, { run, weight, table }: Drawn): void {
  const { starts, inLanguage, share } = table;
  const end = starts[run + 1] ?? 0;
  let at = starts[run] ?? 0;
  for (let language = 0; language < belief.length; language += 1) {
    const isHere = at < end && inLanguage[at] === language;
    belief[language] = (belief[language] ?? 0) * (weight + (isHere ? (share[at] ?? 0) : 0));
    if (isHere) at += 1;
  }
}

/** Makes the shares sum to 1; the largest of them. */
function normalise(belief: Float64Array): number {
  const sum = belief.reduce((a, b) => a + b, 0);
  let largest = 0;
  belief.forEach((share, index) => {
    belief[index] = share / sum;
    largest = Math.max(largest, share / sum);
  });
  return largest;
}
