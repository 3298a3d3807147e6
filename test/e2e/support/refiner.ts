import type { Responder } from '../../support/simulator/protocol';

/** What the scripted refiner answers: pure functions of the texts it is asked about. */
export interface RefinerScript {
  /** Whether the judge votes Yes for this response; `seed` lets votes differ. */
  readonly follows: (response: string, seed: number) => boolean;
  /** The refined answer; `seed` tells the siblings apart. */
  readonly refine: (response: string, seed: number) => string;
}

/** A refiner for the simulator that speaks the reply protocol. */
export function refiner({ follows, refine }: RefinerScript): Responder {
  return ({ messages, seed }) => {
    const question = messages[0]?.content ?? '';
    const response = /<response>\n([\s\S]*)\n<\/response>/u.exec(question)?.[1] ?? '';
    if (messages.length > 1) {
      return `One word is unkind, so it goes.\n\n[[start]]\n${refine(response, seed)}\n[[end]]`;
    }
    return follows(response, seed)
      ? 'Every requirement is met.\nFinal Judgement (Yes or No): Yes'
      : 'The greeting is not kind.\nFinal Judgement (Yes or No): No';
  };
}
