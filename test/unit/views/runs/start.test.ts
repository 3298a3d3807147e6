import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { StepPlace, StepResult } from '../../../../src/editor/steps';
import { defaultSettings } from '../../../../src/spar/search/settings';
import { forecastRun } from '../../../../src/spar/selfplay/forecast';
import { scanInput, type InputScan } from '../../../../src/spar/selfplay/plan/inputScan';
import { parsePlan } from '../../../../src/spar/selfplay/plan/runPlan';
import { runSearch } from '../../../../src/spar/search/search';
import { SearchTreeBuilder } from '../../../../src/spar/search/tree';
import {
  firstChoices,
  needsActor,
  planOf,
  priceOf,
  stagesProblem,
  startProblem,
  withInput,
  type StageName,
  type StartChoices,
} from '../../../../src/views/runs/start/choices';
import { limitIn, limitText } from '../../../../src/views/runs/start/limitTexts';
import type { RunFolder } from '../../../../src/views/runs/start/runFolder';
import { sampleName, sampleText } from '../../../../src/views/runs/start/sampleRows';
import { forecastLine, modelWords, summaryLines } from '../../../../src/views/runs/start/summaryLines';
import { walk, type Step } from '../../../../src/views/runs/start/walk';
import { temporaryFolder } from '../../log/temporaryFolder';

const scan: InputScan = {
  kind: 'usable',
  shape: { items: 40, answered: 0, answers: 0, instructionTokens: 50, answerTokens: null },
  badRows: [],
  badRowCount: 0,
  columns: null,
  sha256: 'a'.repeat(64),
};
const server = { model: 'small', baseUrls: ['http://localhost:8000/v1'] };
const large = { model: 'large', baseUrls: ['https://models.example/v1'] };
const price = { promptPerMillion: 1, completionPerMillion: 2, currency: 'USD' };

const folder: RunFolder = {
  name: '',
  isFree: false,
  sparFolder: '/w/.spar',
  dataset: '/w/datasets/pairs.spar.jsonl',
  verifiers: null,
};

function choices(change: Partial<StartChoices> = {}): StartChoices {
  const first = firstChoices({ search: defaultSettings, folder, guard: [] });
  const input = { path: '/w/prompts.jsonl', name: 'prompts.jsonl' };
  return { ...withInput(first, { input, folder }), scan, actor: server, refiner: large, ...change };
}

const answered = (items: number): InputScan => ({
  ...scan,
  shape: { ...scan.shape, answered: items, answers: items, answerTokens: 80 },
});

const surroundings = { begun: '2026-01-02T03:04:05.000Z', prices: {} };
const stages = (...names: readonly StageName[]) => new Set(names);

describe('the choices of a new run', () => {
  test('make a plan that a run folder takes', () => {
    const plan = planOf(choices({ guard: ['/w/eval.jsonl'] }), surroundings);
    expect(plan).toMatchObject({
      evolve: false,
      judge: true,
      refine: true,
      completeShare: 0.2,
      search: { auditShare: 0.05, budget: {} },
      source: { actor: server, refiner: large, guard: ['/w/eval.jsonl'] },
    });
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(planOf(choices({ scan: null }), surroundings)).toBeNull();
    const evolve = 'Make {{instruction}} harder by {{main}}, between [[start]] and [[end]].';
    const own = planOf(choices({ folder: { ...folder, prompts: { evolve } } }), surroundings);
    expect(parsePlan(JSON.parse(JSON.stringify(own)))).toEqual(own);
    const useless = planOf(choices({ folder: { ...folder, prompts: { evolve: 'Harder!' } } }), surroundings);
    expect(parsePlan(JSON.parse(JSON.stringify(useless)))).toBeNull();
  });

  test('ask no model that is not needed', () => {
    expect(needsActor(choices({ scan: answered(40) }))).toBe(false);
    expect(needsActor(choices({ scan: answered(39) }))).toBe(true);
    expect(needsActor(choices({ stages: stages('judge'), scan: answered(39) }))).toBe(false);
    expect(needsActor(choices({ stages: stages('evolve', 'sample', 'judge'), scan: answered(40) }))).toBe(
      true,
    );
    const plan = planOf(choices({ scan: answered(40) }), surroundings);
    expect(plan?.source).toMatchObject({ actor: null, refiner: large });
  });

  test.each([
    [stages('sample', 'collect'), 'judges answers'],
    [stages('evolve', 'judge'), 'need new answers'],
    [stages('judge'), null],
    [stages('sample', 'search'), null],
  ])('stages %o', (marked, problem) => {
    if (problem === null) expect(stagesProblem(marked)).toBeNull();
    else expect(stagesProblem(marked)).toContain(problem);
  });

  test('that can’t be begun say why', () => {
    expect(startProblem(choices())).toBeNull();
    expect(startProblem(choices({ scan: null }))).toContain('Choose a file');
    expect(startProblem(choices({ actor: null }))).toContain('no model to give any');
    expect(startProblem(choices({ stages: stages('judge') }))).toContain('Switch “Sample answers” on');
    expect(startProblem(choices({ actor: null, refiner: null, scan: answered(1) }))).toBeNull();
    const evolving = { stages: stages('evolve', 'sample', 'judge'), actor: null, scan: answered(40) };
    expect(startProblem(choices(evolving))).toContain('Choose an actor');
    const { settings } = choices();
    const limited = choices({ settings: { ...settings, limits: { cost: 3 } } });
    expect(startProblem(limited, {})).toContain('needs a price');
    expect(startProblem(limited, { small: price, large: price })).toBeNull();
    expect(startProblem({ ...limited, price }, {})).toBeNull();
  });

  test('know the dearer price, and none where one is missing', () => {
    const dear = { ...price, promptPerMillion: 0.5, completionPerMillion: 9 };
    expect(priceOf(choices(), { small: price, large: dear })).toEqual({ ...dear, promptPerMillion: 1 });
    expect(priceOf(choices(), { small: price })).toBeNull();
    expect(priceOf(choices(), { small: price, large: { ...dear, currency: 'EUR' } })).toBeNull();
    expect(priceOf(choices({ refiner: null }), { small: price })).toEqual(price);
    expect(priceOf(choices({ actor: null, refiner: null }), {})).toBeNull();
  });

  test('of another file are read anew', () => {
    const before = choices({ columns: { instruction: 'a' } });
    const same = { path: '/w/prompts.jsonl', name: 'prompts.jsonl' };
    expect(withInput(before, { input: same, folder })).toBe(before);
    expect(withInput(before, { input: { path: '/w/b.csv', name: 'b.csv' }, folder })).toMatchObject({
      columns: null,
      scan: null,
    });
  });

  test('take dataset, checks and prompts of the folder that the file lies in, unless a dataset was chosen', () => {
    const prompts = { judge: 'Judge {{instruction}} and {{response}}. End with Final Judgement.' };
    const other: RunFolder = {
      name: 'second',
      isFree: false,
      sparFolder: '/x/.spar',
      dataset: '/x/data/own.spar.jsonl',
      verifiers: '/x/.spar/verifiers.json',
      prompts,
    };
    const input = { path: '/x/b.csv', name: 'b.csv' };
    const sourceOf = (before: StartChoices) =>
      planOf({ ...withInput(before, { input, folder: other }), scan }, surroundings)?.source;
    expect(sourceOf(choices())).toMatchObject({
      ...{ dataset: other.dataset, verifiers: other.verifiers, prompts },
    });
    expect(sourceOf(choices({ dataset: null }))?.dataset).toBeNull();
    expect(sourceOf(choices({ dataset: folder.dataset }))?.dataset).toBe(folder.dataset);
    const back = withInput(withInput(choices(), { input, folder: other }), {
      ...{ input: { path: '/w/prompts.jsonl', name: 'prompts.jsonl' }, folder },
    });
    expect(planOf({ ...back, scan }, surroundings)?.source).toMatchObject({
      ...{ dataset: folder.dataset, verifiers: null },
    });
  });
});

describe('the summary', () => {
  const linesOf = (chosen: StartChoices): Readonly<Record<string, string>> => {
    const plan = planOf(chosen, surroundings);
    const lines = plan === null ? [] : summaryLines(chosen, { plan, datasetName: 'pairs' });
    return Object.fromEntries(lines.map(({ id, value }) => [id, value]));
  };

  test('has a line for all that can be changed', () => {
    expect(linesOf(choices())).toMatchInlineSnapshot(`
      {
        "actor": "small on localhost:8000",
        "complete": "all votes on 20 % of the texts",
        "concurrency": "as many as each server bears",
        "cost": "no limit",
        "dataset": "pairs",
        "gate": "a value above 0.5 passes",
        "guard": "none",
        "input": "prompts.jsonl · 40 rows",
        "items": "all",
        "policy": "none",
        "price": "not known",
        "refiner": "large on models.example",
        "samples": "at most 5",
        "sampling": "answers 0.9, judgements 0.7, refinements 0.7 · up to 3,072 tokens",
        "search": "breadth-first, 3 refinements each, the best 2 go on, 3 levels",
        "seed": "0",
        "select": "the first that fails",
        "stages": "sample → judge → search → collect",
        "time": "no limit",
        "tokens": "no limit",
        "votes": "up to 5, until more can’t change the verdict",
      }
    `);
  });

  test('tells the replies in flight of two models apart', () => {
    const inFlight = { concurrency: 'auto', ownConcurrency: { actor: 4 } } as const;
    const chosen = choices({ inFlight });
    expect(linesOf(chosen)['concurrency']).toBe('actor: 4; refiner: as many as each server bears');
    expect(planOf(chosen, surroundings)?.source).toMatchObject(inFlight);
  });

  test('with rules alone names nothing that costs', () => {
    const chosen = choices({ actor: null, refiner: null, scan: answered(40) });
    const lines = linesOf(chosen);
    expect(Object.keys(lines)).toEqual([
      ...['input', 'guard', 'stages', 'refiner', 'select', 'search', 'seed', 'items', 'time', 'dataset'],
      'policy',
    ]);
    const plan = planOf(chosen, surroundings);
    if (plan === null) throw new Error('no plan');
    const forecast = forecastRun({
      input: answered(40).shape,
      settings: plan,
      hasActor: false,
      hasRefiner: false,
    });
    expect(forecastLine(forecast, { plan, choices: chosen }).amounts).toBe(
      '40 rows · no requests, no tokens, no cost',
    );
  });

  test('names models by what they run on', () => {
    expect(modelWords(server)).toBe('small on localhost:8000');
    expect(modelWords({ provider: 'editor', model: 'copilot/x' })).toBe('copilot/x, of the editor');
    expect(modelWords(null)).toBe('rules alone');
  });
});

test('limits are read as they are shown', () => {
  expect(limitIn('tokens', '5,000_000')).toBe(5_000_000);
  expect(limitIn('tokens', '0')).toBeUndefined();
  expect(limitIn('items', '1.5')).toBeUndefined();
  expect(limitIn('cost', '2.50')).toBe(2.5);
  expect(limitIn('milliseconds', '1h30m')).toBe(5_400_000);
  expect([limitIn('milliseconds', '30d'), limitIn('milliseconds', '366d')]).toEqual([
    2_592_000_000,
    undefined,
  ]);
  for (const [name, value] of [
    ['milliseconds', 5_400_000],
    ['cost', 2.5],
    ['items', 7],
  ] as const)
    expect(limitIn(name, limitText(name, value))).toBe(value);
});

describe('walk', () => {
  interface Walked {
    readonly path: readonly string[];
    readonly isLong: boolean;
  }
  /** Steps that give these answers in turn, and note where they were asked. */
  function stepsOf(answers: readonly ('next' | 'back' | 'away')[]) {
    const asked: string[] = [];
    let at = 0;
    const step = (name: string, applies: Step<Walked>['applies'] = () => true): Step<Walked> => ({
      applies,
      ask: (choices: Walked, { step: number, totalSteps }: StepPlace): Promise<StepResult<Walked>> => {
        asked.push(`${name} ${number}/${totalSteps}`);
        const answer = answers[at] ?? 'next';
        at += 1;
        if (answer === 'away') return Promise.resolve({ kind: 'cancelled' });
        if (answer === 'back') return Promise.resolve({ kind: 'back' });
        return Promise.resolve({ kind: 'value', value: { ...choices, path: [...choices.path, name] } });
      },
    });
    const steps = [step('a'), step('b', ({ isLong }) => isLong), step('c')];
    return { steps, asked };
  }

  test('passes by what does not apply, there and back', async () => {
    const short = stepsOf(['next', 'back', 'next', 'next']);
    const first = { path: [], isLong: false };
    expect(await walk(short.steps, first, 'T')).toEqual({ path: ['a', 'a', 'c'], isLong: false });
    expect(short.asked).toEqual(['a 1/2', 'c 2/2', 'a 1/2', 'c 2/2']);
    const long = stepsOf([]);
    await walk(long.steps, { path: [], isLong: true }, 'T');
    expect(long.asked).toEqual(['a 1/3', 'b 2/3', 'c 3/3']);
  });

  test('stays at the first step on Back, and ends where the person turns away', async () => {
    const { steps, asked } = stepsOf(['back', 'next', 'away']);
    expect(await walk(steps, { path: [], isLong: false }, 'T')).toBeNull();
    expect(asked).toEqual(['a 1/2', 'a 1/2', 'c 2/2']);
  });
});

describe('the sample', () => {
  const folder = temporaryFolder();

  test('is read without a question, and rules find pairs in it', async () => {
    const file = folder.path(sampleName);
    await writeFile(file, sampleText());
    const found = await scanInput({
      input: file,
      columns: null,
      limit: undefined,
      signal: AbortSignal.timeout(30_000),
    });
    expect(found).toMatchObject({ kind: 'usable', badRowCount: 0, shape: { items: 6, answered: 6 } });
    const statuses: string[] = [];
    for (const line of (await readFile(file, 'utf8')).trim().split('\n')) {
      const { prompt, response } = JSON.parse(line) as { prompt: string; response: string };
      const tree = new SearchTreeBuilder();
      const settings = defaultSettings;
      const start = { instruction: prompt, original: response };
      for await (const event of runSearch(
        start,
        { model: null, settings },
        { signal: AbortSignal.timeout(30_000) },
      ))
        tree.fold(event);
      statuses.push(tree.tree.outcome?.status ?? '');
    }
    expect(statuses.sort()).toEqual([...Array<string>(4).fill('accepted'), 'undetermined', 'undetermined']);
  });
});
