import { describe, expect, it } from 'vitest';
import { added, switched } from '../../../../src/editor/sessions/choices';
import { defaultSettings } from '../../../../src/spar/search/settings';
import type { Session } from '../../../../src/editor/sessions/session';
import { finished, grown, item, node, started, storeOfFakes, votes } from './fakes';

/** A session in lines: `path standing decision`. */
function shown(session: Session): readonly string[] {
  return [...session.tree.nodes.values()].map(({ path, judgement }) =>
    [
      path,
      judgement === null ? '-' : `${judgement.yes}/${judgement.yes + judgement.no}`,
      session.decisions.get(path)?.state ?? '',
    ]
      .join(' ')
      .trim(),
  );
}

const script = [
  started(),
  { type: 'node-judged' as const, path: '0', judgement: votes(0, 5) },
  ...grown('1', votes(4, 1), { text: 'Hello world' }),
  ...grown('2', votes(1, 4)),
  finished(),
];

async function solved() {
  const fakes = storeOfFakes();
  fakes.engine.script = script;
  const { session, finished: end } = fakes.store.start(item);
  await end;
  return { ...fakes, session };
}

describe('a search', () => {
  it('shows at once, before anything else has happened', () => {
    const { store } = storeOfFakes();
    const { session } = store.start(item);
    expect({ sessions: store.sessions, isRunning: session.isRunning, title: session.title }).toEqual({
      sessions: [session],
      isRunning: true,
      title: 'Say hello. Use no commas.',
    });
  });

  it('folds its events and says which paths changed', async () => {
    const { store, engine } = storeOfFakes();
    engine.script = script;
    const changes: string[] = [];
    store.onDidChange(({ paths }) => changes.push(paths.join(',')));
    const { session, finished: end } = store.start(item);
    await end;
    expect(shown(session)).toEqual(['0 0/5', '1 4/5', '2 1/5']);
    expect(changes).toEqual(['0', '0', '0,1', '1', '0,2', '2', '0', '0']);
    expect(session.isRunning).toBe(false);
  });

  it('can be stopped, and keeps what it found', async () => {
    const { store, engine } = storeOfFakes();
    engine.script = [started(), ...grown('1', votes(1, 4))];
    engine.hold = true;
    const { session, finished: end } = store.start(item);
    await new Promise((resolve) => setImmediate(resolve));
    store.stop(session);
    await end;
    expect(shown(session)).toEqual(['0 -', '1 1/5']);
    expect(session.tree.outcome?.stoppedBy).toBe('abort');
  });

  it('that throws is told, and can be started again', async () => {
    const { store, engine, problems } = storeOfFakes();
    engine.failure = new Error('no such model');
    const { session, finished: end } = store.start(item);
    await end;
    expect(problems.told).toEqual(['search: Error: no such model']);
    engine.failure = null;
    engine.script = script;
    await store.resume(session);
    expect(shown(session)).toEqual(['0 0/5', '1 4/5', '2 1/5']);
    expect(engine.searches[1]?.continueFrom).toBeNull();
  });

  it('goes on when its journal can not be written', async () => {
    const { store, engine, journals, problems } = storeOfFakes();
    journals.failure = new Error('disk full');
    engine.script = script;
    const { session, finished: end } = store.start(item);
    await end;
    expect(shown(session)).toEqual(['0 0/5', '1 4/5', '2 1/5']);
    expect(new Set(problems.told)).toEqual(new Set(['journal: Error: disk full']));
  });

  it('grows on from a node', async () => {
    const { store, engine, session } = await solved();
    engine.script = [started({ from: node('2') }), ...grown('2.1', votes(5, 0)), finished({ best: '2.1' })];
    await store.refineFurther(session, '2');
    expect(engine.searches[1]?.continueFrom?.path).toBe('2');
    expect(shown(session)).toEqual(['0 0/5', '1 4/5', '2 1/5', '2.1 5/5']);
  });

  it('once decided on is resumed with new nodes, so that decisions keep their texts', async () => {
    const { store, engine, session } = await solved();
    await store.reject(session, '2');
    await store.resume(session);
    expect(engine.searches[1]?.continueFrom?.path).toBe('0');
  });
});

describe('pending candidates', () => {
  it('are those that pass, until one is accepted', async () => {
    const { store, session } = await solved();
    expect(store.pending().map(({ path }) => path)).toEqual(['1']);
    await store.accept(session, '1');
    expect(store.pending()).toEqual([]);
    await store.undoDecision(session, '1');
    expect(store.pending().map(({ path }) => path)).toEqual(['1']);
  });

  it('hold the best of a search that found none', async () => {
    const { store, engine } = storeOfFakes();
    engine.script = [started(), ...grown('1', votes(2, 3)), finished({ status: 'unsolved', best: '1' })];
    await store.start(item).finished;
    expect(store.pending().map(({ path }) => path)).toEqual(['1']);
  });
});

describe('accepting', () => {
  it('writes the pair and remembers it', async () => {
    const { store, session, pairs } = await solved();
    expect(await store.accept(session, '1')).toMatchObject({ status: 'accepted', path: '1' });
    expect(pairs.lines).toEqual(['accepted 1: Hello world']);
    expect(shown(session)).toEqual(['0 0/5', '1 4/5 accepted', '2 1/5']);
  });

  it('asks first where the candidate does not pass', async () => {
    const { store, session, pairs } = await solved();
    expect(await store.accept(session, '2')).toEqual({
      status: 'not-passing',
      path: '2',
      reason: 'The judge gave it 1 of 5 votes.',
    });
    expect(pairs.lines).toEqual([]);
    await store.accept(session, '2', { anyway: true });
    expect(pairs.lines).toEqual(['accepted 2: Hello world 2']);
  });

  it('judges a mixture as a node of its own before it counts', async () => {
    const { store, session, engine, pairs } = await solved();
    engine.editScript = ({ text }) => grown('2.1', votes(3, 0), { origin: 'edited', text });
    const result = await store.accept(session, '2', { kept: [0], editedText: 'Hello world' + '!' });
    expect(engine.edits).toEqual([{ parent: '2', text: 'Hello world!' }]);
    expect(result).toMatchObject({ status: 'accepted', path: '2.1', decision: { madeOf: '2', kept: [0] } });
    expect(pairs.lines).toEqual(['accepted 2.1 of 2 keeping 0: Hello world!']);
  });

  it('keeps an edit whose judgement fails, undecided', async () => {
    const { store, session, engine, pairs } = await solved();
    engine.editScript = ({ text }) => grown('1.1', votes(0, 3), { origin: 'edited', text });
    const edit = { editedText: 'Hello, planet' };
    expect(await store.accept(session, '1', edit)).toMatchObject({ status: 'not-passing', path: '1.1' });
    expect(await store.accept(session, '1', { ...edit, anyway: true })).toMatchObject({ status: 'accepted' });
    expect(engine.edits).toHaveLength(1);
    expect(pairs.lines).toEqual(['accepted 1.1 of 1: Hello, planet']);
  });

  it('says so where an edit gets no verdict', async () => {
    const { store, session, pairs } = await solved();
    expect(await store.accept(session, '1', { editedText: 'Other' })).toMatchObject({ status: 'failed' });
    expect(pairs.lines).toEqual([]);
  });

  it('refuses the original', async () => {
    const { store, session } = await solved();
    expect(await store.accept(session, '1', { kept: [] })).toMatchObject({ status: 'failed' });
  });

  it('decides nothing where the dataset can not be written', async () => {
    const { store, session, pairs } = await solved();
    pairs.failure = new Error('read-only');
    await expect(store.accept(session, '1')).rejects.toThrow('read-only');
    expect(shown(session)).toEqual(['0 0/5', '1 4/5', '2 1/5']);
  });
});

const comma = { id: 'comma', type: 'comma', args: {}, text: 'no comma', span: null };
const length = { id: 'words', type: 'words', args: { n: 9 }, text: '9 words', span: null };

async function constrained() {
  const fakes = storeOfFakes();
  fakes.engine.script = [started({ constraints: [comma, length] }), ...script.slice(1)];
  const { session, finished: end } = fakes.store.start(item);
  await end;
  return { ...fakes, session };
}

/** The ids that a search is started with. */
function asked(engine: ReturnType<typeof storeOfFakes>['engine'], at: number): readonly string[] | undefined {
  return engine.searches[at]?.item.constraints?.map(({ id }) => id);
}

describe('constraints that a person chooses', () => {
  it('change no verdict that is there, and are told', async () => {
    const { store, session } = await constrained();
    const told: number[] = [];
    store.onDidChange(({ paths }) => told.push(paths.length));
    const before = shown(session);
    await store.choose(session, switched(session.choices, 'comma', false));
    expect([shown(session), told, session.areConstraintsChanged]).toEqual([before, [0], true]);
    await store.choose(session, switched(session.choices, 'comma', true));
    expect(session.areConstraintsChanged).toBe(false);
  });

  it('are checked by the next search, in place of a tree that nobody has touched', async () => {
    const { store, engine, session } = await constrained();
    await store.choose(session, switched(session.choices, 'comma', false));
    engine.script = [started({ constraints: [length] }), ...grown('1', votes(5, 0)), finished()];
    const again = store.searchAgain(session);
    await again.finished;
    expect(again.session).toBe(session);
    expect([asked(engine, 1), engine.searches[1]?.continueFrom]).toEqual([['words'], null]);
    expect([shown(session), session.areConstraintsChanged]).toEqual([['0 -', '1 5/5'], false]);
    expect(session.choices.map(({ isActive }) => isActive)).toEqual([false, true]);
  });

  it('make a session of their own beside decisions, which keep their texts', async () => {
    const { store, engine, session } = await constrained();
    await store.reject(session, '2');
    await store.choose(session, switched(session.choices, 'words', false));
    engine.script = [started({ constraints: [comma] }), ...script.slice(1)];
    const again = store.searchAgain(session);
    await again.finished;
    expect(again.session).not.toBe(session);
    expect([asked(engine, 1), shown(session)]).toEqual([['comma'], ['0 0/5', '1 4/5', '2 1/5 rejected']]);
    expect(again.session.choices.map(({ isActive }) => isActive)).toEqual([true, false]);
    expect([session, again.session].map((each) => each.areConstraintsChanged)).toEqual([false, false]);
    expect(session.choices.map(({ isActive }) => isActive)).toEqual([true, true]);
  });

  it('are what an untouched search goes on with when it is resumed', async () => {
    const { store, engine, session } = await constrained();
    await store.choose(session, switched(session.choices, 'comma', false));
    await store.resume(session);
    expect(asked(engine, 1)).toEqual(['words']);
  });

  it('are left alone by a search further from a node', async () => {
    const { store, engine, session } = await constrained();
    await store.choose(session, switched(session.choices, 'comma', false));
    engine.script = [started({ constraints: [comma, length], from: node('2') }), finished()];
    await store.refineFurther(session, '2');
    expect([asked(engine, 1), session.areConstraintsChanged]).toEqual([['comma', 'words'], true]);
  });

  it('leave the tree as it is where no search can begin', async () => {
    const { store, engine, session } = await constrained();
    await store.choose(session, switched(session.choices, 'comma', false));
    engine.failure = new Error('no such model');
    engine.script = [];
    await store.searchAgain(session).finished;
    expect([shown(session), session.areConstraintsChanged]).toEqual([['0 0/5', '1 4/5', '2 1/5'], true]);
  });

  it('are not searched while the search still runs', async () => {
    const { store, engine } = storeOfFakes();
    engine.hold = true;
    const { session, finished: end } = store.start(item);
    await new Promise((resolve) => setImmediate(resolve));
    await store.searchAgain(session).finished;
    expect(engine.searches).toHaveLength(1);
    store.stop(session);
    await end;
  });

  it('judge again what was only judged, with the critique that came with it', async () => {
    const { store, engine } = storeOfFakes();
    const given = votes(0, 0, { by: 'given', value: 0, critique: 'Too long.' });
    const settings = { ...defaultSettings, depth: 0 };
    engine.script = [
      started({ settings, constraints: [comma] }),
      { type: 'node-judged', path: '0', judgement: given },
      finished({ best: null }),
    ];
    const { session, finished: end } = store.start({ ...item, judgeOnly: true });
    await end;
    await store.searchAgain(session).finished;
    expect(engine.searches[1]?.item).toMatchObject({ judgeOnly: true, critique: 'Too long.' });
  });

  it('and what earlier searches of the tree used come back with a reload', async () => {
    const usage = { requests: 1, sequences: 1, promptTokens: 5, completionTokens: 5, estimated: false };
    const { store, engine, session, journals } = await constrained();
    engine.script = [started({ constraints: [length] }), ...grown('1', votes(5, 0)), finished({ usage })];
    await store.choose(session, switched(session.choices, 'comma', false));
    await store.searchAgain(session).finished;
    await store.searchAgain(session).finished;
    await store.choose(session, added(session.choices, [{ ...comma, args: { m: 1 }, source: 'person' }]));
    store.dispose();
    const after = storeOfFakes(journals).store;
    await after.restore();
    const [restored] = after.sessions;
    expect(restored && [shown(restored), restored.choices, restored.areConstraintsChanged]).toEqual([
      ['0 -', '1 5/5'],
      session.choices,
      true,
    ]);
    expect(restored?.tree.usage.promptTokens).toBe(10);
  });

  it('of a search beside another come back, too', async () => {
    const { store, session, journals } = await constrained();
    await store.reject(session, '2');
    await store.choose(session, switched(session.choices, 'words', false));
    const again = store.searchAgain(session);
    await again.finished;
    store.dispose();
    const after = storeOfFakes(journals).store;
    await after.restore();
    expect(after.find(again.session.id)?.choices).toEqual(again.session.choices);
    expect(after.find(session.id)?.areConstraintsChanged).toBe(false);
  });
});

describe('a reload', () => {
  it('brings back searches, decisions, undone decisions and reviews', async () => {
    const { store, session, journals } = await solved();
    const state = { editedText: 'Hello you', kept: [0], undone: [1], savedAt: 7 };
    await store.saveReviewState(session, '1', state);
    await store.reject(session, '2');
    await store.accept(session, '1');
    await store.undoDecision(session, '1');
    store.dispose();
    const after = storeOfFakes(journals).store;
    await after.restore();
    const [restored] = after.sessions;
    expect(restored && shown(restored)).toEqual(['0 0/5', '1 4/5', '2 1/5 rejected']);
    expect(restored?.reviewState('1')).toEqual(state);
    expect(restored?.tree.outcome?.best).toBe('1');
  });

  it('happens once, and leaves the newest first', async () => {
    const { store, engine, journals } = storeOfFakes();
    engine.script = script;
    await store.start({ ...item, instruction: 'first' }).finished;
    await store.start({ ...item, instruction: 'second' }).finished;
    const after = storeOfFakes(journals).store;
    await Promise.all([after.restore(), after.restore()]);
    expect(after.sessions.map(({ title }) => title)).toEqual(['second', 'first']);
  });

  it('does not bring back what was taken off the list', async () => {
    const { store, session, journals } = await solved();
    await store.remove(session);
    expect(store.sessions).toEqual([]);
    const after = storeOfFakes(journals).store;
    await after.restore();
    expect(after.sessions).toEqual([]);
  });
});
