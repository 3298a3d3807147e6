import { readConfiguration } from '../../../editor/configuration';
import type { StepResult } from '../../../editor/steps';
import { earlierRunOf } from '../../../spar/selfplay/plan/earlierRuns';
import { firstChoices, needsActor, needsRefiner, planOf, type StartChoices } from './choices';
import { askColumns } from './columnsStep';
import { askInput, withFile } from './inputStep';
import { askActor, askRefiner } from './modelSteps';
import { readInput, tellBadRows } from './readingStep';
import { runFolderOf } from './runFolder';
import { askStages } from './stagesStep';
import type { StartRunContext } from './startRun';
import { askToStart } from './summaryStep';
import { walk, type Step } from './walk';

const title = 'SPaR: Start Self-Play Run';

/** Asks for what a run needs, with Back at each step, and begins it when the person says so. */
export async function startWizard(context: StartRunContext): Promise<void> {
  const { homes, errors, input } = context;
  const { search, prices } = readConfiguration(input ?? undefined);
  const first = firstChoices({ search, folder: await runFolderOf(null, homes), guard: [] });
  const begun = new Date().toISOString();
  const plan = (choices: StartChoices) => planOf(choices, { begun, prices });
  const earlier = context.earlier().then(
    (runs) => runs.map(earlierRunOf),
    (error: unknown) => {
      errors.note('Earlier runs could not be read; the forecast does without them.', error);
      return [];
    },
  );
  const chosen = await walk(
    stepsOf(context, { earlier, prices, planOf: plan }),
    input === null ? first : await withFile(first, input, homes),
    title,
  );
  const agreed = chosen === null ? null : plan(chosen);
  if (chosen?.scan == null || agreed === null) return;
  await context.begin({
    plan: { ...agreed, source: { ...agreed.source, begun: new Date().toISOString() } },
    scan: chosen.scan,
    sparFolder: chosen.folder.sparFolder,
  });
}

function stepsOf(
  context: StartRunContext,
  rest: Pick<Parameters<typeof askToStart>[0], 'earlier' | 'prices' | 'planOf'>,
): readonly Step<StartChoices>[] {
  const { homes, errors, keys, notes, input } = context;
  const read: Step<StartChoices>['ask'] = (choices, place) => readInput(choices, { place, errors });
  /** A file is read as soon as it, or its columns, are chosen; going back passes that by. */
  const thenRead =
    (ask: Step<StartChoices>['ask']): Step<StartChoices>['ask'] =>
    async (choices, place) => {
      for (;;) {
        const answer: StepResult<StartChoices> = await ask(choices, place);
        if (answer.kind !== 'value' || answer.value.scan !== null) return answer;
        const found = await read(answer.value, { ...place, step: Math.max(2, place.step) });
        if (found.kind !== 'back') return found;
      }
    };
  // A file that the command came with is read without a question; Back leads to the question.
  let isGiven = input !== null;
  const firstAsk = askInput({ homes, errors });
  const askFile: Step<StartChoices>['ask'] = (choices, place) => {
    if (!isGiven) return firstAsk(choices, place);
    isGiven = false;
    return Promise.resolve({ kind: 'value', value: choices });
  };
  return [
    { applies: () => true, ask: thenRead(askFile) },
    { applies: ({ unclear }) => unclear !== null, ask: thenRead(withoutScan(askColumns)) },
    { applies: ({ scan }) => scan !== null && scan.badRowCount > 0, ask: tellBadRows },
    { applies: () => true, ask: askStages },
    { applies: needsActor, ask: askActor({ keys, notes }) },
    { applies: needsRefiner, ask: askRefiner({ keys, notes }) },
    { applies: () => true, ask: askToStart({ homes, errors, keys, notes, ...rest }) },
  ];
}

/** Columns that are chosen anew are read anew. */
function withoutScan(ask: Step<StartChoices>['ask']): Step<StartChoices>['ask'] {
  return async (choices, place) => {
    const answer = await ask(choices, place);
    return answer.kind === 'value' ? { kind: 'value', value: { ...answer.value, scan: null } } : answer;
  };
}
