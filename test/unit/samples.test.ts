import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConstraints } from '../../src/spar/verifiers/check';
import { detectConstraints } from '../../src/spar/verifiers/detect';
import { repairs } from '../../src/spar/verifiers/repair';

const samples = join(__dirname, '..', '..', 'samples');

describe('What samples/README.md promises', () => {
  it('getting-started.md breaks three rules, and rules mend all of them', async () => {
    const [pair] = await headedPairs('getting-started.md');
    expect(outcome(pair!)).toEqual({
      broken: ['no comma', 'title in <<>>', 'ends with “See you on Saturday!”'],
      left: [],
    });
  });

  it('more-responses.md holds two that rules mend and one they have nothing to say of', async () => {
    expect((await headedPairs('more-responses.md')).map(outcome)).toEqual([
      { broken: ['all capitals', 'without “unfortunately”'], left: [] },
      { broken: ['exactly 4 bullets', 'no comma'], left: [] },
      { broken: [], left: [] },
    ]);
  });

  it('responses.jsonl holds four that rules mend, one they mend in part, and two they find nothing wrong with', async () => {
    const rows = (await readFile(join(samples, 'responses.jsonl'), 'utf8')).trimEnd().split('\n');
    const pairs = rows.map(
      (row) => JSON.parse(row) as { readonly prompt: string; readonly response: string },
    );
    expect(pairs.map(({ prompt, response }) => outcome({ instruction: prompt, response }))).toEqual([
      { broken: ['all lowercase'], left: [] },
      { broken: ['no comma'], left: [] },
      { broken: ['in double quotation marks'], left: [] },
      { broken: ['3 parts, *** between'], left: [] },
      { broken: ['includes “oak”, “dimmer”', '≥ 120 words'], left: ['≥ 120 words'] },
      { broken: [], left: [] },
      { broken: [], left: [] },
    ]);
  });
});

interface Pair {
  readonly instruction: string;
  readonly response: string;
}

async function headedPairs(file: string): Promise<readonly Pair[]> {
  const text = await readFile(join(samples, file), 'utf8');
  return text
    .split('## Instruction\n\n')
    .slice(1)
    .map((part) => {
      const [instruction = '', rest = ''] = part.split('\n\n## Response\n\n');
      return { instruction, response: rest.split('\n\n# ')[0]!.trimEnd() };
    });
}

function outcome({ instruction, response }: Pair): object {
  const { constraints } = detectConstraints(instruction);
  const brokenIn = (text: string): readonly string[] =>
    checkConstraints(constraints, text)
      .filter(({ result }) => result.state === 'broken')
      .map(({ constraint }) => constraint.text);
  const best = repairs(instruction, constraints, response)[0]?.text ?? response;
  return { broken: brokenIn(response), left: brokenIn(best) };
}
