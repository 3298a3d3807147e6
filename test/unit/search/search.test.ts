import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/spar/models/modelError';
import { judgeEdited, type SearchStart } from '../../../src/spar/search/search';
import { defaultSettings } from '../../../src/spar/search/settings';
import { SearchTreeBuilder } from '../../../src/spar/search/tree';
import { drawn, no, ranked, refined, ScriptedModel, search, SilentModel, yes } from './support';

const start: SearchStart = { instruction: 'Tell of the sea in one warm sentence.', original: 'The sea.' };

/** Refinements named after their parent and place; only texts in `good` pass. */
function growing(
  good: readonly string[],
  refine?: (response: string, index: number) => string,
): ScriptedModel {
  return new ScriptedModel({
    judge: (response) => (good.includes(response) ? yes : no),
    refine: (response, index) =>
      refined((refine ?? ((text, at) => `${text}${'abc'[at] ?? ''}`))(response, index)),
  });
}

describe('the shape of a search', () => {
  it('grows breadth first, two of three go on, and stops at the level where one passes', async () => {
    const searched = await search({ start, model: growing(['The sea.bc']), settings: { voting: 'all' } });
    expect(drawn(searched)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 5 no 0 not drawn
      1 · refined · "The sea.a" · 0 yes 5 no 0 not drawn
      1.1 · refined · "The sea.aa" · 0 yes 5 no 0 not drawn
      1.2 · refined · "The sea.ab" · 0 yes 5 no 0 not drawn
      1.3 · refined · "The sea.ac" · 0 yes 5 no 0 not drawn
      2 · refined · "The sea.b" · 0 yes 5 no 0 not drawn
      2.1 · refined · "The sea.ba" · 0 yes 5 no 0 not drawn
      2.2 · refined · "The sea.bb" · 0 yes 5 no 0 not drawn
      2.3 · refined · "The sea.bc" · 5 yes 0 no 0 not drawn
      3 · refined · "The sea.c" · 0 yes 5 no 0 not drawn
      accepted → 2.3"
    `);
  });

  it('goes depth first into the best child before its sibling', async () => {
    const model = growing(['The sea.ba']);
    const searched = await search({
      start,
      model,
      settings: { algorithm: 'depth-first', depth: 2, voting: 'all' },
    });
    expect(drawn(searched)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 5 no 0 not drawn
      1 · refined · "The sea.a" · 0 yes 5 no 0 not drawn
      1.1 · refined · "The sea.aa" · 0 yes 5 no 0 not drawn
      1.2 · refined · "The sea.ab" · 0 yes 5 no 0 not drawn
      1.3 · refined · "The sea.ac" · 0 yes 5 no 0 not drawn
      2 · refined · "The sea.b" · 0 yes 5 no 0 not drawn
      2.1 · refined · "The sea.ba" · 5 yes 0 no 0 not drawn
      2.2 · refined · "The sea.bb" · 0 yes 5 no 0 not drawn
      2.3 · refined · "The sea.bc" · 0 yes 5 no 0 not drawn
      3 · refined · "The sea.c" · 0 yes 5 no 0 not drawn
      accepted → 2.1"
    `);
  });

  it('refines the last refinement in a chain', async () => {
    const searched = await search({
      start,
      model: growing(['The sea.aa']),
      settings: { algorithm: 'chain' },
    });
    expect(drawn(searched)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 3 no 2 not drawn
      1 · refined · "The sea.a" · 0 yes 3 no 2 not drawn
      1.1 · refined · "The sea.aa" · 3 yes 0 no 2 not drawn
      accepted → 1.1"
    `);
  });

  it('samples independent answers for best-of-n', async () => {
    let asked = 0;
    const model = new ScriptedModel({
      judge: (response) => (response === 'sample 2' ? yes : no),
      refine: () => new Error('best-of-n does not refine'),
    });
    const sampling = {
      id: 'sampling',
      maxConcurrency: 8,
      complete: (...args: Parameters<ScriptedModel['complete']>) => {
        const [request] = args;
        if (request.messages[0]?.content !== start.instruction) return model.complete(...args);
        return Promise.resolve(
          request.seeds.map(() => ({
            text: `sample ${String((asked += 1))}`,
            finishReason: 'stop' as const,
          })),
        );
      },
    };
    const searched = await search({ start, model: sampling, settings: { algorithm: 'best-of-n' } });
    expect(drawn(searched)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 3 no 2 not drawn
      1 · sampled · "sample 1" · 0 yes 3 no 2 not drawn
      2 · sampled · "sample 2" · 3 yes 0 no 2 not drawn
      3 · sampled · "sample 3" · 0 yes 3 no 2 not drawn
      accepted → 2"
    `);
  });

  it('does not search where the original already follows', async () => {
    const searched = await search({ start, model: growing(['The sea.']) });
    expect(searched.tree.outcome).toMatchObject({ status: 'already-follows', best: null, complete: true });
    expect(searched.tree.nodes.size).toBe(1);
  });

  it('judges only, with depth 0', async () => {
    const byRules = { instruction: 'Do not use any commas in your response.', original: 'Sea, sand.' };
    const judged = [
      await search({ start, model: growing([]), settings: { depth: 0 } }),
      await search({ start: byRules, model: null, settings: { depth: 0 } }),
    ];
    expect(
      judged.map(({ tree }) => [tree.outcome?.status, tree.outcome?.reason, tree.outcome?.needsModel]),
    ).toEqual([
      ['unsolved', 'The response does not follow the instruction.', false],
      ['unsolved', 'The response does not follow the instruction.', false],
    ]);
  });

  it('takes a given critique for the judgement of the root and shows it to the refiner', async () => {
    const model = growing(['The sea.a']);
    const searched = await search({ start: { ...start, critique: 'It is cold.' }, model });
    expect(searched.tree.nodes.get('0')?.judgement).toMatchObject({ by: 'given', value: 0 });
    expect(model.requests[0]?.messages[1]?.content).toBe('It is cold.\n\nFinal Judgement (Yes or No): No');
  });

  it('asks one user message of the judge and three turns of the refiner', async () => {
    const model = growing(['The sea.a']);
    await search({ start, model });
    expect(model.requests.slice(0, 2).map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ['user'],
      ['user', 'assistant', 'user'],
    ]);
    expect(model.requests[0]?.messages[0]?.content.split('\n').at(-1)).toContain('Final Judgement');
  });
});

describe('equal texts', () => {
  it('are judged once and kept once', async () => {
    const searched = await search({
      start,
      model: growing(['same'], () => 'same'),
      settings: { voting: 'all' },
    });
    expect(drawn(searched)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 5 no 0 not drawn
      1 · refined · "same" · 5 yes 0 no 0 not drawn · = 2 3
      accepted → 1"
    `);
  });

  it('do not come back as refinements of themselves', async () => {
    const searched = await search({ start, model: growing([], (text) => text), settings: { depth: 1 } });
    expect(searched.tree.nodes.get('0')?.copies).toEqual(['1', '2', '3']);
  });
});

describe('the least change', () => {
  it('wins among refinements of equal value', async () => {
    const texts = ['A wholly different warm text.', 'The warm sea.', 'The big warm blue sea.'];
    const model = growing(texts, (_text, index) => texts[index] ?? '');
    const searched = await search({ start, model, settings: { voting: 'all' } });
    expect(searched.tree.outcome?.best).toBe('2');
    expect(ranked(searched)).toEqual(['2', '3', '1', '0']);
  });

  it('is offered with unneeded changes undone', async () => {
    const instruction = 'Describe the harbour. Do not use any commas in your response.';
    const original = 'Boats, gulls and nets fill the old harbour.';
    const better = 'Boats gulls and nets crowd the old harbour.';
    const model = new ScriptedModel({
      judge: (text) => (text.includes(',') ? no : yes),
      refine: () => refined(better),
    });
    const settings = { branchFactor: 1 };
    const searched = await search({ start: { instruction, original }, model, settings });
    const refinedNode = [...searched.tree.nodes.values()].find(({ node }) => node?.text === better);
    expect(refinedNode?.node?.interference).toBe(0.5);
    const best = searched.tree.nodes.get(searched.tree.outcome?.best ?? '')?.node;
    expect(best?.text).not.toContain(',');
    expect(best?.text).toContain('fill');
  });
});

describe('failures', () => {
  it('of one refinement or judgement are nodes that one can see', async () => {
    const model = new ScriptedModel({
      judge: (text) => (text === 'mute' ? 'I cannot say.' : text === 'good' ? yes : no),
      refine: (_text, index) => (index === 0 ? 'no markers here' : refined(index === 1 ? 'mute' : 'good')),
    });
    const searched = await search({ start, model, settings: { retriesOfUnparsed: 0 } });
    expect(drawn(searched)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 3 no 2 not drawn
      1 · unwritten · "" · not judged · failed: the reply has no [[start]] and [[end]] markers, after 1 tries
      2 · refined · "mute" · not judged · failed: no verdict after 3 replies
      3 · refined · "good" · 3 yes 0 no 2 not drawn
      accepted → 3"
    `);
  });

  it('of a refiner without markers end in words', async () => {
    const model = new ScriptedModel({ judge: () => no, refine: () => 'Sorry.' });
    const { outcome } = (await search({ start, model })).tree;
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(outcome?.reason).toMatch(
      /No refinement could be made: the reply has no \[\[start\]\] and \[\[end\]\] markers, after 3 tries/,
    );
  });

  it('of a judge without verdicts end in words', async () => {
    const { outcome } = (
      await search({ start, model: new ScriptedModel({ judge: () => 'Hm.', refine: () => '' }) })
    ).tree;
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(outcome?.reason).toContain('no verdict');
  });

  it('of the endpoint stop the search and keep what was found', async () => {
    let judged = 0;
    const quota = new ModelError({ kind: 'quota', message: 'The quota is used up.' });
    const model = new ScriptedModel({
      judge: () => ((judged += 1) > 9 ? quota : no),
      refine: (text, index) => refined(`${text}${String(index)}`),
    });
    const { tree } = await search({ start, model });
    expect(tree.outcome).toMatchObject({
      status: 'failed',
      stoppedBy: 'endpoint',
      reason: 'The quota is used up.',
    });
    expect([...tree.nodes.keys()].slice(0, 4)).toEqual(['0', '1', '2', '3']);
  });

  it('of one request alone do not stop it', async () => {
    const tooLong = new ModelError({ kind: 'context-length', message: 'Too long for the model.' });
    const model = new ScriptedModel({
      judge: (text) => (text === 'good' ? yes : text === 'long' ? tooLong : no),
      refine: (_text, index) => refined(index === 0 ? 'long' : 'good'),
    });
    const { tree } = await search({ start, model });
    expect(tree.nodes.get('1')?.failure).toEqual({ stage: 'judge', reason: 'Too long for the model.' });
    expect(tree.outcome).toMatchObject({ status: 'accepted', best: '2' });
  });
});

describe('limits', () => {
  it('ends at once when stopped, with all so far, even if the model never answers', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stop')), 5);
    const { tree } = await search({
      start: { ...start, critique: 'Cold.' },
      model: new SilentModel(),
      signal: stop.signal,
    });
    expect(tree.outcome).toMatchObject({ status: 'stopped', stoppedBy: 'abort' });
    expect([...tree.nodes.keys()]).toEqual(['0']);
  });

  it.each([
    ['nodes', { nodes: 4 }],
    ['tokens', { tokens: 3000 }],
    ['time', { milliseconds: 20 }],
  ] as const)('stops at the limit of %s', async (by, budget) => {
    const model = growing([]);
    model.delays = Array.from({ length: 50 }, () => (by === 'time' ? 15 : 0));
    const { tree } = await search({ start, model, settings: { budget } });
    expect(tree.outcome).toMatchObject({ status: 'stopped', stoppedBy: by });
    expect(tree.nodes.size).toBeLessThanOrEqual(by === 'nodes' ? 5 : 10);
    const { promptTokens, completionTokens } = tree.usage;
    if (by === 'tokens') expect(promptTokens + completionTokens).toBeLessThanOrEqual(3000);
  });

  it('a limit of time beyond what timers take stops nothing', async () => {
    const model = growing([]);
    model.delays = Array.from({ length: 3 }, () => 5);
    const settings = { depth: 1, budget: { milliseconds: 31_536_000_000 } };
    expect((await search({ start, model, settings })).tree.outcome).toMatchObject({ status: 'unsolved' });
  });

  it('stops at the limit of money, which needs a price', async () => {
    const price = { promptPerMillion: 1_000_000, completionPerMillion: 0, currency: 'USD' };
    const priced = await search({ start, model: growing([]), settings: { price, budget: { cost: 1200 } } });
    expect(priced.tree.outcome).toMatchObject({ status: 'stopped', stoppedBy: 'cost' });
    expect(priced.tree.cost).toBe(priced.tree.usage.promptTokens);
    const free = await search({ start, model: growing([]), settings: { budget: { cost: 1 } } });
    expect(free.tree.outcome).toMatchObject({ status: 'unsolved', cost: null });
  });
});

describe('the same seed', () => {
  it('differs from another seed', async () => {
    const one = growing([]);
    const two = growing([]);
    await search({ start, model: one, settings: { seed: 1 } });
    await search({ start, model: two, settings: { seed: 2 } });
    expect(one.requests[0]?.seeds).not.toEqual(two.requests[0]?.seeds);
  });
});

describe('going on', () => {
  it('refines further from a node, beneath it, without using its paths again', async () => {
    const model = growing([]);
    const first = await search({ start, model, settings: { depth: 1 } });
    const further = await search({
      start: { ...start, continueFrom: { tree: first.tree, path: '2' } },
      model: growing(['The sea.bb']),
      settings: { depth: 1 },
    });
    expect(drawn(further)).toMatchInlineSnapshot(`
      "0 · original · "The sea." · 0 yes 3 no 2 not drawn
      1 · refined · "The sea.a" · 0 yes 3 no 2 not drawn
      2 · refined · "The sea.b" · 0 yes 3 no 2 not drawn
      2.1 · refined · "The sea.ba" · 0 yes 3 no 2 not drawn
      2.2 · refined · "The sea.bb" · 3 yes 0 no 2 not drawn
      2.3 · refined · "The sea.bc" · 0 yes 3 no 2 not drawn
      3 · refined · "The sea.c" · 0 yes 3 no 2 not drawn
      accepted → 2.2"
    `);
    expect(further.tree.usage.requests).toBeGreaterThan(first.tree.usage.requests);
  });

  it('judges a text that a person edited as a new child', async () => {
    const first = await search({ start, model: growing([]), settings: { depth: 1 } });
    const builder = new SearchTreeBuilder(first.tree);
    const edit = { tree: first.tree, parent: '1', text: 'The warm sea.' };
    const dependencies = { model: growing(['The warm sea.']), settings: defaultSettings };
    for await (const event of judgeEdited(edit, dependencies, { signal: new AbortController().signal }))
      builder.fold(event);
    expect(builder.tree.nodes.get('1.1')).toMatchObject({
      node: { origin: 'edited' },
      judgement: { yes: 3, no: 0 },
    });
    expect(builder.tree.outcome).toMatchObject({ status: 'accepted', best: '1.1' });

    const failing = { ...edit, tree: builder.tree, text: 'A cold lake.' };
    for await (const event of judgeEdited(failing, dependencies, { signal: new AbortController().signal }))
      builder.fold(event);
    expect(builder.tree.nodes.get('1.2')).toMatchObject({ judgement: { yes: 0, no: 3 } });
    expect(builder.tree.outcome).toMatchObject({ status: 'accepted', best: '1.1' });
  });
});

describe('without a model', () => {
  const rules = {
    instruction: 'Describe the harbour. Do not use any commas in your response.',
    original: 'Boats, gulls, nets.',
  };

  it('mends by rules and says what was not checked', async () => {
    const { tree } = await search({ start: rules, model: null });
    expect(tree.outcome).toMatchObject({ status: 'accepted', complete: false, needsModel: false });
    const best = tree.nodes.get(tree.outcome?.best ?? '');
    expect(best).toMatchObject({ node: { origin: 'repaired' }, judgement: { by: 'rules', value: 1 } });
  });

  it('never says that a response follows what rules cannot see', async () => {
    const unseen = await search({ start, model: null });
    expect(unseen.tree.outcome).toMatchObject({ status: 'undetermined', needsModel: true, complete: false });
    const held = await search({ start: { ...rules, original: 'Boats and gulls.' }, model: null });
    expect(held.tree.outcome).toMatchObject({ status: 'undetermined', needsModel: true });
  });

  it('knows a response that follows an instruction which rules cover whole', async () => {
    const whole = { instruction: 'Do not use any commas in your response.', original: 'Boats and gulls.' };
    expect((await search({ start: whole, model: null })).tree.outcome).toMatchObject({
      status: 'already-follows',
      complete: true,
    });
  });

  it('names what needs a model', async () => {
    const long = {
      instruction: 'Describe the harbour. Your answer must contain at least 300 words.',
      original: 'Boats.',
    };
    const { outcome } = (await search({ start: long, model: null })).tree;
    expect(outcome).toMatchObject({ status: 'unsolved', needsModel: true, best: null });
    expect(outcome?.reason).toContain('300 words');
  });

  it('lets a verified violation settle a node without a single vote', async () => {
    const model = new ScriptedModel({
      judge: () => yes,
      refine: (_text, index) => refined(`Boats, ${String(index)}`),
    });
    const searched = await search({ start: rules, model, settings: { depth: 1 } });
    const refinedNodes = [...searched.tree.nodes.values()].filter(({ node }) => node?.origin === 'refined');
    expect(refinedNodes.map(({ judgement }) => [judgement?.by, judgement?.value])).toEqual(
      refinedNodes.map(() => ['rules', 0]),
    );
  });
});
