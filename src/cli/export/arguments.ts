import { formatOf } from '../../spar/datasets/export/formats';
import type { ExportStatus, ExportTarget } from '../../spar/datasets/export/request';
import { parseSplit, type SplitShare } from '../../spar/datasets/export/split';

export type ExportArguments =
  | { readonly kind: 'list' }
  | { readonly kind: 'export'; readonly json: boolean; readonly target: ExportTarget };

interface Given {
  readonly dataset?: readonly string[];
  readonly format?: string;
  readonly 'output-dir'?: string;
  readonly what?: string;
  readonly split?: string;
  readonly seed?: string;
  readonly status?: string;
  readonly name?: string;
  readonly 'no-meta'?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

const statuses: ReadonlyMap<string, readonly ExportStatus[]> = new Map([
  ['accepted', ['accepted']],
  ['pending', ['pending']],
  ['all', ['accepted', 'pending']],
]);

/** What was given, or undefined with what is wrong added to the problems. */
export function parseArguments(given: Given, problems: string[]): ExportArguments | undefined {
  if (given.list === true) return { kind: 'list' };
  const { dataset: datasets = [], 'output-dir': outputFolder, what = 'pairs', status = 'accepted' } = given;
  if (datasets.length === 0) problems.push('--dataset FILE is missing.');
  if (given.format === undefined)
    problems.push('--format NAME is missing; “spar export --list” names all formats.');
  if (outputFolder === undefined) problems.push('--output-dir DIR is missing.');
  const format = given.format === undefined ? undefined : formatOf(given.format);
  if (given.format !== undefined && format === undefined)
    problems.push(`There is no format “${given.format.slice(0, 60)}”; “spar export --list” names all.`);
  const wanted = statuses.get(status);
  if (wanted === undefined)
    problems.push(`--status is “${status.slice(0, 60)}”; it can be accepted, pending or all.`);
  if (what !== 'pairs' && what !== 'refiner')
    problems.push(`--what is “${what.slice(0, 60)}”; it can be pairs or refiner.`);
  if (what === 'refiner' && format?.method === 'kto')
    problems.push('Examples of the refiner have no labels; use trl-sft for them.');
  const seed = seedOf(given.seed, problems);
  const split = splitOf(given.split, problems);
  if (format === undefined || outputFolder === undefined || wanted === undefined || problems.length > 0)
    return undefined;
  return {
    kind: 'export',
    json: given.json ?? false,
    target: {
      datasets,
      format: format.name,
      what: what === 'refiner' ? 'refiner' : 'pairs',
      outputFolder,
      statuses: wanted,
      seed,
      ...(split === undefined ? {} : { split }),
      ...(given.name === undefined ? {} : { name: given.name }),
      ...(given['no-meta'] === true ? { sidecar: false } : {}),
    },
  };
}

function seedOf(given: string | undefined, problems: string[]): number {
  const seed = given === undefined ? 0 : Number(given);
  if (Number.isSafeInteger(seed) && seed >= 0 && /^\d*$/u.test(given ?? '')) return seed;
  problems.push('--seed must be a whole number from 0.');
  return 0;
}

function splitOf(given: string | undefined, problems: string[]): readonly SplitShare[] | undefined {
  if (given === undefined) return undefined;
  const split = parseSplit(given);
  if (!('problem' in split)) return split;
  problems.push(`--split: ${split.problem}`);
  return undefined;
}
