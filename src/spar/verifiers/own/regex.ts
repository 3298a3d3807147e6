import { z } from 'zod';
import { broken, held, thereAre } from '../outcome';
import {
  areInOrder,
  bounds,
  boundsSign,
  boundsWords,
  isBounded,
  isWithin,
  outOfOrder,
  type Bounds,
} from './bounds';
import { message, ownType } from './ownVerifier';
import { matchesOf, patternProblem, shown } from './pattern';

const usableFlags = /^(?!.*(.).*\1)(?!.*u.*v|.*v.*u)[imsuv]*$/u;

/** Fields of a regular expression, for arguments and for what calls a verifier up. */
export const patternFields = {
  pattern: z.string().min(1).max(10_000).describe('A JavaScript regular expression, without slashes.'),
  flags: z
    .string()
    .regex(usableFlags, 'takes i, m, s and u or v, each once.')
    .optional()
    .describe('Any of i, m, s; u is on unless v is given.'),
};

/** A schema check: the pattern must compile. */
export function compiles(
  value: { pattern: string; flags?: string | undefined },
  context: z.RefinementCtx,
): void {
  // Wrong flags are told by themselves.
  const problem = usableFlags.test(value.flags ?? '') ? patternProblem(value) : null;
  if (problem !== null) {
    context.addIssue({ code: 'custom', path: ['pattern'], message: `is no regular expression: ${problem}.` });
  }
}

const args = z
  .strictObject({ ...patternFields, ...bounds, message })
  .superRefine(compiles)
  .refine(areInOrder, outOfOrder);

/** How often a pattern matches: at least once where no bound is given; `max: 0` forbids it. */
export const regex = ownType<z.infer<typeof args>>({
  type: 'custom:regex',
  args,
  describe: (given) => `${shown(given)} ${boundsSign(boundsOf(given))} times`,
  check: (text, given) => {
    const found = matchesOf(text, given);
    if (found.kind === 'unknown') return { state: 'unknown', message: found.message };
    const allowed = boundsOf(given);
    if (isWithin(found.count, allowed)) return held;
    const isTooMany = found.count > (allowed.max ?? Number.POSITIVE_INFINITY);
    const wanted = allowed.max === 0 ? 'none is allowed' : `there must be ${boundsWords(allowed)}`;
    const said = `${thereAre(found.count, 'match').replace('matchs', 'matches')} of ${shown(given)}; ${wanted}.`;
    return broken(said, isTooMany ? found.spans : []);
  },
});

function boundsOf(given: Bounds): Bounds {
  return isBounded(given) ? given : { min: 1 };
}
