import type { ChatModel } from '../../spar/models/chatModel';
import { readConfiguration } from '../configuration';
import { openModel } from './activeModel';
import { findEditorModel } from './editorModels';
import { askToSendKey } from './keyCommands';
import type { Keys } from './keys';

/** The model that the settings name now, opened with the editor's own dialogs; see `openModel`. */
export function openChosenModel(keys: Keys): Promise<ChatModel | null> {
  return openModel(readConfiguration(), { keys, findEditorModel, askToSendKey });
}
