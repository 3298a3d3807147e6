import { originOf } from '../../editor/models/keys';
import { isEditorSource } from '../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import { oneLine } from './words';

/**
 * What a run that nobody began here will do, for a person to agree to. The plan comes with the folder, so no name in it
 * may take a line of its own and say something else.
 */
export function consentWords({ source }: Pick<RunPlan, 'source'>, folder: string): string {
  const { actor, refiner, dataset, input } = source;
  const named = [actor, refiner].flatMap((model) =>
    model === null
      ? []
      : isEditorSource(model)
        ? [`the editor’s model ${quoted(model.model)}`]
        : model.baseUrls.map((url) => originOf(url) ?? quoted(url)),
  );
  const places = [...new Set(named)];
  return [
    `It is kept in ${quoted(folder)}, and reads ${quoted(input.path)}.`,
    places.length === 0
      ? 'It works by rules alone and sends nothing.'
      : `It sends instructions and answers to ${places.join(', ')}.`,
    dataset === null ? 'Its pairs stay in its folder.' : `Its pairs go into ${quoted(dataset)}.`,
  ].join('\n\n');
}

/** The end tells which file it is, so a long name loses its middle. */
function quoted(name: string): string {
  const line = oneLine(name, name.length);
  return `“${line.length <= most ? line : `${line.slice(0, most / 2)}…${line.slice(-most / 2)}`}”`;
}

const most = 400;
