import fc from 'fast-check';
import type { Change } from '../../../src/spar/datasets/schema';
import { change, decision, deletion, pairId, record } from './lines';

const span = { start: 0, end: 2 };
const vote = { draw: 1, verdict: 'yes', text: 'Final Judgement (1): Yes' };
const counts = { yes: 3, no: 1, unparsed: 0 };
const judgement = { by: 'votes', value: 0.75, ...counts, notDrawn: 1, critique: 'Good.', votes: [vote] };
const constraint = { id: 'c1', type: 'punctuation:no_comma', args: { n: 1 }, text: 'no commas', span };
const steps = [
  {
    path: '0',
    origin: 'original',
    text: 'a, b',
    reflection: '',
    judgement: { ...judgement, verdict: 'no', audit: { ...counts, votes: [vote], failure: 'late' } },
    checks: [
      { constraint, result: { state: 'broken', message: 'a comma', spans: [span] } },
      { constraint: { ...constraint, span: null, source: 'own' }, result: { state: 'held' } },
      { constraint, result: { state: 'unknown', message: 'no dictionary' } },
    ],
  },
  {
    ...{ path: '1', origin: 'refined', text: 'a\tb/', reflection: 'Fixed.', judgement: null },
    checks: [{ constraint, result: { state: 'held' } }],
  },
  { path: '1.1', origin: 'refined', text: 'a\n b', reflection: '', judgement: null, checks: [] },
];

/** One line of each kind with every field that there is. */
export const full: readonly unknown[] = [
  {
    ...record(),
    instruction: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Say 1.' },
    ],
    chosen: 'a\tb/',
    evidence: { path: steps },
    metrics: { ...record().metrics, value: 1, interference: 0 },
    source: {
      ...{ file: 'a.jsonl', row: 1, language: 'en', run: 'r', item: 'i' },
      decision: { record: pairId, line: 'a' },
    },
    model: 'm',
    search: { beam: 2 },
  },
  record(),
  decision('a', 'bc', {
    by: { kind: 'policy', name: 'auto' },
    changes: { kept: [0], all: [{ removed: ',', added: '' }] },
    chosen: null,
    note: 'fine',
    undoes: 'b',
  }),
  decision('a', ''),
  change('a', 'b', {
    tags: { add: ['x'], remove: ['y'] },
    split: null,
    instruction: [{ role: 'user', content: 'Say 2.' }],
    rejected: 'r',
    chosen: null,
  }),
  change('b', 'a', {
    judgements: {
      model: null,
      rejected: { judgement, checks: steps[0]?.checks ?? [] },
      chosen: { judgement: { ...judgement, value: null }, checks: [] },
    } as unknown as Change['judgements'],
  }),
  change('c', 'a', { judgements: null }),
  change('a', 'b', { tags: { add: ['z', 'é\n', 'z'], remove: [] }, split: 'train', undoes: 'b' }),
  decision('a', 'b', { status: 'rejected', note: 'no', undoes: 'c' }),
  deletion('a', ''),
];

type Edit = readonly [number, unknown, boolean];

export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function values(): fc.Arbitrary<unknown> {
  const odd: readonly unknown[] = [
    '',
    'yes',
    'person',
    'user',
    'held',
    0,
    1,
    -1,
    0.5,
    1e16,
    true,
    null,
    [],
    {},
  ];
  const nested: readonly unknown[] = [[null], [1], ['a'], { start: 1 }, { __proto__: null, kind: 'person' }];
  return fc.oneof(fc.constantFrom(...odd, ...nested, Infinity), fc.jsonValue({ maxDepth: 2 }));
}

/** Replaces, or removes, the field at a place counted through the whole value. */
function withEdit(value: unknown, [at, by, isRemoved]: Edit): unknown {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const collect = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      collect((holder as Record<string, unknown>)[key]);
    }
  };
  const copy = plain(value);
  collect(copy);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return copy;
  if (isRemoved && !Array.isArray(place.holder)) Reflect.deleteProperty(place.holder, place.key);
  else place.holder[place.key] = by;
  return copy;
}

/** Lines with one or two fields replaced or removed. */
export function damagedLines(): fc.Arbitrary<unknown> {
  const edits = fc.array(fc.tuple(fc.nat(), values(), fc.boolean()), { minLength: 1, maxLength: 2 });
  return fc
    .tuple(fc.constantFrom(...full), edits)
    .map(([line, edit]) => edit.reduce((edited, one) => withEdit(edited, one), plain(line)));
}
