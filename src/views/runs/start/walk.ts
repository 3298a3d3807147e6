import type { StepPlace, StepResult } from '../../../editor/steps';

/** One step: whether it is asked at all, and the asking, which gives what is chosen then. */
export interface Step<Choices> {
  readonly applies: (choices: Choices) => boolean;
  readonly ask: (choices: Choices, place: StepPlace) => Promise<StepResult<Choices>>;
}

/**
 * Asks one step after the other; Back goes to the one before with what was chosen there. Steps that do not apply are
 * passed by in both directions. Null when the person turns away.
 */
export async function walk<Choices>(
  steps: readonly Step<Choices>[],
  first: Choices,
  title: string,
): Promise<Choices | null> {
  let choices = first;
  let at = nextOf(steps, { choices, from: -1 });
  for (;;) {
    const step = steps[at];
    if (step === undefined) return choices;
    const asked = steps.filter(({ applies }) => applies(choices));
    const place = { title, step: asked.indexOf(step) + 1, totalSteps: asked.length };
    const answer = await step.ask(choices, place);
    if (answer.kind === 'cancelled') return null;
    if (answer.kind === 'value') {
      choices = answer.value;
      at = nextOf(steps, { choices, from: at });
    } else at = previousOf(steps, { choices, from: at });
  }
}

interface Place<Choices> {
  readonly choices: Choices;
  readonly from: number;
}

function nextOf<Choices>(steps: readonly Step<Choices>[], { choices, from }: Place<Choices>): number {
  const found = steps.findIndex((step, at) => at > from && step.applies(choices));
  return found < 0 ? steps.length : found;
}

/** The first step has none before it, and is asked again. */
function previousOf<Choices>(steps: readonly Step<Choices>[], { choices, from }: Place<Choices>): number {
  const found = steps.findLastIndex((step, at) => at < from && step.applies(choices));
  return found < 0 ? from : found;
}
