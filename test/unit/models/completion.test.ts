import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Completion, readCompletion, type ReadResult } from '../../../src/spar/models/completion';

/** Reads a body that arrives in pieces of these bytes. */
async function read(
  text: string,
  sizes: readonly number[] = [],
): Promise<{ completion: Completion; result: ReadResult }> {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
        at += size;
      }
      controller.close();
    },
  });
  const completion = new Completion();
  return { completion, result: await readCompletion(body, completion) };
}

const event = (choice: object): string => `data: ${JSON.stringify({ choices: [choice] })}\n\n`;

const interleaved = [
  ': keep-alive\n\n',
  event({ index: 1, delta: { role: 'assistant', content: '' } }),
  event({ index: 1, delta: { content: 'zwei ' } }),
  event({ index: 0, delta: { content: 'eins 日' } }),
  event({ index: 1, delta: { content: 'zwei' }, finish_reason: 'length' }),
  event({ index: 0, delta: { content: '本' }, finish_reason: null }),
  event({ index: 0, delta: {}, finish_reason: 'stop' }),
  'event: message\ndata: {"choices":[],\ndata: "usage":{"prompt_tokens":5,"completion_tokens":4}}\n\n',
  'data: [DONE]\n\n',
].join('');

const received = [
  { text: 'eins 日本', reasoning: '', pieces: 2, finishReason: 'stop' },
  { text: 'zwei zwei', reasoning: '', pieces: 2, finishReason: 'length' },
];

test('a stream is read the same however its bytes are cut and its lines end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      async (sizes, lineBreak) => {
        const { completion, result } = await read(interleaved.replaceAll('\n', lineBreak), sizes);

        expect(result).toEqual({ ok: true, streamed: true });
        expect(completion.choices).toEqual(received);
        expect(completion.usage).toEqual({ promptTokens: 5, completionTokens: 4 });
      },
    ),
  );
});

test('a stream that is cut anywhere before its replies ended is no reply, and never an exception', async () => {
  const end = interleaved.lastIndexOf('"stop"');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: end }), async (length) => {
      const { result } = await read(interleaved.slice(0, length));

      expect(result).toMatchObject({ ok: false });
    }),
  );
});

test('a stream without [DONE] is whole once every reply has its finish reason', async () => {
  expect((await read(interleaved.replace('data: [DONE]\n\n', ''))).result).toEqual({
    ok: true,
    streamed: true,
  });
});

test('a stream whose end is left open is whole with [DONE]', async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode(interleaved));
    },
  });

  expect(await readCompletion(body, new Completion())).toEqual({ ok: true, streamed: true });
});

test.each([
  [
    'several parts',
    { message: { content: [{ type: 'text', text: 'a' }, { type: 'x' }, { text: 'b' }] } },
    'ab',
  ],
  ['the older format', { text: 'ab' }, 'ab'],
  ['nothing said', { message: { content: null, refusal: 'no' } }, ''],
])('a plain completion with %s', async (_, choice, text) => {
  const { completion, result } = await read(JSON.stringify({ choices: [choice] }));

  expect(result).toEqual({ ok: true, streamed: false });
  expect(completion.choices.map((made) => made.text)).toEqual([text]);
});

test('whatever JSON arrives, in either form, reading it never throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (json, streamed) => {
      const made = JSON.stringify({ choices: [json], usage: json });
      const { completion } = await read(streamed ? `data: ${made}\n\n` : made);

      expect(completion.choices.length).toBe(1);
      expect(typeof completion.estimatedTokens).toBe('number');
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      expect(typeof (await read(text)).result.ok).toBe('boolean');
    }),
  );
});

test('tokens are pieces where pieces are as small as tokens, else estimated from the text', async () => {
  const small = await read(event({ delta: { content: 'one ' } }) + event({ delta: { content: 'two' } }));
  const large = await read(
    event({ delta: { content: 'word '.repeat(40) } }) + event({ delta: { content: 'end' } }),
  );

  expect([small.completion.estimatedTokens, large.completion.estimatedTokens]).toEqual([2, 51]);
});

test('choices that a server numbers alike are different replies', async () => {
  const choice = (content: string): object => ({ index: 0, finish_reason: 'stop', message: { content } });
  const { completion, result } = await read(JSON.stringify({ choices: [choice('one'), choice('two')] }));

  expect(result).toEqual({ ok: true, streamed: false });
  expect(completion.choices.map(({ text }) => text)).toEqual(['one', 'two']);
});
