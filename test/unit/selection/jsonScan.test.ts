import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../../src/editor/selection/jsonScan';

function aroundBar(marked: string): readonly string[] {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return scanJson(text, offset).around.map(
    (span) => `${span.index ?? '-'} ${text.slice(span.start, span.end)}`,
  );
}

describe('scanJson', () => {
  it('tells the objects around an offset, outermost first', () => {
    expect(aroundBar('[{"a": 1}, {"b": [{"c": "|}"}]}]')).toEqual(['1 {"b": [{"c": "}"}]}', '0 {"c": "}"}']);
    expect(aroundBar('{"rows": [{"a": 1}|, {"b": 2}]}')).toEqual([
      '- {"rows": [{"a": 1}, {"b": 2}]}',
      '0 {"a": 1}',
    ]);
    expect(aroundBar('[{"a": 1}|{"b": 2}]')).toEqual(['0 {"a": 1}']);
    expect(aroundBar('[{"a": 1}, | {"b": 2}]')).toEqual([]);
  });

  it.each([
    ['{"a": 1,}', 8, 'a key in double quotes is missing'],
    ['{"a" 1}', 5, 'a colon is missing after the key'],
    ['{"a": 1 "b": 2}', 8, 'a comma or the end of the object is missing'],
    ['[1 2]', 3, 'a comma or the end of the list is missing'],
    ['{"a": }', 6, 'a value is missing or not JSON'],
    ['{"a": "x', 8, 'the text in quotes is not closed'],
    ['{"a": "x\ny"}', 8, 'a line ends inside a text in quotes'],
    ['{"a": "\t"}', 7, 'a control character stands inside a text in quotes'],
    ['{"a": "\\q"}', 7, 'the escape after the backslash is not one of JSON'],
    ['{"a": 1', 7, 'the object is not closed'],
    ['[1, // no\n2]', 4, 'comments are not part of JSON'],
    ["{'a': 1}", 1, 'a key in double quotes is missing'],
  ])('says where and why %j is no JSON', (text, offset, message) => {
    expect(scanJson(text, 0).fault).toEqual({ offset, message });
  });

  it('takes what JSON.parse takes and refuses what it refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '1',
      '-0.5e3',
      '01',
      'true',
      'nul',
      ' ',
      '\n',
      '\\',
      'a',
      '"k":',
    );
    const text = fc.oneof(
      fc.json(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.tuple(fc.json(), fc.nat(40)).map(([json, at]) => json.slice(0, at)),
    );
    fc.assert(
      fc.property(text, (json) => {
        let parses = true;
        try {
          JSON.parse(json);
        } catch {
          parses = false;
        }
        const scan = scanJson(json, 0);
        return parses === (scan.fault === null && scan.roots === 1);
      }),
      { numRuns: 3000 },
    );
  });

  it('tells every object around every offset', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (json, number) => {
        const offset = number % (json.length + 1);
        for (const span of scanJson(json, offset).around) {
          expect(span.start).toBeLessThanOrEqual(offset);
          expect(span.end).toBeGreaterThanOrEqual(offset);
          expect(JSON.parse(json.slice(span.start, span.end))).toBeTypeOf('object');
        }
      }),
    );
  });

  it('takes deep nesting without recursion', () => {
    const depth = 200_000;
    expect(scanJson('['.repeat(depth) + ']'.repeat(depth), 0)).toMatchObject({ roots: 1, fault: null });
    expect(scanJson('{"a":'.repeat(depth), 0).fault?.offset).toBe(depth * 5);
  });
});
