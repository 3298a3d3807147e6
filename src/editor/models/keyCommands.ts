import * as vscode from 'vscode';
import { readConfiguration } from '../configuration';
import { askPick, askText } from '../steps';
import { originOf, type Keys } from './keys';

/** Asks for the key of an endpoint, named by its origin, and keeps it in the editor's secret storage. */
export async function setApiKey(keys: Keys): Promise<void> {
  const configured = originOf(readConfiguration().endpoint.baseUrl);
  const origin = configured ?? (await askOrigin());
  if (origin === null) return;
  const answer = await askText({
    title: 'SPaR: Set API Key',
    step: 1,
    totalSteps: 1,
    prompt: `API key for ${origin}. It is kept in the editor's secret storage and sent nowhere else.`,
    password: true,
    validate: (text) => (text.trim() === '' ? 'A key is needed; Escape leaves everything as it is.' : null),
  });
  if (answer.kind === 'value') await keys.set(origin, answer.value.trim());
}

/** Forgets the key of an endpoint that the person picks. */
export async function clearApiKey(keys: Keys): Promise<void> {
  const origins = keys.origins();
  if (origins.length === 0) {
    void vscode.window.showInformationMessage('No API key is stored.');
    return;
  }
  const picked = await askPick({
    title: 'SPaR: Clear API Key',
    step: 1,
    totalSteps: 1,
    placeholder: 'Forget the key for',
    items: origins.map((label) => ({ label })),
  });
  if (picked.kind === 'value') await keys.clear(picked.value.label);
}

/** Asks, once for each workspace and origin, before a stored key goes where a workspace's settings point. */
export async function askToSendKey(origin: string): Promise<boolean> {
  const send = 'Send the Key';
  const chosen = await vscode.window.showWarningMessage(
    `This workspace's settings send SPaR's requests to ${origin}.`,
    {
      modal: true,
      detail: `A key of yours is stored for ${origin}. Send it with requests from this workspace? Without it, requests go out without a key.`,
    },
    send,
  );
  return chosen === send;
}

async function askOrigin(): Promise<string | null> {
  const answer = await askText({
    title: 'SPaR: Set API Key',
    step: 1,
    totalSteps: 2,
    prompt: 'Address of the endpoint that the key is for',
    placeholder: 'https://api.openai.com/v1',
    validate: (text) =>
      originOf(text) === null ? 'This is not a web address. It starts with http:// or https://.' : null,
  });
  return answer.kind === 'value' ? originOf(answer.value) : null;
}
