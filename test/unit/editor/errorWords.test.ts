import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorWords } from '../../../src/editor/errorWords';
import { redact } from '../../../src/editor/redact';
import { LogError } from '../../../src/spar/log/logError';
import { ModelError, type ModelErrorKind } from '../../../src/spar/models/modelError';

describe('errorWords', () => {
  it.each([
    ['unauthorized', 'set-api-key'],
    ['model-not-found', 'select-model'],
    ['quota', 'select-model'],
    ['unreachable', 'retry'],
    ['rate-limited', 'retry'],
  ] satisfies [ModelErrorKind, string][])('offers first what helps with %s', (kind, first) => {
    const { message, actions } = errorWords(new ModelError({ kind, message: 'What happened. What to do.' }));
    expect([message, actions[0], actions.at(-1)]).toEqual(['What happened. What to do.', first, 'open-log']);
  });

  it('keeps the words of a file that can not be written', () => {
    const error = new LogError({
      kind: 'disk-full',
      message: 'The disk is full. Free some space.',
      path: '/x',
    });
    expect(errorWords(error)).toEqual({
      message: 'The disk is full. Free some space.',
      actions: ['retry', 'open-log'],
    });
  });

  it('makes a sentence of anything', () => {
    expect(
      [new Error('went\nwrong'), 'went wrong', new Error('')].map((error) => errorWords(error).message),
    ).toEqual([
      'went wrong. The log says more.',
      'went wrong. The log says more.',
      'Something went wrong. The log says more.',
    ]);
  });
});

describe('redact', () => {
  it.each([
    ['Authorization: Bearer abc.def-123456', 'Authorization: … …'],
    ['sent Bearer abc.def-123456 there', 'sent Bearer … there'],
    ['{"apiKey":"verysecret"}', '{"apiKey":"…"}'],
    ['https://me:pass@host/v1', 'https://…@host/v1'],
    ['key sk-abcdef123456 was refused', 'key … was refused'],
    ['api_key=verysecret&x=1', 'api_key=…&x=1'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('leaves plain words alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('the', 'search', 'has', 'ended', 'with', '3', 'tokens')),
        (words) => {
          expect(redact(words.join(' '))).toBe(words.join(' '));
        },
      ),
    );
  });
});
