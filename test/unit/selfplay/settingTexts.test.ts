import { expect, test } from 'vitest';
import { defaultSettings } from '../../../src/spar/search/settings';
import { inFlightText, parseInFlight } from '../../../src/spar/selfplay/plan/inFlight';
import { parseSampling, samplingText } from '../../../src/spar/selfplay/settingTexts';

const { sample, judge } = defaultSettings;

test('how a role is asked is read over what is usual', () => {
  expect(parseSampling('temperature=0', judge)).toEqual({ temperature: 0, maxTokens: 2048 });
  expect(parseSampling('max-tokens=100, top-p=1', sample)).toEqual({
    temperature: 0.9,
    topP: 1,
    maxTokens: 100,
  });
  for (const usual of [sample, judge]) expect(parseSampling(samplingText(usual), judge)).toEqual(usual);
});

test.each([
  ...['', 'temperature', 'temperature=', 'temperature=hot', 'temperature=3', 'temperature=-1'],
  ...['top-p=0', 'top-p=1.1', 'max-tokens=0', 'max-tokens=1.5', 'temperature=1=1', 'seed=3'],
  ...['temperature=1,temperature=1', 'temperature=1,', 'constructor=1', '__proto__=1'],
])('%j says no way of asking', (text) => {
  expect(parseSampling(text, sample)).toBeNull();
});

test('replies in flight are read for both roles or for each', () => {
  expect(parseInFlight('auto')).toEqual({ concurrency: 'auto' });
  expect(parseInFlight(' 16 ')).toEqual({ concurrency: 16 });
  expect(parseInFlight('refiner=8, actor=auto')).toEqual({
    concurrency: 'auto',
    ownConcurrency: { actor: 'auto', refiner: 8 },
  });
  for (const text of ['auto', '7', 'actor=2,refiner=auto']) {
    const read = parseInFlight(text);
    expect(read === null ? null : inFlightText(read)).toBe(text);
  }
});

test.each(['', '0', '1.5', '10001', 'many', 'actor', 'actor=0', 'actor=1=2', 'actor=1,actor=2', 'judge=4'])(
  '%j says no replies in flight',
  (text) => {
    expect(parseInFlight(text)).toBeNull();
  },
);
