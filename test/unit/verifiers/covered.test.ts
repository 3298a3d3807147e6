import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../../src/spar/verifiers/constraint';
import { uncheckedBy } from '../../../src/spar/verifiers/covered';
import { detectConstraints } from '../../../src/spar/verifiers/detect';
import { constraintsFromRow } from '../../../src/spar/verifiers/rows';

const instruction = 'Describe the sea. Do not use any commas. Answer with less than 40 words.';
const read = detectConstraints(instruction).constraints;

function uncheckedWith(constraints: readonly Constraint[]): readonly string[] {
  return uncheckedBy(constraints, instruction).map(({ start, end }) => instruction.slice(start, end));
}

describe('the words that nothing checks', () => {
  it('are those that were read as nothing', () => {
    expect(uncheckedBy(read, instruction)).toEqual(detectConstraints(instruction).unchecked);
  });

  it('are also those of a constraint that is switched off', () => {
    expect(uncheckedWith(read.slice(1))).toEqual(['Describe the sea', 'Do not use any commas']);
    expect(uncheckedWith([])).toHaveLength(3);
  });

  it('are not those of an edited constraint, nor of one that a row gives', () => {
    const edited = read.map((constraint) => ({
      ...constraint,
      args: { num_words: 30, relation: 'at least' },
    }));
    expect(uncheckedWith(edited)).toEqual(uncheckedWith(read));
    const { constraints } = constraintsFromRow(['punctuation:no_comma'], [{}]);
    expect(uncheckedWith(constraints)).toEqual(['Describe the sea', 'Answer with less than 40 words']);
  });

  it('may be asked with spans that lie nowhere', () => {
    const strayed = read.map((constraint) => ({ ...constraint, span: { start: -5, end: 9e9 } }));
    expect(uncheckedWith(strayed)).toEqual([]);
  });
});
