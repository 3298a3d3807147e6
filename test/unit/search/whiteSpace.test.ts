import { describe, expect, it } from 'vitest';
import { no, refined, ScriptedModel, search } from './support';

describe('what a reply does to a text besides its words', () => {
  async function refinementOf(original: string, refinement: string): Promise<string | undefined> {
    const model = new ScriptedModel({ judge: () => no, refine: () => refined(refinement) });
    const start = { instruction: 'Tell of the sea in one warm sentence.', original };
    const { tree } = await search({ start, model, settings: { depth: 1, branchFactor: 1 } });
    return tree.nodes.get('1')?.node?.text;
  }

  it.each([
    ['One.\nTwo.', 'One.\r\nThree.', 'One.\nThree.'],
    ['One.\r\nTwo.', 'One.\nThree.', 'One.\r\nThree.'],
    ['One.\r\nTwo.', 'One.\r\nThree.\nFour.', 'One.\r\nThree.\r\nFour.'],
    ['\n One.\nTwo. \n', 'One.\nThree.', '\n One.\nThree. \n'],
  ])('is undone: %j refined as %j is %j', async (original, refinement, text) => {
    expect(await refinementOf(original, refinement)).toBe(text);
  });

  it('is undone in good time where the original holds a long gap', async () => {
    const gap = ' '.repeat(200_000);
    expect(await refinementOf(`One.${gap}Two.\n`, 'Three.')).toBe('Three.\n');
  });
});
