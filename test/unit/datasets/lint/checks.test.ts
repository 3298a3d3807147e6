import { describe, expect, test } from 'vitest';
import type { FindingCode } from '../../../../src/spar/datasets/lint/finding';
import type { NewRecord } from '../../../../src/spar/datasets/newLines';
import type { Change, DatasetLine } from '../../../../src/spar/datasets/schema';
import { change, judgedAgain } from '../lines';
import { lintLines, lintPairs, linesOf, plainPair, shortly, withFile } from './linting';
import { lintDataset } from '../../../../src/spar/datasets/lint/lint';

/** A text made of parts, so that no scanner of sources takes it for what it looks like. */
function joined(...parts: readonly string[]): string {
  return parts.join('');
}

const awsKey = joined('AKIA', 'QZ7WLM2N4PXRTVB6');
const githubToken = joined('ghp_', 'a9B3kLm2Qz7Xc5Vb8Nn1Rt6Yp4Ws0Ed3Uf7H');

const constraint = { id: 'c', type: 'punctuation:no_comma', args: {}, text: 'no comma', span: null };
const judgement = {
  by: 'votes' as const,
  value: 1,
  yes: 3,
  no: 0,
  notDrawn: 2,
  unparsed: 0,
  critique: '',
  votes: [],
};

interface Case {
  readonly code: FindingCode;
  readonly found: readonly Partial<NewRecord>[];
  readonly notFound: readonly Partial<NewRecord>[];
}

const cases: readonly Case[] = [
  { code: 'empty-text', found: [{ chosen: ' \n' }, { rejected: '' }, { instruction: '' }], notFound: [{}] },
  { code: 'equal-texts', found: [{ rejected: 'Paris' }], notFound: [{ rejected: 'Paris ' }] },
  {
    code: 'equal-but-spaces',
    found: [{ rejected: ' Paris\n' }, { chosen: 'a b\u00a0c', rejected: 'a bc' }],
    notFound: [{ rejected: 'Paris' }, { rejected: 'Paris.' }],
  },
  {
    code: 'leaked-marker',
    found: [
      { chosen: '[[start]]\nParis\n[[end]]' },
      { chosen: 'Paris [[\\end]]' },
      { chosen: 'Paris<|im_end|>' },
      { chosen: '<think>It is Paris.</think>Paris' },
      { chosen: 'Paris\nFinal Judgement (Yes or No): Yes' },
      { rejected: 'The capital [/INST] is Paris.' },
    ],
    notFound: [
      { chosen: 'See [[Paris]] and a <| b.' },
      { chosen: 'I think this is the final judgement day.' },
      { instruction: 'Write the token <|im_end|> in quotes.', chosen: '“<|im_end|>”' },
    ],
  },
  {
    code: 'leaked-critique',
    found: [
      { chosen: 'Here is the revised response:\n\nParis' },
      { chosen: 'Paris\n\nNote: I removed the sentence around the word to meet the constraint.' },
      {
        chosen:
          'The answer has to be one word alone and the response gives a whole sentence instead of it. Paris',
        evidence: {
          path: [
            {
              path: '0',
              origin: 'original',
              text: plainPair.rejected,
              reflection: '',
              judgement: {
                ...judgement,
                critique:
                  'The answer has to be one word alone and the response gives a whole sentence instead of it.',
              },
              checks: [],
            },
          ],
        },
      },
    ],
    notFound: [
      { instruction: 'Rewrite this: the capital is paris.', chosen: 'Here is the revised version:\nParis.' },
      { chosen: 'Here is the recipe:\nMix and bake.' },
    ],
  },
  {
    code: 'refusal',
    found: [
      { chosen: "I'm sorry, but I can't help with that." },
      { chosen: 'I’m sorry, but as an AI I cannot do this.' },
      { chosen: 'As an AI language model, I do not have opinions.' },
      { chosen: 'Unfortunately, I am unable to answer this.' },
      { chosen: 'I cannot fulfil this request.' },
    ],
    notFound: [
      { chosen: "I can't wait to see Paris." },
      { chosen: "I'm sorry to hear about your cat. Here is what to do." },
      { instruction: 'Write an apology to a customer.', chosen: 'I apologise for the delay.' },
      { instruction: 'Decline this invitation politely.', chosen: "I'm sorry, but I cannot come." },
      { chosen: 'Paris. I am sorry, but that is all.' },
    ],
  },
  {
    code: 'mojibake',
    found: [{ chosen: 'CafÃ© in Paris' }, { chosen: 'Itâ€™s Paris' }, { rejected: 'Ã¼ber Paris' }],
    notFound: [
      { chosen: 'Café, naïve, «Ça va», São Paulo, NÃO' },
      { chosen: 'Größe €5 – “yes” … Â' },
      { chosen: '日本語 🗼 Việt Nam' },
    ],
  },
  { code: 'replacement-character', found: [{ chosen: 'Par\ufffds' }], notFound: [{ chosen: 'Par?s' }] },
  {
    code: 'lone-surrogate',
    found: [{ chosen: 'Paris \ud83d' }, { rejected: '\ude00 Paris' }],
    notFound: [{ chosen: '😀 Paris' }],
  },
  {
    code: 'control-character',
    found: [
      { chosen: 'Par\u0000is' },
      { chosen: '\u001b[31mParis' },
      { chosen: 'a\u202eb' },
      { chosen: '\ufeffParis' },
    ],
    notFound: [{ chosen: 'Paris\r\n\tis\nit' }, { chosen: '👨‍👩‍👧 \u2028' }],
  },
  {
    code: 'secret',
    found: [
      { chosen: `Use ${awsKey} here.` },
      { instruction: `My token is ${githubToken}. Is it safe?` },
      { chosen: joined('-----BEGIN RSA ', 'PRIVATE KEY', '-----\nMIIEpAIBAAKCAQEA7bq3Xk0l9x8S2m\n') },
      { chosen: joined('postgres://admin:', 'q8Zr2Lx9', '@db.internal:5432/x') },
      { chosen: joined('api_key = "', 'Zq81Lm4vXr93Tn6Kp2Wd', '"') },
    ],
    notFound: [
      { chosen: joined('AKIA', 'IOSFODNN7EXAMPLE') },
      { chosen: 'api_key = "YOUR_API_KEY_GOES_HERE_1"' },
      { chosen: 'https://user:password@example.com and sk-your-key-here' },
      { chosen: 'The task-oriented ask-me-anything-about-something-long-enough page.' },
    ],
  },
  {
    code: 'email-address',
    found: [{ chosen: 'Write to maria.keller@web.de today.' }],
    notFound: [
      { chosen: 'Write to maria@example.com or support@firma.de or name@provider.org.' },
      { chosen: 'Use @mention and a@b.' },
    ],
  },
  {
    code: 'phone-number',
    found: [
      { chosen: 'Call +49 30 901820 17 now.' },
      { chosen: 'Call (212) 736-5000.' },
      { chosen: '1-212-736-5000' },
    ],
    notFound: [
      { chosen: 'Call 555-123-4567, (123) 456-7890 or 212-555-0123.' },
      { chosen: 'In 2024-01-02 10:20, 1234567890 of 3.14159265358.' },
    ],
  },
  {
    code: 'account-number',
    found: [
      { chosen: joined('Card ', '4539 1488', ' ', '0343 6467') },
      { chosen: joined('IBAN ', 'DE75 5121 0800', ' 1245 1261 99') },
      { chosen: joined('SSN ', '536-90', '-4399') },
    ],
    notFound: [
      { chosen: 'Card 4111 1111 1111 1111, 4539 1488 0343 6468' },
      { chosen: 'IBAN DE89 3704 0044 0532 0130 00, DE75 5121 0800 1245 1261 98' },
      { chosen: 'Part 123-45-6789 and 000-12-3456' },
    ],
  },
  {
    code: 'broken-constraint',
    found: [
      { chosen: 'Yes, Paris', evidence: pathOf('The, rejected', [['Yes, Paris', 'broken']]) },
      // Checked anew, since the text was never checked.
      { chosen: 'Oh, Paris', evidence: pathOf('The, rejected', [['Paris', 'held']]) },
    ],
    notFound: [{ chosen: 'Paris', evidence: pathOf('The, rejected', [['Paris', 'held']]) }, {}],
  },
  {
    code: 'unfounded-rejection',
    found: [{ evidence: { path: [step('0', plainPair.rejected, { judgement, state: 'held' })] } }],
    notFound: [
      {
        evidence: {
          path: [step('0', plainPair.rejected, { judgement: { ...judgement, no: 1 }, state: 'held' })],
        },
      },
      { evidence: { path: [step('0', plainPair.rejected, { judgement, state: 'broken' })] } },
      { evidence: { path: [step('0', plainPair.rejected, { judgement: null, state: 'held' })] } },
      {},
    ],
  },
  {
    code: 'interference',
    found: [{ metrics: { interference: 0.6 } }],
    notFound: [{ metrics: { interference: 0.5 } }, { metrics: { interference: null } }],
  },
];

type Evidence = NonNullable<NewRecord['evidence']>;
type State = 'held' | 'broken';

function step(
  path: string,
  text: string,
  {
    judgement: judged,
    state,
  }: { readonly judgement: Evidence['path'][number]['judgement']; readonly state: State },
): Evidence['path'][number] {
  const result = state === 'held' ? { state } : { state, message: 'There is 1 comma.', spans: [] };
  return {
    path,
    origin: 'refined',
    text,
    reflection: '',
    judgement: judged,
    checks: [{ constraint, result }],
  };
}

function pathOf(root: string, steps: readonly (readonly [text: string, state: State])[]): Evidence {
  return {
    path: [
      step('0', root, { judgement: null, state: 'broken' }),
      ...steps.map(([text, state], at) => step(`1.${at}`, text, { judgement: null, state })),
    ],
  };
}

describe.each(cases)('$code', ({ code, found, notFound }) => {
  test.each(found)('is found: %j', async (pair) => {
    const report = await lintPairs([pair]);
    expect(report.findings.map((finding) => finding.code)).toContain(code);
  });

  test.each(notFound)('is not found: %j', async (pair) => {
    const report = await lintPairs([pair]);
    expect(report.findings.map((finding) => finding.code)).not.toContain(code);
  });
});

describe('what was corrected or judged since', () => {
  const codesOf = async (lines: readonly DatasetLine[]): Promise<readonly string[]> =>
    (await lintLines(lines)).findings.map(({ code }) => code);
  const about = (line: DatasetLine | undefined, rest: Partial<Change>): Change => ({
    ...change('a', '', rest),
    record: line?.kind === 'record' ? line.id : '',
  });

  test('is linted as it is now', async () => {
    const evidence = pathOf(plainPair.rejected, [['Paris', 'held']]);
    const lines = linesOf([{ evidence, metrics: { interference: 0.9 } }]);
    expect(await codesOf(lines)).toEqual(['interference']);
    expect(await codesOf([...lines, about(lines[0], { chosen: 'Paris, it is' })])).toEqual([
      'broken-constraint',
    ]);
    const other = 'Name the capital of France, and one river.';
    expect(await codesOf([...lines, about(lines[0], { instruction: other })])).toEqual([]);
  });

  test('a later judgement of the rejected text counts', async () => {
    const judged = { judgement, state: 'held' as const };
    const lines = linesOf([{ evidence: { path: [step('0', plainPair.rejected, judged)] } }]);
    expect(await codesOf(lines)).toEqual(['unfounded-rejection']);
    expect(await codesOf([...lines, about(lines[0], { judgements: judgedAgain('m', 5) })])).toEqual([]);
  });
});

describe('lines that are no records', () => {
  test('are found with their numbers', async () => {
    const content = '{"spar":1}\n\n{"spar":9,"kind":"record"}\nnot JSON\n{"spar":1,"ki';
    const report = await withFile(content, (file) => lintDataset(file));
    expect(shortly(report.findings)).toEqual([
      '1 damaged-line',
      '3 unknown-line',
      '4 damaged-line',
      '5 torn-line',
    ]);
  });

  test('a file that is not there has nothing to find', async () => {
    expect((await lintDataset('/nowhere/at/all.spar.jsonl')).findings).toEqual([]);
  });
});

test('secrets never stand in a message', async () => {
  const { findings } = await lintPairs([
    { chosen: `${awsKey}, maria.keller@web.de, +49 30 901820 17, card 4539 1488 0343 6467` },
  ]);
  expect(findings.length).toBeGreaterThan(3);
  for (const { message } of findings) {
    for (const value of [awsKey, 'maria.keller', '901820', '0343']) expect(message).not.toContain(value);
  }
});
