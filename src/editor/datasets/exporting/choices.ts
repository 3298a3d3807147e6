import { basename, join } from 'node:path';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import {
  formats,
  type ExportKind,
  type Format,
  type FormatName,
} from '../../../spar/datasets/export/formats';
import type { ExportStatus, ExportTarget } from '../../../spar/datasets/export/request';
import type { SplitShare } from '../../../spar/datasets/export/split';
import { fileNameProblem } from '../../../spar/log/fileName';

/** What a person has chosen so far; each step fills in one. */
export interface ExportChoices {
  readonly datasets: readonly string[];
  readonly what: ExportKind;
  readonly format: FormatName;
  readonly statuses: readonly ExportStatus[];
  /** Null: all in `train`, but for those that were given a split. */
  readonly split: readonly SplitShare[] | null;
  readonly seed: number;
  /** Leaves out records in which lint finds errors. */
  readonly withoutErrors: boolean;
  readonly outputFolder: string;
}

export function firstChoices(dataset: string, exportsFolder: string): ExportChoices {
  const format = 'trl';
  return {
    datasets: [dataset],
    what: 'pairs',
    format,
    statuses: ['accepted'],
    split: null,
    seed: 0,
    withoutErrors: false,
    outputFolder: outputFolderFor(exportsFolder, dataset, format),
  };
}

/** Formats that differ for what is exported: the refiner's examples are one conversation in each. */
export function formatsFor(what: ExportKind): readonly Format[] {
  if (what === 'pairs') return formats;
  return formats.filter(
    ({ method, name }) => method === 'supervised' || name === 'parquet' || name === 'csv',
  );
}

/** The same format where it fits what is exported, else the one of its trainer that does. */
export function fittingFormat(what: ExportKind, name: FormatName): FormatName {
  const fitting = formatsFor(what).map((format) => format.name);
  if (fitting.includes(name)) return name;
  const supervised = `${name.replace(/-(?:sft|kto)$/u, '')}-sft`;
  return fitting.find((other) => other === supervised) ?? fitting[0] ?? 'trl';
}

/** A folder of its own for each dataset and format, so that no export replaces another's files. */
export function outputFolderFor(exportsFolder: string, dataset: string, format: FormatName): string {
  const name = datasetNameOf(dataset);
  const safe = fileNameProblem(name) === null ? name : basename(dataset, '.jsonl').replace(/[^\w-]+/gu, '-');
  return join(exportsFolder, `${safe}-${format}`);
}

/** @param except Ids that lint finds errors in, where they are to be left out. */
export function targetOf(choices: ExportChoices, except: readonly string[]): ExportTarget {
  const { datasets, what, format, statuses, split, seed, outputFolder, withoutErrors } = choices;
  return {
    ...{ datasets, what, format, statuses, seed, outputFolder },
    ...(split === null ? {} : { split }),
    ...(withoutErrors && except.length > 0 ? { except } : {}),
  };
}

/** Whole numbers from 0, as the seed is typed; null for anything else. */
export function seedIn(text: string): number | null {
  const seed = Number(text.trim());
  return /^\d+$/u.test(text.trim()) && Number.isSafeInteger(seed) ? seed : null;
}

export function sharesText(split: readonly SplitShare[]): string {
  return split.map(({ name, share }) => `${name}=${share}`).join(',');
}
