import { ModelError } from '../../spar/models/modelError';
import { createModelPool } from '../../spar/models/pool/pool';
import { concurrencies, type Concurrency, type Role } from '../../spar/selfplay/plan/inFlight';
import {
  isEditorSource,
  isSameSource,
  type EndpointSource,
  type ModelSource,
} from '../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import type { RunModel } from '../../spar/selfplay/runner';
import { createEditorChatModel, editorConcurrency, type EditorModel } from '../models/editorChatModel';
import { originOf, type Keys } from '../models/keys';
import type { EndpointSettings } from '../settingValues';
import { PriorityModel } from './priorityModel';

export interface RunModelsOptions {
  readonly keys: Pick<Keys, 'find' | 'isAllowedHere' | 'allowHere'>;
  /** The settings' endpoint as it is now. */
  readonly endpoint: () => EndpointSettings;
  readonly findEditorModel: (setting: string) => Promise<EditorModel | null>;
  /** Asks whether this workspace may have the stored key sent to that origin. */
  readonly askToSendKey: (origin: string) => Promise<boolean>;
}

export interface OpenRunModels {
  readonly actor: RunModel | null;
  /** The same as the actor's where both are the same model. */
  readonly refiner: RunModel | null;
}

/**
 * The models that a run's plan names. A key goes to the origin that a person stored it for and to no other; where the
 * address is not the person's own setting, the person is asked once for each workspace. Only in answer to a person's
 * action. Nothing is sent yet.
 *
 * @throws ModelError where the editor does not offer a model any more.
 */
export async function openRunModels(
  { source }: Pick<RunPlan, 'source'>,
  options: RunModelsOptions,
): Promise<OpenRunModels> {
  const { actor, refiner } = source;
  const most = concurrencies(source);
  const open = (model: ModelSource, role: Role): Promise<RunModel> =>
    openModel(model, { ...options, concurrency: most[role] });
  const opened = actor === null ? null : await open(actor, 'actor');
  if (refiner === null) return { actor: opened, refiner: null };
  const isSame = actor !== null && most.actor === most.refiner && isSameSource(actor, refiner);
  return { actor: opened, refiner: isSame ? opened : await open(refiner, 'refiner') };
}

interface Opening extends RunModelsOptions {
  readonly concurrency: Concurrency;
}

async function openModel(source: ModelSource, options: Opening): Promise<RunModel> {
  return isEditorSource(source) ? openEditorModel(source.model, options) : openPool(source, options);
}

async function openEditorModel(
  setting: string,
  { findEditorModel, concurrency }: Opening,
): Promise<RunModel> {
  const model = await findEditorModel(setting);
  if (model === null) {
    throw new ModelError({
      kind: 'model-not-found',
      message: `The run uses the model ${setting}, which the editor does not offer now. Sign in to its provider, then resume the run.`,
    });
  }
  const most = concurrency === 'auto' ? editorConcurrency : Math.min(editorConcurrency, concurrency);
  return new PriorityModel(createEditorChatModel(model), most);
}

async function openPool({ model, baseUrls }: EndpointSource, options: Opening): Promise<RunModel> {
  if (baseUrls.length === 0) {
    throw new ModelError({
      kind: 'model-not-found',
      message: `The run leaves its requests to ${model} in files and names no address. Go on with it in a terminal: spar run --continue DIR.`,
    });
  }
  const set = options.endpoint();
  const endpoints = [];
  for (const baseUrl of baseUrls) {
    // Headers may be as good as keys: those of the settings go to the settings' address alone.
    const isSet = baseUrl === set.baseUrl;
    endpoints.push({
      baseUrl,
      model,
      apiKey: await keyFor(baseUrl, options),
      ...(isSet ? { headers: set.headers, firstByteTimeoutMs: set.timeoutMs } : {}),
    });
  }
  return createModelPool({ endpoints, concurrency: options.concurrency });
}

async function keyFor(baseUrl: string, options: Opening): Promise<string | null> {
  const { keys, endpoint, askToSendKey } = options;
  const origin = originOf(baseUrl);
  const key = await keys.find(baseUrl);
  if (origin === null || key === null) return null;
  const set = endpoint();
  const isOwn = !set.isFromWorkspace && originOf(set.baseUrl) === origin;
  if (isOwn || keys.isAllowedHere(origin)) return key;
  if (!(await askToSendKey(origin))) return null;
  await keys.allowHere(origin);
  return key;
}
