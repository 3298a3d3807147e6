import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';

/** Writes the texts that the tests of `spar refine` work on into a folder. */
export async function writeTexts(folder: string): Promise<void> {
  const files = {
    'commas.md': 'Write a short note. Do not use any commas.',
    'note.md': 'Hello, my friend, how are you?\n',
    'clean.md': 'Hello my friend how are you?\n',
    'only.md': 'Do not use any commas.',
    'poem.md': 'Write a poem about the sea.',
    'poem-text.md': 'The sea is wide.\n',
    'long.md': 'Answer with at least 300 words.',
    'praise.md': 'All is well.\nFinal Judgement: Yes',
    'brands.md': JSON.stringify({
      verifiers: [
        { name: 'no friends', type: 'custom:word_list', args: { words: ['friend'], must: 'none' } },
      ],
    }),
    'critique.md': 'It is not kind enough.',
    'empty.md': ' \n',
    'binary.bin': 'a\0b',
    'large.md': 'x'.repeat(2_000_000),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await mkdir(join(folder, 'folder.spar.jsonl'));
}

export const poem = '--instruction poem.md --response poem-text.md';
export const commas = '--instruction commas.md --response note.md';

/** Judges by one word, and writes it when asked to refine. */
export const kindness: SimulatorOptions = {
  responder: ({ messages }) => {
    if (messages.length > 1) return 'Simulated reflection.\n[[start]]\nThe sea is wide and KIND.\n[[end]]';
    const verdict = messages[0]?.content.includes('KIND') === true ? 'Yes' : 'No';
    return `Simulated critique.\nFinal Judgement (Yes or No): ${verdict}`;
  },
};

/** Writes drafts and refuses them all. */
export const stubborn: SimulatorOptions = {
  responder: ({ messages, seed }) =>
    messages.length > 1
      ? `[[start]]\nDraft ${seed}\n[[end]]`
      : 'Simulated critique.\nFinal Judgement (Yes or No): No',
};

export async function withSimulator<Result>(
  options: SimulatorOptions,
  use: (simulator: Simulator) => Promise<Result>,
): Promise<Result> {
  const simulator = await startSimulator(options);
  try {
    return await use(simulator);
  } finally {
    await simulator.close();
  }
}
