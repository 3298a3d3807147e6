import { join } from 'node:path';
import { openAiBatches } from '../../spar/models/batch/openaiBatches';
import type { BatchProvider } from '../../spar/models/batch/provider';
import { parseEndpoint } from '../../spar/models/endpoint';
import { ModelError } from '../../spar/models/modelError';
import { answersFile, batchFolder, requestsFile } from '../../spar/selfplay/batch/batchFiles';
import { BatchJournal, type BatchFile } from '../../spar/selfplay/batch/batchJournal';
import type { BatchTarget, ProviderPlace } from '../../spar/selfplay/batch/noting';
import type { BatchOptions, BatchProgress } from '../../spar/selfplay/batch/rounds';
import type { BatchConduct } from '../../spar/selfplay/plan/conduct';
import type { EndpointSource, RunModels } from '../../spar/selfplay/plan/modelSource';
import type { BatchEngine } from '../../spar/selfplay/plan/runPlan';
import type { RunStore } from '../../spar/selfplay/runStore';
import { countWords, timeWords } from '../../spar/text/amountWords';
import { keysOf } from '../keys/keyNames';
import { endpointOf } from '../modelFlags';
import { harmlessLine } from '../output/paint';
import { quoted } from '../output/quoted';
import type { LineParts } from '../output/fittedLine';
import type { Terminal } from '../terminal';

/** How a run's requests go out in files: whom they are for, and with which keys. */
export function batchConduct(
  models: RunModels,
  engine: BatchEngine,
  { terminal, options }: { readonly terminal: Terminal; readonly options: BatchOptions },
): BatchConduct {
  const [actor, refiner] = [endpointOf(models.actor), endpointOf(models.refiner)];
  const keys = keysOf({ actor, refiner }, terminal);
  const targetOf = (role: 'actor' | 'refiner', model: EndpointSource | null): BatchTarget | null =>
    model === null
      ? null
      : { model: model.model, ...(engine.to === 'files' ? { baseUrl: null } : placeOf(role, model)) };
  const ofActor = targetOf('actor', actor);
  const ofRefiner = targetOf('refiner', refiner);
  // One model with one key: both roles' requests stand in the same files.
  const isSame =
    ofActor?.model === ofRefiner?.model &&
    ofActor?.baseUrl === ofRefiner?.baseUrl &&
    keys.actor === keys.refiner;
  const providers = new Map<string, BatchProvider>();
  const providerAt = (place: ProviderPlace): BatchProvider => {
    const name = JSON.stringify([place.role, place.baseUrl]);
    const known = providers.get(name);
    if (known !== undefined) return known;
    const { role, model } = whoIsAt(place, { actor, refiner });
    const parsed = parseEndpoint({ baseUrl: place.baseUrl, apiKey: keys[role] });
    if (!parsed.ok) throw new Error(parsed.reason);
    const made = openAiBatches({ endpoint: parsed.endpoint, model });
    providers.set(name, made);
    return made;
  };
  const { rows, bytes, tries } = engine;
  return {
    actor: ofActor,
    refiner: isSame ? ofActor : ofRefiner,
    providerAt,
    options: { limits: { rows, bytes }, tries, ...options },
  };
}

function placeOf(role: 'actor' | 'refiner', { baseUrls }: EndpointSource): Omit<BatchTarget, 'model'> {
  const [baseUrl = null] = baseUrls;
  return baseUrl === null ? { baseUrl } : { baseUrl, role };
}

/**
 * The role whose key goes to an address. A batch file may come with a folder: keys go where the run's models are, and
 * nowhere else.
 *
 * @throws ModelError where none of them is there.
 */
function whoIsAt(
  { baseUrl, role }: ProviderPlace,
  sources: Readonly<Record<'actor' | 'refiner', EndpointSource | null>>,
): { readonly role: 'actor' | 'refiner'; readonly model: string } {
  for (const one of ['actor', 'refiner'] as const) {
    const source = sources[one];
    if ((role ?? one) === one && source?.baseUrls.includes(baseUrl) === true)
      return { role: one, model: source.model };
  }
  throw new ModelError({
    kind: 'unreachable',
    message: `The run’s batch files name an address where none of its models is: ${harmlessLine(baseUrl, 200)}. If it is right, add --base-url with it.`,
  });
}

/** Files of requests without all their answers. @throws LogError */
export async function openBatches(runFolder: string): Promise<readonly BatchFile[]> {
  return (await batchesOf(runFolder)).open;
}

/** To look at. @throws LogError */
export function batchesOf(runFolder: string): Promise<BatchJournal> {
  return BatchJournal.read(join(runFolder, batchFolder));
}

/** Writes down how a run is gone on with, so that it goes on so; null: live. @throws LogError */
export async function keepEngine(runFolder: string, engine: BatchEngine | null): Promise<void> {
  const journal = await BatchJournal.open(join(runFolder, batchFolder), {});
  await journal.note({ kind: 'engine', engine });
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

interface BatchContext {
  readonly store: Pick<RunStore, 'total' | 'totals'>;
  /** Milliseconds since it is so. */
  readonly waited: number;
}

/** The two lines about files that are waited for. */
export function batchWords(
  { doing, round, files, rows, served, states }: BatchProgress,
  { store: { total, totals }, waited }: BatchContext,
): readonly [LineParts, LineParts] {
  const words = { submitting: 'submitting', waiting: 'waiting for', reading: 'reading' }[doing];
  const told = Object.entries(states).map(
    ([state, count]) => `${count} ${harmlessLine(state.replaceAll('_', ' '), 40)}`,
  );
  return [
    [
      `Round ${round}`,
      `${countWords(totals.finished)}${total === null ? '' : ` of ${countWords(total)}`} items`,
      `${countWords(totals.pairs)} ${totals.pairs === 1 ? 'pair' : 'pairs'}`,
    ],
    [
      `${words} ${countWords(files)} ${files === 1 ? 'batch' : 'batches'}`,
      `${countWords(served)} of ${countWords(rows)} requests done`,
      ...(waited < 1000 ? [] : [timeWords(waited)]),
      ...told,
    ],
  ];
}

function rowsWords(files: readonly BatchFile[]): string {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return `${countWords(rows)} ${rows === 1 ? 'request' : 'requests'} in ${countWords(files.length)} ${files.length === 1 ? 'file' : 'files'}`;
}
