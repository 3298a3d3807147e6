import { commands } from '../contributions';
import type { LateDatasetEditor } from '../views/datasets/editor/lateDatasetEditor';
import { openAsTable } from '../views/datasets/editor/openAsTable';
import type { CommandTable } from './register';

/** Commands of the dataset editor. */
export function tableCommands(editor: LateDatasetEditor): CommandTable {
  return {
    [commands.openAsTable]: (uri) => openAsTable(uri),
    [commands.filterRecords]: async () =>
      (await editor.load()).active()?.post({ type: 'focus', on: 'filter' }),
  };
}
