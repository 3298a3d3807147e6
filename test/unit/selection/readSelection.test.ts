import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readSelection,
  type SelectionInput,
  type SelectionResult,
} from '../../../src/editor/selection/readSelection';
import { instructionText } from '../../../src/spar/refiner/instruction';

interface Document {
  readonly languageId?: string;
  readonly fileName?: string;
}

/** Reads a text in which `«…»` are selections and `|` is the cursor (at the end of the text without one). */
function read(marked: string, document: Document = {}): SelectionResult {
  const selections: { start: number; end: number }[] = [];
  let text = '';
  let cursor: number | null = null;
  for (const character of marked) {
    if (character === '«') selections.push({ start: text.length, end: text.length });
    else if (character === '»') selections.at(-1)!.end = text.length;
    else if (character === '|') cursor = text.length;
    else text += character;
  }
  return readSelection({
    text,
    languageId: document.languageId ?? 'markdown',
    fileName: document.fileName ?? '/home/someone/notes.md',
    selections,
    cursor: cursor ?? text.length,
  });
}

const lines = { languageId: 'jsonl', fileName: '/data/rows.jsonl' };
const json = { languageId: 'json', fileName: '/data/rows.json' };
const noRow = { row: null, shape: null };

describe('readSelection', () => {
  it('takes two selections in document order', () => {
    const result = readSelection({
      text: 'Say hi.\r\nIgnored\r\nHello\r\nthere\r\n',
      languageId: 'python',
      fileName: 'a.py',
      selections: [
        { start: 18, end: 32 },
        { start: 0, end: 9 },
        { start: 3, end: 3 },
      ],
      cursor: 18,
    });
    expect(result).toEqual({
      ok: true,
      instruction: 'Say hi.',
      response: 'Hello\nthere',
      responseRange: { start: 18, end: 30 },
      source: { kind: 'two-selections', ...noRow },
    });
  });

  it('takes one selection with labels, with ranges in the document', () => {
    expect(read('Above «## Instruction\nSay hi.\n\n## Response\nHello\n» below')).toEqual({
      ok: true,
      instruction: 'Say hi.',
      response: 'Hello',
      responseRange: { start: 42, end: 47 },
      source: { kind: 'sections', ...noRow },
    });
  });

  it('takes the instruction of the section whose response is selected, and of no other', () => {
    expect(read('## Prompt\nP\n## Response\n«Hello\n»\n')).toEqual({
      ok: true,
      instruction: 'P',
      response: 'Hello',
      responseRange: { start: 24, end: 29 },
      source: { kind: 'sections', ...noRow },
    });
    expect(read('## Prompt\nP\n## Response\nHello «there»\n')).toMatchObject({
      ok: false,
      problem: { code: 'no-instruction' },
      partial: { response: 'there' },
    });
  });

  it('takes a row that was pasted into a text', () => {
    const result = read('{"prompt": "a", "response": "b"}\n{"prompt": "c", "resp|onse": "d"}', {
      languageId: 'plaintext',
    });
    expect(result).toMatchObject({ ok: true, response: 'd', source: { kind: 'row', row: 2 } });
    expect(read('Some {"prompt": "a"}|', { languageId: 'plaintext' })).toMatchObject({
      problem: { code: 'no-selection' },
    });
  });

  it('takes the first pair of a selection with several, wherever the cursor is', () => {
    expect(
      read('«Question: a\nAnswer: b\nQuestion: c\nAnswer: d|»', { languageId: 'plaintext' }),
    ).toMatchObject({
      ok: true,
      instruction: 'a',
      response: 'b',
    });
  });

  it.each([
    ['in the first pair', '## Prompt\nP1\n## Resp|onse\nR1\n\n## Prompt\nP2\n## Response\nR2', 'P1 R1'],
    ['in the second pair', '## Prompt\nP1\n## Response\nR1\n\n## Prompt\nP2\n## Response\nR|2', 'P2 R2'],
    [
      'above all pairs',
      'In|tro\n\n## Prompt\nP1\n## Response\nR1\n\n## Prompt\nP2\n## Response\nR2',
      'P1 R1',
    ],
  ])('takes the pair around a cursor %s', (_name, text, expected) => {
    const result = read(text);
    expect(result.ok ? `${instructionText(result.instruction)} ${result.response}` : result.problem).toBe(
      expected,
    );
  });

  it('takes a selection without labels as the response, and asks for the instruction', () => {
    expect(read('Some «\n Hello there. » text')).toEqual({
      ok: false,
      problem: {
        code: 'no-instruction',
        message: expect.stringMatching(/^There is a response but no instruction\./) as string,
      },
      partial: {
        response: 'Hello there.',
        responseRange: { start: 7, end: 19 },
        source: { kind: 'one-selection', ...noRow },
      },
    });
  });

  it('takes the row of the line under the cursor', () => {
    expect(
      read('{"prompt": "a", "response": "b"}\r\n{"prompt": "c", "respo|nse": "d\\nd"}\r\n', lines),
    ).toEqual({
      ok: true,
      instruction: 'c',
      response: 'd\nd',
      responseRange: null,
      source: { kind: 'row', row: 2, shape: 'prompt-response' },
    });
    expect(
      read('|{"prompt": "a", "response": "b"}', { languageId: 'plaintext', fileName: 'x.NDJSON' }),
    ).toMatchObject({
      source: { kind: 'row', row: 1 },
    });
    expect(read('{"prompt": "a", "response": "«b»"}\n', lines)).toMatchObject({ ok: true, response: 'b' });
  });

  it('takes the element around the cursor of a JSON list, however deep the cursor is in it', () => {
    const row = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "con|tent": "b"}]}';
    expect(read(`[{"prompt": "x", "response": "y"},\n ${row}]`, json)).toEqual({
      ok: true,
      instruction: 'a',
      response: 'b',
      responseRange: null,
      source: { kind: 'row', row: 2, shape: 'messages' },
    });
    expect(read(`{"version": 1, "data": [${row}]}`, json)).toMatchObject({ ok: true, source: { row: 1 } });
    expect(read('{"prompt": "a", "response": "b"}\n|', json)).toMatchObject({
      ok: true,
      source: { row: null },
    });
    expect(read('{"prompt": "a", "response": "b"}\n{"prompt": "c", "response": "|d"}\n', json)).toMatchObject(
      { ok: true, response: 'd' },
    );
  });

  it('takes a whole row of a JSON list whose later part is damaged', () => {
    expect(read('[{"prompt": "a", "response": "|b"}, {"prompt": ]', json)).toMatchObject({
      ok: true,
      response: 'b',
    });
  });

  it('hands on a critique and constraints', () => {
    const row =
      '{"prompt": "P", "response": "R", "critique": "C", "instruction_id_list": ["a:b"], "kwargs": [{"n": 1}]}';
    expect(read(row, lines)).toMatchObject({
      ok: true,
      critique: 'C',
      constraints: { instructionIds: ['a:b'], kwargs: [{ n: 1 }] },
      source: { shape: 'ifeval' },
    });
    expect(read('## Prompt\nP\n## Response\nR\n## Critique\nC')).toMatchObject({ ok: true, critique: 'C' });
  });

  it('keeps a conversation as turns', () => {
    expect(read('User: a\nAssistant: b\nUser: c\nAssistant: |d')).toMatchObject({
      ok: true,
      instruction: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
      response: 'd',
    });
  });

  describe('says what is wrong', () => {
    it.each<[string, string, Document, string, RegExp]>([
      [
        'no selection in prose',
        'Just text.',
        {},
        'no-selection',
        /^Nothing is selected\. Select a response;/,
      ],
      [
        'no selection in code',
        '## Prompt\nP\n## Response\nR',
        { languageId: 'python' },
        'no-selection',
        /^Nothing is selected/,
      ],
      ['a selection of white space', 'a« \n »b', {}, 'no-selection', /^Nothing is selected/],
      ['three selections', '«a» «b» «c»', {}, 'too-many-selections', /^There are 3 selections/],
      [
        'an empty response section',
        '## Prompt\nP\n## Response\n',
        {},
        'no-response',
        /^The response is empty/,
      ],
      [
        'an empty response in a row',
        '{"prompt": "P", "response": " "}',
        lines,
        'no-response',
        /^The response is empty/,
      ],
      [
        'a row without a response',
        '{"prompt": "P", "instruction_id_list": [], "kwargs": []}',
        lines,
        'no-response',
        /^The response is empty/,
      ],
      [
        'an empty instruction in a row',
        '{"prompt": "", "response": "R"}',
        lines,
        'no-instruction',
        /^There is a response but no instruction/,
      ],
      [
        'a malformed row',
        '{"prompt": "a"}\n{"prompt": "b", |"response": }\n',
        lines,
        'malformed-row',
        /^Line 2, column 29: this is not JSON, a value is missing/,
      ],
      [
        'a row cut off',
        '{"prompt": "b|',
        lines,
        'malformed-row',
        /^Line 1, column 14: this is not JSON, the text in quotes is not closed/,
      ],
      ['two rows on a line', '{"a": 1} {"b": 2}', lines, 'malformed-row', /^Line 1 holds 2 values/],
      [
        'malformed JSON',
        '[\n  {"prompt": "a",, "x": |1}\n]',
        json,
        'malformed-row',
        /^Line 2, column 18: this is not JSON, a key/,
      ],
      [
        'an unknown shape',
        '{"text": "x", "id": 1}',
        lines,
        'unknown-row',
        /^Line 1: The row has “text”, “id”, which is no shape SPaR knows\. .*messages/,
      ],
      ['an unknown shape in a list', '[{"text": "|x"}]', json, 'unknown-row', /^Row 1: The row has “text”/],
      ['a row that is no object', '[1, 2]', lines, 'unknown-row', /^Line 1: The row is a list/],
      ['an empty line', '{"a": 1}\n|\n{"b": 2}', lines, 'no-row', /^The cursor is on an empty line/],
      [
        'a cursor between rows',
        '[{"prompt": "a", "response": "b"},  |  {"prompt": "c", "response": "d"}]',
        json,
        'no-row',
        /^The cursor is not in a row/,
      ],
      [
        'two rows selected',
        '«{"prompt": "a", "response": "b"}\n{"prompt": "c", "response": "d"}»',
        lines,
        'too-many-selections',
        /^More than one row/,
      ],
      ['a NUL', '«a\0b»', {}, 'binary', /^This file is not text/],
      ['mostly control characters', '\u0001\u0002\ufffd\u0003abc', {}, 'binary', /^This file is not text/],
    ])('%s', (...[, text, document, code, message]) => {
      expect(read(text, document)).toMatchObject({
        ok: false,
        problem: { code, message: expect.stringMatching(message) as string },
      });
    });

    it('a binary response in a file that begins as text', () => {
      const text = `${'word '.repeat(4000)}«a\0b»`;
      expect(read(text)).toMatchObject({
        ok: false,
        problem: { code: 'binary', message: expect.stringMatching(/^The response is not text/) as string },
      });
    });

    it('a response of 2 MB, and takes one at the limit', () => {
      const row = (length: number): string => JSON.stringify({ prompt: 'P', response: 'x'.repeat(length) });
      expect(read(row(2_000_000), lines)).toEqual({
        ok: false,
        problem: {
          code: 'too-large',
          message:
            'The response has 2,000,000 characters; at most 1,000,000 can be refined. Select a shorter part.',
        },
      });
      expect(read(row(1_000_000), lines)).toMatchObject({ ok: true });
      expect(read(`## Prompt\nP\n## Response\n${'x'.repeat(1_000_001)}`)).toMatchObject({
        problem: { code: 'too-large' },
      });
      expect(read(`«${'x'.repeat(1_000_001)}»«y»`)).toMatchObject({
        problem: {
          code: 'too-large',
          message: expect.stringMatching(/^The instruction has 1,000,001/) as string,
        },
      });
    });

    it('what is there, for the steps that ask for the rest', () => {
      expect(read('## Prompt\nP\n## Response\n')).toMatchObject({
        partial: { instruction: 'P', source: { kind: 'sections' } },
      });
      expect(read('{"prompt": "P", "instruction_id_list": ["a:b"], "kwargs": [{}]}', lines)).toMatchObject({
        partial: {
          instruction: 'P',
          constraints: { instructionIds: ['a:b'] },
          source: { kind: 'row', row: 1 },
        },
      });
    });
  });

  it('never throws, and what it reads stands where it says', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '## Prompt\n',
        '## Response\n',
        'User: ',
        'Assistant: ',
        '\n',
        '\r\n',
        '{"prompt": "a", "response": "b"}',
        '[',
        ']',
        ',',
        '"',
        'text',
        ' ',
      ),
      fc.string(),
    );
    const input: fc.Arbitrary<SelectionInput> = fc
      .record({
        text: fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join('')),
        languageId: fc.constantFrom('markdown', 'plaintext', 'jsonl', 'json', 'python'),
        ends: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }),
        cursor: fc.nat(),
      })
      .map(({ text, languageId, ends, cursor }) => {
        const at = (number: number): number => number % (text.length + 1);
        const selections = ends.map(([a, b]) => ({
          start: Math.min(at(a), at(b)),
          end: Math.max(at(a), at(b)),
        }));
        return { text, languageId, fileName: 'x', selections, cursor: at(cursor) };
      });
    fc.assert(
      fc.property(input, (given) => {
        const result = readSelection(given);
        if (!result.ok) return result.problem.message.endsWith('.');
        const { response, responseRange } = result;
        const stands =
          responseRange === null ? response : given.text.slice(responseRange.start, responseRange.end);
        return stands.replace(/\r\n?/g, '\n') === response && response.trim() === response && response !== '';
      }),
      { numRuns: 2000 },
    );
  });
});
