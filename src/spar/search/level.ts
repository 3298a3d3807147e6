import { NotRecorded } from '../models/notRecorded';
import { isSettled, votesToSettle } from '../refiner/votes';
import { auditRefuted } from './audit';
import { decide, likelySurvivors, planDraws, type Contest, type Standing } from './contest';
import type { SearchContext } from './context';
import type { Judgement, SearchEvent, SearchNode } from './events';
import { comparePaths, tieBreakOf } from './order';
import type { Poll } from './poll';
import { seedOf } from './seeds';
import type { VotingPolicy } from './settings';

/** A node that stands to be judged, with its poll or what rules made of it. */
export interface Candidate {
  readonly node: SearchNode;
  readonly poll: Poll | null;
  /** Set where `poll` is null. */
  readonly ruled: Judgement | null;
}

export interface LevelResult {
  readonly winner: Candidate | null;
  /** Best first. */
  readonly survivors: readonly Candidate[];
}

export interface LevelOptions {
  readonly context: SearchContext;
  /** Told who will most likely go on, while the votes that make it certain are still being drawn. */
  readonly onLikelySurvivors?: (survivors: readonly Candidate[]) => void;
}

/** Judges the candidates of one level together, as the voting and stop policies say. */
export async function judgeLevel(
  candidates: readonly Candidate[],
  contest: Contest,
  options: LevelOptions,
): Promise<LevelResult> {
  const inOrder = [...candidates].sort((a, b) => comparePaths(a.node.path, b.node.path));
  const standing = new LevelJudge(inOrder, contest, options);
  for (const candidate of inOrder) standing.report(candidate);
  const audits = auditRefuted(inOrder, options.context);
  try {
    if (contest.stop === 'first') {
      const first = await standing.firstThatPasses();
      if (first !== null) return { winner: first, survivors: [] };
    }
    await standing.drawAll();
    return standing.result();
  } catch (error) {
    audits.stop();
    throw error;
  } finally {
    // They run beside the votes; whatever is told of a node is told before the search goes on.
    await audits.done();
  }
}

class LevelJudge {
  private readonly failed = new Set<Candidate>();
  /** Candidates whose recorded votes are all drawn, and tell whether they pass. */
  private readonly runOut = new Set<Candidate>();
  /** What was found of candidates that wait for their turn, in order of the candidates. */
  private readonly held = new Map<Candidate, SearchEvent[]>();

  constructor(
    private readonly candidates: readonly Candidate[],
    private readonly contest: Contest,
    private readonly options: LevelOptions,
  ) {}

  private get context(): SearchContext {
    return this.options.context;
  }

  /**
   * Settles all at once, takes the first in order that passes, and stops the votes of those behind it. How far those
   * had come hangs on timing, so it is told only if their turn comes, or if the search is stopped before.
   */
  async firstThatPasses(): Promise<Candidate | null> {
    for (const candidate of this.candidates) this.held.set(candidate, []);
    const settling = this.candidates.map((candidate) => {
      const stop = new AbortController();
      const done = this.settle(candidate, AbortSignal.any([stop.signal, this.context.signal]));
      // Votes that are stopped on purpose reject unheard; the loop below hears all others.
      done.catch(() => undefined);
      return { candidate, stop, done };
    });
    try {
      for (const { candidate, done } of settling) {
        this.release(candidate);
        await done;
        if (this.passes(candidate)) return candidate;
      }
      return null;
    } catch (error) {
      for (const candidate of this.candidates) this.release(candidate);
      throw error;
    } finally {
      for (const { stop } of settling) stop.abort(new Error('an earlier refinement passed'));
    }
  }

  /** Draws until the level is decided, in rounds; each round's votes are drawn at once. */
  async drawAll(): Promise<void> {
    const { voting } = this.context.settings;
    if (voting !== 'settled') {
      await Promise.all(this.candidates.map((candidate) => this.settle(candidate, this.context.signal)));
    }
    if (voting === 'all') return;
    for (;;) {
      const live = this.live();
      const standings = live.map((candidate) => this.standing(candidate));
      const draws = planDraws(standings, this.contest);
      if (draws.size === 0) return;
      const likely = likelySurvivors(standings, this.contest);
      if (likely !== null) this.options.onLikelySurvivors?.(likely.flatMap((index) => live[index] ?? []));
      await Promise.all(
        [...draws].map(async ([index, count]) => {
          const candidate = live[index];
          if (candidate !== undefined) await this.draw(candidate, count, this.context.signal);
        }),
      );
    }
  }

  result(): LevelResult {
    const live = this.live();
    const { seed } = this.context.settings;
    const path = live.map((candidate) => candidate.node.path).join(' ');
    const drawSeed = seedOf({ seed, item: this.context.item.id, path, role: 'select', draw: 0, attempt: 0 });
    const standings = live.map((candidate) => this.standing(candidate));
    const { winner, survivors } = decide(standings, this.contest, drawSeed);
    return {
      winner: winner === null ? null : (live[winner] ?? null),
      survivors: survivors.flatMap((index) => live[index] ?? []),
    };
  }

  report(candidate: Candidate): void {
    const judgement = judgementOf(candidate);
    if (judgement !== null)
      this.tell(candidate, { type: 'node-judged', path: candidate.node.path, judgement });
  }

  private tell(candidate: Candidate, event: SearchEvent): void {
    const held = this.held.get(candidate);
    if (held === undefined) this.context.emit(event);
    else held.push(event);
  }

  private release(candidate: Candidate): void {
    const events = this.held.get(candidate) ?? [];
    this.held.delete(candidate);
    for (const event of events) this.context.emit(event);
  }

  /** Draws one candidate's votes until it can be told whether it passes; with `all`, until all are in. */
  private async settle(candidate: Candidate, signal: AbortSignal): Promise<void> {
    const { poll } = candidate;
    const { voting } = this.context.settings;
    while (poll !== null && !this.failed.has(candidate)) {
      const count = nextCount(poll, voting, this.contest.gate);
      if (count === 0) return;
      await this.draw(candidate, count, signal);
    }
  }

  private async draw(candidate: Candidate, count: number, signal: AbortSignal): Promise<void> {
    const { poll, node } = candidate;
    if (poll === null) return;
    const problem = await this.context
      .attempt(() => poll.draw(count, this.context.deskOrThrow(), signal))
      .catch((error: unknown) => this.goOnWithout(error, candidate, poll));
    const reason = problem ?? (poll.hasNoVerdict ? noVerdict(poll) : null);
    if (reason !== null) {
      this.failed.add(candidate);
      this.tell(candidate, { type: 'node-failed', path: node.path, stage: 'judge', reason });
      return;
    }
    this.report(candidate);
  }

  /** Without votes that are not recorded the level goes on where those that are tell whether the node passes. */
  private goOnWithout(error: unknown, candidate: Candidate, poll: Poll): null {
    if (!(error instanceof NotRecorded)) throw error;
    const { node } = candidate;
    if (!this.runOut.has(candidate) && isSettled(poll.tally, this.contest.gate)) {
      this.runOut.add(candidate);
      return null;
    }
    this.report(candidate);
    this.tell(candidate, { type: 'node-failed', path: node.path, stage: 'judge', reason: error.message });
    throw error;
  }

  private passes(candidate: Candidate): boolean {
    if (this.failed.has(candidate)) return false;
    return decide([this.standing(candidate)], this.contest, 0).winner !== null;
  }

  private standing({ node, poll, ruled }: Candidate): Standing {
    const tieBreak = tieBreakOf(node);
    if (poll === null) return { tieBreak, tally: null, settledValue: ruled?.value ?? 0 };
    const isScreenedOut = this.context.settings.voting === 'screen' && poll.tally.yes === 0;
    return { tieBreak, tally: isScreenedOut ? null : poll.tally, settledValue: 0 };
  }

  private live(): readonly Candidate[] {
    return this.candidates.filter((candidate) => !this.failed.has(candidate));
  }
}

/** What is known of a candidate so far; null before its first vote. */
export function judgementOf(candidate: Candidate): Judgement | null {
  if (candidate.poll === null) return candidate.ruled;
  const { yes, no } = candidate.poll.tally;
  return yes + no === 0 ? null : candidate.poll.judgement();
}

/** Votes that one candidate draws next on its own account; 0 when it is done. */
function nextCount(poll: Poll, voting: VotingPolicy, gate: number): number {
  const { yes, no, missing } = poll.tally;
  switch (voting) {
    case 'all':
      return missing > 0 ? missing : Number(poll.needsTieBreak);
    case 'settled':
      return votesToSettle(poll.tally, gate);
    case 'screen':
      if (yes + no === 0) return 1;
      // Only a Yes is worth confirming: a first No ends it.
      return yes === 0 ? 0 : votesToSettle(poll.tally, gate);
  }
}

function noVerdict(poll: Poll): string {
  return `no verdict after ${String(poll.unparsed)} ${poll.unparsed === 1 ? 'reply' : 'replies'}`;
}
