import { addUsage, noUsage, type ChatRequest, type Usage } from '../models/chatModel';
import { costOf } from '../models/usage';
import type { DrawRole } from './seeds';
import type { Budget, Price } from './settings';

export type BudgetKind = 'nodes' | 'tokens' | 'cost' | 'time';

/** Thrown inside a search when a limit is reached; caught at its top, never seen outside. */
export class BudgetReached extends Error {
  override readonly name = 'BudgetReached';
  constructor(readonly kind: BudgetKind) {
    super(`the ${kind} budget is used up`);
  }
}

/** Tokens that a first reply of unknown length is taken to have. */
const guessedReplyTokens = 300;
/** Characters of English text to a token, roughly; only ever used to look ahead, never to account. */
const charactersPerToken = 4;

/**
 * What a search has spent and may still spend. Requests in flight count with what replies of their kind took so
 * far, so that requests sent at once do not each see the same room.
 */
export class Ledger {
  private spent: Usage = noUsage;
  private reserved: Usage = noUsage;
  private nodes = 0;
  private readonly replyTokens = new Map<DrawRole, { sum: number; count: number }>();

  constructor(
    private readonly budget: Budget,
    private readonly price: Price | null,
    private readonly onChange: (usage: Usage, cost: number | null) => void,
  ) {}

  get usage(): Usage {
    return this.spent;
  }

  /** In the price's currency; null without a price. */
  get cost(): number | null {
    return this.costOf(this.spent);
  }

  /** Books what a physical request took. */
  book(usage: Usage, role: DrawRole): void {
    this.spent = addUsage(this.spent, usage);
    const seen = this.replyTokens.get(role) ?? { sum: 0, count: 0 };
    if (usage.sequences > 0) {
      this.replyTokens.set(role, {
        sum: seen.sum + usage.completionTokens,
        count: seen.count + usage.sequences,
      });
    }
    this.onChange(this.spent, this.cost);
  }

  /**
   * Sets aside what a request is likely to take; call the result when it has ended.
   *
   * @throws BudgetReached when the tokens or the money left are not enough for it.
   */
  reserve(request: ChatRequest, role: DrawRole): () => void {
    const likely = this.likelyUsage(request, role);
    const { tokens, cost } = this.budget;
    const after = addUsage(addUsage(this.spent, this.reserved), likely);
    if (tokens !== undefined && after.promptTokens + after.completionTokens > tokens)
      throw new BudgetReached('tokens');
    const costAfter = this.costOf(after);
    if (cost !== undefined && costAfter !== null && costAfter > cost) throw new BudgetReached('cost');
    this.reserved = addUsage(this.reserved, likely);
    return () => {
      this.reserved = addUsage(this.reserved, negative(likely));
    };
  }

  /** @throws BudgetReached when no further node may be made. */
  requireNodes(): void {
    if (this.budget.nodes !== undefined && this.nodes >= this.budget.nodes) throw new BudgetReached('nodes');
  }

  /** How many of `wanted` further nodes may be made; books them. */
  takeNodes(wanted: number): number {
    const left = this.budget.nodes === undefined ? wanted : Math.max(this.budget.nodes - this.nodes, 0);
    const taken = Math.min(wanted, left);
    this.nodes += taken;
    return taken;
  }

  private likelyUsage(request: ChatRequest, role: DrawRole): Usage {
    const characters = request.messages.reduce((sum, message) => sum + message.content.length, 0);
    const seen = this.replyTokens.get(role);
    const reply = seen === undefined ? guessedReplyTokens : seen.sum / seen.count;
    return {
      requests: 0,
      sequences: 0,
      promptTokens: Math.ceil(characters / charactersPerToken),
      completionTokens: Math.ceil(Math.min(reply, request.maxTokens) * request.seeds.length),
      estimated: true,
    };
  }

  private costOf(usage: Usage): number | null {
    return this.price === null ? null : costOf(usage, this.price);
  }
}

function negative(usage: Usage): Usage {
  return {
    requests: -usage.requests,
    sequences: -usage.sequences,
    promptTokens: -usage.promptTokens,
    completionTokens: -usage.completionTokens,
    estimated: false,
  };
}
