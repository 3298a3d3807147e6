import { PromptIndex, type EvaluationPrompt } from '../../similarity/promptIndex';
import { runLength } from '../../similarity/wordRuns';
import { findingOf, percent, rejectPair, type RecordCheck } from '../check';

/** Instructions that are, or overlap, prompts of an evaluation. */
export function evaluationCheck(prompts: readonly EvaluationPrompt[], threshold: number): RecordCheck {
  const index = new PromptIndex(prompts);
  return {
    codes: ['evaluation-prompt', 'evaluation-overlap'],
    check: (linted) => {
      const same = index.same(linted.instruction);
      if (same !== null) {
        return [
          findingOf('evaluation-prompt', linted, {
            field: 'instruction',
            message: `The instruction is the prompt in line ${same.line} of the evaluation.`,
            related: [relatedTo(same)],
            fix: rejectPair(linted, 'Lint: the instruction is a prompt of the evaluation.'),
          }),
        ];
      }
      const overlap = index.overlap(linted.instruction)?.largest;
      if (overlap === undefined || overlap.share < threshold) return [];
      return [
        findingOf('evaluation-overlap', linted, {
          field: 'instruction',
          message: `The instruction has ${percent(overlap.share)} of the runs of ${runLength} words of the prompt in line ${overlap.prompt.line} of the evaluation.`,
          related: [relatedTo(overlap.prompt)],
          fix: rejectPair(linted, 'Lint: the instruction overlaps a prompt of the evaluation.'),
        }),
      ];
    },
  };
}

function relatedTo({ file, line, text }: EvaluationPrompt) {
  const start = text.replace(/\s+/gu, ' ').slice(0, 80);
  return { record: null, file, line, message: `Evaluation prompt: ${start}` };
}
