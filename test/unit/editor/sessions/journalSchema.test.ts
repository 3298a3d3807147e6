import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../src/editor/sessions/ports';
import { parseEntry } from '../../../../src/editor/sessions/journalSchema';
import { finished, grown, item, node, started, votes } from './fakes';

const usage = { requests: 1, sequences: 1, promptTokens: 2, completionTokens: 3, estimated: false };
const constraint = { id: 'c', type: 'c', args: { n: 1 }, text: 'c', span: { start: 0, end: 1 } };
const entries: readonly JournalEntry[] = [
  {
    kind: 'session',
    startedAt: '2030-01-01T00:00:00.000Z',
    source: item.source,
    instruction: [{ role: 'user', content: 'Hi' }],
    original: 'x',
  },
  ...[
    started({ constraints: [constraint] }),
    started({ constraints: [{ ...constraint, source: 'instruction' }] }),
    { type: 'node-started' as const, path: '1.2', parent: '1', depth: 2 },
    ...grown('1', votes(3, 2, { votes: [{ draw: 0, verdict: 'yes', text: 'Yes' }] })),
    { type: 'node-merged' as const, path: '2', into: '1' },
    { type: 'node-failed' as const, path: '3', stage: 'refine' as const, reason: 'no markers' },
    { type: 'usage-updated' as const, usage, cost: 0.5 },
    finished({ stoppedBy: 'endpoint' }),
  ].map((event): JournalEntry => ({ kind: 'event', event })),
  {
    kind: 'decision',
    path: '1',
    decision: {
      state: 'accepted',
      at: '2030-01-01T00:00:00.000Z',
      recordId: 'r',
      dataset: '/d/pairs.spar.jsonl',
      madeOf: null,
      kept: [0],
    },
  },
  { kind: 'decision', path: '1', decision: null },
  { kind: 'review', path: '1', state: { editedText: null, kept: [1], undone: [], savedAt: 5 } },
  {
    kind: 'constraints',
    choices: [
      { constraint, isActive: false, found: constraint },
      {
        constraint: { ...constraint, id: 'c#2', args: { n: 2 }, source: 'person' },
        isActive: true,
        found: null,
      },
    ],
  },
  { kind: 'again' },
];

/** As `FileJournals` writes it. */
function written(entry: JournalEntry): readonly [string, unknown] {
  const { kind, ...rest } = entry;
  return [kind, JSON.parse(JSON.stringify('event' in rest ? rest.event : rest))];
}

describe('parseEntry', () => {
  it.each(entries.map((entry) => [entry]))('reads back what was written: %o', (entry) => {
    expect(parseEntry(...written(entry))).toEqual(entry);
  });

  it.each([
    ['a parent that is no parent', { type: 'node-started', path: '1', parent: '1', depth: 1 }],
    ['a circle', { type: 'node-started', path: '1', parent: '1.1', depth: 1 }],
    ['a root below a node', { type: 'node-refined', node: { ...node('0'), parent: '1' } }],
    ['a path that is none', { type: 'node-merged', path: '../1', into: '0' }],
    ['a value above 1', { type: 'node-judged', path: '1', judgement: votes(1, 0, { value: 2 }) }],
    ['an event of another time', { type: 'node-exploded', path: '1' }],
  ])('refuses %s', (_, event) => {
    expect(parseEntry('event', event)).toBeNull();
  });

  it('refuses a decision on a file that is no dataset', () => {
    const decision = {
      state: 'accepted',
      at: '',
      recordId: 'r',
      dataset: '/home/me/.profile',
      madeOf: null,
      kept: null,
    };
    expect(parseEntry('decision', { path: '1', decision })).toBeNull();
  });

  it.each([
    ['an id twice', [constraint, constraint]],
    ['a source of another time', [{ ...constraint, source: 'oracle' }]],
    ['arguments that are none', [{ ...constraint, args: 7 }]],
  ])('refuses choices with %s', (_, constraints) => {
    const choices = constraints.map((each) => ({ constraint: each, isActive: true, found: null }));
    expect(parseEntry('constraints', { choices })).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('session', 'event', 'decision', 'review', 'constraints', 'again', 'other'),
        fc.anything(),
        (kind, payload) => {
          parseEntry(kind, payload);
        },
      ),
    );
  });
});
