import { writeFile } from 'node:fs/promises';
import { parquetWriteBuffer } from 'hyparquet-writer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBadRow, readItems, type ReadItemsOptions } from '../../../../src/spar/selfplay/intake/readItems';
import type { BadRow, RunItem } from '../../../../src/spar/selfplay/item';
import { instructionText } from '../../../../src/spar/refiner/instruction';
import { LogError } from '../../../../src/spar/log/logError';
import { contentId } from '../../../../src/spar/search/seeds';
import { temporaryFolder } from '../../log/temporaryFolder';

const folder = temporaryFolder();

interface Taken {
  readonly items: readonly RunItem[];
  readonly bad: readonly BadRow[];
}

async function read(
  text: string | Uint8Array,
  { name = 'rows.jsonl', ...options }: ReadItemsOptions & { readonly name?: string } = {},
): Promise<Taken> {
  await writeFile(folder.path(name), text);
  const [items, bad]: [RunItem[], BadRow[]] = [[], []];
  for await (const row of readItems(folder.path(name), options)) {
    if (isBadRow(row)) bad.push(row);
    else items.push(row);
  }
  return { items, bad };
}

function lines(...rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Place, instruction, responses and critique of each. */
function shown({ items }: Taken): readonly string[] {
  return items.map(({ place, instruction, responses, critique }) =>
    [
      `${place}: ${instructionText(instruction)}`,
      ...responses,
      ...(critique === null ? [] : [`(${critique})`]),
    ].join(' | '),
  );
}

describe('readItems', () => {
  it('takes instructions alone, with one response or several, and with a critique', async () => {
    const taken = await read(
      lines(
        'A prompt alone.',
        { prompt: 'P' },
        { instruction: 'I', input: 'more', output: '' },
        { question: 'Q', answer: 'A' },
        { prompt: 'R', responses: ['one', '', 'two'] },
        { prompt: 'S', response: 'wrong', critique: 'It is wrong.' },
        { prompt: 'T', responses: ['one', 'two'], critique: 'Of which?' },
        { instruction: 'U', completions: [{ response: 'a', overall_score: 3 }, { response: 'b' }] },
        { prompt: 'V', chosen: 'good', rejected: 'bad' },
        {
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'Hello' },
          ],
        },
      ),
    );
    expect(taken.bad).toEqual([]);
    expect(shown(taken)).toEqual([
      '1: A prompt alone.',
      '2: P',
      '3: I\n\nmore',
      '4: Q | A',
      '5: R | one | two',
      '6: S | wrong | (It is wrong.)',
      '7: T | one | two',
      '8: U | a | b',
      '9: V | bad',
      '10: System: Be brief.\n\nUser: Hello',
    ]);
    expect(taken.items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(taken.items[4]?.id).toBe(contentId('R', 'one', 'two'));
  });

  it('tells bad rows with their lines and goes on, whatever they hold', async () => {
    const nested = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const taken = await read(
      [
        '\ufeff{"prompt": "first"}\r',
        '',
        '{"prompt": ',
        `{"prompt": ${nested}}`,
        '{"prompt": "", "response": "R"}',
        '{"prompt": "half \\ud83d"}',
        '{"prompt": "a\\u0000b"}',
        '{"prompt": "break\u2028within"}',
        '{"__proto__": {"prompt": "P"}}',
        '{"prompt": "P", "responses": [{"text": "R"}]}',
        '{"prompt": "P", "responses": 3}',
        '{"what": "ever"}',
        '[1]',
        'null',
        '{"prompt": "tab\\tand bell\\u0007 among words are taken"}',
        '{"messages": [{"role": "user", "content": "   "}]}',
        '{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": " "}]}',
        '{"prompt": "last", "response": "half \\udc00"}',
        '{"prompt": "last"}',
      ].join('\n'),
    );
    expect(shown(taken)).toEqual([
      '1: first',
      '8: break\u2028within',
      '15: tab\tand bell\u0007 among words are taken',
      '19: last',
    ]);
    expect(taken.bad.map(({ place, reason }) => `${place}: ${reason.slice(0, 48)}`)).toEqual([
      '3: not valid JSON',
      '4: Turn 1 of “prompt” is a list; a turn is an objec',
      '5: The instruction is empty. Give it a text, or tak',
      '6: The instruction holds half a character (a lone s',
      '7: The instruction holds control characters as bina',
      '9: The row has “__proto__”, which is no shape SPaR ',
      '10: Entry 1 of “responses” is an object; it must be ',
      '11: “responses” is a number; it must be text or a li',
      '12: The row has “what”, which is no shape SPaR knows',
      '13: The row is a list; a row is an object such as {"',
      '14: The row is null; a row is an object such as {"pr',
      '16: The instruction is empty. Give it a text, or tak',
      '17: The instruction is empty. Give it a text, or tak',
      '18: The response holds half a character (a lone surr',
    ]);
  });

  it('refuses what is too long, a line of 50 MB among it, and goes on', async () => {
    const taken = await read(
      Buffer.concat([
        Buffer.from(
          lines({ prompt: 'x'.repeat(1_000_001) }, { prompt: 'R', response: 'x'.repeat(1_000_001) }),
        ),
        Buffer.from('{"prompt": "'),
        Buffer.alloc(50 << 20, 'x'),
        Buffer.from('"}\n{"prompt": "last"}\n'),
        Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      ]),
    );
    expect(shown(taken)).toEqual(['4: last']);
    expect(taken.bad).toEqual([
      { place: 1, reason: 'The instruction has 1000001 characters; at most 1000000 are taken. Shorten it.' },
      { place: 2, reason: 'The response has 1000001 characters; at most 1000000 are taken. Shorten it.' },
      { place: 3, reason: 'longer than 33554432 bytes' },
      { place: 5, reason: 'not valid UTF-8' },
    ]);
  });

  it('uses a repeated row once and says where it was first', async () => {
    const row = { prompt: 'P', response: 'R' };
    const taken = await read(lines(row, { prompt: 'P' }, row, { prompt: 'Q' }, { ...row, extra: 1 }));
    expect(shown(taken)).toEqual(['1: P | R', '2: P', '4: Q']);
    expect(taken.bad.map(({ place, reason }) => `${place}: ${reason.slice(0, 18)}`)).toEqual([
      '3: The same as row 1;',
      '5: The same as row 1;',
    ]);
  });

  it('takes constraints from the columns of IFEval where code knows them all', async () => {
    const taken = await read(
      lines(
        { prompt: 'P', instruction_id_list: ['punctuation:no_comma'], kwargs: [{ num_words: null }] },
        { prompt: 'Q', instruction_id_list: ['punctuation:no_comma', 'made:up'], kwargs: [{}, {}] },
        { prompt: 'R', instruction_id_list: 'punctuation:no_comma', kwargs: [{}] },
      ),
    );
    expect(taken.items.map(({ constraints }) => constraints?.map(({ type }) => type) ?? null)).toEqual([
      ['punctuation:no_comma'],
      null,
    ]);
    expect(taken.bad).toMatchObject([{ place: 3 }]);
  });

  it('reads rows of an unknown shape by a mapping', async () => {
    const taken = await read(
      lines(
        { ask: 'A', said: 'S', note: 'N', role: 'Be brief.' },
        { ask: 'B', said: ['x', 'y'] },
        {
          ask: [
            { from: 'human', value: 'C' },
            { from: 'gpt', value: 'D' },
          ],
        },
        { said: 'S' },
        { ask: 3 },
        { ask: 'E', said: { a: 1 } },
        { ask: 'F', note: 1, said: 'S' },
        'a prompt alone',
      ),
      { mapping: { instruction: 'ask', response: 'said', critique: 'note', system: 'role' } },
    );
    expect(shown(taken)).toEqual([
      '1: System: Be brief.\n\nUser: A | S | (N)',
      '2: B | x | y',
      '3: C | D',
      '8: a prompt alone',
    ]);
    expect(taken.bad.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      '4: The row has nothing in “ask”, which is to say what was asked.',
      '5: “ask” is a number; it must be text or a list of turns.',
      '6: “said” is an object; it must be text or a list of texts.',
      '7: “note” is a number; it must be text.',
    ]);
  });

  it('reads JSON, CSV, TSV and Parquet', async () => {
    const same = ['1: P | R', '2: Q | S'];
    const rows = [
      { prompt: 'P', response: 'R' },
      { prompt: 'Q', response: 'S' },
    ];
    expect(shown(await read(JSON.stringify(rows), { name: 'rows.json' }))).toEqual(same);
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'prompt', data: ['P', 'Q'] },
        { name: 'response', data: ['R', 'S'] },
      ],
    });
    expect(shown(await read(new Uint8Array(parquet), { name: 'rows.parquet' }))).toEqual(same);
    expect(shown(await read('prompt\tresponse\r\nP\tR\r\nQ\tS\r\n', { name: 'rows.tsv' }))).toEqual([
      '2: P | R',
      '3: Q | S',
    ]);
    const csv = await read('\ufeffprompt,responses\n"a, ""b""\nc","[""x"",""y""]"\nQ,\n', {
      name: 'rows.csv',
    });
    expect(shown(csv)).toEqual(['2: a, "b"\nc | x | y', '4: Q']);
  });

  it('ends with the limit', async () => {
    const text = lines({ prompt: 'A' }, {}, { prompt: 'B' }, {}, { prompt: 'C' });
    const taken = await read(text, { limit: 2 });
    expect(shown(taken)).toEqual(['1: A', '3: B']);
    expect(taken.bad).toHaveLength(1);
    expect((await read(text, { limit: 0 })).items).toEqual([]);
  });

  it('says what file can not be read, and stops when it is told to', async () => {
    const none = async (name: string): Promise<unknown> => {
      for await (const row of readItems(folder.path(name))) return row;
      return null;
    };
    await expect(none('missing.jsonl')).rejects.toThrow(LogError);
    await expect(none('missing.txt')).rejects.toThrow(LogError);
    const reason = new Error('stopped');
    await expect(read(lines({ prompt: 'A' }), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('gives the good rows in their order however many bad ones stand between them', async () => {
    const text = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0x20, max: 0x7e })), {
        maxLength: 40,
      })
      .map((units) => String.fromCharCode(...units));
    const row = fc.oneof(
      text.map((prompt) => JSON.stringify({ prompt })),
      fc.json().map((json) => json.replaceAll('\n', ' ')),
      text.map((line) => line.replace(/[\n\r]/gu, ' ')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const { items, bad } = await read(rows.join('\n'));
        expect(items.map(({ index }) => index)).toEqual([...items.keys()]);
        const places = [...items, ...bad].map(({ place }) => place);
        expect(new Set(places).size).toBe(places.length);
        expect([...items].sort((a, b) => a.place - b.place)).toEqual(items);
        const filled = rows.flatMap((text, at) =>
          text.replace(/^\ufeff/u, '').trim() === '' ? [] : [at + 1],
        );
        expect(places.sort((a, b) => a - b)).toEqual(filled);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a list of prompts', () => {
  it('has one a line', async () => {
    const taken = await read(
      '\ufeffFirst prompt\r\n\r\n  Second – with {braces}  \r\n#3\u2028same line\nFirst prompt',
      {
        name: 'prompts.txt',
      },
    );
    expect(shown(taken)).toEqual(['1: First prompt', '3: Second – with {braces}', '4: #3\u2028same line']);
    expect(taken.bad).toMatchObject([{ place: 5 }]);
  });

  it('has blocks where lines of three hyphens part them', async () => {
    const taken = await read('---\nOne\n\n  indented\n---\n---\n\nTwo\n---  \nThree -- not --- a line\n', {
      name: 'prompts.txt',
    });
    expect(shown(taken)).toEqual(['2: One\n\n  indented', '8: Two', '10: Three -- not --- a line']);
  });

  it('refuses a damaged or endless block and goes on', async () => {
    const long = `${'word '.repeat(100)}\n`.repeat(2100);
    const taken = await read(
      Buffer.concat([
        Buffer.from(`a\n---\nb\n`),
        Buffer.from([0xff, 0x0a]),
        Buffer.from(`---\n${long}---\nc`),
      ]),
      { name: 'prompts.text' },
    );
    expect(shown(taken)).toEqual(['1: a', '2107: c']);
    expect(taken.bad).toMatchObject([
      { place: 3, reason: 'line 4: not valid UTF-8' },
      { place: 6, reason: expect.stringContaining('at most 1000000') as string },
    ]);
  });

  it('is no list where it begins with a row, and is one where the person says so', async () => {
    const row = '{"prompt": "P"}\n{"prompt": "Q"}\n';
    expect(shown(await read(row, { name: 'prompts.txt' }))).toEqual(['1: P', '2: Q']);
    expect(shown(await read(row, { name: 'prompts.txt', form: 'text' }))).toEqual([
      '1: {"prompt": "P"}',
      '2: {"prompt": "Q"}',
    ]);
    expect(shown(await read('A\nB', { name: 'prompts.lst', form: 'text' }))).toEqual(['1: A', '2: B']);
  });
});
