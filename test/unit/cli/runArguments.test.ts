import { expect, test } from 'vitest';
import { changedConcurrency } from '../../../src/cli/modelFlags';
import { parseRunArguments, type RunArguments } from '../../../src/cli/run/arguments';
import { engineOf } from '../../../src/cli/run/engineFlags';
import { parsePlan, type RunPlan } from '../../../src/spar/selfplay/plan/runPlan';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';

function parsed(words: string): RunArguments {
  const result = parseRunArguments(`--input in.jsonl --output out ${words}`.trim().split(' '));
  if (result.kind !== 'run') throw new Error(JSON.stringify(result));
  return result.options;
}

function planOf({ settings, models, inFlight }: RunArguments): RunPlan {
  return {
    ...settings,
    source: {
      ...models,
      begun: '2026-11-23T10:00:00.000Z',
      input: { path: '/in.jsonl', name: 'in.jsonl', sha256: 'a'.repeat(64), columns: { instruction: 'x' } },
      ...inFlight,
      guard: [],
      verifiers: null,
      dataset: null,
    },
  };
}

const everything = [
  '--model m --base-url http://a/v1 --base-url http://b/v1 --refiner r --refiner-base-url http://c/v1',
  '--stages evolve,sample,judge,search,collect --samples 3 --select all --draw all --complete-share 0.5',
  '--voting screen --depth 2 --seed 7 --audit-share 0 --concurrency 12 --refiner-concurrency auto --price 0.15,0.6,EUR',
  '--sample-with temperature=1,top-p=0.95 --judge-with max-tokens=512,temperature=0',
  '--token-budget 1000 --cost-budget 2.5 --time-budget 1h30m --limit 10',
  '--accept-when value=1,interference=0.1,verified --column instruction=x --column response=y',
].join(' ');

test('the defaults are those of runs', () => {
  expect(parsed('').settings).toEqual(defaultRunSettings);
  expect(parsed('')).toMatchObject({
    models: { actor: null, refiner: null },
    inFlight: { concurrency: 'auto' },
    columns: null,
  });
});

test('reads every option', () => {
  expect(parsed(everything)).toMatchObject({
    models: {
      actor: { model: 'm', baseUrls: ['http://a/v1', 'http://b/v1'] },
      refiner: { model: 'r', baseUrls: ['http://c/v1'] },
    },
    columns: { instruction: 'x', response: 'y' },
    inFlight: { concurrency: 12, ownConcurrency: { refiner: 'auto' } },
    settings: {
      seed: 7,
      evolve: true,
      samples: 3,
      select: 'all',
      draw: 'all',
      completeShare: 0.5,
      search: {
        voting: 'screen',
        depth: 2,
        auditShare: 0,
        sample: { temperature: 1, topP: 0.95, maxTokens: 2048 },
        judge: { temperature: 0, maxTokens: 512 },
        refine: { temperature: 0.7, maxTokens: 3072 },
        price: { promptPerMillion: 0.15, completionPerMillion: 0.6, currency: 'EUR' },
      },
      limits: { tokens: 1000, cost: 2.5, milliseconds: 5_400_000, items: 10 },
      policy: { value: 1, interference: 0.1, verified: true },
    },
  });
});

test('a number of replies in flight for all goes before those of single roles so far', () => {
  const before = { concurrency: 12, ownConcurrency: { actor: 4 } };
  expect(changedConcurrency(before, {})).toEqual(before);
  expect(changedConcurrency(before, { concurrency: 8 })).toEqual({ concurrency: 8, ownConcurrency: {} });
  expect(changedConcurrency(before, { ownConcurrency: { refiner: 'auto' } })).toEqual({
    concurrency: 12,
    ownConcurrency: { actor: 4, refiner: 'auto' },
  });
});

test('a stage that is left out is switched off', () => {
  const { settings, models } = parsed('--model m --base-url http://a/v1 --stages judge');
  expect(settings).toMatchObject({ evolve: false, judge: true, refine: false, completeShare: 0 });
  expect(settings.select).toBe('all');
  expect(parsed('--stages sample,judge,select,search').settings.select).toBe('one');
  expect(parsed('--stages judge,search --select one').settings.select).toBe('one');
  expect(models).toMatchObject({ actor: null, refiner: { model: 'm' } });
  expect(parsed('--model m --base-url http://a/v1 --refiner offline').models).toEqual({
    actor: { model: 'm', baseUrls: ['http://a/v1'] },
    refiner: null,
  });
});

test('requests go out one by one, or in files as large as providers take them', () => {
  const endpoint = '--model m --base-url http://a/v1';
  const engine = (words: string): unknown => {
    const { engine: given, models } = parsed(words);
    return engineOf(given, models, undefined);
  };
  expect(engine(endpoint)).toBeUndefined();
  const usual = { kind: 'batch', rows: 50_000, bytes: 200_000_000, tries: 3 };
  expect(engine(`${endpoint} --engine batch`)).toEqual({ ...usual, to: 'endpoint' });
  expect(engine('--model m --engine batch')).toEqual({ ...usual, to: 'files' });
  expect(engine(`${endpoint} --engine batch --batch-to files --batch-rows 9 --batch-megabytes 2`)).toEqual({
    ...usual,
    to: 'files',
    rows: 9,
    bytes: 2_000_000,
  });
});

test.for([
  ['--batch-rows 9', '--batch-rows is for --engine batch.'],
  ['--engine live --no-wait', '--no-wait is for --engine batch.'],
  ['--engine batch --model m --base-url http://a/v1 --base-url http://b/v1', 'submits to one address'],
])('what would be passed over is refused: %s', ([words, problem]) => {
  const result = parseRunArguments(`--input in.jsonl --output out ${words ?? ''}`.split(' '));
  expect(result).toMatchObject({
    kind: 'wrong',
    message: expect.stringContaining(problem ?? '') as string,
  });
});

test('a plan is read back as it was written, and nothing else is', () => {
  for (const words of ['', everything]) {
    const plan = planOf(parsed(words));
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  }
  const plan = planOf(parsed(everything));
  expect(parsePlan(null)).toBeNull();
  expect(parsePlan({ ...plan, kind: 'search' })).toBeNull();
  expect(parsePlan({ ...plan, samples: 0 })).toBeNull();
  const actor = { model: 'm', baseUrls: ['http://user:password@a/v1'] };
  expect(parsePlan({ ...plan, source: { ...plan.source, actor } })).toBeNull();
});
