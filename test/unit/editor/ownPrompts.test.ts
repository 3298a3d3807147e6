import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOwnPrompts, readRunPrompts } from '../../../src/editor/ownPrompts';
import { defaultPrompts } from '../../../src/spar/refiner/prompts';

describe('readOwnPrompts', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spar-prompts-'));
    await mkdir(join(folder, 'prompts'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives the built-in prompts where there are no files', async () => {
    expect(await readOwnPrompts(join(folder, 'nowhere'))).toEqual(defaultPrompts);
  });

  it('takes a file for the prompt that it is named after', async () => {
    const judge =
      'Check {{response}} against {{instruction}}.\nClose with "Final Judgement (Yes or No): Yes" or No.';
    await writeFile(join(folder, 'prompts', 'judge.md'), `\uFEFF${judge.replaceAll('\n', '\r\n')}\r\n`);
    expect(await readOwnPrompts(folder)).toEqual({ judge, refine: defaultPrompts.refine });
  });

  it('refuses a prompt whose replies could not be read, and says what to change', async () => {
    await writeFile(join(folder, 'prompts', 'judge.md'), 'Is {{response}} any good?');
    await writeFile(join(folder, 'prompts', 'refine.md'), 'Make it better.');
    await expect(readOwnPrompts(folder)).rejects.toThrow(
      'The judge prompt must hold {{instruction}} exactly once. The last line of the judge prompt must name ' +
        '"Final Judgement". The refine prompt must name [[start]]. The refine prompt must name [[end]]. Change it in',
    );
  });

  it('gives a run those that are there, the evolve prompt among them', async () => {
    expect(await readRunPrompts(folder)).toBeUndefined();
    const evolve = 'Make {{instruction}} harder by {{main}}, between [[start]] and [[end]].';
    await writeFile(join(folder, 'prompts', 'evolve.md'), `${evolve}\n`);
    expect(await readRunPrompts(folder)).toEqual({ evolve });
    await writeFile(join(folder, 'prompts', 'evolve.md'), 'Make it harder.');
    await expect(readRunPrompts(folder)).rejects.toThrow(
      'The evolve prompt must hold {{instruction}} exactly once. The evolve prompt must hold {{main}} exactly once.',
    );
  });

  it('says which file it cannot read', async () => {
    await mkdir(join(folder, 'prompts', 'refine.md'));
    await expect(readOwnPrompts(folder)).rejects.toThrow(/refine\.md can't be read/u);
  });
});
