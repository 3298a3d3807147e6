import * as vscode from 'vscode';
import type { EditorModel, EditorSendOptions, EditorTurn } from './editorChatModel';

/** The editor's models, by name. Only in answer to a person's action: the editor may ask for consent. */
export async function listEditorModels(): Promise<readonly EditorModel[]> {
  const models = await vscode.lm.selectChatModels();
  return models.map(wrap);
}

/** The model that `setting` (`vendor/id`) names; null where the editor does not offer it (any more). */
export async function findEditorModel(setting: string): Promise<EditorModel | null> {
  const slash = setting.indexOf('/');
  if (slash <= 0) return null;
  const [model] = await vscode.lm.selectChatModels({
    vendor: setting.slice(0, slash),
    id: setting.slice(slash + 1),
  });
  return model === undefined ? null : wrap(model);
}

function wrap(model: vscode.LanguageModelChat): EditorModel {
  const { vendor, id, name, maxInputTokens } = model;
  return {
    vendor,
    id,
    name,
    maxInputTokens,
    send: (turns, options) => send(model, turns, options),
    countTokens: async (text, signal) => withToken(signal, async (token) => model.countTokens(text, token)),
  };
}

const justification = 'SPaR asks this model to judge and refine the response that you selected.';

async function* send(
  model: vscode.LanguageModelChat,
  turns: readonly EditorTurn[],
  { signal, temperature, maxTokens }: EditorSendOptions,
): AsyncGenerator<string, void, undefined> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const messages = turns.map(({ role, text }) =>
      role === 'assistant'
        ? vscode.LanguageModelChatMessage.Assistant(text)
        : vscode.LanguageModelChatMessage.User(text),
    );
    const modelOptions = { temperature, max_tokens: maxTokens };
    const reply = await model.sendRequest(messages, { justification, modelOptions }, source.token);
    yield* reply.text;
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

async function withToken<Value>(
  signal: AbortSignal,
  work: (token: vscode.CancellationToken) => Promise<Value>,
): Promise<Value> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
