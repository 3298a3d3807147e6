import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DatasetFold } from '../../../src/spar/datasets/fold';
import { LineGraph } from '../../../src/spar/datasets/lineGraph';
import { compactLines, foldLines } from '../../../src/spar/datasets/recordState';
import type { AboutLine } from '../../../src/spar/datasets/schema';
import type { DatasetEdit } from '../../../src/spar/datasets/edits';
import { undoEdits } from '../../../src/spar/datasets/undo';
import { change, decision, deletion, judgedAgain, pairId, stateText } from './lines';

const policy = { by: { kind: 'policy', name: 'all verified' } } as const;

describe('foldLines', () => {
  const cases: readonly (readonly [string, readonly AboutLine[], string])[] = [
    ['nothing said', [], 'pending @'],
    ['one decision', [decision('a', '')], 'accepted @a'],
    [
      'a later decision replaces',
      [decision('a', ''), decision('b', 'a', { status: 'rejected' })],
      'rejected @b',
    ],
    [
      'an older clock does not matter, only what was known',
      [decision('b', ''), decision('a', 'b', { status: 'rejected' })],
      'rejected @a',
    ],
    [
      'contradicting decisions',
      [decision('a', ''), decision('b', '', { status: 'rejected' })],
      'contested status:a≠b @ab',
    ],
    ['equal decisions agree', [decision('a', ''), decision('b', '', { note: 'me too' })], 'accepted @ab'],
    [
      'a person settles',
      [decision('a', ''), decision('b', '', { status: 'rejected' }), decision('c', 'ab')],
      'accepted @c',
    ],
    [
      'a later tag settles nothing',
      [decision('a', ''), decision('b', '', { status: 'rejected' }), change('c', 'ab', { tags: tag('x') })],
      'contested status:a≠b #x @c',
    ],
    [
      'a tag beside a decision is no contradiction',
      [decision('a', ''), change('b', '', { tags: tag('x'), split: 'train' })],
      'accepted split=train #x @ab',
    ],
    [
      'a text corrected after a decision',
      [decision('a', ''), change('b', 'a', { chosen: 'B' })],
      'accepted chosen=B @b',
    ],
    [
      'a text corrected beside a decision: it was on another text',
      [decision('a', ''), change('b', '', { chosen: 'B' })],
      'contested chosen:a≠b chosen=B @ab',
    ],
    [
      'later judgements, the latest of them',
      [
        decision('a', ''),
        change('b', 'a', { judgements: judgedAgain('m', 4) }),
        change('c', 'ab', { judgements: judgedAgain('n', 5) }),
      ],
      'accepted by n @c',
    ],
    [
      'judgements of a text that was corrected since say nothing',
      [change('a', '', { judgements: judgedAgain('m', 4) }), change('b', 'a', { chosen: 'B' })],
      'pending chosen=B @b',
    ],
    [
      'so do those of a text that was corrected beside them',
      [change('a', '', { instruction: 'B' }), change('b', '', { judgements: judgedAgain('m', 4) })],
      'pending @ab',
    ],
    [
      'judgements of a corrected text',
      [change('a', '', { chosen: 'B' }), change('b', 'a', { judgements: judgedAgain('m', 4) })],
      'pending chosen=B by m @b',
    ],
    [
      'judgements that were taken back',
      [change('a', '', { judgements: judgedAgain('m', 4) }), change('b', 'a', { judgements: null })],
      'pending @b',
    ],
    [
      'the same correction beside an edited acceptance',
      [decision('a', '', { chosen: 'B' }), change('b', '', { chosen: 'B' })],
      'accepted chosen=B @ab',
    ],
    [
      'accepted with different texts',
      [decision('a', '', { chosen: 'A' }), decision('b', '', { chosen: 'B' })],
      'contested chosen:a≠b chosen=B @ab',
    ],
    [
      'a person who saw both texts affirms what was shown',
      [decision('a', '', { chosen: 'A' }), decision('b', '', { chosen: 'B' }), decision('c', 'ab')],
      'accepted chosen=B @c',
    ],
    [
      'a policy does not',
      [decision('a', '', { chosen: 'A' }), decision('b', '', { chosen: 'B' }), decision('c', 'ab', policy)],
      'contested chosen:a≠b chosen=B @c',
    ],
    [
      'back to the own text',
      [decision('a', '', { chosen: 'A' }), change('b', 'a', { chosen: null })],
      'accepted @b',
    ],
    [
      'splits that differ',
      [change('a', '', { split: 'train' }), change('b', '', { split: 'test' })],
      'contested split:a≠b split=test @ab',
    ],
    ['deleted', [decision('a', ''), deletion('b', 'a')], 'deleted @b'],
    ['deleted by two', [deletion('a', ''), deletion('b', '')], 'deleted @ab'],
    ['deleted beside a decision', [deletion('a', ''), decision('b', '')], 'contested deletion:a≠b @ab'],
    ['brought back', [decision('a', ''), deletion('b', 'a'), change('c', 'b')], 'accepted @c'],
    [
      'a tag taken away',
      [change('a', '', { tags: tag('x') }), change('b', 'a', { tags: untag('x') })],
      'pending @b',
    ],
    [
      'a tag taken away and put beside',
      [change('a', '', { tags: tag('x') }), change('b', '', { tags: untag('x') })],
      'pending #x @ab',
    ],
    ['a line that is not there is named', [decision('b', 'a')], 'accepted @b'],
    [
      'a forged circle contradicts itself',
      [decision('a', 'b'), decision('b', 'a', { status: 'rejected' })],
      'contested status:a≠b @ab',
    ],
  ];

  test.each(cases)('%s', (_, lines, expected) => {
    expect(stateText(foldLines(lines))).toBe(expected);
    expect(stateText(foldLines([...lines].reverse()))).toBe(expected);
  });
});

describe('any history', () => {
  test('folds the same shuffled, doubled, and split in two parts that overlap', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat()), fc.func(fc.boolean()), (lines, order, inFirst) => {
        const expected = foldLines(lines);
        const doubled = [
          ...lines,
          ...order.flatMap((index) => lines[index % Math.max(1, lines.length)] ?? []),
        ];
        const shuffled = doubled
          .map((line, index) => ({
            line,
            key: (order[index % Math.max(1, order.length)] ?? 0) * 7919 + index * 31,
          }))
          .sort((a, b) => (a.key % 101) - (b.key % 101))
          .map(({ line }) => line);
        expect(fold(shuffled)).toEqual(expected);
        const first = lines.filter((line) => inFirst(line.id));
        const second = lines.filter((line) => !inFirst(line.id) || line.id < 'e');
        expect(fold([...second, ...first])).toEqual(expected);
      }),
    );
  });

  test('a compacted copy folds the same, also after a merge with any older copy', () => {
    fc.assert(
      fc.property(histories, fc.func(fc.boolean()), (lines, isOld) => {
        const compact = compactLines(lines);
        if (compact === null) return;
        const expected = foldLines(lines);
        const merged = fold([...compact, ...lines.filter((line) => isOld(line.id))]);
        if (expected.deleted) expect(merged.deleted).toBe(true);
        else expect(outcome(merged)).toEqual(outcome(expected));
        expect(compactLines(compact)).toEqual(compact);
      }),
    );
  });

  test('what another branch says beside a compaction counts as if there had been none', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (lines, at) => {
        const known = lines.slice(0, at % (lines.length + 1));
        const late = decision('z', known.map(({ id }) => id).join(''), { status: 'rejected' });
        const compact = compactLines(lines);
        if (compact === null) return;
        const expected = foldLines([...lines, late]);
        expect(outcome(fold([...known, late, ...compact]))).toEqual(outcome(expected));
      }),
    );
  });

  test('one line alone comes to the same as after one that says nothing', () => {
    fc.assert(
      fc.property(said, said, (say, sayMore) => {
        const line = { ...sayMore('b', 'a'), ...say('b', 'a') };
        expect(foldLines([line])).toEqual(foldLines([change('a', ''), line]));
      }),
    );
  });

  test('a cycle is seen whatever the clocks say', () => {
    const line = fc.record({ after: fc.subarray(Array.from('abcde')), minute: fc.nat(59) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (drawn) => {
        const lines = drawn.map(({ after, minute }, index) => ({
          ...decision(letter(index), after.join('')),
          time: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
        }));
        const next = (id: string): readonly string[] =>
          (lines.find((line) => line.id === id)?.after ?? []).filter((other) => other !== id);
        const isOnCycle = (id: string): boolean => {
          const reached = new Set(next(id));
          for (const other of reached) for (const further of next(other)) reached.add(further);
          return reached.has(id);
        };
        expect(new LineGraph(lines).hasCycle).toBe(lines.some(({ id }) => isOnCycle(id)));
      }),
      { numRuns: 300 },
    );
  });

  test('undo brings back what held before the latest line of a single writer', () => {
    fc.assert(
      fc.property(chains, (lines) => {
        const edits = undoEdits(pairId, lines);
        const last = lines.at(-1);
        const isText = last !== undefined && ('chosen' in last || 'rejected' in last);
        expect(edits.length > 0).toBe(lines.length > 0);
        const all = lines.map(({ id }) => id).join('');
        const undoing = edits.map((edit, at) =>
          applied(edit, 'yz'.slice(at, at + 1), `${all}${'yz'.slice(0, at)}`),
        );
        const before = foldLines(lines.slice(0, -1));
        const after = foldLines([...lines, ...undoing]);
        const text = ({ judgements, ...state }: typeof before): string =>
          // A text that comes back is written anew, and what was said of it counts no more.
          stateText({ ...state, ...(isText ? {} : { judgements }), heads: [] });
        expect(text(after)).toBe(text(before));
      }),
    );
  });
});

test('a change that is undone is not undone again, but the one before it', () => {
  const lines = [
    decision('a', ''),
    decision('b', 'a', { status: 'rejected' }),
    decision('c', 'ab', { undoes: 'b' }),
  ];
  expect(undoEdits(pairId, lines)).toEqual([
    { type: 'decide', id: pairId, decision: { status: 'pending' }, undoes: 'a' },
  ]);
  expect(undoEdits(pairId, [...lines, decision('d', 'abc', { status: 'pending', undoes: 'a' })])).toEqual([]);
  expect(undoEdits(pairId, lines, 'change')).toEqual([]);
});

test('what a policy decided is the policy’s again when a person’s decision is undone', () => {
  const lines = [decision('a', '', policy), decision('b', 'a', { status: 'rejected' })];
  expect(undoEdits(pairId, lines)).toEqual([
    { type: 'decide', id: pairId, decision: { status: 'accepted', ...policy }, undoes: 'b' },
  ]);
});

test('what a deleted record was decided to be is taken back, and it is deleted again', () => {
  const lines = [deletion('a', ''), decision('b', 'a', { status: 'accepted' })];
  expect(undoEdits(pairId, lines)).toEqual([
    { type: 'decide', id: pairId, decision: { status: 'pending' }, undoes: 'b' },
    { type: 'delete', id: pairId, undoes: 'b' },
  ]);
});

function tag(name: string) {
  return { add: [name], remove: [] };
}

function untag(name: string) {
  return { add: [], remove: [name] };
}

function fold(lines: readonly AboutLine[]) {
  const dataset = new DatasetFold();
  for (const line of lines) dataset.addAbout(line);
  return dataset.state(pairId) ?? foldLines([]);
}

/** Without the lines' own `after`, which compaction completes. */
function outcome(state: ReturnType<typeof foldLines>) {
  return {
    text: stateText(state),
    decision: state.decision?.id,
    rejected: state.rejected,
    instruction: state.instruction,
  };
}

function applied(edit: DatasetEdit, id: string, after: string): AboutLine {
  if (edit.type === 'delete') return deletion(id, after);
  if (edit.type === 'decide') return decision(id, after, { ...edit.decision });
  if (edit.type !== 'change') throw new Error('Nothing to undo.');
  const { tags, ...fields } = edit.change;
  const named =
    tags === undefined ? {} : { tags: { add: [...(tags.add ?? [])], remove: [...(tags.remove ?? [])] } };
  return change(id, after, { ...fields, ...named });
}

type Said = (id: string, after: string) => AboutLine;

const texts = fc.constantFrom('A', 'B', null);
const said: fc.Arbitrary<Said> = fc.oneof(
  fc.record({ status: fc.constantFrom('accepted' as const, 'rejected' as const, 'pending' as const) }).map(
    (rest): Said =>
      (id, after) =>
        decision(id, after, rest),
  ),
  texts.map(
    (chosen): Said =>
      (id, after) =>
        decision(id, after, { chosen }),
  ),
  texts.map(
    (chosen): Said =>
      (id, after) =>
        change(id, after, { chosen }),
  ),
  texts.map(
    (rejected): Said =>
      (id, after) =>
        change(id, after, { rejected }),
  ),
  fc.constantFrom('train', 'test', null).map(
    (split): Said =>
      (id, after) =>
        change(id, after, { split }),
  ),
  fc.constantFrom('x', 'y').map(
    (name): Said =>
      (id, after) =>
        change(id, after, { tags: tag(name) }),
  ),
  fc.constantFrom('x', 'y').map(
    (name): Said =>
      (id, after) =>
        change(id, after, { tags: untag(name) }),
  ),
  fc.constantFrom('m', 'n', null).map(
    (model): Said =>
      (id, after) =>
        change(id, after, { judgements: model === null ? null : judgedAgain(model, 4) }),
  ),
  fc.constant<Said>((id, after) => deletion(id, after)),
);

/** Lines a, b, c, … each written in knowledge of some of the earlier ones. */
const histories = fc
  .array(fc.record({ said, known: fc.integer({ min: 0, max: 2 ** 10 - 1 }) }), { maxLength: 9 })
  .map((steps) =>
    steps.map((step, index) => {
      const before = steps
        .slice(0, index)
        .map((_, earlier) => (step.known & (1 << earlier) ? letter(earlier) : ''));
      return step.said(letter(index), before.join(''));
    }),
  );

/** One writer, who knows all that is there. */
const chains = fc.array(said, { maxLength: 7 }).map((steps) =>
  steps.map((say, index) =>
    say(
      letter(index),
      steps
        .slice(0, index)
        .map((_, at) => letter(at))
        .join(''),
    ),
  ),
);

function letter(index: number): string {
  return String.fromCharCode(97 + index);
}
