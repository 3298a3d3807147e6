import type { ShownRun } from '../../editor/runs/runs';
import { isEditorSource, type ModelSource } from '../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import { timeWords } from '../../spar/text/amountWords';
import { harmlessMarkdown, literalMarkdown } from '../markdown';
import { nameOf, timeOf } from './describe';
import { figuresOf } from './figures';
import { counted, itemsWords, oneLine, rateWords, spentWords, standstillWords, stateWords } from './words';

/** Of a run, in Markdown. Names, models and reasons come from files and servers. */
export function runTooltip(run: ShownRun): string {
  const { found, known, live } = run;
  const figures = figuresOf(run);
  const plan = live?.plan ?? (known.state === 'known' ? known.plan : null);
  const begun = timeOf(run);
  const lines = [
    `**${literalMarkdown(nameOf(run))}**`,
    ...(begun === '' ? [] : [literalMarkdown(`Begun ${begun}`)]),
    ...(known.state === 'unreadable' ? [harmlessMarkdown(oneLine(known.reason, 500))] : []),
    ...(plan === null ? [] : planLines(plan)),
  ];
  if (figures !== null) {
    const { rate, left, totals, worked } = figures;
    const state = stateWords(figures);
    const standstill = standstillWords(figures);
    const pace = [
      ...(rate === null ? [] : [rateWords(rate)]),
      ...(left === null ? [] : [`about ${timeWords(left)} left`]),
    ];
    lines.push(
      literalMarkdown(
        [...(state === '' ? [] : [state]), itemsWords(figures), counted(totals.pairs, 'pair')].join(', '),
      ),
      ...(standstill === null ? [] : [harmlessMarkdown(oneLine(standstill, 500))]),
      ...(pace.length === 0 ? [] : [literalMarkdown(pace.join(', '))]),
      literalMarkdown([...spentWords(figures), `${timeWords(worked)} of work`].join(', ')),
    );
  }
  return [...lines, literalMarkdown(found.folder)].join('\n\n');
}

function planLines({ source }: RunPlan): readonly string[] {
  const { actor, refiner } = source;
  if (actor === null && refiner === null) return ['By rules alone'];
  if (actor !== null && refiner !== null && modelWords(actor) === modelWords(refiner))
    return [literalMarkdown(`Model: ${modelWords(actor)}`)];
  return [
    literalMarkdown(`Answers: ${actor === null ? 'those of the rows' : modelWords(actor)}`),
    literalMarkdown(`Judges and refines: ${refiner === null ? 'rules alone' : modelWords(refiner)}`),
  ];
}

function modelWords(source: ModelSource): string {
  const where = isEditorSource(source) ? 'the editor' : source.baseUrls.join(', ');
  return oneLine(`${source.model} (${where})`, 300);
}
