import { describe, expect, it } from 'vitest';
import type { SearchEvent } from '../../../../src/spar/search/events';
import type { ConstraintCheck } from '../../../../src/spar/verifiers/constraint';
import type { Session } from '../../../../src/editor/sessions/session';
import { pathsInOrder } from '../../../../src/editor/sessions/standing';
import { describeNode, describeSession, percentWords } from '../../../../src/views/refinements/describe';
import { nodeTooltip } from '../../../../src/views/refinements/tooltip';
import { finished, grown, item, node, started, storeOfFakes, votes } from '../../editor/sessions/fakes';

async function sessionOf(
  ...events: readonly SearchEvent[]
): Promise<{ session: Session; store: ReturnType<typeof storeOfFakes>['store'] }> {
  const { store, engine } = storeOfFakes();
  engine.script = events;
  const { session, finished: end } = store.start(item);
  await end;
  return { session, store };
}

/** The view as a person reads it. */
function shown(session: Session): readonly string[] {
  const line = ({ label, description }: { label: string; description: string }, depth: number): string =>
    `${'  '.repeat(depth)}${label} | ${description}`;
  return [
    line(describeSession(session), 0),
    ...pathsInOrder(session.tree).map((path) =>
      line(describeNode(session, path), (session.tree.nodes.get(path)?.depth ?? 0) + 1),
    ),
  ];
}

function check(text: string, isHeld: boolean): ConstraintCheck {
  return {
    constraint: { id: text, type: text, args: {}, text, span: null },
    result: isHeld ? { state: 'held' } : { state: 'broken', message: `${text} is broken.`, spans: [] },
  };
}

const broken = [check('no comma', false), check('3 highlights', false), check('≥ 300 words', true)];
const usage = { requests: 3, sequences: 9, promptTokens: 840, completionTokens: 400, estimated: false };

describe('the lines of a search', () => {
  it('read like the design says', async () => {
    const { session } = await sessionOf(
      started({ from: node('0', { checks: broken }), model: 'm' }),
      { type: 'node-judged', path: '0', judgement: votes(0, 5) },
      ...grown('1', votes(2, 3), { origin: 'repaired', distance: 0.03 }),
      ...grown('1.2', votes(5, 0), { distance: 0.04 }),
      ...grown('2', votes(0, 3, { notDrawn: 2 }), { distance: 0.31 }),
      { type: 'node-started', path: '3', parent: '0', depth: 1 },
      { type: 'node-failed', path: '3', stage: 'judge', reason: 'no verdict after 3 tries' },
      finished({ best: '1.2', usage }),
    );
    expect(shown(session)).toEqual([
      'Say hello. Use no commas. | solved · 2 of 3 constraints broken · 1,240 tokens',
      '  Original | 0/5 · no comma ✗  3 highlights ✗  ≥ 300 words ✓',
      '    1  by rule | 2/5 · 3 % changed',
      '      1.2 | 5/5 · 4 % changed · best',
      '    2 | 0/3 · 31 % changed',
      '    3 | failed: no verdict after 3 tries',
    ]);
  });

  it('say where rules were all there was', async () => {
    const byRules = (value: number | null) => votes(0, 0, { by: 'rules', value });
    const { session } = await sessionOf(
      started({ from: node('0', { checks: [check('no comma', false)] }) }),
      { type: 'node-judged', path: '0', judgement: byRules(0) },
      ...grown('1', byRules(null), { origin: 'repaired', distance: 0.2, checks: [check('no comma', true)] }),
      finished({ status: 'undetermined', needsModel: true, complete: false, best: '1' }),
    );
    expect(shown(session)).toEqual([
      'Say hello. Use no commas. | needs a model · checked by rules only · 1 of 1 constraint broken',
      '  Original | no comma ✗',
      '    1  by rule | checked by rules only · 20 % changed · best · no comma ✓',
    ]);
  });

  it('say which constraints are held and which are broken, and of many how many', async () => {
    const many = (held: number, broken: number) => [
      ...Array.from({ length: held }, (_, at) => check(`held ${at + 1}`, true)),
      ...Array.from({ length: broken }, (_, at) => check(`broken ${at + 1}`, false)),
    ];
    const long = check('without “very”, “really” and the like', true);
    const { session } = await sessionOf(
      started({ from: node('0', { checks: many(6, 6) }) }),
      ...grown('1', votes(5, 0), { checks: many(6, 0) }),
      ...grown('2', votes(0, 0, { by: 'rules', value: 0 }), { checks: many(1, 1) }),
      ...grown('3', votes(5, 0), { checks: [long, check('two\nlines', true)] }),
      ...grown('4', votes(5, 0), { checks: [long] }),
      finished(),
    );
    expect(shown(session).slice(1)).toEqual([
      '  Original | not judged · broken 1 ✗  broken 2 ✗  broken 3 ✗  broken 4 ✗  2 more ✗  6 more ✓',
      '    1 | 5/5 · 25 % changed · best · held 1 ✓  held 2 ✓  held 3 ✓  held 4 ✓  2 more ✓',
      '    2 | broken 1 ✗  held 1 ✓ · 25 % changed',
      '    3 | 5/5 · 25 % changed · without “very”, “really”… ✓  two lines ✓',
      '    4 | 5/5 · 25 % changed · without “very”, “really” and the like ✓',
    ]);
    expect(describeNode(session, '2').spoken).toBe('Candidate 2: broken 1 broken, held 1 held, 25 % changed');
  });

  it('say where votes or a critique disagree with the rules, and on which word it rests', async () => {
    const audit = { yes: 4, no: 1, unparsed: 0, votes: [] };
    const byRules = (value: number) => votes(0, 0, { by: 'rules', value });
    const { session } = await sessionOf(
      started({ from: node('0', { checks: [check('a', true)] }) }),
      {
        type: 'node-judged',
        path: '0',
        judgement: votes(0, 0, { by: 'given', value: 0, verdict: 'no' }),
      },
      ...grown('1', { ...byRules(0), audit }, { checks: [check('a', false), check('b', true)] }),
      ...grown('2', { ...byRules(0), audit: { ...audit, yes: 1, no: 4 } }, { checks: [check('a', false)] }),
      finished({ best: null, status: 'unsolved' }),
    );
    expect(shown(session).slice(1)).toEqual([
      '  Original | critique and rules disagree · critique given · a ✓',
      '    1 | votes and rules disagree · a ✗  b ✓ · 25 % changed',
      '    2 | a ✗ · 25 % changed',
    ]);
    expect(['0', '1', '2'].map((path) => describeNode(session, path).icon)).toEqual([
      'comment-unresolved',
      'comment-unresolved',
      'close',
    ]);
    expect(nodeTooltip(session, '1')).toContain(
      'The model, asked without being told what rules found, says that it follows the instruction; by rule it breaks: a.',
    );
    expect(nodeTooltip(session, '0')).toContain('every constraint holds');
  });

  it('say what was decided, and what is edited and not decided', async () => {
    const { session, store } = await sessionOf(
      started(),
      ...grown('1', votes(4, 1)),
      ...grown('2', votes(5, 0)),
      finished(),
    );
    await store.reject(session, '1');
    await store.saveReviewState(session, '2', { editedText: 'Mine', kept: [], undone: [], savedAt: 1 });
    expect(shown(session).slice(2)).toEqual([
      '    1 | rejected · 4/5 · 25 % changed · best',
      '    2 | 5/5 · 25 % changed · edits not accepted yet',
    ]);
    await store.accept(session, '2');
    expect(shown(session)[0]).toBe('Say hello. Use no commas. | pair saved');
  });

  it.each([
    [{ status: 'already-follows', complete: true }, 'already follows'],
    [{ status: 'already-follows', complete: false }, 'nothing broken · checked by rules only'],
    [{ status: 'unsolved' }, 'unsolved'],
    [{ status: 'stopped', stoppedBy: 'abort' }, 'stopped'],
    [{ status: 'stopped', stoppedBy: 'tokens' }, 'stopped: token budget used up'],
    [{ status: 'stopped', stoppedBy: 'endpoint' }, 'paused: the model does not answer'],
    [{ status: 'failed', stoppedBy: 'endpoint' }, 'paused: the model does not answer'],
    [{ status: 'failed', reason: 'The judge\ngave up.' }, 'failed: The judge gave up.'],
  ] as const)('say how a search ended: %o', async (outcome, words) => {
    const { session } = await sessionOf(started(), finished({ best: null, ...outcome }));
    expect(describeSession(session).description).toBe(words);
  });

  it('say what runs, and what a closed window interrupted', () => {
    const { store, engine } = storeOfFakes();
    engine.hold = true;
    const { session } = store.start(item);
    expect(describeSession(session)).toMatchObject({
      description: 'searching…',
      icon: 'sync~spin',
      capabilities: ['session', 'running'],
    });
    expect(
      describeSession({
        ...session,
        title: session.title,
        tree: session.tree,
        isRunning: false,
        decisions: session.decisions,
        areConstraintsChanged: false,
      }),
    ).toMatchObject({
      description: 'interrupted, can be resumed',
    });
  });
});

describe('the capabilities of a line', () => {
  it('tell menus what can be done with it', async () => {
    const { session, store } = await sessionOf(
      started(),
      ...grown('1', votes(4, 1)),
      ...grown('1.1', votes(1, 4)),
      finished(),
    );
    const of = (path: string) => describeNode(session, path).capabilities.join(' ');
    expect([of('0'), of('1'), of('1.1')]).toEqual([
      'original extendable',
      'candidate undecided pending extendable',
      'candidate child undecided extendable',
    ]);
    await store.accept(session, '1');
    expect([of('1'), of('1.1')]).toEqual([
      'candidate decided extendable',
      'candidate child undecided extendable',
    ]);
  });

  it('are none for a node that failed or is gone', async () => {
    const { session } = await sessionOf(
      started(),
      { type: 'node-started', path: '1', parent: '0', depth: 1 },
      { type: 'node-failed', path: '1', stage: 'refine', reason: 'no markers' },
      finished({ best: null }),
    );
    expect([describeNode(session, '1').capabilities, describeNode(session, '9').description]).toEqual([
      [],
      'no longer in the tree',
    ]);
  });
});

describe('a long instruction', () => {
  it('is cut so that the state beside it can be read', async () => {
    const { store, engine } = storeOfFakes();
    engine.script = [started(), finished({ best: null })];
    const { session, finished: end } = store.start({
      ...item,
      instruction: 'Write a short note that invites the neighbours to a picnic.',
    });
    await end;
    expect(describeSession(session)).toMatchObject({
      label: 'Write a short note that…',
      spoken: 'Search: Write a short note that invites the neighbours to a picnic.: solved',
    });
  });
});

describe('percentWords', () => {
  it('never calls a change none', () => {
    expect([0, 0.001, 0.04, 1].map(percentWords)).toEqual([
      'no word changed',
      'under 1 % changed',
      '4 % changed',
      '100 % changed',
    ]);
  });
});
