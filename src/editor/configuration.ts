import * as vscode from 'vscode';
import { settings, settingsSection } from '../contributions';
import {
  readModelInUse,
  readModelKind,
  readSettings,
  type Configuration,
  type InspectedValue,
  type ModelInUse,
  type ModelKind,
  type SettingSource,
} from './settingValues';

/** The settings as they hold now, for a document or for the window. Read anew each time; never kept. */
export function readConfiguration(scope?: vscode.Uri): Configuration {
  return readSettings(sourceOf(scope));
}

/** The model that the settings name now, and no more than it takes to show it. */
export function modelInUse(): ModelInUse {
  return readModelInUse(sourceOf());
}

/** What kind of model the settings name now. */
export function modelKind(): ModelKind {
  return readModelKind(sourceOf());
}

function sourceOf(scope?: vscode.Uri): SettingSource {
  const section = vscode.workspace.getConfiguration(settingsSection, scope);
  return {
    isTrusted: vscode.workspace.isTrusted,
    inspect: (name): InspectedValue => section.inspect(name) ?? {},
  };
}

export type ModelSetting =
  | { readonly kind: 'offline' }
  | { readonly kind: 'editor'; readonly editorModel: string }
  | { readonly kind: 'endpoint'; readonly baseUrl: string; readonly model: string };

/**
 * Writes a person's choice of model to the user's settings; where the workspace sets another, to the
 * workspace's as well, since that one holds.
 */
export async function writeModelSetting(choice: ModelSetting): Promise<void> {
  const section = vscode.workspace.getConfiguration(settingsSection);
  const values: [string, string][] = [[settings.modelKind, choice.kind satisfies ModelKind]];
  if (choice.kind === 'editor') values.push([settings.editorModel, choice.editorModel]);
  if (choice.kind === 'endpoint') {
    values.push([settings.endpointBaseUrl, choice.baseUrl], [settings.endpointModel, choice.model]);
  }
  for (const [name, value] of values) {
    await section.update(name, value, vscode.ConfigurationTarget.Global);
    const inWorkspace = section.inspect(name)?.workspaceValue;
    if (inWorkspace !== undefined && inWorkspace !== value) {
      await section.update(name, value, vscode.ConfigurationTarget.Workspace);
    }
  }
}
