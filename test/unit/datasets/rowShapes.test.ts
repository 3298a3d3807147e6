import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRow, type ReadRow } from '../../../src/spar/datasets/rowShapes';

const ask = { role: 'user', content: 'Name a fruit.' };
const bad = { role: 'assistant', content: 'Carrot' };
const good = { role: 'assistant', content: 'Apple' };

describe('readRow', () => {
  it.each<[string, unknown, ReadRow]>([
    [
      'prompt and response',
      { prompt: 'P', response: 'R' },
      { shape: 'prompt-response', instruction: 'P', response: 'R' },
    ],
    [
      'prompt and completion',
      { prompt: 'P', completion: 'R' },
      { shape: 'prompt-response', instruction: 'P', response: 'R' },
    ],
    [
      'question and answer',
      { question: 'P', answer: 'R' },
      { shape: 'prompt-response', instruction: 'P', response: 'R' },
    ],
    [
      'query and response',
      { query: 'P', response: 'R' },
      { shape: 'prompt-response', instruction: 'P', response: 'R' },
    ],
    [
      'input and output',
      { input: 'P', output: 'R' },
      { shape: 'prompt-response', instruction: 'P', response: 'R' },
    ],
    [
      'instruction and response',
      { instruction: 'P', response: 'R' },
      { shape: 'prompt-response', instruction: 'P', response: 'R' },
    ],
    [
      'Alpaca',
      { instruction: 'Add.', input: '2 and 3', output: '5' },
      { shape: 'alpaca', instruction: 'Add.\n\n2 and 3', response: '5' },
    ],
    [
      'Alpaca without input',
      { instruction: 'Sing.', input: '', output: 'La' },
      { shape: 'alpaca', instruction: 'Sing.', response: 'La' },
    ],
    [
      'Alpaca with system and history',
      { system: 'Be brief.', history: [['Hi', 'Hello']], instruction: 'Sing.', output: 'La' },
      {
        shape: 'alpaca',
        instruction: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'Sing.' },
        ],
        response: 'La',
      },
    ],
    [
      'instruction with context',
      { instruction: 'Sum up.', context: 'Long.', response: 'R' },
      { shape: 'prompt-response', instruction: 'Sum up.\n\nLong.', response: 'R' },
    ],
    [
      'messages',
      { messages: [ask, bad] },
      { shape: 'messages', instruction: 'Name a fruit.', response: 'Carrot' },
    ],
    [
      'messages of several turns with content parts',
      {
        messages: [
          { role: 'developer', content: 'Be kind.' },
          ask,
          good,
          {
            role: 'user',
            content: [
              { type: 'text', text: 'An' },
              { type: 'text', text: 'other.' },
            ],
          },
          bad,
        ],
      },
      {
        shape: 'messages',
        instruction: [
          { role: 'system', content: 'Be kind.' },
          ask,
          good,
          { role: 'user', content: 'Another.' },
        ] as ReadRow['instruction'],
        response: 'Carrot',
      },
    ],
    [
      'messages without an answer',
      { messages: [ask] },
      { shape: 'messages', instruction: 'Name a fruit.', response: null },
    ],
    [
      'conversations',
      {
        conversations: [
          { from: 'human', value: 'P' },
          { from: 'gpt', value: 'R' },
        ],
      },
      { shape: 'conversations', instruction: 'P', response: 'R' },
    ],
    [
      'TRL prompt and completion',
      { prompt: [ask], completion: [bad], label: false },
      { shape: 'conversational-completion', instruction: 'Name a fruit.', response: 'Carrot' },
    ],
    [
      'preference as texts',
      { prompt: 'P', chosen: 'C', rejected: 'R' },
      { shape: 'preference', instruction: 'P', response: 'R', chosen: 'C' },
    ],
    [
      'preference as messages',
      { prompt: [ask], chosen: [good], rejected: [bad] },
      { shape: 'preference', instruction: 'Name a fruit.', response: 'Carrot', chosen: 'Apple' },
    ],
    [
      'preference with an implicit prompt',
      { chosen: [ask, good], rejected: [ask, bad] },
      { shape: 'preference', instruction: 'Name a fruit.', response: 'Carrot', chosen: 'Apple' },
    ],
    [
      'UltraFeedback, binarised',
      { prompt: 'Name a fruit.', messages: [ask, good], chosen: [ask, good], rejected: [ask, bad] },
      { shape: 'preference', instruction: 'Name a fruit.', response: 'Carrot', chosen: 'Apple' },
    ],
    [
      'LLaMA-Factory preference',
      { messages: [ask], chosen: good, rejected: bad },
      { shape: 'preference', instruction: 'Name a fruit.', response: 'Carrot', chosen: 'Apple' },
    ],
    [
      'LLaMA-Factory ShareGPT preference',
      {
        conversations: [{ from: 'human', value: 'P' }],
        chosen: { from: 'gpt', value: 'C' },
        rejected: { from: 'gpt', value: 'R' },
      },
      { shape: 'preference', instruction: 'P', response: 'R', chosen: 'C' },
    ],
    [
      'messages with a rejected response',
      { messages: [ask, good], rejected_response: 'Carrot' },
      { shape: 'preference', instruction: 'Name a fruit.', response: 'Carrot', chosen: 'Apple' },
    ],
    [
      'OpenAI preference',
      { input: { messages: [ask] }, preferred_output: [good], non_preferred_output: [bad] },
      { shape: 'openai-preference', instruction: 'Name a fruit.', response: 'Carrot', chosen: 'Apple' },
    ],
    [
      'IFEval without a response',
      { key: 1, prompt: 'P', instruction_id_list: ['punctuation:no_comma'], kwargs: [{}] },
      {
        shape: 'ifeval',
        instruction: 'P',
        response: null,
        constraints: { instructionIds: ['punctuation:no_comma'], kwargs: [{}] },
      },
    ],
    [
      'IFEval with a response',
      {
        key: 1,
        prompt: 'P',
        instruction_id_list: ['a:b'],
        kwargs: [{ num_words: 3, relation: null }],
        response: 'R',
      },
      {
        shape: 'ifeval',
        instruction: 'P',
        response: 'R',
        constraints: { instructionIds: ['a:b'], kwargs: [{ num_words: 3, relation: null }] },
      },
    ],
    [
      'UltraFeedback: the completion with the lowest score',
      {
        instruction: 'P',
        completions: [
          { response: 'good', overall_score: 8 },
          { response: 'unscored' },
          { response: 'bad', overall_score: '2.5', critique: 'Wrong.' },
        ],
      },
      { shape: 'ultrafeedback', instruction: 'P', response: 'bad', chosen: 'good', critique: 'Wrong.' },
    ],
    [
      'a critique',
      { prompt: 'P', response: 'R', critique: 'Too long.' },
      { shape: 'prompt-response', instruction: 'P', response: 'R', critique: 'Too long.' },
    ],
    [
      'an empty response',
      { prompt: 'P', response: '' },
      { shape: 'prompt-response', instruction: 'P', response: '' },
    ],
  ])('reads %s', (_name, row, expected) => {
    expect(readRow(row)).toEqual({ ok: true, row: expected });
  });

  it.each<[string, unknown, RegExp]>([
    ['no better side', { prompt: 'P', rejected: 'R' }, /^The row has no “chosen” side/],
    ['a number', { prompt: 'P', chosen: 3, rejected: 'R' }, /^“chosen” is a number/],
    ['a turn of the user', { prompt: [ask], chosen: [ask], rejected: [bad] }, /^“chosen” does not end/],
    [
      'another conversation',
      { chosen: [{ role: 'user', content: 'Name a tree.' }, good], rejected: [ask, bad] },
      /^Chosen and rejected answer different/,
    ],
    [
      'equal scores',
      {
        prompt: 'P',
        completions: [
          { response: 'a', score: 1 },
          { response: 'b', score: 1 },
        ],
      },
      /^No two of the “completions”/,
    ],
    ['one completion', { prompt: 'P', completions: [{ response: 'a', score: 1 }] }, /^No two of the/],
  ])('keeps the rejected side of a row whose better side is %s', (_name, row, problem) => {
    const result = readRow(row);
    expect(result).toMatchObject({
      ok: true,
      row: { chosenProblem: expect.stringMatching(problem) as string },
    });
    expect(result).not.toHaveProperty('row.chosen');
  });

  it.each<[string, unknown, string, RegExp]>([
    ['a list', [], 'not-a-row', /^The row is a list; a row is an object/],
    ['null', null, 'not-a-row', /^The row is null/],
    ['no columns', {}, 'unknown-shape', /^The row has no columns/],
    [
      'unknown columns',
      { text: 'x', id: 3 },
      'unknown-shape',
      /^The row has “text”, “id”, which is no shape SPaR knows\..*messages/,
    ],
    ['a prompt alone', { prompt: 'P' }, 'unknown-shape', /“prompt”/],
    [
      'a number as prompt',
      { prompt: 5, response: 'R' },
      'bad-column',
      /^“prompt” is a number; it must be text\.$/,
    ],
    ['a number as response', { prompt: 'P', response: 7 }, 'bad-column', /^“response” is a number/],
    [
      'a tool turn',
      { messages: [ask, { role: 'tool', content: '3' }, bad] },
      'bad-column',
      /^Turn 2 of “messages” has the role “tool”/,
    ],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }, bad] },
      'bad-column',
      /^Turn 1 of “messages” has no text/,
    ],
    ['a turn that is text', { messages: ['hi'] }, 'bad-column', /^Turn 1 of “messages” is text/],
    ['no turns', { messages: [] }, 'bad-column', /^“messages” is an empty list/],
    [
      'an answer without a question',
      { messages: [bad] },
      'bad-column',
      /^“messages” begins with the assistant's turn/,
    ],
    [
      'two answers in a row',
      { messages: [ask, good, bad] },
      'bad-column',
      /^What stands before the response is a turn of the assistant;/,
    ],
    ['a preference without a prompt', { chosen: 'C', rejected: 'R' }, 'bad-column', /no “prompt”/],
    [
      'lists of different length',
      { prompt: 'P', instruction_id_list: ['a', 'b'], kwargs: [{}] },
      'bad-column',
      /2 entries and “kwargs” 1/,
    ],
    [
      'kwargs as text',
      { prompt: 'P', instruction_id_list: ['a'], kwargs: '[{}]' },
      'bad-column',
      /^“kwargs” is text/,
    ],
  ])('refuses %s with words that help', (...[, row, code, message]) => {
    expect(readRow(row)).toEqual({
      ok: false,
      problem: { code, message: expect.stringMatching(message) as string },
    });
  });

  it('looks at own columns only', () => {
    const inherited: unknown = Object.create({ prompt: 'P', response: 'R' });
    expect(readRow(inherited)).toMatchObject({ ok: false, problem: { code: 'unknown-shape' } });
    expect(readRow(JSON.parse('{"__proto__": {"prompt": "P"}, "response": "R"}'))).toMatchObject({
      ok: false,
      problem: { code: 'unknown-shape' },
    });
    expect(readRow({ messages: [{ role: '__proto__', content: 'x' }] })).toMatchObject({ ok: false });
  });

  it('keeps the message of a hostile row short and on one line', () => {
    const row = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`k${index}\n\u001b[31m${'x'.repeat(500)}`, 1]),
    );
    const result = readRow(row);
    expect(result.ok ? '' : result.problem.message).toMatch(
      /^The row has “k0 \[31mx+…”.* and 4988 more, which is no shape/,
    );
    expect(result.ok ? '' : result.problem.message).not.toMatch(/[\n\u001b]/);
    expect(result.ok ? Infinity : result.problem.message.length).toBeLessThan(1500);
  });

  it('takes long lists', () => {
    const turns = Array.from({ length: 200_000 }, (_, index) => (index % 2 === 0 ? ask : bad));
    expect(readRow({ messages: turns })).toMatchObject({ ok: true, row: { response: 'Carrot' } });
  });

  it('never throws, and what it reads is text', () => {
    const columns = fc.constantFrom(
      'prompt',
      'response',
      'instruction',
      'input',
      'output',
      'messages',
      'conversations',
      'chosen',
      'rejected',
      'completions',
      'history',
      'system',
      'kwargs',
      'instruction_id_list',
      'non_preferred_output',
      '__proto__',
    );
    const turn = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system', 'x'),
      content: fc.jsonValue({ maxDepth: 1 }),
    });
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(turn, { maxLength: 4 }), fc.string());
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(columns, value, { maxKeys: 5 })), (row) => {
        const result = readRow(row);
        if (!result.ok) return result.problem.message.length > 0;
        const { instruction, response } = result.row;
        const last = typeof instruction === 'string' ? 'user' : instruction.at(-1)?.role;
        return last === 'user' && (response === null || typeof response === 'string');
      }),
      { numRuns: 1000 },
    );
  });
});
