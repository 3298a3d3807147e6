import { describe, expect, it } from 'vitest';
import { constraintOf, constraintsOf, sessionOf } from '../../../src/commands/constraintTargets';
import type { Session } from '../../../src/editor/sessions/session';
import { finished, item, started, storeOfFakes } from '../editor/sessions/fakes';

const comma = { id: 'comma', type: 'comma', args: {}, text: 'no comma', span: null };

async function setUp() {
  const { store, engine } = storeOfFakes();
  engine.script = [started({ constraints: [comma] }), finished()];
  await store.start(item).finished;
  await store.start(item).finished;
  const [newest, oldest] = store.sessions;
  if (newest === undefined || oldest === undefined) throw new Error('two sessions were started');
  let lines: readonly unknown[] = [];
  const sources = { store, selectedLines: () => lines };
  const select = (...selected: readonly unknown[]) => (lines = selected);
  return { store, newest, oldest, sources, select };
}

const line = (session: Session, id: string) => ({ kind: 'constraint', session, id });

describe('the constraint that a command is meant for', () => {
  it('is the one of its line, or the first that is selected', async () => {
    const { newest, oldest, sources, select } = await setUp();
    expect(constraintOf(sources, [line(oldest, 'comma')])).toMatchObject({
      session: oldest,
      choice: { constraint: comma },
    });
    select({ kind: 'session', session: newest }, line(newest, 'comma'));
    expect(constraintOf(sources, [{ from: 'refinements' }])?.session).toBe(newest);
    expect(constraintOf(sources, [])?.session).toBe(newest);
    const both = [line(newest, 'comma'), line(oldest, 'comma')];
    expect(constraintsOf(sources, [both[0], both]).map(({ session }) => session)).toEqual([newest, oldest]);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'comma'],
    ['a constraint that is gone', { session: 0, id: 'gone' }],
    ['a session that is none', { session: { id: 'x' }, id: 'comma' }],
  ])('is none for %s', async (_, argument) => {
    const { newest, sources } = await setUp();
    const given =
      typeof argument === 'object' && argument.session === 0 ? { ...argument, session: newest } : argument;
    expect(constraintOf(sources, [given])).toBeNull();
  });

  it('is none once its search is off the list', async () => {
    const { store, oldest, sources } = await setUp();
    await store.remove(oldest);
    expect(constraintOf(sources, [line(oldest, 'comma')])).toBeNull();
  });
});

describe('the search that a command is meant for', () => {
  it('is that of the line, of the selection, or the newest that suits', async () => {
    const { newest, oldest, sources, select } = await setUp();
    expect(sessionOf(sources, [line(oldest, 'comma')], () => true)).toBe(oldest);
    expect(sessionOf(sources, [], () => true)).toBe(newest);
    expect(sessionOf(sources, [], (session) => session === oldest)).toBe(oldest);
    select(line(oldest, 'comma'));
    expect(sessionOf(sources, [], () => true)).toBe(oldest);
    expect(sessionOf(sources, [line(newest, 'comma')], (session) => session === oldest)).toBeNull();
    expect(sessionOf(sources, [], () => false)).toBeNull();
  });
});
