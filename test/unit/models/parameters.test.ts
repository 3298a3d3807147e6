import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chatBody, refusedParameter, type OptionalParameter } from '../../../src/spar/models/parameters';
import { question } from './asking';

const full = chatBody('m', { ...question, seeds: [1, 2, 3], topP: 0.9 }, new Set());
const error = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } });

test.each<[string, OptionalParameter | null]>([
  [error("Unknown parameter: 'seed'.", { param: 'seed', code: 'unknown_parameter' }), 'seed'],
  [error('Unrecognized request argument supplied: seed'), 'seed'],
  [error("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."), 'max_tokens'],
  [error("Unsupported value: 'temperature' does not support 0.7 with this model."), 'temperature'],
  [error('stream_options is only allowed when stream is true'), 'stream_options'],
  [error('Streaming is not supported for this model'), 'stream'],
  [error('top_p and temperature can’t both be set'), 'top_p'],
  [error('n must be 1 when using greedy sampling, got 3'), 'n'],
  [error('Unrecognized request argument supplied: n'), 'n'],
  [error('"n" is not allowed'), 'n'],
  [error('Only one completion choice is allowed: n > 1 is not supported'), 'n'],
  [error('multiple choices are not supported'), 'n'],
  [error('Bad request', { param: 'messages.0' }), null],
  [error('The parameter in question was not understood'), null],
  [JSON.stringify({ detail: [{ loc: ['body', 'n'], msg: 'extra fields not permitted' }] }), 'n'],
  [JSON.stringify({ detail: [{ loc: ['body', 'messages'], msg: 'field required' }] }), null],
  [JSON.stringify({ detail: 'seed: Extra inputs are not permitted' }), 'seed'],
  [JSON.stringify({ message: { detail: [{ loc: ['body', 'top_p'] }] }, object: 'error' }), 'top_p'],
  [
    JSON.stringify({ object: 'error', message: 'top_p must be in (0, 1]', param: null, code: 40001 }),
    'top_p',
  ],
  [JSON.stringify({ error: 'json: unknown field "seed"' }), 'seed'],
  ['Unsupported argument: seed', 'seed'],
  ['', null],
  ['null', null],
])('a refusal that says %s is about %s', (text, parameter) => {
  expect(refusedParameter(full, text)).toBe(parameter);
});

test('only what was sent can be refused', () => {
  const bare = chatBody(
    'm',
    question,
    new Set(['seed', 'stream', 'temperature', 'max_tokens', 'max_completion_tokens']),
  );

  expect(bare).toEqual({ model: 'm', messages: question.messages });
  for (const name of ['seed', 'n', 'stream', 'stream_options', 'temperature', 'top_p', 'max_tokens']) {
    expect(refusedParameter(bare, error(`Unknown parameter: '${name}'.`, { param: name }))).toBeNull();
  }
});

test('whatever a server says, it is read without an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const parameter = refusedParameter(full, text);
      expect(parameter === null || full[parameter] !== undefined).toBe(true);
    }),
  );
});
