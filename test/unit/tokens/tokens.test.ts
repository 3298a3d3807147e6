import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cutPair, profiles, type TrainerProfile } from '../../../src/spar/tokens/cut';
import { estimatedTokens } from '../../../src/spar/tokens/estimate';
import { loadTokenizer, TokenizerProblem } from '../../../src/spar/tokens/modelTokenizer';
import { commonStart } from '../../../src/spar/tokens/tokenCounter';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-tokens-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A tokenizer of bytes, with two merges and two special tokens, in the form that models are published in. */
function tokenizerJson(): unknown {
  const letters = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).map((one) =>
    one === ' ' ? 'Ġ' : one,
  );
  const tokens = [...letters, 'Ċ', 'th', 'the', '<|user|>', '<|end|>'];
  return {
    version: '1.0',
    added_tokens: ['<|user|>', '<|end|>'].map((content) => ({
      id: tokens.indexOf(content),
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: ['t h', 'th e'],
    },
  };
}

const template =
  '{% for message in messages %}<|user|>{{ message.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|user|>{% endif %}';

async function write(
  config: unknown = { chat_template: template, eos_token: { content: '<|end|>' } },
): Promise<string> {
  const file = join(folder, 'tokenizer.json');
  await writeFile(file, JSON.stringify(tokenizerJson()));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
  return file;
}

const pair = { prompt: [{ role: 'user' as const, content: 'the x' }], chosen: 'the a', rejected: 'the b' };

describe('the model’s own tokenizer', () => {
  test('counts with its merges and its chat template', async () => {
    const tokens = await loadTokenizer(await write());
    expect(tokens.isExact).toBe(true);
    expect(tokens.countText('the then')).toBe(4);
    // <|user|> the Ġ x <|end|> <|user|>, then the Ġ a <|end|>.
    expect(tokens.count(pair)).toEqual({ prompt: 6, chosen: 4, rejected: 4, common: 2 });
  });

  test('is found by its folder, and its template in a file of its own', async () => {
    await write({});
    await writeFile(join(folder, 'chat_template.jinja'), template);
    expect((await loadTokenizer(folder)).count(pair).prompt).toBe(6);
  });

  test('does without a template, or with one that refuses the turns', async () => {
    for (const chat_template of [
      undefined,
      "{{ raise_exception('no system turn') }}",
      [{ name: 'default', template: '{{ 1 / none }}' }],
    ]) {
      const tokens = await loadTokenizer(await write({ chat_template, eos_token: '<|end|>' }));
      expect(tokens.count(pair)).toEqual({ prompt: 3, chosen: 4, rejected: 4, common: 2 });
    }
  });

  test('never counts more than it says at most', async () => {
    const tokens = await loadTokenizer(await write());
    const text = fc.string({ maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (content, chosen, rejected) => {
        const one = { prompt: [{ role: 'user' as const, content }], chosen, rejected };
        const counts = tokens.count(one);
        expect(counts.prompt + Math.max(counts.chosen, counts.rejected)).toBeLessThanOrEqual(
          tokens.mostTokens(one),
        );
        expect(counts.common).toBeLessThanOrEqual(Math.min(counts.chosen, counts.rejected));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['missing.json', null],
    ['tokenizer.json', 'no JSON'],
    ['tokenizer.json', '[]'],
    ['tokenizer.json', '{"model":{"type":"BPE"}}'],
  ])('%s with %j can’t be used, and that is said', async (name, content) => {
    const file = join(folder, name);
    if (content !== null) await writeFile(file, content);
    await expect(loadTokenizer(file)).rejects.toThrow(TokenizerProblem);
    await expect(loadTokenizer(file)).rejects.toThrow(folder);
  });

  test('a template that is no template can’t be used', async () => {
    const file = await write({ chat_template: '{% for %}' });
    await expect(loadTokenizer(file)).rejects.toThrow(TokenizerProblem);
  });
});

describe('the estimate', () => {
  test('says so, and is about four letters a token', () => {
    expect(estimatedTokens.isExact).toBe(false);
    expect(estimatedTokens.countText('a'.repeat(400))).toBe(100);
    expect(estimatedTokens.countText('日本語')).toBe(3);
    expect(estimatedTokens.countText('')).toBe(0);
  });

  test('never counts more than it says at most', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (content, chosen, rejected) => {
        const one = { prompt: [{ role: 'user' as const, content }], chosen, rejected };
        const counts = estimatedTokens.count(one);
        expect(counts.prompt + Math.max(counts.chosen, counts.rejected)).toBeLessThanOrEqual(
          estimatedTokens.mostTokens(one) + 3,
        );
        expect(counts.common).toBeLessThanOrEqual(Math.min(counts.chosen, counts.rejected));
      }),
    );
  });
});

describe('trainers’ cuts', () => {
  const llama = (cutoff: number): TrainerProfile => ({ ...profiles['llama-factory'], cutoff });
  const trl = (cutoff: number): TrainerProfile => ({ ...profiles.trl, cutoff });

  // Worked out by hand from LLaMA-Factory's rule: short answers cut the prompt, short prompts the answer, else both.
  test.each([
    [llama(100), { prompt: 30, answer: 20 }, { prompt: 30, answer: 20 }],
    [llama(100), { prompt: 200, answer: 40 }, { prompt: 60, answer: 40 }],
    [llama(100), { prompt: 40, answer: 200 }, { prompt: 40, answer: 60 }],
    [llama(100), { prompt: 300, answer: 100 }, { prompt: 75, answer: 25 }],
    [trl(100), { prompt: 30, answer: 200 }, { prompt: 30, answer: 70 }],
    [trl(100), { prompt: 130, answer: 20 }, { prompt: 100, answer: 0 }],
    [profiles.plain, { prompt: 99_999, answer: 99_999 }, { prompt: 99_999, answer: 99_999 }],
  ] as const)('%j', (profile, { prompt, answer }, kept) => {
    expect(cutPair({ prompt, chosen: answer, rejected: answer, common: 0 }, profile)).toMatchObject(kept);
  });

  test('texts are equal after the cut exactly where their tokens are', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 12 });
    const profile = fc.oneof(
      fc.integer({ min: 1, max: 30 }).map(llama),
      fc.integer({ min: 1, max: 30 }).map(trl),
    );
    fc.assert(
      fc.property(fc.tuple(ids, ids), fc.nat(20), profile, ([chosen, rejected], prompt, rule) => {
        const common = commonStart(chosen, rejected);
        const cut = cutPair({ prompt, chosen: chosen.length, rejected: rejected.length, common }, rule);
        const left = [chosen, rejected].map((list) => list.slice(0, cut.answer).join());
        expect(cut.isEqual).toBe(left[0] === left[1]);
        expect(cut.prompt + cut.answer).toBeLessThanOrEqual(Math.max(rule.cutoff ?? 0, 0));
      }),
      { numRuns: 2000 },
    );
  });
});
