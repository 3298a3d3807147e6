import type { ChatModel } from '../../spar/models/chatModel';
import { ModelError } from '../../spar/models/modelError';
import type { Configuration } from '../settingValues';
import type { EditorModel } from './editorChatModel';
import { originOf, type Keys } from './keys';

export interface ActiveModelOptions {
  readonly keys: Keys;
  readonly findEditorModel: (setting: string) => Promise<EditorModel | null>;
  /** Asks whether this workspace may have the stored key sent to that origin. */
  readonly askToSendKey: (origin: string) => Promise<boolean>;
}

/**
 * The model that the settings name; null for rules alone. Only in answer to a person's action: this may ask
 * for consent. Nothing is sent yet.
 *
 * @throws ModelError where the settings name a model that can't be had.
 */
export async function openModel(
  configuration: Configuration,
  options: ActiveModelOptions,
): Promise<ChatModel | null> {
  switch (configuration.modelKind) {
    case 'offline':
      return null;
    case 'editor':
      return openEditorModel(configuration.editorModel, options);
    case 'endpoint':
      return openEndpoint(configuration, options);
  }
}

async function openEditorModel(setting: string, { findEditorModel }: ActiveModelOptions): Promise<ChatModel> {
  const model = await findEditorModel(setting);
  if (model === null) {
    throw new ModelError({
      kind: 'model-not-found',
      message: `The editor does not offer the model ${setting === '' ? 'that was chosen' : setting}. Select another model.`,
    });
  }
  const { createEditorChatModel } = await import('./editorChatModel');
  return createEditorChatModel(model);
}

async function openEndpoint({ endpoint }: Configuration, options: ActiveModelOptions): Promise<ChatModel> {
  const { baseUrl, model, headers, concurrency, timeoutMs } = endpoint;
  const origin = originOf(baseUrl);
  if (origin === null || model === '') {
    throw new ModelError({
      kind: origin === null ? 'bad-request' : 'model-not-found',
      message:
        origin === null
          ? 'No endpoint is set, or its address is none. Select a model, or set “spar.endpoint.baseUrl”.'
          : `No model name is set for ${origin}. Select a model, or set “spar.endpoint.model”.`,
    });
  }
  const stored = await options.keys.find(baseUrl);
  const apiKey =
    stored !== null && (await maySend(origin, endpoint.isFromWorkspace, options)) ? stored : null;
  const { createEndpointModel } = await import('../../spar/models/openaiModel');
  return createEndpointModel({ baseUrl, model, apiKey, headers, concurrency, firstByteTimeoutMs: timeoutMs });
}

async function maySend(
  origin: string,
  isFromWorkspace: boolean,
  options: ActiveModelOptions,
): Promise<boolean> {
  if (!isFromWorkspace || options.keys.isAllowedHere(origin)) return true;
  if (!(await options.askToSendKey(origin))) return false;
  await options.keys.allowHere(origin);
  return true;
}
