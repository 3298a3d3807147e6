import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ExampleDraw } from '../../../../src/spar/datasets/export/examples/draw';
import { examplesOf, paperMix, refinerReply } from '../../../../src/spar/datasets/export/examples/examples';
import { exportDataset } from '../../../../src/spar/datasets/export/exportDataset';
import { recordIdOf, recordLine, type NewRecord } from '../../../../src/spar/datasets/newLines';
import { foldLines } from '../../../../src/spar/datasets/recordState';
import type { DatasetRecord } from '../../../../src/spar/datasets/schema';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { parseRefinement } from '../../../../src/spar/refiner/refinement';
import { defaultPrompts } from '../../../../src/spar/refiner/prompts';
import { parseVerdict } from '../../../../src/spar/refiner/verdict';
import { pairRecord } from '../../../../src/spar/search/pairRecord';
import { temporaryFolder } from '../../log/temporaryFolder';
import { search } from '../../search/support';
import { anyText, isBrokenText } from './pairs';
import { trainerSchemas } from './trainerSchemas';

type Step = DatasetRecord['evidence']['path'][number];

const yes = 'All is met.\nFinal Judgement (Yes or No): Yes';
const no = 'A comma is there.\nFinal Judgement (Yes or No): No';

function votes(...verdicts: readonly ('yes' | 'no')[]): NonNullable<Step['judgement']> {
  const count = (verdict: string): number => verdicts.filter((vote) => vote === verdict).length;
  const [all, against] = [count('yes'), count('no')];
  return {
    by: 'votes',
    value: all / (all + against),
    yes: all,
    no: against,
    notDrawn: 0,
    unparsed: 0,
    critique: all > against ? yes : no,
    votes: verdicts.map((verdict, draw) => ({ draw, verdict, text: verdict === 'yes' ? yes : no })),
  };
}

function step(path: string, text: string, judgement: Step['judgement']): Step {
  const origin = path === '0' ? 'original' : 'refined';
  return { path, origin, text, reflection: `About ${path}.`, judgement, checks: [] };
}

function examples(path: readonly Step[], change: Partial<NewRecord> = {}): ReturnType<typeof examplesOf> {
  const record: NewRecord = {
    instruction: 'Say it.',
    rejected: path[0]!.text,
    chosen: path.at(-1)!.text,
    evidence: { path },
    model: 'm',
    search: { gate: 0.5 },
    ...change,
  };
  return examplesOf(
    { record: recordLine(record, '2026-01-01T00:00:00.000Z'), state: foldLines([]), line: 1 },
    defaultPrompts,
  );
}

describe('examplesOf', () => {
  it('renders the very conversation: judge prompt, critique, refine prompt, reflection and answer', () => {
    const [refined, ...others] = examples([
      step('0', 'a, b', votes('no', 'no', 'no')),
      step('1', 'a b', votes('yes', 'yes', 'yes')),
    ]);
    expect(others).toEqual([]);
    expect(refined!.kind).toBe('refinement');
    expect(refined!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    const [asked, critique, refine, answer] = refined!.messages.map(({ content }) => content);
    expect(asked).toContain('<instruction>\nSay it.\n</instruction>');
    expect(asked).toContain('<response>\na, b\n</response>');
    expect(critique).toBe(no);
    expect(refine).toBe(defaultPrompts.refine);
    expect(answer).toBe('About 1.\n\n[[start]]\na b\n[[end]]');
    expect(refined!.votes).toEqual({ yes: 0, no: 3, notDrawn: 0, unparsed: 0 });
  });

  it('judges where votes were split, on the side that the gate gives', () => {
    const found = examples([
      step('0', 'first', votes('no', 'no', 'yes')),
      step('1', 'second', votes('no', 'yes', 'no')),
      step('1.1', 'third', votes('yes', 'no', 'yes')),
    ]);
    expect(found.map(({ kind, path }) => [kind, path])).toEqual([
      ['refinement', '1'],
      ['answer-no', '0'],
      ['tree-yes', '1.1'],
    ]);
    const verdicts = found.slice(1).map(({ messages }) => parseVerdict(messages[1]!.content, []));
    expect(verdicts).toEqual(['no', 'yes']);
  });

  it('takes the first vote that agrees where a high gate fails what most votes praise', () => {
    const path = [
      step('0', 'a', votes('no', 'no', 'no')),
      step('1', 'b', votes('yes', 'no', 'yes')),
      step('1.1', 'c', votes('yes', 'yes', 'yes')),
    ];
    const found = examples(path, { search: { gate: 0.8 } });
    expect(found.map(({ kind, path: at }) => [kind, at])).toEqual([['refinement', '1']]);
    expect(found[0]!.messages[1]!.content).toBe(no);
    const direct = examples([path[0]!, path[2]!, step('1.2', 'd', votes('yes', 'no', 'yes'))], {
      search: { gate: 0.8 },
    });
    expect(direct.map(({ kind, messages }) => [kind, messages[1]!.content])).toContainEqual(['tree-no', no]);
  });

  it('leaves the reflection out where a person wrote another text', () => {
    const found = examples(
      [step('0', 'a, b', votes('no', 'no', 'no')), step('1', 'a b', votes('yes', 'yes', 'yes'))],
      { chosen: 'a and b' },
    );
    expect(found[0]!.messages[3]!.content).toBe('[[start]]\na and b\n[[end]]');
  });

  it('has none for imported pairs, corrected instructions and paths that never failed', () => {
    const path = [step('0', 'a', votes('no', 'no', 'no')), step('1', 'b', votes('yes', 'yes', 'yes'))];
    expect(examples(path, { evidence: { path: [] } })).toEqual([]);
    expect(examples([step('0', 'a', null), step('1', 'b', null)])).toEqual([]);
    const record = recordLine(
      { instruction: 'I', rejected: 'a', chosen: 'b', evidence: { path } },
      '2026-01-01T00:00:00.000Z',
    );
    const state = { ...foldLines([]), instruction: 'Another' };
    expect(examplesOf({ record, state, line: 1 }, defaultPrompts)).toEqual([]);
  });

  it('writes answers that read back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(anyText, anyText, (reflection, text) => {
        fc.pre(text.trim() !== '' && ![reflection, text].some(isBrokenText));
        const reply = refinerReply(reflection, text);
        expect(parseRefinement({ text: reply, finishReason: 'stop' }, [text])).toEqual({
          ok: true,
          reflection: reflection.trim(),
          text: text.trim(),
        });
      }),
    );
  });
});

describe('ExampleDraw', () => {
  it('draws the same, and no more of a kind than the mix says, in any order', () => {
    const mix = { ...paperMix, refinement: 3 };
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 30 }), (ranks) => {
        const draw = new ExampleDraw(mix);
        ranks.forEach((rank, index) => draw.offer('refinement', { rank, index }));
        const drawn = [...draw.indices()].map((index) => ranks[index]!).sort((a, b) => a - b);
        expect(drawn).toEqual([...new Set(ranks)].sort((a, b) => a - b).slice(0, 3));
        expect(draw.counts()).toMatchObject({ refinement: drawn.length, 'tree-yes': 0 });
      }),
    );
  });
});

describe('examples of offline searches', () => {
  const folder = temporaryFolder();

  async function searched(instruction: string, original: string): Promise<NewRecord> {
    const { tree } = await search({ start: { instruction, original }, model: null });
    return pairRecord(tree, tree.outcome!.best!, null);
  }

  it('are refinements, and judgements where rules cover all that is asked', async () => {
    const dataset = await DatasetFile.open(folder.path('pairs.spar.jsonl'));
    const covered = await searched('Use no commas.', 'One, two and three.');
    const open = await searched('Describe the sea. Use no commas.', 'Blue, wide, cold.');
    await dataset.addRecord(covered, { status: 'accepted' });
    await dataset.addRecord(open, { status: 'accepted' });
    const result = await exportDataset({
      datasets: [dataset.path],
      format: 'llama-factory',
      what: 'refiner',
      outputFolder: folder.path('out'),
    });
    const read = async (name: string): Promise<readonly Record<string, unknown>[]> =>
      (await readFile(folder.path('out', name), 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const rows = await read('train.jsonl');
    expect(result.rows).toBe(3);
    for (const row of rows) expect(trainerSchemas['llama-factory-sft'].safeParse(row).error).toBeUndefined();
    expect((await read('train.meta.jsonl')).map(({ id, example }) => [id, example])).toEqual([
      [recordIdOf(covered), 'refinement'],
      [recordIdOf(covered), 'tree-yes'],
      [recordIdOf(open), 'refinement'],
    ]);
    const prompts = rows.map((row) => (row['messages'] as { content: string }[])[0]!.content);
    expect(new Set(prompts).size).toBe(3);
    const mix = { ...paperMix, refinement: 1, 'tree-yes': 0 };
    const few = await exportDataset({
      datasets: [dataset.path],
      format: 'trl',
      what: 'refiner',
      outputFolder: folder.path('few'),
      mix,
    });
    expect(few.rows).toBe(1);
  });
});
