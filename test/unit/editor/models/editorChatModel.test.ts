import { describe, expect, it } from 'vitest';
import type { ChatRequest, Usage } from '../../../../src/spar/models/chatModel';
import { ModelError } from '../../../../src/spar/models/modelError';
import { createEditorChatModel } from '../../../../src/editor/models/editorChatModel';
import { editorModelError } from '../../../../src/editor/models/editorModelErrors';
import { ListedEditorModel } from './fakes';

function request(count: number, content = 'Question'): ChatRequest {
  return {
    messages: [{ role: 'user', content }],
    seeds: Array.from({ length: count }, (_, draw) => draw),
    temperature: 0.7,
    maxTokens: 100,
  };
}

function named(name: string, code?: string): Error {
  return Object.assign(new Error('refused'), { name, ...(code === undefined ? {} : { code }) });
}

describe('an editor model', () => {
  it('answers each draw with a request of its own, at most three at once, in draw order', async () => {
    const listed = new ListedEditorModel(['a', 'b', 'c', 'd', 'e']);
    const usages: Usage[] = [];
    const replies = await createEditorChatModel(listed).complete(request(5), {
      signal: new AbortController().signal,
      onUsage: (usage) => usages.push(usage),
    });
    expect(replies.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(listed.mostAtOnce).toBeLessThanOrEqual(3);
    expect(usages).toHaveLength(5);
    expect(usages[0]).toEqual({
      requests: 1,
      sequences: 1,
      promptTokens: 8,
      completionTokens: 1,
      estimated: true,
    });
  });

  it('sends user and assistant turns only, and drops reasoning from replies', async () => {
    const listed = new ListedEditorModel(['<think>hm</think>Fine']);
    const { messages, ...rest } = request(1);
    const conversation = [
      ...messages,
      { role: 'assistant' as const, content: 'Critique' },
      { role: 'user' as const, content: 'Refine' },
    ];
    const [reply] = await createEditorChatModel(listed).complete(
      { ...rest, messages: conversation },
      { signal: new AbortController().signal, onUsage: () => undefined },
    );
    expect(reply).toEqual({ text: 'Fine', finishReason: 'stop' });
    expect(listed.asked).toEqual([
      [
        { role: 'user', text: 'Question' },
        { role: 'assistant', text: 'Critique' },
        { role: 'user', text: 'Refine' },
      ],
    ]);
  });

  it('refuses what does not fit before anything is sent', async () => {
    const listed = new ListedEditorModel(['never'], 10);
    const asked = createEditorChatModel(listed).complete(request(1, 'x'.repeat(11)), {
      signal: new AbortController().signal,
      onUsage: () => undefined,
    });
    await expect(asked).rejects.toMatchObject({ kind: 'context-length' });
    expect(listed.asked).toEqual([]);
  });

  it('asks again for the draw that failed alone, and tells of each reply as it comes', async () => {
    const listed = new ListedEditorModel(['a', new Error('hiccup'), 'c', 'b']);
    const told: [number, string][] = [];
    const replies = await createEditorChatModel(listed).complete(request(3), {
      signal: new AbortController().signal,
      onUsage: () => undefined,
      onReply: (seed, { text }) => told.push([seed, text]),
    });
    expect(replies.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(listed.asked).toHaveLength(4);
    expect(told).toEqual([
      [0, 'a'],
      [2, 'c'],
      [1, 'b'],
    ]);
  });

  it('sends nothing more behind a closed gate, and what was sent comes home', async () => {
    const listed = new ListedEditorModel(['a', 'b', 'c', 'd', 'e']);
    let sent = 0;
    const gate = {
      isClosed: false,
      send: <Answer>(send: () => Promise<Answer>) => {
        sent += 1;
        gate.isClosed = sent === 3;
        return send();
      },
    };
    const stop = new AbortController();
    const told: string[] = [];
    const asked = createEditorChatModel(listed).complete(request(5), {
      signal: stop.signal,
      onUsage: () => undefined,
      onReply: (_, { text }) => {
        told.push(text);
        if (told.length === 3) stop.abort(new Error('paused'));
      },
      gate,
    });
    await expect(asked).rejects.toThrow('paused');
    expect(told).toEqual(['a', 'b', 'c']);
    expect(listed.asked).toHaveLength(3);
  });

  it('stops at once when it is told to', async () => {
    const stop = new AbortController();
    const asked = createEditorChatModel(new ListedEditorModel([null])).complete(request(1), {
      signal: stop.signal,
      onUsage: () => undefined,
    });
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(asked).rejects.toThrow('enough');
  });

  it('tells what the editor threw as a model error', async () => {
    const asked = createEditorChatModel(new ListedEditorModel([named('ChatQuotaExceeded')])).complete(
      request(1),
      {
        signal: new AbortController().signal,
        onUsage: () => undefined,
      },
    );
    await expect(asked).rejects.toMatchObject({ kind: 'quota', isEndpointWide: true });
  });
});

describe('editorModelError', () => {
  it.each([
    [named('LanguageModelError', 'NoPermissions'), 'unauthorized', true],
    [named('LanguageModelError', 'Blocked'), 'blocked', true],
    [named('LanguageModelError', 'NotFound'), 'model-not-found', true],
    [named('ChatQuotaExceeded'), 'quota', true],
    [new Error('outer', { cause: named('ChatRateLimited') }), 'rate-limited', true],
    [new Error('fetch failed'), 'server', false],
    ['a text', 'server', false],
    [null, 'server', false],
  ] as const)('knows %s', (thrown, kind, isEndpointWide) => {
    const error = editorModelError(thrown, 'Model');
    expect(error).toBeInstanceOf(ModelError);
    expect({ kind: error.kind, isEndpointWide: error.isEndpointWide }).toEqual({ kind, isEndpointWide });
    expect(error.message).toMatch(/Model.*(?:select another model|resume|Resume|Select another model)/su);
  });
});
