import { describe, expect, test } from 'vitest';
import { datasetLineText, parseDatasetLine } from '../../../src/spar/datasets/datasetLine';
import { recordIdOf, recordLine } from '../../../src/spar/datasets/newLines';
import { datasetJsonSchema } from '../../../src/spar/datasets/schema';
import type { Judgement, SearchNode } from '../../../src/spar/search/events';
import { defaultSettings } from '../../../src/spar/search/settings';
import { change, decision, deletion, pair, pairId, record } from './lines';

const judgement: Judgement = {
  by: 'votes',
  value: 0.8,
  yes: 4,
  no: 1,
  notDrawn: 0,
  unparsed: 0,
  critique: 'It follows.',
  votes: [{ draw: 0, verdict: 'yes', text: 'Final Judgement (follows): Yes' }],
};

const node: SearchNode = {
  path: '1',
  parent: '0',
  depth: 1,
  origin: 'refined',
  text: 'It is well 1',
  reflection: 'The commas had to go.',
  checks: [
    {
      constraint: { id: 'c', type: 'punctuation:no_comma', args: {}, text: 'no comma', span: null },
      result: { state: 'broken', message: 'There is a comma.', spans: [{ start: 1, end: 2 }] },
    },
  ],
  distance: 0.5,
  interference: null,
};

describe('lines of a dataset', () => {
  test('what a search finds fits a record as it is', () => {
    const { path, origin, text, reflection, checks } = node;
    const found = recordLine(
      {
        ...pair(),
        evidence: { path: [{ path, origin, text, reflection, checks, judgement }] },
        metrics: { ...judgement, distance: node.distance, interference: node.interference },
        search: defaultSettings,
      },
      '2026-01-01T00:00:00.000Z',
    );
    expect(parseDatasetLine(datasetLineText(found))).toEqual({ type: 'line', line: found });
    expect(found.metrics).toEqual({
      value: 0.8,
      yes: 4,
      no: 1,
      notDrawn: 0,
      distance: 0.5,
      interference: null,
      lengths: { rejected: { characters: 14, words: 4 }, chosen: { characters: 12, words: 4 } },
    });
  });

  test.each([
    record(),
    decision('a', ''),
    change('b', 'a', { tags: { add: ['x'], remove: [] } }),
    deletion('c', 'ab'),
  ])('a $kind round-trips, the fields of later versions with it', (line) => {
    const later = { ...line, colour: { of: 'the future' } };
    expect(parseDatasetLine(datasetLineText(later))).toEqual({ type: 'line', line: later });
  });

  test('the same line has the same bytes, what it is comes first', () => {
    expect(datasetLineText(decision('a', 'b', { note: 'n' }))).toBe(
      `{"spar":1,"kind":"decision","id":"a","record":"${pairId}","time":"2026-01-01T00:01:00.000Z",` +
        '"after":["b"],"status":"accepted","by":{"kind":"person"},"note":"n"}',
    );
  });

  test.each([
    ['[]', { type: 'damaged', reason: 'not a JSON object' }],
    ['{"a":1}', { type: 'damaged' }],
    ['{"spar":1}', { type: 'damaged' }],
    ['{"spar":9,"id":"x"}', { type: 'unknown', record: 'x' }],
    ['{"spar":1,"kind":"vote","record":"r"}', { type: 'unknown', record: 'r' }],
    [
      datasetLineText(record()).replace('"rejected":"', '"rejected":1,"x":"'),
      { type: 'damaged', reason: expect.stringMatching(/^rejected: /u) as string },
    ],
    [
      datasetLineText(deletion('a', '')).replace(pairId, 'pair 7'),
      { type: 'damaged', reason: 'record: must be 40 characters, each 0 to 9 or a to f' },
    ],
    [`{"spar":1,"kind":"deletion","x":${'['.repeat(5000)}${']'.repeat(5000)}}`, { type: 'damaged' }],
    [
      datasetLineText(deletion('a', '')).replace('}', `,"x":${'['.repeat(5000)}${']'.repeat(5000)}}`),
      { type: 'damaged', reason: 'nested too deeply' },
    ],
  ])('text %# is no line of this version', (text, expected) => {
    expect(parseDatasetLine(text)).toMatchObject(expected);
  });

  test('a record is named by its instruction, rejected and chosen text, and nothing else', () => {
    const { instruction, ...texts } = pair();
    const same = [
      pair(),
      { ...texts, instruction: [{ role: 'user' as const, content: instruction as string }] },
    ];
    expect(same.map(recordIdOf)).toEqual([pairId, pairId]);
    expect(pairId).toMatch(/^[0-9a-f]{40}$/u);
    const others = [
      { ...pair(), rejected: 'x' },
      { ...pair(), chosen: 'x' },
      { ...pair(), instruction: 'x' },
      { ...pair(), instruction: [{ role: 'system' as const, content: 'Say 1.' }] },
    ];
    expect(new Set([pairId, ...others.map(recordIdOf)]).size).toBe(5);
  });

  test('the JSON Schema speaks of all kinds of line and allows later fields', () => {
    const schema = datasetJsonSchema();
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Line of a SPaR dataset',
    });
    const kinds = (schema['oneOf'] ?? schema['anyOf']) as readonly {
      properties: { kind: { const: string } };
    }[];
    expect(kinds.map(({ properties }) => properties.kind.const)).toEqual([
      'record',
      'decision',
      'change',
      'deletion',
    ]);
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  });
});
