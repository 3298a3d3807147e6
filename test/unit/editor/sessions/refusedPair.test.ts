import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { SessionStore } from '../../../../src/editor/sessions';
import { FilePairs } from '../../../../src/editor/sessions/filePairs';
import { refusalCritique, type RefusedChanges } from '../../../../src/editor/sessions/refusedPair';
import type { DatasetRecord, Decision } from '../../../../src/spar/datasets/schema';
import { exportDataset } from '../../../../src/spar/datasets/export/exportDataset';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import type { SearchNode } from '../../../../src/spar/search/events';
import { temporaryFolder } from '../../log/temporaryFolder';
import {
  finished,
  grown,
  item,
  MemoryJournals,
  RecordedProblems,
  ScriptedEngine,
  started,
  votes,
} from './fakes';

/** The candidate mends the comma, and greets friends, which the person does not want. */
const candidate = 'Hello world and friends';
const taken = 'Hello world';

function check(id: string, isHeld: boolean): SearchNode['checks'][number] {
  const constraint = { id, type: id, args: {}, text: id, span: null };
  return { constraint, result: isHeld ? { state: 'held' } : { state: 'broken', message: 'No.', spans: [] } };
}

interface Case {
  readonly wanted: RefusedChanges;
  /** Constraints that the candidate and what was taken hold. */
  readonly candidate?: Readonly<Record<string, boolean>>;
  readonly taken?: Readonly<Record<string, boolean>>;
  readonly votes?: readonly [number, number];
}

describe('changes that a person refused', () => {
  const folder = temporaryFolder();
  const dataset = (): string => folder.path('datasets', 'pairs.spar.jsonl');
  const lines = async (): Promise<readonly (DatasetRecord | Decision)[]> =>
    (await readFile(dataset(), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as DatasetRecord | Decision);

  function open(one: Case): SessionStore {
    const engine = new ScriptedEngine();
    const checks = (of: Case['taken']) => Object.entries(of ?? {}).map(([id, isHeld]) => check(id, isHeld));
    const [yes, no] = one.votes ?? [4, 1];
    const text = { draw: 0, verdict: 'yes' as const, text: 'All is well.' };
    engine.script = [
      started(),
      ...grown('1', votes(yes, no, { votes: [text] }), { text: candidate, checks: checks(one.candidate) }),
      finished(),
    ];
    engine.editScript = (edit) =>
      grown('1.1', votes(5, 0), { origin: 'edited', text: edit.text, checks: checks(one.taken) });
    return new SessionStore({
      engine,
      problems: new RecordedProblems(),
      journals: new MemoryJournals(),
      pairs: new FilePairs({
        open: (file) => DatasetFile.open(file),
        datasetOf: () => dataset(),
        relativePath: () => 'a.md',
        refusedChanges: () => one.wanted,
      }),
      clock: () => new Date(),
      nonce: () => 'abcd',
    });
  }

  /** Accepts the candidate without its second change, or with other options. */
  async function accept(one: Case, options: object = { kept: [0] }) {
    const store = open(one);
    const { session, finished: end } = store.start(item);
    await end;
    const result = await store.accept(session, '1', { ...options, anyway: true });
    return { store, session, result };
  }

  it('are nothing by themselves, unless the person wants pairs of them', async () => {
    await accept({ wanted: 'off' });
    expect((await lines()).map(({ kind }) => kind)).toEqual(['record', 'decision']);
  });

  it('make a smaller pair that differs in nothing else and names the decision it comes from', async () => {
    await accept({ wanted: 'always' });
    const [first, decision, second, further] = await lines();
    expect([first, second].map((line) => line?.kind === 'record' && [line.rejected, line.chosen])).toEqual([
      [item.original, taken],
      [candidate, taken],
    ]);
    expect(second).toMatchObject({
      source: { file: 'a.md', decision: { record: first?.id, line: decision?.id } },
      metrics: { value: 1, yes: 5, no: 0, interference: null, distance: 0.5 },
    });
    expect(further).toMatchObject({
      ...{ kind: 'decision', record: second?.id, status: 'accepted' },
      by: { kind: 'policy', name: 'refused changes' },
    });
  });

  it('are a negative judgement of the candidate, with what the votes said kept beside it', async () => {
    await accept({ wanted: 'always' });
    const second = (await lines())[2] as DatasetRecord;
    const [, judged, last] = second.evidence.path;
    expect(second.evidence.path.map(({ path }) => path)).toEqual(['0', '1', '1.1']);
    expect(judged?.judgement).toMatchObject({
      ...{ by: 'given', value: 0, verdict: 'no', votes: [] },
      critique:
        'These parts of the response should not be as they are:\n1. “and friends” should not be there.\n\nFinal Judgement (Yes or No): No',
      audit: { yes: 4, no: 1, votes: [{ verdict: 'yes', text: 'All is well.' }] },
    });
    expect(last?.judgement).toMatchObject({ by: 'votes', value: 1 });
  });

  it('teach the refiner to say No to the candidate, and how it is mended', async () => {
    await accept({ wanted: 'always', votes: [5, 0] });
    const outputFolder = folder.path('exports');
    await exportDataset({ datasets: [dataset()], format: 'trl-sft', what: 'refiner', outputFolder });
    const [row, ...others] = (await readFile(folder.path('exports', 'train.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n');
    const { messages } = JSON.parse(row ?? '') as { messages: readonly { role: string; content: string }[] };
    expect(others).toEqual([]);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(messages[0]?.content).toContain(candidate);
    expect(messages[1]?.content).toContain('“and friends” should not be there.');
    expect(messages[1]?.content).toMatch(/: No$/u);
    expect(messages[3]?.content).toBe(`[[start]]\n${taken}\n[[end]]`);
  });

  it('need the word of rules or judge where verified pairs are wanted, whose judgement then stands', async () => {
    const cases: readonly [string, Case, number][] = [
      ['nobody says so', { wanted: 'verified' }, 2],
      ['rules say so', { wanted: 'verified', candidate: { short: false }, taken: { short: true } }, 4],
      ['the judge says so', { wanted: 'verified', votes: [1, 4] }, 4],
      ['both break it', { wanted: 'verified', candidate: { short: false }, taken: { short: false } }, 2],
    ];
    for (const [name, one, count] of cases) {
      const before = await lines().catch(() => []);
      await accept(one);
      const added = (await lines()).slice(before.length);
      // The same pair is there from the second case on: then only its decision is added.
      const news = added.filter(({ kind }) => kind === 'decision').length * 2;
      expect([name, news]).toEqual([name, count]);
      const second = (await lines()).find((line) => line.kind === 'record' && line.rejected === candidate);
      if (second?.kind === 'record') expect(second.evidence.path[1]?.judgement?.by).toBe('votes');
    }
  });

  it('make no pair whose chosen text breaks what the other holds, nor one that differs in more', async () => {
    await accept({ wanted: 'always', candidate: { long: true }, taken: { long: false } });
    await accept({ wanted: 'always' }, { kept: [0], editedText: 'Hello my world' });
    await accept({ wanted: 'always' }, { kept: [0, 1] });
    await accept({ wanted: 'always' }, {});
    const rejected = (await lines()).map((line) => line.kind === 'record' && line.rejected);
    expect(rejected).not.toContain(candidate);
  });

  it('go back with the decision', async () => {
    const { store, session, result } = await accept({ wanted: 'always' });
    expect(result.status).toBe('accepted');
    await store.undoDecision(session, '1.1');
    const file = await DatasetFile.open(dataset());
    expect([...file.records()].map((id) => file.state(id)?.status)).toEqual(['pending', 'pending']);
  });

  it('say in the critique what was added, left out and changed', () => {
    const change = (removed: string, added: string) => ({ removed, added, start: 0, end: 0 });
    expect(refusalCritique([change('', ' very'), change('old ', ''), change('red', 'blue')] as never)).toBe(
      'These parts of the response should not be as they are:\n1. “very” should not be there.\n2. “old” is missing.\n3. “blue” should be “red”.\n\nFinal Judgement (Yes or No): No',
    );
  });
});
