import { join } from 'node:path';
import { openAiBatches } from '../../spar/models/batch/openaiBatches';
import type { BatchProvider } from '../../spar/models/batch/provider';
import { parseEndpoint } from '../../spar/models/endpoint';
import { ModelError } from '../../spar/models/modelError';
import { answersFile, batchFolder, requestsFile } from '../../spar/selfplay/batch/batchFiles';
import { BatchJournal, type BatchFile } from '../../spar/selfplay/batch/batchJournal';
import type { BatchTarget } from '../../spar/selfplay/batch/noting';
import type { BatchOptions, BatchProgress } from '../../spar/selfplay/batch/rounds';
import type { BatchConduct } from '../../spar/selfplay/plan/conduct';
import type { EndpointSource } from '../../spar/selfplay/plan/modelSource';
import type { BatchEngine, RunPlan } from '../../spar/selfplay/plan/runPlan';
import { countWords } from '../../spar/text/amountWords';
import { keysOf } from '../keys/keyNames';
import { endpointOf } from '../modelFlags';
import { harmlessLine } from '../output/paint';
import { quoted } from '../output/quoted';
import type { LineParts } from '../output/rewrittenLines';
import type { Terminal } from '../terminal';

/** How a run's requests go out in files: whom they are for, and with which keys. */
export function batchConduct(
  { source }: RunPlan,
  engine: BatchEngine,
  { terminal, options }: { readonly terminal: Terminal; readonly options: BatchOptions },
): BatchConduct {
  const [actor, refiner] = [endpointOf(source.actor), endpointOf(source.refiner)];
  const keys = keysOf({ actor, refiner }, terminal);
  const targetOf = (model: EndpointSource | null): BatchTarget | null =>
    model === null
      ? null
      : { model: model.model, baseUrl: engine.to === 'files' ? null : (model.baseUrls[0] ?? null) };
  const providers = new Map<string, BatchProvider>();
  const providerAt = (baseUrl: string): BatchProvider => {
    const known = providers.get(baseUrl);
    if (known !== undefined) return known;
    const isActors = actor?.baseUrls.includes(baseUrl) === true;
    // The file may come with a folder: keys go where the run's models are, and nowhere else.
    if (!isActors && refiner?.baseUrls.includes(baseUrl) !== true)
      throw new ModelError({
        kind: 'unreachable',
        message: `The run’s batch files name an address where none of its models is: ${harmlessLine(baseUrl, 200)}. If it is right, add --base-url with it.`,
      });
    const parsed = parseEndpoint({ baseUrl, apiKey: isActors ? keys.actor : keys.refiner });
    if (!parsed.ok) throw new Error(parsed.reason);
    const model = (isActors ? actor : refiner)?.model ?? '';
    const made = openAiBatches({ endpoint: parsed.endpoint, model });
    providers.set(baseUrl, made);
    return made;
  };
  const { rows, bytes, tries } = engine;
  return {
    actor: targetOf(actor),
    refiner: targetOf(refiner),
    providerAt,
    options: { limits: { rows, bytes }, tries, ...options },
  };
}

/** Files of requests without all their answers. @throws LogError */
export async function openBatches(runFolder: string): Promise<readonly BatchFile[]> {
  return (await BatchJournal.read(join(runFolder, batchFolder))).open;
}

/** Commands that are shown one by one. */
const mostShown = 5;

/** What a person does about files that wait for answers. */
export function batchAdvice(runFolder: string, files: readonly BatchFile[]): readonly string[] {
  const folder = join(runFolder, batchFolder);
  const place = quoted(runFolder);
  const atProviders = files.filter(({ batch }) => batch !== null);
  const forEngines = files.filter(({ baseUrl }) => baseUrl === null);
  const commands = forEngines.slice(0, mostShown).map(({ file, model }) => {
    const [input, output] = [requestsFile(folder, file), answersFile(folder, file)];
    return `  vllm run-batch -i ${quoted(input)} -o ${quoted(output)} --model ${quoted(model)}`;
  });
  const more = forEngines.length - commands.length;
  const batches = atProviders.slice(0, mostShown).map(({ batch }) => harmlessLine(batch ?? '', 100));
  return [
    ...(commands.length === 0
      ? []
      : [
          `${rowsWords(forEngines)} wait for an engine. Have them answered, for example by`,
          ...commands,
          ...(more > 0
            ? [`  and so on for ${countWords(more)} more files in ${harmlessLine(folder, 300)}`]
            : []),
          `then go on: spar run --continue ${place}`,
        ]),
    ...(batches.length === 0
      ? []
      : [
          `${rowsWords(atProviders)} are at the provider, which goes on without this program: ${batches.join(', ')}${atProviders.length > batches.length ? ', …' : ''}`,
          `To wait for them: spar resume ${place}; to cancel them: spar resume ${place} --cancel`,
        ]),
  ];
}

/** The two lines about files that are waited for. */
export function batchWords(progress: BatchProgress): readonly [LineParts, LineParts] {
  const { doing, round, files, rows, served, states } = progress;
  const words = { submitting: 'submitting', waiting: 'waiting for', reading: 'reading' }[doing];
  const told = Object.entries(states).map(
    ([state, count]) => `${count} ${harmlessLine(state.replaceAll('_', ' '), 40)}`,
  );
  return [
    [`Round ${round}`, `${words} ${countWords(files)} ${files === 1 ? 'batch' : 'batches'}`],
    [`${countWords(served)} of ${countWords(rows)} rows done`, ...told],
  ];
}

function rowsWords(files: readonly BatchFile[]): string {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return `${countWords(rows)} ${rows === 1 ? 'request' : 'requests'} in ${countWords(files.length)} ${files.length === 1 ? 'file' : 'files'}`;
}
