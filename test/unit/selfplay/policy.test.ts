import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { constraintsReader } from '../../../src/spar/selfplay/plan/readers';
import type { RunItem } from '../../../src/spar/selfplay/item';
import { parsePolicy, policyText } from '../../../src/spar/selfplay/settingTexts';
import type { AcceptancePolicy } from '../../../src/spar/selfplay/settings';
import { sampleText } from '../../../src/views/runs/start/sampleRows';
import { WorldModel } from '../../support/worldModel';
import { answered, play } from './support';

const all: AcceptancePolicy = { name: 'all of them', value: 0, interference: 1, verified: false };

/** The statuses and policies on the records of a run, and what the run counts as accepted. */
async function outcome(items: readonly RunItem[], policy: AcceptancePolicy | null, model: 'rules' | 'world') {
  const folder = await mkdtemp(join(tmpdir(), 'spar-policy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { store } = await play({
    folder: join(folder, 'run'),
    items,
    model: model === 'rules' ? null : new WorldModel(),
    settings: { policy },
  });
  const dataset = await DatasetFile.open(join(folder, 'run', 'pairs.spar.jsonl'));
  const states = [...dataset.records()].map((id) => dataset.state(id));
  return {
    pairs: store.totals.pairs,
    accepted: store.totals.accepted,
    by: states.map((state) => [state?.status, state?.decision?.by]),
  };
}

async function sampleItems(): Promise<readonly RunItem[]> {
  const constraintsOf = await constraintsReader(null, () => undefined);
  return sampleText()
    .trim()
    .split('\n')
    .map((line, index) => {
      const { prompt, response } = JSON.parse(line) as { prompt: string; response: string };
      return {
        ...{ index, place: index + 1, id: `row-${index}`, instruction: prompt, responses: [response] },
        ...{ critique: null, constraints: constraintsOf(prompt) },
      };
    });
}

/** The four of the sample that rules mend, and one of which rules check every word. */
async function mendedByRules(policy: AcceptancePolicy | null) {
  const rows = await sampleItems();
  const instruction = 'Do not use any commas in your response.';
  const { id, constraints } = {
    id: 'all',
    constraints: (await constraintsReader(null, () => undefined))(instruction),
  };
  const checked = {
    index: 6,
    place: 7,
    id,
    instruction,
    responses: ['Yes, indeed.'],
    critique: null,
    constraints,
  };
  return outcome([...rows, checked], policy, 'rules');
}

test('what a policy accepts is pending no more, and says by which policy', async () => {
  expect(await mendedByRules(null)).toEqual({
    pairs: 5,
    accepted: 0,
    by: Array(5).fill(['pending', undefined]),
  });
  const accepted = ['accepted', { kind: 'policy', name: all.name }];
  expect(await mendedByRules(all)).toEqual({ pairs: 5, accepted: 5, by: Array(5).fill(accepted) });
});

test('“verified” wants every part of the instruction checked', async () => {
  const { accepted, by } = await mendedByRules({ ...all, verified: true });
  expect(accepted).toBe(1);
  expect(by.at(-1)?.[0]).toBe('accepted');
});

test('where code checks nothing, interference is unknown and no policy accepts', async () => {
  expect(await outcome(answered(6), all, 'world')).toMatchObject({ pairs: 6, accepted: 0 });
});

test('a policy is read as it is shown, also one that asks for little', () => {
  for (const text of ['value=0', 'value=1,interference=0.1,verified', 'interference=0', 'verified'])
    expect(policyText(parsePolicy(text, '')!)).toBe(text);
});
