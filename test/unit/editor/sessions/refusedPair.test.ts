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
  readonly critique?: string;
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
    const critique = one.critique === undefined ? {} : { critique: one.critique };
    const text = { draw: 0, verdict: 'yes' as const, text: 'All is well.' };
    engine.script = [
      started(),
      ...grown('1', votes(yes, no, { votes: [text], ...critique }), {
        text: candidate,
        checks: checks(one.candidate),
      }),
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

  interface Exported {
    readonly roles: string;
    readonly asked: string;
    readonly critique: string;
    readonly last: string;
    readonly meta: { readonly example: string; readonly source: DatasetRecord['source'] };
  }

  async function exportedExamples(): Promise<readonly Exported[]> {
    const outputFolder = folder.path('exports');
    await exportDataset({ datasets: [dataset()], format: 'trl-sft', what: 'refiner', outputFolder });
    const read = async (name: string): Promise<readonly unknown[]> =>
      (await readFile(folder.path('exports', name), 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    const meta = (await read('train.meta.jsonl')) as readonly Exported['meta'][];
    const rows = (await read('train.jsonl')) as readonly {
      readonly messages: readonly { readonly role: string; readonly content: string }[];
    }[];
    return rows.map(({ messages }, index) => ({
      roles: messages.map(({ role }) => role.charAt(0)).join(''),
      asked: messages[0]?.content ?? '',
      critique: messages[1]?.content ?? '',
      last: messages.at(-1)?.content ?? '',
      meta: meta[index]!,
    }));
  }

  it.each([
    ['votes that agreed', [5, 0]],
    ['split votes, which would have taught Yes', [4, 1]],
  ] as const)(
    'teach the refiner to mend the candidate and to say No to it, whatever %s',
    async (_, counts) => {
      await accept({ wanted: 'always', votes: counts });
      const [first, decision] = await lines();
      const examples = await exportedExamples();
      expect(examples.map(({ meta, roles }) => `${meta.example} ${roles}`)).toEqual([
        'refinement uaua',
        'tree-no ua',
      ]);
      const [refined, judged] = examples;
      expect(judged?.asked).toBe(refined?.asked);
      expect(judged?.asked).toContain(candidate);
      for (const { critique, meta } of examples) {
        expect(critique).toContain('“and friends” should not be there.');
        expect(critique).toMatch(/: No$/u);
        expect(meta.source?.decision).toEqual({ record: first?.id, line: decision?.id });
      }
      expect(refined?.last).toBe(`[[start]]\n${taken}\n[[end]]`);
    },
  );

  it('teach the judge’s own No where the judge found the candidate worse', async () => {
    await accept({
      wanted: 'verified',
      votes: [0, 5],
      critique: 'Too long.\nFinal Judgement (Yes or No): No',
    });
    const examples = await exportedExamples();
    const judged = examples.find(({ meta }) => meta.example === 'tree-no');
    expect(judged?.last).toBe('Too long.\nFinal Judgement (Yes or No): No');
    expect(judged?.meta.source?.decision).toBeDefined();
  });

  it('teach nothing once the decision is taken back', async () => {
    const { store, session } = await accept({ wanted: 'always' });
    await store.undoDecision(session, '1.1');
    await expect(exportedExamples()).rejects.toThrow();
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
