import * as vscode from 'vscode';
import type { LocalServer } from '../../spar/models/discovery';
import { readConfiguration, writeModelSetting, type ModelSetting } from '../configuration';
import { askPick, askText, type StepResult } from '../steps';
import { listEditorModels } from './editorModels';
import { originOf, type KeyNotes, type Keys } from './keys';

export interface SelectModelOptions {
  readonly keys: Keys;
  /** Remembers endpoints between windows. */
  readonly notes: KeyNotes;
}

export interface ModelItem extends vscode.QuickPickItem {
  readonly choice: ModelSetting | 'new-endpoint' | null;
}

/** Lets the person choose a model; true once one is chosen. Asks editor and local servers only now. */
export async function selectModel(options: SelectModelOptions): Promise<boolean> {
  const search = new AbortController();
  try {
    const picked = await askPick<ModelItem>({
      title: 'SPaR: Select Model',
      step: 1,
      totalSteps: 1,
      placeholder: 'The model that judges and refines',
      items: [offlineItem(), ...savedEndpoints(options.notes), newEndpointItem],
      more: furtherModels(search.signal),
    });
    if (picked.kind !== 'value' || picked.value.choice === null) return false;
    const { choice } = picked.value;
    const setting = choice === 'new-endpoint' ? await askEndpoint(options) : choice;
    if (setting === null) return false;
    await writeModelSetting(setting);
    if (setting.kind === 'endpoint') await rememberEndpoint(options.notes, setting);
    return true;
  } finally {
    search.abort();
  }
}

function offlineItem(): ModelItem {
  const description = 'rules only: no network, no key, no cost';
  return {
    label: '$(plug) Offline',
    description: marked(description, { kind: 'offline' }),
    choice: { kind: 'offline' },
  };
}

export const newEndpointItem: ModelItem = {
  label: '$(add) Add endpoint…',
  description: 'any OpenAI-compatible server',
  choice: 'new-endpoint',
};

/** Models of the editor and servers of this machine, as they answer. */
export async function furtherModels(signal: AbortSignal): Promise<readonly ModelItem[]> {
  const [editor, local] = await Promise.all([
    listEditorModels().catch(() => []),
    import('../../spar/models/discovery')
      .then(({ probeLocalServers }) => probeLocalServers({ signal }))
      .catch(() => []),
  ]);
  return [
    modelSeparator('Editor models'),
    ...(editor.length === 0 ? [{ label: 'The editor offers none', choice: null }] : []),
    ...editor.map(({ vendor, id, name }): ModelItem => {
      const choice: ModelSetting = { kind: 'editor', editorModel: `${vendor}/${id}` };
      return { label: `$(sparkle) ${plain(name)}`, description: marked(plain(vendor), choice), choice };
    }),
    modelSeparator('Local servers'),
    ...(local.length === 0 ? [{ label: 'None answers on this machine', choice: null }] : []),
    ...local.flatMap(serverItems),
  ];
}

function serverItems({ label, baseUrl, models }: LocalServer): readonly ModelItem[] {
  return models.map((model): ModelItem => {
    const choice: ModelSetting = { kind: 'endpoint', baseUrl, model };
    return {
      label: `$(server) ${plain(model)}`,
      description: marked(`${label} · ${baseUrl}`, choice),
      choice,
    };
  });
}

export function modelSeparator(label: string): ModelItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, choice: null };
}

/** A name from elsewhere without icons hidden in it. */
function plain(text: string): string {
  return text.replace(/\$\(/gu, '$ (');
}

function marked(description: string, choice: ModelSetting): string {
  return isInUse(choice) ? `${description} · in use` : description;
}

function isInUse(choice: ModelSetting): boolean {
  const { modelKind, editorModel, endpoint } = readConfiguration();
  if (choice.kind !== modelKind) return false;
  if (choice.kind === 'editor') return choice.editorModel === editorModel;
  return (
    choice.kind === 'offline' || (choice.baseUrl === endpoint.baseUrl && choice.model === endpoint.model)
  );
}

export type EndpointSetting = Extract<ModelSetting, { kind: 'endpoint' }>;

/** Address, key, model name; Back goes one step back. Null where it was given up. */
export async function askEndpoint({
  keys,
  title = 'SPaR: Add Endpoint',
}: Pick<SelectModelOptions, 'keys'> & { readonly title?: string }): Promise<EndpointSetting | null> {
  const answers = { baseUrl: '', model: '' };
  let step = 1;
  while (true) {
    let result: StepResult<string>;
    if (step === 1) {
      result = await askText({
        title,
        step,
        totalSteps: 3,
        prompt: 'Base address, up to and without /chat/completions',
        placeholder: 'https://api.openai.com/v1',
        value: answers.baseUrl,
        validate: addressProblem,
      });
      if (result.kind === 'value') answers.baseUrl = result.value.trim();
    } else if (step === 2) {
      result = await askKey({ keys, baseUrl: answers.baseUrl, title, step, totalSteps: 3 });
    } else {
      result = await askModelName({ keys, baseUrl: answers.baseUrl, title, step, totalSteps: 3 });
      if (result.kind === 'value')
        return { kind: 'endpoint', baseUrl: answers.baseUrl, model: result.value.trim() };
    }
    if (result.kind === 'cancelled') return null;
    step += result.kind === 'back' ? -1 : 1;
  }
}

interface EndpointStep {
  readonly keys: Keys;
  readonly baseUrl: string;
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

async function askKey({ keys, baseUrl, ...place }: EndpointStep): Promise<StepResult<string>> {
  const origin = originOf(baseUrl) ?? baseUrl;
  const hasKey = (await keys.find(baseUrl)) !== null;
  const result = await askText({
    ...place,
    prompt: `API key for ${origin}, kept in the editor's secret storage. ${hasKey ? 'Empty keeps the stored one.' : 'Empty for a server that needs none.'}`,
    password: true,
  });
  if (result.kind === 'value' && result.value.trim() !== '') await keys.set(origin, result.value.trim());
  return result;
}

/** Offers the names that the server lists; any other can be typed. */
async function askModelName({ keys, baseUrl, ...place }: EndpointStep): Promise<StepResult<string>> {
  const names = await serverModels(baseUrl, await keys.find(baseUrl));
  if (names.length > 0) {
    const typed = { label: '$(edit) Type another name…' };
    const picked = await askPick({
      ...place,
      placeholder: 'Model at this endpoint',
      items: [...names.map((name) => ({ label: plain(name), name })), { ...typed, name: '' }],
    });
    if (picked.kind !== 'value') return picked;
    if (picked.value.name !== '') return { kind: 'value', value: picked.value.name };
  }
  return askText({
    ...place,
    prompt: names.length > 0 ? 'Name of the model' : 'Name of the model (the server listed none)',
    validate: (text) => (text.trim() === '' ? 'A model name is needed.' : null),
  });
}

async function serverModels(baseUrl: string, apiKey: string | null): Promise<readonly string[]> {
  const { listModels } = await import('../../spar/models/discovery');
  try {
    return await listModels({ baseUrl, apiKey }, { signal: AbortSignal.timeout(5_000), timeoutMs: 5_000 });
  } catch {
    return [];
  }
}

function addressProblem(text: string): string | null {
  if (originOf(text) === null) return 'This is not a web address. It starts with http:// or https://.';
  const { username, password } = new URL(text.trim());
  return username === '' && password === ''
    ? null
    : 'Leave the user name and password out of the address: settings are no place for them. The next step asks for a key.';
}

const endpointsNote = 'spar.endpoints';

export function savedEndpoints(notes: KeyNotes): readonly ModelItem[] {
  const items = saved(notes).map(({ baseUrl, model }): ModelItem => {
    const choice: ModelSetting = { kind: 'endpoint', baseUrl, model };
    return { label: `$(cloud) ${plain(model)}`, description: marked(baseUrl, choice), choice };
  });
  return items.length === 0 ? [] : [modelSeparator('Endpoints'), ...items];
}

export async function rememberEndpoint(notes: KeyNotes, { baseUrl, model }: EndpointSetting): Promise<void> {
  const others = saved(notes).filter((known) => known.baseUrl !== baseUrl || known.model !== model);
  await notes.update(endpointsNote, [{ baseUrl, model }, ...others].slice(0, 20));
}

function saved(notes: KeyNotes): readonly { readonly baseUrl: string; readonly model: string }[] {
  const value = notes.get(endpointsNote);
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('baseUrl' in entry) || !('model' in entry))
      return [];
    const { baseUrl, model } = entry;
    return typeof baseUrl === 'string' && typeof model === 'string' ? [{ baseUrl, model }] : [];
  });
}
