import { describe, expect, it } from 'vitest';
import { edited, switched } from '../../../../src/editor/sessions/choices';
import type { Disposable } from '../../../../src/editor/emitter';
import { RefinementsModel, type RefinementElement } from '../../../../src/views/refinements/model';
import { finished, grown, item, started, storeOfFakes, votes } from '../../editor/sessions/fakes';

/** A clock that ticks when the test says so. */
class HandClock {
  private waiting: (() => void) | null = null;

  readonly later = (callback: () => void): Disposable => {
    this.waiting = callback;
    return { dispose: () => (this.waiting = null) };
  };

  tick(): void {
    const callback = this.waiting;
    this.waiting = null;
    callback?.();
  }
}

function setUp() {
  const fakes = storeOfFakes();
  const clock = new HandClock();
  const model = new RefinementsModel({ store: fakes.store, later: clock.later });
  const changes: (string | null)[] = [];
  model.onDidChange((elements) =>
    changes.push(elements === null ? null : elements.map(nameOf).sort().join(' ')),
  );
  /** Looks at every line, as a view with all of the tree open does. */
  const lookAtAll = (elements = model.roots()): void => {
    for (const element of elements) {
      model.describe(element);
      lookAtAll(model.childrenOf(element));
    }
  };
  return { ...fakes, clock, model, changes, lookAtAll };
}

function nameOf(element: RefinementElement): string {
  switch (element.kind) {
    case 'node':
      return element.path;
    case 'constraint':
      return `constraint ${element.id}`;
    case 'part':
      return `part ${element.index}`;
    default:
      return element.kind;
  }
}

describe('RefinementsModel', () => {
  it('gives the same object for the same line, whoever asks', async () => {
    const { store, engine, model } = setUp();
    engine.script = [started(), ...grown('1', votes(4, 1)), ...grown('1.1', votes(5, 0)), finished()];
    await store.start(item).finished;
    const [session] = model.roots();
    const [constraints, root] = session === undefined ? [] : model.childrenOf(session);
    const [one] = root === undefined ? [] : model.childrenOf(root);
    const [deep] = one === undefined ? [] : model.childrenOf(one);
    expect([session, constraints, root, one, deep].map((element) => element && nameOf(element))).toEqual([
      'session',
      'constraints',
      '0',
      '1',
      '1.1',
    ]);
    expect(deep && model.parentOf(deep)).toBe(one);
    expect(one && model.parentOf(one)).toBe(root);
    expect(root && model.parentOf(root)).toBe(session);
    expect(constraints && model.parentOf(constraints)).toBe(session);
    expect(session && model.parentOf(session)).toBeNull();
  });

  it('shows a search with its original as soon as it is begun', async () => {
    const { store, engine, model, clock, changes, lookAtAll } = setUp();
    engine.script = [started(), ...grown('1', votes(4, 1)), finished()];
    const { finished: end } = store.start(item);
    const told = changes.splice(0);
    const [session] = model.roots();
    const [root] = session === undefined ? [] : model.childrenOf(session);
    const shown = [session, root].map((element) => element && model.describe(element).description);
    lookAtAll();
    await end;
    clock.tick();
    expect([told, shown, changes]).toEqual([[null], ['searching…', 'checking…'], ['session', 'session']]);
  });

  it('tells only lines that read differently, the topmost of them, together in a tick', async () => {
    const { store, engine, clock, lookAtAll, changes } = setUp();
    engine.script = [
      started(),
      ...grown('1', votes(2, 3)),
      ...grown('2', votes(1, 4)),
      finished({ status: 'unsolved', best: null }),
    ];
    const { session, finished: end } = store.start(item);
    await end;
    lookAtAll();
    clock.tick();
    changes.length = 0;
    await store.reject(session, '2');
    clock.tick();
    expect(changes).toEqual(['2']);
  });

  it('tells nothing of tokens while a search runs, so that no tree is drawn anew for them', async () => {
    const { store, engine, clock, lookAtAll, changes } = setUp();
    const usage = { requests: 1, sequences: 1, promptTokens: 5, completionTokens: 5, estimated: false };
    engine.hold = true;
    engine.script = [started()];
    const { session, finished: end } = store.start(item);
    await new Promise((resolve) => setImmediate(resolve));
    clock.tick();
    lookAtAll();
    changes.length = 0;
    engine.script = [{ type: 'usage-updated', usage, cost: null }];
    await store.saveReviewState(session, '0', { editedText: null, kept: [], undone: [], savedAt: 1 });
    clock.tick();
    expect(changes).toEqual([]);
    store.stop(session);
    await end;
  });

  it('tells the constraints of a search with the line above them, and only where they read differently', async () => {
    const { store, engine, clock, lookAtAll, changes, model } = setUp();
    const comma = { id: 'c/1', type: 'c', args: {}, text: 'no comma', span: null };
    engine.script = [
      started({ constraints: [comma, { ...comma, id: 'd', type: 'd' }], unchecked: ['Be kind.'] }),
      ...grown('1', votes(4, 1)),
      finished(),
    ];
    const { session, finished: end } = store.start(item);
    await end;
    clock.tick();
    lookAtAll();
    changes.length = 0;
    const line = model.constraintsElement(session);
    const below = model.childrenOf(line);
    expect(below.map(nameOf)).toEqual(['constraint c/1', 'constraint d', 'part 0']);
    expect(below.map((element) => model.parentOf(element))).toEqual([line, line, line]);
    await store.saveReviewState(session, '1', { editedText: null, kept: [0], undone: [], savedAt: 1 });
    clock.tick();
    expect(changes).toEqual([]);
    await store.choose(session, switched(session.choices, 'd', false));
    clock.tick();
    // The search's own line says so, too, and all of it is drawn with it.
    expect(changes).toEqual(['session']);
    lookAtAll();
    await store.choose(
      session,
      edited(session.choices, { ...comma, text: 'no commas at all', args: { n: 1 } }),
    );
    clock.tick();
    expect(changes.at(-1)).toBe('constraints');
  });

  it('tells the list when a search comes or goes', async () => {
    const { store, engine, changes } = setUp();
    engine.script = [started(), finished()];
    const { session, finished: end } = store.start(item);
    await end;
    await store.remove(session);
    expect(changes.filter((change) => change === null)).toHaveLength(2);
  });

  it('stays quick with 10,000 nodes: a change costs lines, not trees', async () => {
    const { store, engine, clock, model, changes } = setUp();
    const many = Array.from({ length: 100 }, (_, at) => `${at + 1}`).flatMap((parent) => [
      ...grown(parent, votes(1, 4)),
      ...Array.from({ length: 99 }, (_, at) => grown(`${parent}.${at + 1}`, votes(1, 4))).flat(),
    ]);
    engine.script = [started(), ...many, finished({ status: 'unsolved', best: null })];
    const { session, finished: end } = store.start(item);
    await end;
    expect(session.tree.nodes.size).toBe(10_001);
    const element = model.nodeElement(session, '50.50');
    model.describe(element);
    clock.tick();
    changes.length = 0;
    await store.reject(session, '50.50');
    clock.tick();
    expect(changes).toEqual(['50.50']);
  });
});
