import { ModelError, type ModelErrorKind } from '../../spar/models/modelError';

/**
 * What the editor's language model interface threw, as a `ModelError` with the way out in words. Takes
 * anything: the interface names some failures by `code`, some by `name`, and providers throw what they like.
 */
export function editorModelError(error: unknown, modelName: string): ModelError {
  if (error instanceof ModelError) return error;
  const kind = kindOf(error);
  return new ModelError({ kind, message: words[kind](modelName, detailOf(error)), cause: error });
}

function kindOf(error: unknown): EditorErrorKind {
  for (const name of namesOf(error)) {
    const kind = kinds[name];
    if (kind !== undefined) return kind;
  }
  return 'server';
}

/** The code and name of the error and of its causes, the outermost first. */
function namesOf(error: unknown): readonly string[] {
  const names: string[] = [];
  let current = error;
  for (let depth = 0; depth < 4 && typeof current === 'object' && current !== null; depth += 1) {
    if ('code' in current && typeof current.code === 'string') names.push(current.code);
    if ('name' in current && typeof current.name === 'string') names.push(current.name);
    current = 'cause' in current ? current.cause : null;
  }
  return names;
}

type EditorErrorKind = Extract<
  ModelErrorKind,
  'unauthorized' | 'blocked' | 'model-not-found' | 'quota' | 'rate-limited' | 'context-length' | 'server'
>;

/** From the editor's API (`LanguageModelError`) and the names that the Copilot provider gives its errors. */
const kinds: Readonly<Partial<Record<string, EditorErrorKind>>> = {
  NoPermissions: 'unauthorized',
  Blocked: 'blocked',
  NotFound: 'model-not-found',
  ChatQuotaExceeded: 'quota',
  ChatRateLimited: 'rate-limited',
};

const words: Readonly<Record<EditorErrorKind, (model: string, detail: string) => string>> = {
  unauthorized: (model) =>
    `The editor has not been allowed to use ${model} for SPaR. Resume the search and allow it, or select another model.`,
  blocked: (model) =>
    `The provider of ${model} blocks SPaR for now, as it does after many requests. What was found is kept: select another model, or resume later.`,
  'model-not-found': (model) => `The editor no longer offers ${model}. Select another model.`,
  quota: (model) =>
    `Your quota for ${model} is used up. What was found is kept: select another model, or resume when the quota is renewed.`,
  'rate-limited': (model) =>
    `${model} takes no more requests at the moment. What was found is kept: resume in some minutes, or select another model.`,
  'context-length': (model) =>
    `Instruction and response are too long for ${model}. Select a model with a longer context.`,
  server: (model, detail) => `${model} did not answer${detail}. Try again, or select another model.`,
};

function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.message.replace(/\s+/gu, ' ').trim() : '';
  return text === '' ? '' : `: ${text.slice(0, 200)}`;
}
