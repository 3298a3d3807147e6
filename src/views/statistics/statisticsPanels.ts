import { basename, dirname, join } from 'node:path';
import { webviews } from '../../contributions';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import { statisticsReport } from '../../spar/datasets/statistics/makeReport';
import { runTask } from '../../spar/datasets/work/runTask';
import { ReportPanels, type ReportPorts } from '../report/reportPanels';

/** Reports of datasets as tabs of the editor, at most one for a dataset. */
export function statisticsPanels(ports: ReportPorts): ReportPanels {
  return new ReportPanels(ports, {
    viewType: webviews.statistics,
    name: 'statistics',
    tabTitle: (file) => `Statistics: ${datasetNameOf(file)}`,
    countingTitle: (file) => `Counting ${basename(file)}`,
    saveTitle: 'Save Statistics as HTML',
    savePlace: (file) => join(dirname(file), `${datasetNameOf(file)}-statistics.html`),
    count: async (file, work) => {
      const statistics = await runTask('statistics', { files: [file] }, work);
      return { report: statisticsReport(statistics), isGrowing: false, source: null };
    },
  });
}
