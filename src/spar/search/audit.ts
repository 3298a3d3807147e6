import { ModelError } from '../models/modelError';
import { votesToSettle } from '../refiner/votes';
import type { SearchContext } from './context';
import type { Audit, Judgement } from './events';
import { BudgetReached } from './ledger';
import type { Candidate } from './level';
import { Poll } from './poll';
import { seedOf } from './seeds';

export interface Audits {
  /** Resolves when all of them are told or given up. */
  done(): Promise<void>;
  stop(): void;
}

/** Votes are drawn until it is certain what most of them say. */
const majority = 0.5;

/**
 * Asks the model about a seeded share of the candidates that code refutes, as if there were no rules, and tells each of
 * them once more with what it said. An audit decides nothing, so one that fails, or that no budget is left for, says so
 * and ends nothing.
 */
export function auditRefuted(candidates: readonly Candidate[], context: SearchContext): Audits {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, context.signal]);
  const audits = candidates.map(async ({ node, ruled }) => {
    if (ruled?.value !== 0 || !isDrawn(node.path, context)) return;
    const audit = await ask(pollAbout(node, context), context, signal).catch((error: unknown) =>
      unanswered(error, signal),
    );
    if (audit === null) return;
    const judgement: Judgement = { ...ruled, audit };
    context.emit({ type: 'node-judged', path: node.path, judgement });
  });
  const settled = Promise.allSettled(audits);
  return {
    done: async () => {
      const failed = (await settled).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    stop: () => stop.abort(new Error('the search has ended')),
  };
}

/** By the node's own seed, so that neither timing nor other nodes decide it. */
function isDrawn(path: string, { settings, item, hasModel }: SearchContext): boolean {
  if (!hasModel || settings.auditShare <= 0) return false;
  const place = { seed: settings.seed, item: item.id, path, role: 'audit', draw: -1, attempt: 0 } as const;
  return seedOf(place) / 2 ** 31 < settings.auditShare;
}

function pollAbout(node: Candidate['node'], context: SearchContext): Poll {
  const { settings, instruction } = context;
  return new Poll({
    role: 'audit',
    path: node.path,
    messages: context.judgeRequest(node),
    judged: [instruction, node.text],
    votes: settings.votes,
    retries: settings.retriesOfUnparsed,
  });
}

async function ask(poll: Poll, context: SearchContext, signal: AbortSignal): Promise<Audit> {
  for (;;) {
    const count = votesToSettle(poll.tally, majority);
    if (count === 0 || poll.hasNoVerdict) break;
    await poll.draw(count, context.deskOrThrow(), signal);
  }
  const { yes, no, unparsed, votes } = poll.judgement();
  return { yes, no, unparsed, votes };
}

/** An audit that came to nothing; null where the search was stopped, which says enough. */
function unanswered(error: unknown, signal: AbortSignal): Audit | null {
  if (signal.aborted) return null;
  if (!(error instanceof ModelError || error instanceof BudgetReached)) throw error;
  return { yes: 0, no: 0, unparsed: 0, votes: [], failure: error.message };
}
