import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonLine, parseJson } from '../../../src/spar/log/jsonLine';

describe('jsonLine', () => {
  test('orders keys, the named first at the top only', () => {
    const value = { z: { kind: 1, a: 2 }, a: [{ c: 1, b: undefined }], kind: 'x' };
    expect(jsonLine(value, ['kind'])).toBe('{"kind":"x","a":[{"c":1}],"z":{"a":2,"kind":1}}');
  });

  test('escapes what a reader may take for a line end, and lone surrogates', () => {
    expect(jsonLine('a\u2028b\u2029c\u0085d\ufeffe\ud800f\n')).toBe(
      String.raw`"a\u2028b\u2029c\u0085d\ufeffe\ud800f\n"`,
    );
  });

  test('any JSON value round-trips on one line, and equal values give equal text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.string({ unit: 'binary' }), (value, text) => {
        const all = { text, value };
        const line = jsonLine(all);
        expect(line).not.toMatch(/[\n\r\u2028\u2029]/u);
        const read = parseJson(line);
        expect(read).toEqual({ ok: true, value: JSON.parse(JSON.stringify(all)) as unknown });
        expect(jsonLine(read.ok ? read.value : null)).toBe(line);
      }),
    );
  });

  test('lone surrogates in any place round-trip', () => {
    const unit = fc.integer({ min: 0xd7f0, max: 0xe00f }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(parseJson(Buffer.from(jsonLine(text), 'utf8').toString('utf8'))).toEqual({
          ok: true,
          value: text,
        });
      }),
    );
  });

  test('a key named __proto__ is data like any other', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}');
    expect(jsonLine(value)).toBe('{"__proto__":{"a":1},"b":2}');
  });

  test('refuses a cycle instead of overflowing', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => jsonLine(cycle)).toThrow(RangeError);
  });
});

test('bad JSON is a result', () => {
  expect(parseJson('{"a":')).toEqual({ ok: false, reason: 'not valid JSON' });
});
