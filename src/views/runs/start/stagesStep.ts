import type * as vscode from 'vscode';
import { askMany, type StepPlace, type StepResult } from '../../../editor/steps';
import { countWords } from '../../../spar/text/amountWords';
import { stageNames, stagesProblem, unanswered, type StageName, type StartChoices } from './choices';
import { searchWords, sentence } from './summaryLines';

interface StageItem extends vscode.QuickPickItem {
  readonly stage: StageName;
}

/** Which stages the run goes through, with the numbers that they have now. */
export async function askStages(choices: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> {
  let stages = choices.stages;
  let placeholder = 'What the run does with each row; numbers are changed at the end';
  for (;;) {
    const items = stageNames.map((stage) => stageItem(stage, choices));
    const marked = items.filter(({ stage }) => stages.has(stage));
    const answer = await askMany({ ...place, placeholder, items, marked });
    if (answer.kind !== 'value') return answer;
    stages = new Set(answer.value.map(({ stage }) => stage));
    const problem = stagesProblem(stages);
    if (problem === null) return { kind: 'value', value: { ...choices, stages } };
    placeholder = problem;
  }
}

function stageItem(stage: StageName, choices: StartChoices): StageItem {
  const { samples, completeShare, search } = choices.settings;
  switch (stage) {
    case 'evolve':
      return {
        stage,
        label: 'Make instructions harder',
        detail: 'The actor adds two to four constraints to each; answers of the file are not used then',
      };
    case 'sample': {
      const open = unanswered(choices);
      const detail = `The actor gives up to ${countWords(samples)} answers to each instruction that brings none`;
      const rows =
        open === 0
          ? 'every row brings answers'
          : open === 1
            ? 'one row brings none'
            : `${countWords(open)} rows bring none`;
      return { stage, label: 'Sample answers', description: rows, detail };
    }
    case 'judge':
      return {
        stage,
        label: 'Judge answers',
        detail: `Rules first, then up to ${countWords(search.votes)} votes of the refiner; without, every answer counts as failing`,
      };
    case 'search':
      return {
        stage,
        label: 'Search for the smallest refinement that passes',
        detail: sentence(searchWords(search)),
      };
    case 'collect':
      return {
        stage,
        label: 'Collect examples for the refiner',
        detail: `Judgements and refinements to train it on; all votes on ${Math.round(completeShare * 100)} % of the texts`,
      };
  }
}
