import { commands, customEditors } from '../contributions';
import type { LateDatasetEditor } from '../views/datasets/editor/lateDatasetEditor';
import { reopen } from '../views/datasets/editor/reopen';
import type { CommandTable } from './register';

/** Commands of the dataset editor. */
export function tableCommands(editor: LateDatasetEditor): CommandTable {
  return {
    [commands.openAsTable]: (uri) => reopen(uri, customEditors.dataset),
    [commands.openAsPairs]: (uri) => reopen(uri, customEditors.pairs),
    [commands.filterRecords]: async () =>
      (await editor.load()).active()?.post({ type: 'focus', on: 'filter' }),
  };
}
