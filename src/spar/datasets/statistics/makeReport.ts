import { datasetNameOf } from '../datasetNames';
import {
  constraintSection,
  depthSection,
  duplicateSection,
  growthSection,
  groupSections,
  statusSection,
} from './reportCounts';
import { distanceSections, lengthSections, valueSections } from './reportMeasures';
import type { Report } from '../../report/report';
import type { DatasetStatistics } from './statistics';

/** Statistics in words, pictures and tables. */
export function statisticsReport(statistics: DatasetStatistics): Report {
  return {
    title: statistics.files.map(datasetNameOf).join(', '),
    facts: facts(statistics),
    empty: 'There is no pair to count yet.',
    sections:
      statistics.records === 0
        ? []
        : [
            statusSection(statistics),
            ...groupSections(statistics),
            constraintSection(statistics),
            ...valueSections(statistics),
            ...lengthSections(statistics),
            ...distanceSections(statistics),
            depthSection(statistics),
            duplicateSection(statistics),
            growthSection(statistics),
          ],
  };
}

function facts({ records, statuses, deleted, problems, files }: DatasetStatistics): Report['facts'] {
  const unread = problems.damaged + problems.unknown + problems.torn;
  const numbers: readonly (readonly [label: string, value: number, isAlways: boolean])[] = [
    ['datasets', files.length, files.length > 1],
    ['pairs', records, true],
    ['accepted', statuses.accepted, true],
    ['rejected', statuses.rejected, true],
    ['pending', statuses.pending, true],
    ['contested', statuses.contested, statuses.contested > 0],
    ['deleted', deleted, deleted > 0],
    ['lines that can’t be read', unread, unread > 0],
  ];
  return numbers.flatMap(([label, value, isAlways]) =>
    isAlways ? [{ label, value: value.toLocaleString('en') }] : [],
  );
}
