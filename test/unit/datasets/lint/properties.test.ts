import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import { lintedRecord, type CheckContext } from '../../../../src/spar/datasets/lint/check';
import type { Finding } from '../../../../src/spar/datasets/lint/finding';
import { allFindingCodes } from '../../../../src/spar/datasets/lint/finding';
import { fixFindings } from '../../../../src/spar/datasets/lint/fixes';
import { defaultThresholds } from '../../../../src/spar/datasets/lint/options';
import { recordChecks } from '../../../../src/spar/datasets/lint/table';
import { recordLine, type NewRecord } from '../../../../src/spar/datasets/newLines';
import type { DatasetLine } from '../../../../src/spar/datasets/schema';
import { foldLines } from '../../../../src/spar/datasets/recordState';
import { profiles } from '../../../../src/spar/tokens/cut';
import { estimatedTokens } from '../../../../src/spar/tokens/estimate';
import { LinesInMemory, linesOf, lintPairs, plainPair, withFile } from './linting';

/** Parts of which hostile and ordinary texts are mixed. */
const parts = [
  'The sea is calm. ',
  'Paris',
  ' \n',
  '\u0000',
  '\u009d',
  '\ud83d',
  '\ude00',
  '😀',
  '\ufffd',
  'Ã©',
  'â€™',
  'Â',
  '\r',
  '\ufeff',
  '\u2028',
  '[[start]]',
  '[[\\end]]',
  '<|im_end|>',
  '<think>',
  '</think>',
  'Final Judgement: Yes',
  "I'm sorry, but ",
  'As an AI language model, ',
  'Here is the revised response:\n',
  'maria.keller@web.de',
  '+49 30 901820 17',
  '(212) 736-5000',
  '4539 1488 0343 6467',
  'AKIAQZ7WLM2N4PXR' + 'TVB6',
  'a@',
  'eyJ',
  '{"a":',
  '$&',
  '([',
  '日本',
  'Write an essay about the harbour in winter. ',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((list) => list.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const pair: fc.Arbitrary<NewRecord> = fc.record({
  instruction: fc.oneof(
    text,
    fc.tuple(text, text).map(([system, user]) => [
      { role: 'system' as const, content: system },
      { role: 'user' as const, content: user },
    ]),
  ),
  rejected: text,
  chosen: text,
});

const context: CheckContext = {
  profile: { ...profiles['llama-factory'], cutoff: 8 },
  tokens: estimatedTokens,
  thresholds: defaultThresholds,
};

/** Worked out once: the measures of a record take longer than lint does. */
const template = recordLine(plainPair, '2026-01-01T00:00:00.000Z');

function check({ instruction, rejected, chosen }: NewRecord) {
  const record = { ...template, instruction, rejected, chosen };
  const linted = lintedRecord({ record, state: foldLines([]), line: 1 });
  return recordChecks.flatMap((entry) => entry.check(linted, context));
}

const nameOf = ({ code, record, field }: Finding): string => `${code} ${record ?? ''} ${field ?? ''}`;

describe('lint of any record', () => {
  test('never throws, and says something of each finding', () => {
    fc.assert(
      fc.property(pair, (one) => {
        for (const { message, fix } of check(one)) {
          expect(message.trim()).not.toBe('');
          if (fix !== undefined) expect(fix.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('finds the same in any order of the lines', async () => {
    const shuffled = fc
      .uniqueArray(pair, { maxLength: 7, selector: (one) => JSON.stringify(one) })
      .chain((pairs) =>
        fc.tuple(fc.constant(pairs), fc.shuffledSubarray([...pairs.keys()], { minLength: pairs.length })),
      );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([pairs, order]) => {
        const lines = linesOf(pairs);
        const found = async (list: readonly DatasetLine[]): Promise<readonly string[]> => {
          const { findings } = await new LinesInMemory(list).lint();
          // Lines have moved, and nothing else.
          return findings
            .map(({ code, record, field, message }) =>
              [code, record, field, message.replace(/line \d+/gu, 'line')].join(' '),
            )
            .sort();
        };
        expect(await found(order.flatMap((at) => lines[at] ?? []))).toEqual(await found(lines));
      }),
      { numRuns: 60 },
    );
  });

  test('each fix makes its finding go away', async () => {
    const several = fc.uniqueArray(pair, {
      minLength: 1,
      maxLength: 3,
      selector: (one) => JSON.stringify(one),
    });
    await fc.assert(
      fc.asyncProperty(several, async (pairs) => {
        const lines = linesOf(pairs);
        const { findings } = await new LinesInMemory(lines).lint();
        for (const finding of findings.filter(({ fix }) => fix !== undefined)) {
          const mended = new LinesInMemory(lines);
          mended.apply(finding.fix ?? []);
          const left = (await mended.lint()).findings.map(nameOf);
          expect(left).not.toContain(nameOf(finding));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('fixing all ends, and only adds lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 4 }), async (pairs) => {
        const content = pairs
          .map((one) => `${datasetLineText(recordLine(one, '2026-01-01T00:00:00.000Z'))}\n`)
          .join('');
        await withFile(content, async (file) => {
          const { report, fixed } = await fixFindings(file, { severity: 'warning', codes: allFindingCodes });
          const after = await readFile(file, 'utf8');
          expect(after.startsWith(content)).toBe(true);
          expect(fixed === 0).toBe(after === content);
          const open = report.findings.filter(
            ({ fix, severity }) => fix !== undefined && severity !== 'information',
          );
          expect(open).toEqual([]);
        });
      }),
      { numRuns: 4 },
    );
  });
});

describe('hostile texts of 100 KB', () => {
  const size = 100_000;
  const units = [
    'a',
    ' ',
    '\n',
    '@',
    'a@',
    'a.',
    '.a@a',
    '[',
    '[[',
    '[[start]]',
    '[[end]]',
    '<',
    '<|',
    '<|a',
    '<think>',
    '-',
    '_',
    '1',
    '1 ',
    '1-',
    '+1 ',
    '(',
    '(1',
    'sk-',
    'eyJ',
    'eyJ.',
    '-eyJ',
    '://',
    'a://a:',
    '="',
    '= "',
    'key="',
    'key: ',
    '-----BEGIN ',
    'Ã',
    'â€',
    '\ud83d',
    '\u0000',
    '\r',
    'Final Judgement',
    'Final ',
    '>',
    'GB1',
    'DE75 ',
    '4 ',
    '4-',
    "I'm ",
    'sorry ',
    'thank you ',
    'oh ',
    'here is ',
    'note: ',
    '\nNote: removed',
    '\\',
    '"',
    '“',
    'x86_',
    'é',
    '日',
    '😀',
    'SG.',
    'A',
    'hooks.slack.com/services/T',
  ];

  test.each(units)('of %j are looked at in bounded time', (unit) => {
    const hostile = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
    const began = process.cpuUsage().user;
    check({ instruction: hostile, rejected: `${hostile}!`, chosen: hostile });
    check({ instruction: 'Say it.', rejected: 'x', chosen: `${hostile} x` });
    // Twenty times what the slowest takes; patterns that backtrack would take minutes.
    expect((process.cpuUsage().user - began) / 1e6).toBeLessThan(5);
  });
});

describe('real answers as chosen ones', () => {
  const data = fileURLToPath(
    new URL('../../../../../shared/data/ifeval/gpt4_verdicts.jsonl', import.meta.url),
  );
  const rows = ((): readonly { prompt: string; response: string }[] => {
    try {
      return readFileSync(data, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { prompt: string; response: string });
    } catch {
      return [];
    }
  })();

  // The data is no part of the project; where it is not there, there is nothing to measure.
  test.runIf(rows.length > 0)('give few false alarms', async () => {
    const { counts, records } = await lintPairs(
      rows.map(({ prompt, response }, at) => ({
        instruction: prompt,
        chosen: response,
        rejected: `${response} ${at}`,
      })),
    );
    const most = {
      secret: 0,
      mojibake: 0,
      'control-character': 0,
      'lone-surrogate': 0,
      'leaked-marker': 0,
      'leaked-critique': 0,
      'account-number': 0,
      refusal: 3,
      'email-address': 6,
      'phone-number': 3,
    } as const;
    expect(records).toBe(rows.length);
    for (const [code, number] of Object.entries(most)) {
      expect({
        code,
        count: counts.get(code as keyof typeof most) ?? 0,
        isFew: (counts.get(code as keyof typeof most) ?? 0) <= number,
      }).toMatchObject({ isFew: true });
    }
  });
});
