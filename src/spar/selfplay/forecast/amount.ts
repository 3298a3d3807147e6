import { stages, type Stage } from '../itemResult';

/** What models are asked for and answer: of one item, or a part of it. */
export interface Amount {
  readonly replies: number;
  readonly prompt: number;
  readonly completion: number;
}

export type StageAmounts = Readonly<Record<Stage, Amount>>;

export const nothing: Amount = { replies: 0, prompt: 0, completion: 0 };

export const noStages: StageAmounts = {
  evolve: nothing,
  sample: nothing,
  judge: nothing,
  search: nothing,
  collect: nothing,
};

export function sum(...amounts: readonly Amount[]): Amount {
  return amounts.reduce((total, { replies, prompt, completion }) => {
    return {
      replies: total.replies + replies,
      prompt: total.prompt + prompt,
      completion: total.completion + completion,
    };
  }, nothing);
}

export function times({ replies, prompt, completion }: Amount, count: number): Amount {
  return { replies: replies * count, prompt: prompt * count, completion: completion * count };
}

export function sumStages(...of: readonly StageAmounts[]): StageAmounts {
  return mapStages((stage) => sum(...of.map((amounts) => amounts[stage])));
}

export function timesStages(amounts: StageAmounts, count: number): StageAmounts {
  return mapStages((stage) => times(amounts[stage], count));
}

export function mapStages(amountOf: (stage: Stage) => Amount): StageAmounts {
  return Object.fromEntries(stages.map((stage) => [stage, amountOf(stage)])) as Record<Stage, Amount>;
}

export function tokensOf(amounts: StageAmounts): number {
  const { prompt, completion } = sum(...Object.values(amounts));
  return prompt + completion;
}
