import type { ChatMessage } from '../models/chatModel';
import { NotRecorded } from '../models/notRecorded';
import { parseVerdict } from '../refiner/verdict';
import { valueOf, type Tally } from '../refiner/votes';
import type { Desk, Draw } from './desk';
import type { Judgement, Vote } from './events';

export interface PollOptions {
  /** Judges by default. */
  readonly role?: 'judge' | 'audit';
  readonly path: string;
  /** The judge's request about this node. */
  readonly messages: readonly ChatMessage[];
  /** Instruction and response as the person wrote them, to tell a quoted verdict from a given one. */
  readonly judged: readonly string[];
  /** N. */
  readonly votes: number;
  /** Times one vote without a verdict is asked again, and further votes that may break a tie. */
  readonly retries: number;
}

/** The votes about one node. Draw numbers are places 0 to N − 1, then tie-breaks; they count in that order. */
export class Poll {
  /** Of each draw number, every reply in the order of its attempts. */
  private readonly draws: Vote[][] = [];

  constructor(private readonly options: PollOptions) {}

  get tally(): Tally {
    const last = this.draws.map((attempts) => attempts.at(-1)?.verdict);
    const [yes, no] = [
      last.filter((verdict) => verdict === 'yes').length,
      last.filter((verdict) => verdict === 'no').length,
    ];
    const { votes, retries } = this.options;
    return {
      yes,
      no,
      missing: Math.max(votes - this.draws.length, 0),
      tieBreaks: Math.max(votes + retries - Math.max(this.draws.length, votes), 0),
    };
  }

  /** True when votes were asked and none of them, however often repeated, held a verdict. */
  get hasNoVerdict(): boolean {
    const { yes, no } = this.tally;
    return this.draws.length > 0 && yes + no === 0;
  }

  /** Replies that were asked for and held no verdict. */
  get unparsed(): number {
    return this.draws.flat().filter((vote) => vote.verdict === 'unparsed').length;
  }

  /** True when all N votes are in, they are even, and another may be asked. */
  get needsTieBreak(): boolean {
    const { yes, no, missing, tieBreaks } = this.tally;
    return missing === 0 && yes === no && yes > 0 && tieBreaks > 0;
  }

  /**
   * Draws the next `count` votes at once, and again those that came without a verdict. Where replies are not recorded,
   * the votes before the first missing one count.
   *
   * @throws as `Desk.ask`.
   */
  async draw(count: number, desk: Desk, signal: AbortSignal): Promise<void> {
    const first = this.draws.length;
    let wanted: readonly Draw[] = Array.from({ length: count }, (_, index) => ({
      draw: first + index,
      attempt: 0,
    }));
    const replies = new Map<number, Vote[]>();
    const missing: NotRecorded[] = [];
    const gaps = new Set<number>();
    while (wanted.length > 0) {
      const { role = 'judge', path, messages } = this.options;
      const answers = await desk
        .ask({ role, path, messages, draws: wanted }, signal)
        .catch((error: unknown) => {
          if (!(error instanceof NotRecorded)) throw error;
          missing.push(error);
          return error.known;
        });
      wanted.forEach(({ draw }, index) => {
        if (missing.length > 0 && answers[index] === undefined) {
          gaps.add(draw);
          return;
        }
        const { text, finishReason } = answers[index] ?? { text: '', finishReason: 'other' };
        const isCut = finishReason === 'length';
        const vote: Vote = { draw, verdict: parseVerdict(text, this.options.judged, { isCut }), text };
        replies.set(draw, [...(replies.get(draw) ?? []), vote]);
      });
      wanted = wanted
        .filter(({ draw }) => !gaps.has(draw) && replies.get(draw)?.at(-1)?.verdict === 'unparsed')
        .map(({ draw, attempt }) => ({ draw, attempt: attempt + 1 }))
        .filter(({ attempt }) => attempt <= this.options.retries);
    }
    for (let draw = first; draw < first + count && !gaps.has(draw); draw += 1)
      this.draws.push(replies.get(draw) ?? []);
    const problem = missing.at(0);
    if (problem !== undefined) throw problem;
  }

  judgement(): Judgement {
    const { yes, no, missing } = this.tally;
    const votes = this.draws.flat();
    const majority = yes > no ? 'yes' : 'no';
    return {
      by: 'votes',
      value: valueOf({ yes, no }),
      yes,
      no,
      notDrawn: missing,
      unparsed: this.unparsed,
      critique: votes.find((vote) => vote.verdict === majority)?.text ?? '',
      votes,
    };
  }
}
