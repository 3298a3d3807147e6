/** One request that was answered. */
export interface Answered {
  readonly milliseconds: number;
  /** Length of its longest reply in tokens. */
  readonly tokens: number;
}

/** How much of the past still counts after each window. */
const kept = 0.8;

/**
 * What a reply of some length takes, so that windows with long and with short replies can be compared: a line
 * (time to begin, time a token) by least squares over requests, each divided by the latency of its window, so that the
 * line says nothing of load.
 */
export class LatencyScale {
  private weight = 0;
  private tokens = 0;
  private time = 0;
  private squares = 0;
  private products = 0;

  /** Latency of these requests over that of the first ones, which is 1 by definition. */
  latencyOf(window: readonly Answered[]): number {
    const taken = window.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    if (this.weight === 0) this.learn(window, 1);
    const expected = this.expectedOf(window);
    const latency = expected > 0 && taken > 0 ? taken / expected : 1;
    this.learn(window, latency);
    return latency;
  }

  /** Tokens of one reply after that time of work, as far as is known; 0 before anything is. */
  tokensAfter(milliseconds: number): number {
    if (this.weight === 0) return 0;
    const { start, each } = this.line();
    return each > 0 ? Math.max(0, (milliseconds - start) / each) : 0;
  }

  private expectedOf(window: readonly Answered[]): number {
    const { start, each } = this.line();
    return window.reduce((sum, { tokens }) => sum + start + each * tokens, 0);
  }

  private learn(window: readonly Answered[], latency: number): void {
    this.weight *= kept;
    this.tokens *= kept;
    this.time *= kept;
    this.squares *= kept;
    this.products *= kept;
    for (const { milliseconds, tokens } of window) {
      const own = milliseconds / latency;
      this.weight += 1;
      this.tokens += tokens;
      this.time += own;
      this.squares += tokens * tokens;
      this.products += tokens * own;
    }
  }

  /** Where all lengths are alike they tell no beginning: a tenth of the weight lies at no tokens in no time. */
  private line(): { readonly start: number; readonly each: number } {
    const weight = this.weight * 1.1;
    const spread = weight * this.squares - this.tokens ** 2;
    const slope = spread > 0 ? (weight * this.products - this.tokens * this.time) / spread : 0;
    const each = Math.max(0, Math.min(slope, this.tokens > 0 ? this.time / this.tokens : 0));
    return { start: Math.max(0, (this.time - each * this.tokens) / this.weight), each };
  }
}
