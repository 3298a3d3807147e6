import { checkConstraint } from './check';
import type { Constraint } from './constraint';

/**
 * True where the response, or one of the seven texts made from it by leaving out its first line, its last line, both,
 * and all asterisks, follows the constraint: IFEval's loose verdict. Null where code can't tell, see `checkConstraint`.
 */
export function followsLoosely(constraint: Constraint, response: string): boolean | null {
  const [whole = '', ...others] = looseVariants(response);
  const strict = followsStrictly(constraint, whole);
  if (strict !== false) return strict;
  return others.some((text) => followsStrictly(constraint, text) === true);
}

/** IFEval's strict verdict; an empty response follows nothing. Null where code can't tell. */
export function followsStrictly(constraint: Constraint, response: string): boolean | null {
  const result = checkConstraint(constraint, response);
  return result === null || result.state === 'unknown'
    ? null
    : result.state === 'held' && response.trim() !== '';
}

/** The response first, then the texts that a loose verdict takes too, each of them once. */
export function looseVariants(response: string): readonly string[] {
  const lines = response.split('\n');
  const cut = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((kept) => kept.join('\n').trim());
  const texts = [response, ...cut];
  return [...new Set([...texts, ...texts.map((text) => text.replaceAll('*', ''))])];
}
