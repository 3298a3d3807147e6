import type { Price } from '../models/usage';
import type { Sampling } from '../search/settings';
import { numberIn } from '../text/amountValues';
import type { AcceptancePolicy } from './settings';

/** `0.15,0.60,USD`: what a million tokens of prompt and of reply cost; null for anything else. */
export function parsePrice(given: string): Price | null {
  const [prompt, completion, currency = '', ...rest] = given.split(',').map((part) => part.trim());
  const range = { least: 0, most: 1_000_000, whole: false };
  const promptPerMillion = numberIn(prompt, range);
  const completionPerMillion = numberIn(completion, range);
  const isCurrency = /^[\p{L}\p{Sc}]{1,10}$/u.test(currency) && rest.length === 0;
  if (promptPerMillion === undefined || completionPerMillion === undefined || !isCurrency) return null;
  return { promptPerMillion, completionPerMillion, currency };
}

const samplingNames = {
  temperature: { name: 'temperature', range: { least: 0, most: 2, whole: false } },
  'top-p': { name: 'topP', range: { least: 0.001, most: 1, whole: false } },
  'max-tokens': { name: 'maxTokens', range: { least: 1, most: 1_000_000, whole: true } },
} as const;

/**
 * `temperature=0.7,top-p=0.9,max-tokens=2048`; what is left out is as usual. Null for anything else.
 *
 * @param usual What holds otherwise.
 */
export function parseSampling(given: string, usual: Sampling): Sampling | null {
  const found: { temperature?: number; topP?: number; maxTokens?: number } = {};
  for (const part of given.split(',').map((piece) => piece.trim())) {
    const [key = '', value, ...rest] = part.split('=');
    if (!Object.hasOwn(samplingNames, key) || rest.length > 0) return null;
    const { name, range } = samplingNames[key as keyof typeof samplingNames];
    const number = numberIn(value, range);
    if (number === undefined || name in found) return null;
    found[name] = number;
  }
  return { ...usual, ...found };
}

/** As `parseSampling` reads it. */
export function samplingText({ temperature, topP, maxTokens }: Sampling): string {
  const share = topP === undefined ? [] : [`top-p=${topP}`];
  return [`temperature=${temperature}`, ...share, `max-tokens=${maxTokens}`].join(',');
}

/**
 * `value=1,interference=0.1,verified`; what is left out asks for nothing but a value above the gate. Null for anything
 * else.
 *
 * @param name Stands on each record that is so accepted.
 */
export function parsePolicy(given: string, name: string): AcceptancePolicy | null {
  const found: { value?: number; interference?: number; verified?: true } = {};
  for (const part of given.split(',').map((piece) => piece.trim())) {
    const [key = '', value, ...rest] = part.split('=');
    if (key in found || rest.length > 0) return null;
    if (part === 'verified') {
      found.verified = true;
      continue;
    }
    const number = numberIn(value, { least: 0, most: 1, whole: false });
    if ((key !== 'value' && key !== 'interference') || number === undefined) return null;
    found[key] = number;
  }
  const { value = 0, interference = 1, verified = false } = found;
  return { name, value, interference, verified };
}

/** As `parsePolicy` reads it. */
export function policyText({ value, interference, verified }: AcceptancePolicy): string {
  const asked = interference < 1 || verified;
  return [
    ...(value > 0 || !asked ? [`value=${value}`] : []),
    ...(interference < 1 ? [`interference=${interference}`] : []),
    ...(verified ? ['verified'] : []),
  ].join(',');
}
