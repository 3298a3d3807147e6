import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../../src/commands/candidates';
import { finished, grown, item, started, storeOfFakes, votes } from '../editor/sessions/fakes';

async function setUp() {
  const { store, engine } = storeOfFakes();
  engine.script = [started(), ...grown('1', votes(4, 1)), ...grown('2', votes(5, 0)), finished()];
  const { session, finished: end } = store.start(item);
  await end;
  return { store, session };
}

describe('candidatesOf', () => {
  it('takes what a menu hands over: the item, or all that are selected', async () => {
    const { store, session } = await setUp();
    const one = { kind: 'node', session, path: '1' };
    const two = { kind: 'node', session, path: '2' };
    const sources = { store, selection: () => [], active: () => null };
    const paths = (...args: readonly unknown[]): readonly string[] =>
      candidatesOf(sources, args).map(({ path }) => path);
    expect([paths(one), paths(one, [one, two]), paths({ kind: 'session', session })]).toEqual([
      ['1'],
      ['1', '2'],
      ['0'],
    ]);
  });

  it('takes what a lens hands over, and refuses everything else', async () => {
    const { store, session } = await setUp();
    const sources = { store, selection: () => [], active: () => null };
    const paths = (argument: unknown): readonly string[] =>
      candidatesOf(sources, [argument]).map(({ path }) => path);
    expect(paths({ sessionId: session.id, path: '2' })).toEqual(['2']);
    for (const other of [
      undefined,
      null,
      7,
      'x',
      {},
      { sessionId: 'gone', path: '1' },
      { session: { ...session }, path: '1' },
    ]) {
      expect(paths(other)).toEqual([]);
    }
  });

  it('takes the active review first, then what is selected in the view', async () => {
    const { store, session } = await setUp();
    const selection = () => [{ session, path: '1' }];
    const active = () => ({ sessionId: session.id, path: '2' });
    expect([
      candidatesOf({ store, selection, active }, []).map(({ path }) => path),
      candidatesOf({ store, selection, active: () => null }, []).map(({ path }) => path),
    ]).toEqual([['2'], ['1']]);
  });

  it('takes the selection for a key pressed in the view, whatever is open in the editor', async () => {
    const { store, session } = await setUp();
    const selection = () => [{ session, path: '1' }];
    const active = () => ({ sessionId: session.id, path: '2' });
    const key = { from: 'refinements' };
    expect(candidatesOf({ store, selection, active }, [key]).map(({ path }) => path)).toEqual(['1']);
  });
});
