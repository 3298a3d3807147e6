import { describe, expect, test } from 'vitest';
import { forecastRun, type Forecast, type ForecastQuestion } from '../../../src/spar/selfplay/forecast';
import type { EarlierRun } from '../../../src/spar/selfplay/forecast/earlier';
import type { InputShape } from '../../../src/spar/selfplay/forecast/inputShape';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';

const search = defaultRunSettings.search;
const shape: InputShape = {
  items: 1000,
  answered: 0,
  answers: 0,
  instructionTokens: 50,
  answerTokens: null,
};

/** 200 items, each: 1.5 answers of 200 tokens, 5 votes of 100, a search of 6 replies of 250. */
function earlierRun(change: Partial<EarlierRun> = {}): EarlierRun {
  const usage = (sequences: number, promptTokens: number, completionTokens: number) => ({
    requests: sequences,
    sequences,
    promptTokens,
    completionTokens,
    estimated: false,
  });
  return {
    settings: defaultRunSettings,
    actor: 'a',
    refiner: 'r',
    input: 'other',
    totals: {
      finished: 200,
      statuses: { solved: 120, unsolved: 20, 'no-failing-answer': 60 },
      answers: { drawn: 300, failing: 140, passing: 160 },
    },
    spent: {
      sample: usage(300, 15_000, 60_000),
      judge: usage(1000, 400_000, 100_000),
      search: usage(1200, 700_000, 300_000),
    },
    milliseconds: 460_000,
    ...change,
  };
}

function ask(runs: readonly EarlierRun[], more: Partial<ForecastQuestion> = {}): Forecast {
  return forecastRun({
    input: shape,
    settings: defaultRunSettings,
    hasActor: true,
    hasRefiner: true,
    earlier: { runs, actor: 'a', refiner: 'r', input: 'this' },
    ...more,
  });
}

const width = ({ tokens: { least, most } }: Forecast): number => most / least;

describe('a forecast by earlier runs', () => {
  test('of the same models and settings lies about what these took, and tells the time', () => {
    const found = ask([earlierRun()]);
    expect(found.basis).toBe('earlier');
    expect(found.earlier).toEqual({
      runs: 1,
      items: 200,
      stages: ['sample', 'judge', 'search'],
      isWhole: true,
    });
    // 12.5 replies and 7,875 tokens an item, 1000 tokens of reply a second.
    expect(found.replies).toEqual({ least: 9375, most: 15_625 });
    expect(found.tokens).toEqual({ least: 5_906_250, most: 9_843_750 });
    const seconds = 2300 / 1000;
    expect(found.milliseconds?.least).toBeCloseTo(1000 * seconds * 1000 * (0.75 / 1.25), -3);
    expect(found.milliseconds?.most).toBeCloseTo(1000 * seconds * 1000 * (1.25 / 0.75), -3);
    expect(width(found)).toBeLessThan(width(ask([])) / 10);
  });

  test('of the same input is narrower still; of few items wider', () => {
    const same = { runs: [earlierRun({ input: 'this' })], actor: 'a', refiner: 'r', input: 'this' };
    expect(width(ask([], { earlier: same }))).toBeLessThan(width(ask([earlierRun()])));
    const few = earlierRun({ totals: { ...earlierRun().totals, finished: 4 } });
    expect(ask([few]).basis).toBe('lengths');
  });

  test('takes in the lowest and the highest of several', () => {
    const dear = earlierRun({ totals: { ...earlierRun().totals, finished: 50 } });
    const found = ask([earlierRun(), dear]);
    expect(found.tokens.least).toBeLessThanOrEqual(7875 * 1000);
    expect(found.tokens.most).toBeGreaterThanOrEqual(4 * 7875 * 1000);
  });

  test('with another search takes over what goes before it, and who came to one', () => {
    const settings: RunSettings = { ...defaultRunSettings, search: { ...search, branchFactor: 6 } };
    const found = ask([earlierRun()], { settings });
    expect(found.earlier).toMatchObject({ stages: ['sample', 'judge'], isWhole: false });
    expect(width(found)).toBeLessThan(width(ask([], { settings })));
  });

  test.each<[string, Partial<EarlierRun>, Partial<ForecastQuestion>]>([
    ['votes', {}, { settings: { ...defaultRunSettings, search: { ...search, votes: 3 } } }],
    [
      'sampling of votes',
      {},
      {
        settings: {
          ...defaultRunSettings,
          search: { ...search, judge: { temperature: 0.2, maxTokens: 512 } },
        },
      },
    ],
    ['an input with answers', {}, { input: { ...shape, answered: 1000, answers: 1000, answerTokens: 100 } }],
    ['a mixed input', {}, { input: { ...shape, answered: 500, answers: 500, answerTokens: 100 } }],
    [
      'harder instructions',
      { settings: { ...defaultRunSettings, evolve: true } },
      { settings: defaultRunSettings },
    ],
  ])('with other %s takes over no more than the lengths of replies', (_what, run, more) => {
    const found = ask([earlierRun(run)], more);
    expect(found).toMatchObject({ basis: 'lengths', earlier: null });
    expect(width(found)).toBeLessThan(width(ask([], more)));
  });

  test('with other models tells nothing', () => {
    const others = [earlierRun({ actor: 'b', refiner: 's' })];
    expect(ask(others)).toEqual(ask([]));
    // Only the refiner is another one: the actor's answers are as long as they were.
    expect(ask([earlierRun({ refiner: 's' })]).basis).toBe('lengths');
  });

  test('gives way to the run’s own items', () => {
    const usage = {
      requests: 0,
      sequences: 100,
      promptTokens: 10_000,
      completionTokens: 5000,
      estimated: false,
    };
    const found = ask([earlierRun()], { done: { items: 100, usage, milliseconds: 1000 } });
    expect(found).toMatchObject({ basis: 'items', earlier: null });
    expect(found.tokens.most).toBeLessThan(200_000);
  });
});

describe('instructions that code can check', () => {
  const checked = (covered: number, partly: number) => ({
    ...shape,
    checked: { looked: 300, covered, partly },
  });

  test('need fewer votes, or none', () => {
    const [open, partly, covered] = [checked(0, 0), checked(0, 1), checked(1, 0)].map((input) =>
      ask([], { input }),
    );
    // 1 answer, 3 votes, 3 refinements, 3 votes; what code refutes needs no votes. Where it verifies too, five answers
    // that pass take less than a search.
    expect(open?.replies.least).toBe(10 * 1000);
    expect(partly?.replies.least).toBe(7 * 1000);
    expect(covered?.replies).toEqual({ least: 5 * 1000, most: (5 + 15 + 20 * 5 * 0.05) * 1000 });
    expect(partly?.replies.most).toBe(open?.replies.most);
  });

  test('are voted on where that is asked for, and where they become others', () => {
    const asked = { settings: { ...defaultRunSettings, search: { ...search, askWhenVerified: true } } };
    expect(ask([], { ...asked, input: checked(1, 0) }).replies.most).toBe(ask([], asked).replies.most);
    const evolving = { settings: { ...defaultRunSettings, evolve: true } };
    expect(ask([], { ...evolving, input: checked(1, 0) })).toEqual(ask([], evolving));
  });

  test('shares count by their size', () => {
    const half = ask([], { input: checked(0.5, 0) });
    expect(half.replies.least).toBe((5 + 10) * 500);
  });
});
