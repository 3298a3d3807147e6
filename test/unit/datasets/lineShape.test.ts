import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSurelyLine } from '../../../src/spar/datasets/lineShape';
import { datasetLineSchema, type Change } from '../../../src/spar/datasets/schema';
import { change, decision, deletion, record } from './lines';

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
  { path: '1', origin: 'refined', text: 'a b', reflection: 'Fixed.', judgement: null, checks: [] },
];

/** One line of each kind with every field that there is. */
const full: readonly unknown[] = [
  {
    ...record(),
    instruction: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Say 1.' },
    ],
    evidence: { path: steps },
    metrics: { ...record().metrics, value: 1, interference: 0 },
    source: { file: 'a.jsonl', row: 1, language: 'en', run: 'r', item: 'i' },
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
  deletion('a', ''),
];

describe('isSurelyLine', () => {
  test.each(full)('knows whole lines without the schema: %#', (line) => {
    expect(datasetLineSchema.safeParse(line).success).toBe(true);
    expect(isSurelyLine(plain(line) as object)).toBe(true);
  });

  test('says so of no line that the schema refuses, whatever one or two fields are', () => {
    const damaged = fc
      .record({
        line: fc.constantFrom(...full),
        edits: fc.array(fc.tuple(fc.nat(), values(), fc.boolean()), { minLength: 1, maxLength: 2 }),
      })
      .map(({ line, edits }) => edits.reduce((edited, edit) => withEdit(edited, edit), plain(line)));
    let agreed = 0;
    let refused = 0;
    fc.assert(
      fc.property(damaged, (line) => {
        if (typeof line !== 'object' || line === null) return;
        const isValid = datasetLineSchema.safeParse(line).success;
        const isSure = isSurelyLine(line);
        if (isSure) expect(isValid).toBe(true);
        if (isSure) agreed += 1;
        if (!isValid) refused += 1;
      }),
      { numRuns: 4000 },
    );
    expect(agreed).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });

  test('times are those that the schema knows', () => {
    const times = [
      '2026-01-01T00:00:00Z',
      '2026-02-29T00:00:00Z',
      '2024-02-29T00:00:00.5Z',
      '2026-04-31T00:00:00Z',
      '2026-12-31T23:59:59.999Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:00+02:00',
      '2026-01-01T00:00:00',
      '2026-01-01',
      '2026-01-01T00:00:00Z\n',
    ];
    for (const time of times) {
      const line = { ...deletion('a', ''), time };
      if (isSurelyLine(line)) expect(datasetLineSchema.safeParse(line).success).toBe(true);
    }
    expect(times.filter((time) => isSurelyLine({ ...deletion('a', ''), time }))).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-12-31T23:59:59.999Z',
    ]);
  });
});

type Edit = readonly [number, unknown, boolean];

function plain(value: unknown): unknown {
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
