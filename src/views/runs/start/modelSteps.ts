import * as vscode from 'vscode';
import { readConfiguration, type ModelSetting } from '../../../editor/configuration';
import type { Keys, KeyNotes } from '../../../editor/models/keys';
import {
  askEndpoint,
  furtherModels,
  newEndpointItem,
  rememberEndpoint,
  savedEndpoints,
  type ModelItem,
} from '../../../editor/models/selectModel';
import { plain } from '../../../editor/datasets/pickDataset';
import { askPick, askText, type StepPlace, type StepResult } from '../../../editor/steps';
import {
  addressProblem,
  isEditorSource,
  isSameSource,
  type EndpointSource,
  type ModelSource,
} from '../../../spar/selfplay/plan/modelSource';
import { countWords } from '../../../spar/text/amountWords';
import { counted } from '../words';
import { needsActor, unanswered, type StartChoices } from './choices';
import { modelWords } from './summaryLines';

export interface ModelOptions {
  readonly keys: Keys;
  readonly notes: KeyNotes;
}

interface SourceItem extends vscode.QuickPickItem {
  /** Undefined: what heads a part of the list. */
  readonly source: ModelSource | 'new-endpoint' | 'another-address' | null | undefined;
}

/** Which model answers, and makes instructions harder. */
export function askActor(options: ModelOptions) {
  return async (choices: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> => {
    const placeholder = choices.stages.has('evolve')
      ? 'The actor: the model that makes instructions harder and answers them'
      : `The actor: the model that answers the ${counted(unanswered(choices), 'row')} without an answer`;
    const answered = choices.scan?.shape.answered ?? 0;
    const none: readonly SourceItem[] =
      answered === 0 || choices.stages.has('evolve')
        ? []
        : [
            {
              label: '$(circle-slash) No model',
              description:
                answered === 1
                  ? 'only the one row that brings an answer; the others fail'
                  : `only the ${countWords(answered)} rows that bring answers; the others fail`,
              source: null,
            },
          ];
    const picked = await askSource({ ...options, place, placeholder, current: choices.actor, last: none });
    return picked.kind === 'value' ? { kind: 'value', value: { ...choices, actor: picked.value } } : picked;
  };
}

/** Which model judges and refines. */
export function askRefiner(options: ModelOptions) {
  return async (choices: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> => {
    const { actor } = choices;
    const hasActor = needsActor(choices) && actor != null;
    const same: readonly SourceItem[] = hasActor
      ? [{ label: '$(copy) The same as the actor', description: modelWords(actor), source: actor }]
      : [];
    const rules: SourceItem = {
      label: '$(plug) Rules alone',
      description: 'no network, no key, no cost; only what code can check and mend',
      source: null,
    };
    const isOffline = readConfiguration().modelKind === 'offline' && !hasActor;
    const current = choices.refiner === undefined && isOffline ? null : choices.refiner;
    const picked = await askSource({
      ...options,
      place,
      placeholder: 'The refiner: the model that judges answers and refines them',
      current,
      first: [...same, ...(isOffline ? [rules] : [])],
      last: isOffline ? [] : [rules],
    });
    return picked.kind === 'value' ? { kind: 'value', value: { ...choices, refiner: picked.value } } : picked;
  };
}

interface SourceQuestion extends ModelOptions {
  readonly place: StepPlace;
  readonly placeholder: string;
  readonly current: ModelSource | null | undefined;
  readonly first?: readonly SourceItem[];
  readonly last: readonly SourceItem[];
}

async function askSource(question: SourceQuestion): Promise<StepResult<ModelSource | null>> {
  const { keys, notes, place, placeholder, current, first = [], last } = question;
  const chosen = current == null || isEditorSource(current) ? null : current;
  for (;;) {
    const search = new AbortController();
    const own = [...inUse(), ...savedEndpoints(notes).filter(isEndpoint), newEndpointItem];
    const listed = [...first, ...distinct(own.map(sourceItem))];
    const items = [...withChosen(listed, chosen), ...last];
    const active = activeOf(items, current);
    const picked = await askPick<SourceItem>({
      ...place,
      placeholder,
      items,
      ...(active === undefined ? {} : { active }),
      more: furtherModels(search.signal).then((found) => found.map(sourceItem)),
    });
    search.abort();
    if (picked.kind !== 'value') return picked;
    const { source } = picked.value;
    if (source === undefined) continue;
    if (source === 'another-address') {
      const added = await askAnotherAddress(chosen, place);
      if (added.kind === 'back') continue;
      return added;
    }
    if (source !== 'new-endpoint') return { kind: 'value', value: source };
    const added = await askEndpoint({ keys, title: `${place.title}: Add Endpoint` });
    if (added === null) continue;
    await rememberEndpoint(notes, added);
    const named = sourceOf(added);
    if (named !== null) return { kind: 'value', value: named };
  }
}

/** With the endpoint that is chosen among them, and a way to spread its requests over further addresses. */
function withChosen(listed: readonly SourceItem[], chosen: EndpointSource | null): readonly SourceItem[] {
  if (chosen === null) return listed;
  const { model, baseUrls } = chosen;
  const own: SourceItem = {
    label: `$(cloud) ${plain(model)}`,
    description: `${baseUrls.join(', ')} · chosen`,
    source: chosen,
  };
  const another: SourceItem = {
    label: `$(add) Another address of ${plain(model)}…`,
    description: 'servers of the same model share the requests',
    source: 'another-address',
  };
  const isListed = listed.some(({ source }) => isSame(source, chosen));
  return [...(isListed ? [] : [own]), ...listed, another];
}

async function askAnotherAddress(
  chosen: EndpointSource | null,
  place: StepPlace,
): Promise<StepResult<ModelSource | null>> {
  if (chosen === null) return { kind: 'back' };
  const { model, baseUrls } = chosen;
  const answer = await askText({
    ...place,
    prompt: `Another address at which ${model} is served. A key that you stored for it is used`,
    placeholder: 'http://localhost:8001/v1',
    validate: (text) => {
      if (baseUrls.includes(text.trim())) return 'This address is there already.';
      const problem = addressProblem(text.trim());
      return problem === null ? null : `The address ${problem}`;
    },
  });
  if (answer.kind !== 'value') return answer;
  return { kind: 'value', value: { model, baseUrls: [...baseUrls, answer.value.trim()] } };
}

/** The model that the settings name. */
function inUse(): readonly ModelItem[] {
  const { modelKind, editorModel, endpoint } = readConfiguration();
  const { baseUrl, model } = endpoint;
  if (modelKind === 'endpoint' && model !== '' && baseUrl !== '') {
    const choice: ModelSetting = { kind: 'endpoint', baseUrl, model };
    return [{ label: `$(cloud) ${model}`, description: `${baseUrl} · in use`, choice }];
  }
  if (modelKind !== 'editor' || editorModel === '') return [];
  const choice: ModelSetting = { kind: 'editor', editorModel };
  return [{ label: `$(sparkle) ${editorModel}`, description: 'in use', choice }];
}

function isEndpoint({ choice }: ModelItem): boolean {
  return choice !== null;
}

const quotaWords = 'Asked hundreds of times: spends quota; providers may block it';

function sourceItem(item: ModelItem): SourceItem {
  const { choice, ...shown } = item;
  if (choice === null) return { ...shown, source: undefined };
  if (choice === 'new-endpoint') return { ...shown, source: choice };
  const source = sourceOf(choice);
  if (source === null)
    return { ...shown, description: 'has a key in its address; add it anew', source: undefined };
  return choice.kind === 'editor' ? { ...shown, detail: quotaWords, source } : { ...shown, source };
}

/** Null for what can't be written down. */
function sourceOf(choice: ModelSetting): ModelSource | null {
  switch (choice.kind) {
    case 'offline':
      return null;
    case 'editor':
      return { provider: 'editor', model: choice.editorModel };
    case 'endpoint':
      return addressProblem(choice.baseUrl) === null
        ? { model: choice.model, baseUrls: [choice.baseUrl] }
        : null;
  }
}

function distinct(items: readonly SourceItem[]): readonly SourceItem[] {
  return items.filter((item, at) => items.findIndex((other) => isSame(item.source, other.source)) === at);
}

function activeOf(
  items: readonly SourceItem[],
  current: ModelSource | null | undefined,
): SourceItem | undefined {
  return current === undefined ? undefined : items.find(({ source }) => isSame(source, current));
}

function isSame(a: SourceItem['source'], b: SourceItem['source']): boolean {
  if (a == null || b == null || typeof a === 'string' || typeof b === 'string') return a === b;
  return isSameSource(a, b);
}
