import type { ShownRun } from '../../../../src/editor/runs/runs';
import type { RunPlan } from '../../../../src/spar/selfplay/plan/runPlan';
import { defaultRunSettings } from '../../../../src/spar/selfplay/settings';
import type { RunStatus } from '../../../../src/spar/selfplay/runStatus';
import type { RunProgress } from '../../../../src/spar/selfplay/progress';

const usage = { requests: 10, sequences: 20, promptTokens: 9000, completionTokens: 3000, estimated: false };

export const price = { promptPerMillion: 1, completionPerMillion: 2, currency: 'USD' };

export function plan(changes: Partial<RunPlan> = {}): RunPlan {
  const model = { model: 'steady', baseUrls: ['http://localhost:8000/v1'] };
  return {
    ...defaultRunSettings,
    search: { ...defaultRunSettings.search, price },
    source: {
      begun: '2026-11-23T10:00:00.000Z',
      input: {
        path: '/work/in/prompts.jsonl',
        name: 'in/prompts.jsonl',
        sha256: '0'.repeat(64),
        columns: null,
      },
      actor: model,
      refiner: model,
      concurrency: 'auto',
      guard: [],
      verifiers: null,
      dataset: null,
    },
    ...changes,
  };
}

export function status(changes: Partial<RunStatus> = {}): RunStatus {
  return {
    state: 'paused',
    pause: { kind: 'asked' },
    total: 1000,
    isMore: false,
    badRows: 0,
    totals: {
      finished: 412,
      statuses: { solved: 380, unsolved: 20, 'no-failing-answer': 10, failed: 2 },
      answers: { drawn: 500, failing: 400, passing: 100 },
      pairs: 380,
      accepted: 0,
      nodes: 900,
      examples: 100,
      reasons: [{ reason: 'No verdict after 3 tries.', count: 2 }],
    },
    spent: { judge: usage },
    worked: 600_000,
    limits: null,
    unread: 0,
    settings: null,
    ...changes,
  };
}

export function progress(changes: Partial<RunProgress> = {}): RunProgress {
  const { total, badRows, totals, spent, worked } = status();
  return {
    state: 'running',
    pause: null,
    total,
    badRows,
    totals,
    underWay: { evolve: 0, sample: 3, judge: 12, search: 40, collect: 0 },
    spent,
    usage,
    cost: 0.015,
    worked,
    rate: 41.2,
    left: 856_000,
    requests: 55,
    ...changes,
  };
}

export function shown(changes: Partial<ShownRun> = {}): ShownRun {
  return {
    found: {
      folder: '/work/.spar/runs/one',
      id: 'one',
      place: '',
      created: '2026-11-23T10:00:00.000Z',
      input: 'in/prompts.jsonl',
    },
    known: { state: 'known', status: status(), plan: plan() },
    live: null,
    ...changes,
  };
}
