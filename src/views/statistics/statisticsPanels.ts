import { basename, dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import { webviews } from '../../contributions';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import { statisticsReport } from '../../spar/datasets/statistics/makeReport';
import { runTask } from '../../spar/datasets/work/runTask';
import { ReportPanels } from '../report/reportPanels';

/** Reports of datasets as tabs of the editor, at most one for a dataset. */
export function statisticsPanels(extensionUri: vscode.Uri): ReportPanels {
  return new ReportPanels(extensionUri, {
    viewType: webviews.statistics,
    name: 'statistics',
    tabTitle: (file) => `Statistics: ${datasetNameOf(file)}`,
    countingTitle: (file) => `Counting ${basename(file)}`,
    saveTitle: 'Save Statistics as HTML',
    savePlace: (file) => join(dirname(file), `${datasetNameOf(file)}-statistics.html`),
    count: async (file, ports) => {
      const statistics = await runTask('statistics', { files: [file] }, ports);
      return { report: statisticsReport(statistics), isGrowing: false, source: null };
    },
  });
}
