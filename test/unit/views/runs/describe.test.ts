import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../../../../src/editor/runs/runs';
import type { RunStatus } from '../../../../src/spar/selfplay/runStatus';
import { describePart, describeRun, partsIn, partsOf } from '../../../../src/views/runs/describe';
import { figuresOf } from '../../../../src/views/runs/figures';
import { limitQuestion, readLimit } from '../../../../src/views/runs/limits';
import { runsStatus } from '../../../../src/views/runs/statusWords';
import { runTooltip } from '../../../../src/views/runs/tooltip';
import { plan, progress, shown, status } from './support';

const live = { phase: 'working', progress: progress(), plan: plan() } as const;

/** The run and all below it as a person sees it, the reasons in brackets. */
function lines(run: ShownRun): readonly string[] {
  const listed = { run, showsTime: false, showsPlace: false };
  const figures = figuresOf(run);
  const { label, description, icon } = describeRun(listed);
  const first = `${icon}: ${label} — ${description}`;
  if (figures === null) return [first];
  return [
    first,
    ...partsOf(figures).flatMap((part) => {
      const line = describePart(listed, figures, part);
      const inside = partsIn(figures, part).map((one) => describePart(listed, figures, one));
      return [
        `  ${line.label}: ${line.description}`,
        ...inside.map((one) => `    ${one.label}: ${one.description}`),
      ];
    }),
  ];
}

function known(changes: Partial<RunStatus>): ShownRun {
  return shown({ known: { state: 'known', status: status(changes), plan: plan() } });
}

describe('a run in the view', () => {
  test('that works here', () => {
    expect(lines(shown({ live }))).toEqual([
      'sync~spin: prompts.jsonl — 412 of 1,000 · 380 pairs · 2 failed · 14 min left',
      '  Pairs: 380',
      '  Under way: sample 3, judge 12, search 40',
      '  Pace: 41 items/min · about 14 min left',
      '  Spent: 12,000 tokens · 0.015 USD · 10 min of work',
      '  Failed: 2',
      '    No verdict after 3 tries.: 2',
      '  No refinement passed: 20',
      '  No answer failed: 10',
    ]);
  });

  test('that a person paused, that was broken off, that another process works on, that is finished', () => {
    expect(lines(shown())[0]).toBe(
      'debug-pause: prompts.jsonl — paused · 412 of 1,000 · 380 pairs · 2 failed',
    );
    expect(lines(known({ state: 'interrupted', pause: null })).slice(0, 2)).toEqual([
      'debug-disconnect: prompts.jsonl — interrupted · 412 of 1,000 · 380 pairs · 2 failed',
      '  It was broken off, as by a crash or a closed window. What was paid for is kept.: ',
    ]);
    expect(lines(known({ state: 'running', pause: null }))[0]).toBe(
      'server-process: prompts.jsonl — works elsewhere · 412 of 1,000 · 380 pairs · 2 failed · 14 min left',
    );
    const { totals } = status();
    const whole = known({ state: 'finished', pause: null, totals: { ...totals, finished: 1000 } });
    expect(lines(whole)[0]).toBe('pass: prompts.jsonl — finished · 1,000 items · 380 pairs · 2 failed');
  });

  test('that stands at a limit says what the rest will take', () => {
    const run = known({ pause: { kind: 'limit', limit: 'tokens' }, limits: { tokens: 12_000 } });
    const [first, second] = lines(run);
    expect(first).toBe('debug-pause: prompts.jsonl — limit reached · 412 of 1,000 · 380 pairs · 2 failed');
    expect(second).toMatch(/^  588 items left: [\d,]+ to [\d,]+ tokens more$/u);
    expect(runTooltip(run)).toMatch(
      /The token limit is reached\\?\. The 588 items left will take [\d,]+ to [\d,]+ tokens more/u,
    );
  });

  test('of which nothing is known yet, or that can’t be read', () => {
    expect(lines(shown({ known: { state: 'reading' } }))).toEqual(['loading~spin: prompts.jsonl — reading…']);
    const nameless = { ...shown().found, input: null };
    expect(lines(shown({ found: nameless, known: { state: 'unreadable', reason: 'no' } }))).toEqual([
      'error: one — can’t be read',
    ]);
  });

  test('says what menus may offer', () => {
    const words = (run: ShownRun) => describeRun({ run, showsTime: false, showsPlace: false }).capabilities;
    expect(words(shown({ live }))).toEqual(['run', 'paired', 'counted', 'working', 'pausable']);
    expect(words(shown({ live: { ...live, phase: 'pausing' } }))).toEqual([
      'run',
      'paired',
      'counted',
      'working',
    ]);
    const all = ['run', 'paired', 'counted', 'deletable', 'resumable', 'retriable', 'limitable'];
    expect(words(shown())).toEqual(all);
    const without = known({ totals: { ...status().totals, pairs: 0 } });
    expect(words(without)).toEqual(all.filter((word) => word !== 'paired'));
    expect(words(known({ state: 'running' }))).toEqual(['run', 'paired', 'counted']);
    const strange = shown({ known: { state: 'known', status: status(), plan: null } });
    expect(words(strange)).toEqual(['run', 'paired', 'counted', 'deletable']);
  });

  test('speaks its numbers with their units', () => {
    const { spoken } = describeRun({ run: shown({ live }), showsTime: false, showsPlace: false });
    expect(spoken).toBe(
      'Run over prompts.jsonl: working, 412 of 1,000 items, 380 pairs, 2 failed, 14 min left',
    );
  });

  test('shows hostile names and reasons as the characters they are', () => {
    const hostile = '[x](command:evil) <img src=x>\n$(trash)';
    const { source } = plan();
    const named = plan({ source: { ...source, input: { ...source.input, name: hostile } } });
    const reason = { kind: 'endpoint', message: hostile } as const;
    const run = shown({
      found: { ...shown().found, input: hostile },
      known: { state: 'known', status: status({ pause: reason }), plan: named },
    });
    expect(runTooltip(run)).not.toMatch(/(?<!\\)\[x|<img/u);
    expect(lines(run).join('|')).not.toContain('\n');
    expect(runsStatus([{ ...run, live }])?.text).toBe('$(sync~spin) Run 41 %');
  });
});

test('a limit is asked for with what would do, and refused below what is spent', () => {
  const run = known({ pause: { kind: 'limit', limit: 'tokens' }, limits: { tokens: 12_000, items: 900 } });
  const figures = figuresOf(run)!;
  const { prompt, value } = limitQuestion('tokens', figures);
  expect(prompt).toContain('Token limit. It is 12,000 tokens now. The 588 items left will take');
  expect(readLimit('tokens', { text: value, figures })).toEqual({ tokens: Number(value), items: 900 });
  expect(Number(value)).toBeGreaterThan(12_000);
  expect(readLimit('tokens', { text: '', figures })).toEqual({ items: 900 });
  expect(readLimit('tokens', { text: '20,000', figures })).toEqual({ tokens: 20_000, items: 900 });
  expect(readLimit('tokens', { text: '12000', figures })).toBe(
    'The run has reached 12,000 tokens already; give more than that.',
  );
  for (const text of ['-1', '1e9', 'many', '1.5'])
    expect(readLimit('tokens', { text, figures })).toBe('Give a number above 0, or nothing for no limit.');
  for (const text of ['90', '1h30m'])
    expect(readLimit('time', { text, figures })).toMatchObject({ milliseconds: 5_400_000 });
  expect(readLimit('cost', { text: '2.5', figures })).toMatchObject({ cost: 2.5 });
  // More than a timer takes.
  expect(readLimit('time', { text: '50000', figures })).toMatchObject({ milliseconds: 3_000_000_000 });
  expect(readLimit('time', { text: '525600', figures })).toMatchObject({ milliseconds: 31_536_000_000 });
  expect(readLimit('time', { text: '525601', figures })).toMatch(/^A year is the longest limit/u);
  expect(readLimit('cost', { text: '0,125', figures })).toMatch(/^Give a number/u);
});
