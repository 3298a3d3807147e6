import { z } from 'zod';
import type { CheckResult } from '../constraint';
import type { DetectableVerifier } from '../detectable';

/** Arguments that every own type takes besides its own. */
export interface OwnArgs extends Readonly<Record<string, unknown>> {
  readonly message?: string | undefined;
}

/** What a person wants to be said where it is broken. */
export const message = z.string().trim().min(1).max(1000).optional();

type OwnType<Args extends OwnArgs> = Pick<DetectableVerifier<Args>, 'type' | 'args' | 'describe' | 'check'>;

/**
 * A type that instructions never ask for by themselves: people define such constraints, so nothing is read from words.
 * Where it is broken, the person's own message goes first.
 */
export function ownType<Args extends OwnArgs>(own: OwnType<Args>): DetectableVerifier<Args> {
  return {
    ...own,
    cue: /(?!)/u,
    detect: () => [],
    check: (text, args) => withMessage(own.check(text, args), args.message),
  };
}

function withMessage(result: CheckResult, own: string | undefined): CheckResult {
  if (result.state !== 'broken' || own === undefined) return result;
  const closed = /[.!?…。！？]$/u.test(own) ? own : `${own}.`;
  return { ...result, message: `${closed} (${result.message})` };
}
