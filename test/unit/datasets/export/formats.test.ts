import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf, formats, pairRows } from '../../../../src/spar/datasets/export/formats';
import { exportPair, type LeftOutReason } from '../../../../src/spar/datasets/export/pair';
import { rowText } from '../../../../src/spar/datasets/export/rowWriters';
import { recordLine } from '../../../../src/spar/datasets/newLines';
import { anyPair, isBrokenText, type TestPair } from './pairs';
import { trainerSchemas } from './trainerSchemas';

const lineFormats = formats.filter(({ ending }) => ending === 'jsonl');

function exported(pair: TestPair): ReturnType<typeof exportPair> {
  return exportPair(recordLine(pair, '2026-01-01T00:00:00.000Z'));
}

function textsOf({ instruction, rejected, chosen }: TestPair): readonly string[] {
  const turns = typeof instruction === 'string' ? [instruction] : instruction.map(({ content }) => content);
  return [...turns, rejected, chosen];
}

describe('formats', () => {
  it.each(lineFormats.map(({ name }) => name))(
    '%s: each row is what the trainer takes, or is left out',
    (name) => {
      const format = formatOf(name)!;
      const schema = trainerSchemas[name as keyof typeof trainerSchemas];
      fc.assert(
        fc.property(anyPair, (pair) => {
          const made = exported(pair);
          if (typeof made === 'string') return;
          const rows = pairRows(format, made);
          if (typeof rows === 'string') {
            expect(rows).toBe('turns' satisfies LeftOutReason);
            expect(format.alternates).toBe(true);
            return;
          }
          expect(rows).toHaveLength(format.method === 'kto' ? 2 : 1);
          for (const row of rows) {
            const text = rowText(row);
            expect(text).not.toMatch(/[\n\r\u0085\u2028\u2029\ufeff]/u);
            expect(isBrokenText(text)).toBe(false);
            const read: unknown = JSON.parse(text);
            expect(read).toEqual(row);
            expect(schema.safeParse(read).error).toBeUndefined();
            // Hugging Face's loader wants the same columns in each row and no null in any.
            expect(Object.keys(read as object)).toEqual(Object.keys(row));
            expect(text).not.toContain(':null');
          }
        }),
      );
    },
  );

  it('leaves out what no trainer could learn from, and nothing else', () => {
    fc.assert(
      fc.property(anyPair, (pair) => {
        const { instruction, rejected, chosen } = pair;
        const asked = typeof instruction === 'string' ? instruction : (instruction.at(-1)?.content ?? '');
        const made = exported(pair);
        const isBroken = textsOf(pair).some(isBrokenText);
        const isEmpty = [asked, rejected, chosen].some((text) => text.trim() === '');
        if (isBroken) expect(made).toBe('lone-surrogate');
        else if (isEmpty) expect(made).toBe('empty');
        else if (rejected === chosen) expect(made).toBe('equal');
        else expect(made).toMatchObject({ rejected, chosen });
      }),
    );
  });

  it('keeps a million characters', () => {
    const chosen = 'x😀\u2028'.repeat(250_000);
    const made = exported({ instruction: 'Go on.', rejected: 'Go', chosen });
    if (typeof made === 'string') throw new Error(made);
    const [row] = pairRows(formatOf('together')!, made) as readonly {
      preferred_output: { content: string }[];
    }[];
    expect((JSON.parse(rowText(row!)) as typeof row)!.preferred_output[0]!.content).toBe(chosen);
  });

  it('writes the rows of FORMATS to the letter', () => {
    const made = exported({
      instruction: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'U' },
      ],
      rejected: 'R',
      chosen: 'C',
    });
    if (typeof made === 'string') throw new Error(made);
    const turns = '[{"role":"system","content":"S"},{"role":"user","content":"U"}]';
    const [good, bad] = ['{"role":"assistant","content":"C"}', '{"role":"assistant","content":"R"}'];
    const whole = `{"messages":${turns.slice(0, -1)},${good}]}`;
    const outputs = `"preferred_output":[${good}],"non_preferred_output":[${bad}]`;
    const written = Object.fromEntries(
      lineFormats.map((format) => [
        format.name,
        (pairRows(format, made) as object[]).map((row) => rowText(row as never)),
      ]),
    );
    expect(written).toEqual({
      trl: [`{"prompt":${turns},"chosen":[${good}],"rejected":[${bad}]}`],
      'trl-sft': [whole],
      'trl-kto': [
        `{"prompt":${turns},"completion":[${good}],"label":true}`,
        `{"prompt":${turns},"completion":[${bad}],"label":false}`,
      ],
      'llama-factory': [`{"messages":${turns},"chosen":${good},"rejected":${bad}}`],
      'llama-factory-sft': [whole],
      axolotl: [`{"messages":${turns},"chosen":${good},"rejected":${bad}}`],
      'axolotl-sft': [whole],
      openai: [`{"input":{"messages":${turns},"tools":[],"parallel_tool_calls":true},${outputs}}`],
      'openai-sft': [whole],
      azure: [`{"input":{"messages":${turns}},${outputs}}`],
      'azure-sft': [whole],
      together: [`{"input":{"messages":${turns}},${outputs}}`],
      'together-sft': [whole],
      fireworks: [`{"input":{"messages":${turns}},${outputs}}`],
      'fireworks-sft': [whole],
    });
  });

  it.each([
    ['llamafactory', 'llama-factory'],
    ['LLaMA_Factory', 'llama-factory'],
    ['trl-dpo', 'trl'],
    ['TRL_KTO', 'trl-kto'],
    ['openai-preference', 'openai'],
    ['nothing', undefined],
    ['', undefined],
  ])('reads the name %s as %s', (name, expected) => {
    expect(formatOf(name)?.name).toBe(expected);
  });
});
