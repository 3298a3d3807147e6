import { inputForms, type InputForm } from '../../spar/datasets/import/readInput';
import { importShapes, type ImportShape } from '../../spar/datasets/import/rowPairs';
import type { GivenWithFiles, text, texts, flag } from '../options';

export interface ImportArguments {
  readonly dataset: string;
  readonly inputs: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly status: 'pending' | 'accepted';
  readonly tags: readonly string[];
  readonly form?: InputForm;
  readonly shape?: ImportShape;
  /** Where rows go that are no pairs. */
  readonly unpaired?: string;
}

interface Types {
  readonly dataset: typeof text;
  readonly 'dry-run': typeof flag;
  readonly json: typeof flag;
  readonly status: typeof text;
  readonly tag: typeof texts;
  readonly format: typeof text;
  readonly unpaired: typeof text;
  readonly [name: string]: typeof text | typeof texts | typeof flag;
}

/** What was given, or undefined with what is wrong added to the problems. */
export function parseArguments({
  files: inputs,
  given,
  problems,
}: GivenWithFiles<Types>): ImportArguments | undefined {
  const { dataset, status = 'pending', tag: tags = [], format, unpaired } = given;
  if (dataset === undefined) problems.push('--dataset FILE is missing.');
  if (inputs.length === 0) problems.push('Name at least one file to import.');
  if (status !== 'pending' && status !== 'accepted')
    problems.push(`--status is “${status.slice(0, 60)}”; it can be pending or accepted.`);
  const form = inputForms.find((name) => name === format);
  const shape = importShapes.find((name) => name === format);
  if (format !== undefined && form === undefined && shape === undefined) {
    const names = [...inputForms, ...importShapes].join(', ');
    problems.push(`There is no format “${format.slice(0, 60)}”; it can be ${names}.`);
  }
  if (dataset === undefined || problems.length > 0) return undefined;
  return {
    dataset,
    inputs,
    dryRun: given['dry-run'] ?? false,
    json: given.json ?? false,
    status: status === 'accepted' ? 'accepted' : 'pending',
    tags,
    ...(form === undefined ? {} : { form }),
    ...(shape === undefined ? {} : { shape }),
    ...(unpaired === undefined ? {} : { unpaired }),
  };
}
