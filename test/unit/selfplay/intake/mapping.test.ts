import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectInput } from '../../../../src/spar/selfplay/intake/inspectInput';
import { proposeMapping } from '../../../../src/spar/selfplay/intake/mapping';
import { SeenIds } from '../../../../src/spar/selfplay/intake/seenIds';
import { contentId } from '../../../../src/spar/search/seeds';
import { temporaryFolder } from '../../log/temporaryFolder';

const folder = temporaryFolder();

describe('proposeMapping', () => {
  const clear: readonly [object, object][] = [
    [
      { Prompt: 'Say it.', Model_Output: 'It.' },
      { instruction: 'Prompt', response: 'Model_Output' },
    ],
    [
      { id: '1', task: 'Do it.', critique: 'No.' },
      { instruction: 'task', critique: 'critique' },
    ],
    [{ prompt: 'Ask it.', text: 'Something else here.' }, { instruction: 'prompt' }],
    [
      { 'user prompt': 'P', 'system-prompt': 'S' },
      { instruction: 'user prompt', system: 'system-prompt' },
    ],
    [{ nr: 'A17', aufgabe: 'Schreibe ein Gedicht.' }, { instruction: 'aufgabe' }],
  ];
  it.each(clear)('reads %j', (row, mapping) => {
    expect(proposeMapping([row, row]).clear).toEqual(mapping);
  });

  const unclear: readonly object[] = [
    { prompt: 'Say it.', question: 'What is it?' },
    { prompt: 'Say it.', response: 'A', answer: 'B' },
    { one: 'Three words here.', two: 'Three words there.' },
    { output: 'Only an answer stands here.' },
    { a: 1, b: [2] },
    {},
  ];
  it.each(unclear)('asks about %j', (row) => {
    expect(proposeMapping([row]).clear).toBeNull();
  });

  it('shows the columns with an example on one line', () => {
    const rows = [
      { a: '', b: null },
      { a: 'one\n  two\u202e', b: ['x'] },
      'no row',
      { a: 'y'.repeat(500), c: 2 },
    ];
    expect(proposeMapping(rows).columns).toEqual([
      { name: 'a', filled: 2, kind: 'text', example: 'one two' },
      { name: 'b', filled: 1, kind: 'a list', example: '["x"]' },
      { name: 'c', filled: 1, kind: 'a number', example: '2' },
    ]);
  });

  it('takes any rows', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (rows) => {
        const { clear: mapping, columns } = proposeMapping(rows);
        const names = columns.map(({ name }) => name);
        for (const name of Object.values(mapping ?? {})) expect(names).toContain(name);
      }),
    );
  });
});

describe('inspectInput', () => {
  it('tells known rows from those that need a mapping', async () => {
    await writeFile(folder.path('a.jsonl'), '{"prompt": "P"}\nnot JSON\n{"prompt": "Q"}\n');
    expect(await inspectInput(folder.path('a.jsonl'))).toMatchObject({
      rows: 3,
      usable: 2,
      isKnown: true,
      problem: 'not valid JSON',
    });
    await writeFile(folder.path('b.csv'), 'ask,say\nWrite a short poem.,Here is a poem.\n');
    const unknown = await inspectInput(folder.path('b.csv'));
    expect(unknown).toMatchObject({ rows: 1, usable: 0, isKnown: false, clear: { instruction: 'ask' } });
    expect(unknown.columns.map(({ name }) => name)).toEqual(['ask', 'say']);
    await writeFile(folder.path('c.jsonl'), '');
    expect(await inspectInput(folder.path('c.jsonl'))).toMatchObject({
      rows: 0,
      isKnown: false,
      clear: null,
    });
  });
});

describe('SeenIds', () => {
  it('knows each of many ids and where it was first', () => {
    const seen = new SeenIds();
    for (let place = 1; place <= 20_000; place += 1)
      if (seen.add(contentId(`text ${place}`), place) !== null)
        throw new Error(`${place} is taken for another`);
    for (const place of [1, 77, 20_000]) expect(seen.add(contentId(`text ${place}`), 99_999)).toBe(place);
    expect(seen.add(contentId('text 0'), 7)).toBeNull();
  });
});
