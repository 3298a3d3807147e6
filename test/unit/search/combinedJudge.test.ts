import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../../src/spar/search/events';
import { conflictsOf } from '../../../src/spar/search/conflicts';
import { pairRecord } from '../../../src/spar/search/pairRecord';
import { parseEntry } from '../../../src/editor/sessions/journalSchema';
import type { SearchStart } from '../../../src/spar/search/search';
import type { SearchSettings } from '../../../src/spar/search/settings';
import type { Constraint } from '../../../src/spar/verifiers/constraint';
import { drawn, no, refined, ScriptedModel, search, yes, type Answer, type Searched } from './support';

const open = 'Describe the sea. Do not use any commas.';
const closed = 'Do not use any commas.';
const noComma = 'There is 1 comma; none is allowed.';

interface Run {
  readonly searched: Searched;
  readonly model: ScriptedModel;
  /** Requests that ask for a verdict, and those that ask for a refinement. */
  readonly judged: readonly string[];
  readonly critiques: readonly string[];
}

async function run(
  start: SearchStart,
  settings: Partial<SearchSettings> = {},
  script: { readonly judge?: (response: string) => Answer; readonly refine?: () => Answer } = {},
): Promise<Run> {
  const { judge = () => yes, refine = () => refined('Blue and wide and deep.') } = script;
  const model = new ScriptedModel({ judge, refine });
  const searched = await search({ start, model, settings: { depth: 1, branchFactor: 1, ...settings } });
  const contents = model.requests.map(({ messages }) => messages.map(({ content }) => content));
  return {
    searched,
    model,
    judged: contents.flatMap((messages) => (messages.length === 1 ? messages : [])),
    critiques: contents.flatMap((messages) => (messages.length > 1 ? [messages[1] ?? ''] : [])),
  };
}

function judgementOf({ tree }: Searched, path: string): Judgement | null {
  return tree.nodes.get(path)?.judgement ?? null;
}

describe('what code refutes', () => {
  it('has the value 0 without a call, and leads the critique', async () => {
    const { searched, judged, critiques } = await run({ instruction: open, original: 'Blue, wide.' });
    expect(judgementOf(searched, '0')).toMatchObject({ by: 'rules', value: 0, votes: [] });
    expect(judged.filter((question) => question.includes('Blue, wide.'))).toEqual([]);
    expect(critiques).toEqual([
      expect.stringMatching(new RegExp(`^1\\. no comma: Not met\\. ${noComma}`, 'u')),
    ]);
  });

  it('leads a given critique, too', async () => {
    const critique = 'It is dull.\nFinal Judgement: No';
    const { searched, critiques } = await run({ instruction: open, original: 'Blue, wide.', critique });
    expect(critiques[0]).toBe(
      `Code has checked these requirements:\n- no comma: Not met. ${noComma}\n\n${critique}`,
    );
    expect(judgementOf(searched, '0')?.critique).toBe(critique);
    const held = await run({ instruction: open, original: 'Blue.', critique });
    expect(held.critiques[0]).toBe(critique);
  });
});

describe('what code verifies', () => {
  it('is not asked about where nothing else is asked, unless that is wanted', async () => {
    const start = { instruction: closed, original: 'Blue.' };
    const alone = await run(start);
    expect(alone.model.requests).toEqual([]);
    expect(judgementOf(alone.searched, '0')).toMatchObject({ by: 'rules', value: 1 });
    const asked = await run(start, { askWhenVerified: true });
    expect(judgementOf(asked.searched, '0')).toMatchObject({ by: 'votes', value: 1 });
  });

  it('is told to the judge, who votes on the rest', async () => {
    const { judged } = await run({ instruction: open, original: 'Blue.' });
    expect(judged.length).toBeGreaterThan(0);
    for (const question of judged) expect(question).toContain('\n- no comma\n</verified>');
  });

  it('is the question that a refinement goes on from', async () => {
    const { model } = await run(
      { instruction: open, original: 'Blue.' },
      {},
      { judge: (text) => (text === 'Blue.' ? no : yes) },
    );
    const [judge] = model.requests;
    const refine = model.requests.find(({ messages }) => messages.length > 1);
    expect(refine?.messages[0]).toEqual(judge?.messages[0]);
  });

  it('covers words only while its constraint is on', async () => {
    const off: readonly Constraint[] = [];
    const { searched, judged } = await run({
      instruction: closed,
      original: 'Blue, wide.',
      constraints: off,
    });
    expect(searched.tree.unchecked).toEqual(['Do not use any commas']);
    expect(judgementOf(searched, '0')?.by).toBe('votes');
    expect(judged[0]).not.toContain('<verified>');
  });
});

describe('an audit', () => {
  const start = { instruction: open, original: 'Blue, wide.' };
  const refine = (): Answer => refined('Blue and wide.');

  it('asks about refuted texts as if there were no rules, and changes no verdict', async () => {
    const audited = await run(start, { auditShare: 1 }, { refine });
    expect(judgementOf(audited.searched, '0')).toMatchObject({
      by: 'rules',
      value: 0,
      votes: [],
      audit: { yes: 3, no: 0, unparsed: 0 },
    });
    const about = audited.judged.filter((question) => question.includes('Blue, wide.'));
    expect(about.length).toBeGreaterThan(0);
    for (const question of about) expect(question).not.toMatch(/verified|Not met/u);
    const plain = await run(start, {}, { refine });
    expect(drawn(audited.searched)).toBe(drawn(plain.searched));
    expect(audited.critiques).toEqual(plain.critiques);
    expect(judgementOf(plain.searched, '0')?.audit).toBeUndefined();
  });

  it('is drawn for a share of the nodes, by the seed alone', async () => {
    const settings = { auditShare: 0.5, branchFactor: 32, depth: 1, beamWidth: 1 };
    let count = 0;
    const several = (): Answer => refined(`Blue, wide, ${String((count += 1) % 97)}.`);
    const audited = async (seed: number): Promise<readonly string[]> => {
      count = 0;
      const { searched } = await run(start, { ...settings, seed }, { refine: several });
      return [...searched.tree.nodes.values()].flatMap(({ path, judgement }) =>
        judgement?.audit ? [path] : [],
      );
    };
    const first = await audited(1);
    expect(await audited(1)).toEqual(first);
    expect(await audited(2)).not.toEqual(first);
    expect(first.length).toBeGreaterThan(4);
    expect(first.length).toBeLessThan(30);
  });

  it('that fails, or finds no budget, leaves the search as it is', async () => {
    const judge = (text: string): Answer => (text.includes(',') ? 'no verdict' : yes);
    const unread = await run(start, { auditShare: 1 }, { judge, refine });
    expect(judgementOf(unread.searched, '0')?.audit).toMatchObject({ yes: 0, no: 0 });
    expect(unread.searched.tree.outcome?.status).toBe('accepted');
    const poor = await run(start, { auditShare: 1, budget: { tokens: 10 } }, { refine });
    expect(judgementOf(poor.searched, '0')?.audit).toMatchObject({
      yes: 0,
      no: 0,
      failure: 'the tokens budget is used up',
    });
    expect(poor.searched.tree.outcome?.status).not.toBe('failed');
  });

  it('stands in journals and records', async () => {
    const { searched } = await run(start, { auditShare: 1 }, { refine });
    for (const event of searched.events) expect(parseEntry('event', event)).toEqual({ kind: 'event', event });
    const record = pairRecord(searched.tree, searched.tree.outcome?.best ?? '', null);
    expect(record.evidence?.path[0]?.judgement?.audit).toMatchObject({ yes: 3, no: 0 });
  });

  it('was unknown to earlier journals, which are still read', async () => {
    const { searched } = await run(start, {}, { refine });
    const [begun] = searched.events;
    expect(begun?.type).toBe('search-started');
    if (begun?.type !== 'search-started') return;
    const { auditShare, askWhenVerified, ...settings } = begun.settings;
    expect({ auditShare, askWhenVerified }).toEqual({ auditShare: 0, askWhenVerified: false });
    expect(parseEntry('event', { ...begun, settings })).toEqual({ kind: 'event', event: begun });
  });
});

describe('conflicts', () => {
  const conflicts = ({ searched }: Run): readonly string[] =>
    conflictsOf(searched.tree).map(
      ({ path, with: who, said, checks }) =>
        `${path} ${who} ${said} ${checks.map((check) => check.result.state).join()}`,
    );

  it('are audits that say Yes of what code refutes', async () => {
    const start = { instruction: open, original: 'Blue, wide.' };
    expect(conflicts(await run(start, { auditShare: 1 }))).toEqual(['0 audit yes broken']);
    const agreeing = { judge: (text: string) => (text.includes(',') ? no : yes) };
    expect(conflicts(await run(start, { auditShare: 1 }, agreeing))).toEqual([]);
  });

  it.each<readonly [string, string, string, readonly string[]]>([
    [open, 'Blue, wide.', 'Fine.\nFinal Judgement: Yes', ['0 given yes broken']],
    [open, 'Blue, wide.', 'Bad.\nFinal Judgement: No', []],
    [open, 'Blue, wide.', 'Bad.', []],
    [open, 'Blue.', 'Bad.\nFinal Judgement: No', []],
    [closed, 'Blue.', 'Bad.\nFinal Judgement: No', ['0 given no held']],
    [closed, 'Blue.', 'Fine.\nFinal Judgement: Yes', []],
  ])('%s %s %j', async (...[instruction, original, critique, expected]) => {
    expect(conflicts(await run({ instruction, original, critique }, { depth: 0 }))).toEqual(expected);
  });

  it('are votes against what code verifies', async () => {
    const start = { instruction: closed, original: 'Blue.' };
    const settings = { askWhenVerified: true, depth: 0 };
    expect(conflicts(await run(start, settings, { judge: () => no }))).toEqual(['0 votes no held']);
  });
});

describe('what code can’t tell', () => {
  /** Tokens are estimated, so a bound in the middle of the estimate is neither held nor broken. */
  const own: Constraint = {
    id: 'own',
    type: 'custom:length',
    args: { unit: 'tokens', max: 8 },
    text: 'short',
    span: null,
    source: 'own',
  };
  const comma: Constraint = {
    id: 'comma',
    type: 'punctuation:no_comma',
    args: {},
    text: 'no comma',
    span: { start: 0, end: closed.length },
    source: 'instruction',
  };
  const text = 'The sea is very blue and wide.';

  it('is not told as complete, offline', async () => {
    const start = { instruction: closed, constraints: [comma, own] };
    const { outcome } = (await search({ start: { ...start, original: text }, model: null })).tree;
    expect(outcome).toMatchObject({ status: 'undetermined', complete: false });
    const repaired = (
      await search({ start: { ...start, original: 'The sea, very blue and wide.' }, model: null })
    ).tree;
    expect(repaired.nodes.get('1')?.node?.checks.map(({ result }) => result.state)).toContain('unknown');
    expect(repaired.outcome).toMatchObject({ status: 'accepted', complete: false });
    expect(repaired.outcome?.reason).not.toContain('all of them were checked');
  });

  it('is left to votes where the instruction says it, and open where a person’s own file does', async () => {
    const votes = async (constraint: Constraint): Promise<unknown> =>
      (await run({ instruction: open, original: text, constraints: [comma, constraint] })).searched.tree
        .outcome;
    expect(await votes(own)).toMatchObject({ status: 'already-follows', complete: false });
    expect(await votes({ ...own, source: 'instruction' })).toMatchObject({ complete: true });
  });
});

describe('what is trimmed', () => {
  it.each([
    'Apples, pears, and plums are fruit, but carrots, of course, are not.',
    'We met the baker, the smith, and the nun, and left. Tom, Ann, and Lee came.',
  ])('says every word that was there: %s', async (original) => {
    const { tree } = await search({ start: { instruction: closed, original }, model: null });
    const words = (text: string): readonly string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];
    for (const { node } of tree.nodes.values()) {
      for (const word of words(original)) expect(words(node?.text ?? ''), node?.text).toContain(word);
    }
    expect(tree.outcome?.status).toBe('accepted');
  });
});
