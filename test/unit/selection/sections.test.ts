import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instructionText } from '../../../src/spar/refiner/instruction';
import { readSections, textIn } from '../../../src/editor/selection/sections';

/** Each pair as `instruction → response`, with `| critique` where there is one. */
function pairs(text: string): readonly string[] {
  const sections = readSections(text);
  return sections.ranges.map((_range, index) => {
    const { instruction, response, critique } = sections.pair(index)!;
    const answer = response === null ? 'nothing' : textIn(text, response);
    return `${instructionText(instruction)} → ${answer}${critique === null ? '' : ` | ${critique}`}`;
  });
}

describe('readSections', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'headings',
      '# Notes\n\n## Instruction\n\nSay hi.\n\n## Response\n\nHello, hi.\n',
      ['Say hi. → Hello, hi.'],
    ],
    ['headings with colons', '### Instruction:\nSay hi.\n\n### Response:\nHi', ['Say hi. → Hi']],
    [
      'Alpaca with input',
      '### Instruction:\nAdd.\n\n### Input:\n2 3\n\n### Response:\n5',
      ['Add.\n\n2 3 → 5'],
    ],
    ['bold names', '**Prompt:** Say hi.\n\n**Response:** Hi\nthere', ['Say hi. → Hi\nthere']],
    ['bold names, colon outside', '**Prompt**: Say hi.\n**Answer**: Hi', ['Say hi. → Hi']],
    ['bold names on own lines', '__Question__\nWhy?\n__Answer__\nSo.', ['Why? → So.']],
    ['plain names', 'Question: Why?\nAnswer: So.', ['Why? → So.']],
    ['user and assistant', 'User: Say hi.\nAssistant: Hi', ['Say hi. → Hi']],
    ['human and AI', 'Human: Say hi.\n\nAI: Hi', ['Say hi. → Hi']],
    ['tags', '<|user|>\nSay hi.\n<|assistant|>\nHi', ['Say hi. → Hi']],
    [
      'Windows line ends',
      '## Prompt\r\n\r\nSay\r\nhi.\r\n\r\n## Response\r\n\r\nHi\r\nyou\r\n',
      ['Say\nhi. → Hi\nyou'],
    ],
    ['a critique', '## Prompt\nP\n## Response\nR\n## Critique\nToo short.', ['P → R | Too short.']],
    [
      'several pairs under example headings',
      '# One\n\n## Prompt\nP1\n\n## Response\nR1\n\n---\n\n# Two\n\n## Prompt\nP2\n\n## Response\nR2',
      ['P1 → R1', 'P2 → R2'],
    ],
    [
      'a conversation',
      'System: Be kind.\nUser: Hi\nAssistant: Hello\nUser: Name a fruit.\nAssistant: Carrot',
      [
        'System: Be kind.\n\nUser: Hi → Hello',
        'System: Be kind.\n\nUser: Hi\n\nAssistant: Hello\n\nUser: Name a fruit. → Carrot',
      ],
    ],
    [
      'a response with headings of its own',
      '## Prompt\nP\n\n## Response\n\n# Essay\n\n## Part\n\nText\n\n## Answer\n\n42',
      ['P → # Essay\n\n## Part\n\nText\n\n## Answer\n\n42'],
    ],
    [
      'a response with role names of its own',
      '## Prompt\nP\n## Response\nUser: x\nAssistant: y\nInput: z',
      ['P → User: x\nAssistant: y\nInput: z'],
    ],
    [
      'a response that names its parts',
      'Question: Why?\nAnswer: So.\nOutput: 3\nInput: 4',
      ['Why? → So.\nOutput: 3\nInput: 4'],
    ],
    [
      'labels in fenced code',
      '## Prompt\nP\n## Response\n```\n## Prompt\nx\n## Response\ny\n```\nend',
      ['P → ```\n## Prompt\nx\n## Response\ny\n```\nend'],
    ],
    ['an instruction alone', '## Instruction\nP\n', ['P → nothing']],
    ['a response alone', '## Response\nR\n', [' → R']],
    ['an empty response', '## Prompt\nP\n## Response\n\n', ['P → ']],
    ['no labels', 'Just text.\nMore: text.', []],
    ['lower case names in a sentence', 'the answer: is\nuser: x', []],
  ])('reads %s', (_name, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  it('never throws, and gives ranges in order inside the text', () => {
    const line = fc.constantFrom(
      '## Prompt',
      '## Response',
      '# X',
      'User: a',
      'Assistant: b',
      '**Prompt:** c',
      '**Response**',
      'System: s',
      '```',
      '---',
      '',
      'text',
      '## Critique',
      'Input: i',
      '## Input',
      '\r',
      '<|user|>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 20 }), (lines) => {
        const text = lines.join('\n');
        let end = 0;
        const sections = readSections(text);
        for (const [index, range] of sections.ranges.entries()) {
          expect(range.start).toBeGreaterThanOrEqual(end);
          ({ end } = range);
          const { response } = sections.pair(index)!;
          if (response === null) continue;
          expect(response.start).toBeGreaterThanOrEqual(range.start);
          expect(response.end).toBeGreaterThanOrEqual(response.start);
          expect(response.end).toBeLessThanOrEqual(range.end);
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('takes a conversation of very many turns', () => {
    const sections = readSections('User: a\nAssistant: b\n'.repeat(100_000));
    expect(sections.ranges.length).toBe(100_000);
    expect(sections.pair(99_999)?.instruction.length).toBe(199_999);
    expect(readSections('User: a\n'.repeat(200_000)).ranges.length).toBe(1);
  });
});
