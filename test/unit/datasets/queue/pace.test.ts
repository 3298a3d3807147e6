import { describe, expect, test } from 'vitest';
import { progressWords, timeLeft, withDecision, type Pace } from '../../../../src/spar/datasets/queue/pace';

function paceOf(...durations: readonly number[]): Pace {
  return durations.reduce<Pace>((pace, duration) => withDecision(pace, duration), []);
}

describe('the time that is left', () => {
  test('is unknown before three decisions', () => {
    expect(timeLeft(paceOf(1000, 1000), 10)).toBeNull();
    expect(timeLeft(paceOf(1000, 1000, 1000), 10)).toBe(10_000);
  });

  test('is no longer for a break, and follows the latest decisions', () => {
    expect(timeLeft(paceOf(1000, 1000, 3_600_000), 10)).toBeCloseTo((10 * 5000) / 3);
    const slow = Array.from({ length: 40 }, () => 9000);
    const quick = Array.from({ length: 40 }, () => 2000);
    expect(timeLeft(paceOf(...slow, ...quick), 5)).toBe(10_000);
  });

  test('is none for a clock that went back', () => {
    expect(timeLeft(paceOf(-5000, -5000, -5000), 5)).toBe(0);
  });
});

describe('progress in words', () => {
  const at = { place: 12, total: 240, accepted: 10, rejected: 2, left: 9 * 60_000 };

  test('has place, share and time', () => {
    expect(progressWords(at)).toBe('12 of 240 · 83 % accepted · about 9 min left');
  });

  test('leaves out what is not known', () => {
    expect(progressWords({ ...at, accepted: 0, rejected: 0, left: null })).toBe('12 of 240');
  });

  test('names short and long times', () => {
    expect(progressWords({ ...at, left: 20_000 })).toContain('less than a minute left');
    expect(progressWords({ ...at, total: 100_000, left: 5 * 3_600_000 })).toBe(
      '12 of 100,000 · 83 % accepted · about 5 h left',
    );
  });
});
