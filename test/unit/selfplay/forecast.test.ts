import { describe, expect, test } from 'vitest';
import { forecastRun, type ForecastQuestion } from '../../../src/spar/selfplay/forecast';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';

function ask(settings: Partial<RunSettings> = {}, more: Partial<ForecastQuestion> = {}) {
  return forecastRun({
    input: { items: 100, answered: 0, answers: 0, instructionTokens: 50, answerTokens: null },
    settings: { ...defaultRunSettings, ...settings },
    hasActor: true,
    hasRefiner: true,
    ...more,
  });
}

const search = defaultRunSettings.search;

describe('forecastRun', () => {
  test('counts the cheapest and the dearest course by hand', () => {
    // First answer fails by 3 votes, 3 refinements, 3 votes; or 5 answers and 5 × 3 votes: the first is cheaper.
    // Dearest: 5 answers with 5 votes each, 3 + 6 + 6 refinements with 5 votes each.
    expect(ask().replies).toEqual({ least: 100 * (1 + 3 + 3 + 3), most: 100 * (5 * 6 + 15 * 6) });
    // A screen is for refinements; answers are judged as by settled votes.
    expect(ask({ search: { ...search, voting: 'screen' } }).replies.least).toBe(100 * (1 + 3 + 3 + 3));
    expect(ask({ search: { ...search, voting: 'all' } }).replies.least).toBe(100 * (1 + 5 + 3 + 5));
    expect(ask({ refine: false, samples: 1 }).replies).toEqual({ least: 400, most: 600 });
    expect(ask({ search: { ...search, algorithm: 'chain' } }).replies.most).toBe(100 * (30 + 3 * 6));
  });

  test('asks nothing without models, and no samples where rows bring answers', () => {
    const input = { items: 10, answered: 10, answers: 10, instructionTokens: 50, answerTokens: 100 };
    expect(ask({}, { input, hasActor: false, hasRefiner: false }).tokens).toEqual({ least: 0, most: 0 });
    expect(ask({}, { input, hasActor: false }).replies).toEqual({ least: 30, most: 10 * (5 + 90) });
    expect(ask({}, { hasActor: false, hasRefiner: true }).replies).toEqual({ least: 0, most: 0 });
  });

  test('every setting gives a range in order', () => {
    for (const voting of ['settled', 'screen', 'all'] as const)
      for (const algorithm of ['breadth-first', 'depth-first', 'best-of-n', 'chain'] as const)
        for (const select of ['one', 'all'] as const)
          for (const draw of ['as-needed', 'all'] as const)
            for (const [judge, refine, evolve] of [
              [true, true, true],
              [false, true, false],
              [true, false, false],
              [false, false, true],
            ] as const) {
              const found = ask({
                judge,
                refine,
                evolve,
                select,
                draw,
                search: { ...search, voting, algorithm },
              });
              for (const { least, most } of [found.replies, found.promptTokens, found.completionTokens]) {
                expect(least).toBeGreaterThan(0);
                expect(most).toBeGreaterThanOrEqual(least);
              }
            }
  });

  test('the run’s own items narrow it, the more of them the more', () => {
    const usage = {
      requests: 0,
      sequences: 300,
      promptTokens: 90_000,
      completionTokens: 30_000,
      estimated: false,
    };
    const after = (items: number) => {
      const share = items / 10;
      return ask(
        { search: { ...search, price: { promptPerMillion: 1, completionPerMillion: 2, currency: 'USD' } } },
        {
          done: {
            items,
            usage: {
              ...usage,
              sequences: 300 * share,
              promptTokens: 90_000 * share,
              completionTokens: 30_000 * share,
            },
            milliseconds: 60_000 * share,
          },
        },
      );
    };
    expect(after(4)).toMatchObject({ basis: 'shape', milliseconds: null });
    const [few, many] = [after(25), after(2500)];
    for (const { basis, tokens, milliseconds, cost } of [few, many]) {
      expect(basis).toBe('items');
      expect(tokens.least).toBeLessThan(1_200_000);
      expect(tokens.most).toBeGreaterThan(1_200_000);
      expect(milliseconds?.least).toBeLessThan(600_000);
      expect(cost?.least).toBeLessThan(1.5);
      expect(cost?.most).toBeGreaterThan(1.5);
    }
    expect(many.tokens.most - many.tokens.least).toBeLessThan((few.tokens.most - few.tokens.least) / 5);
  });
});
