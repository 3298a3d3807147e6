import type { DatasetFilter } from '../editor/datasets/filter';
import { datasetEnding } from '../spar/datasets/datasetNames';

/** The records that a command is meant for: named one by one, or all that a line of the view stands for. */
export type MeantRecords =
  | { readonly file: string; readonly ids: readonly string[] }
  | { readonly file: string; readonly filter: DatasetFilter };

/**
 * The dataset's file that a command's first argument names: a line of the Datasets view, a URI or its text; null
 * where it names none, as when the command comes from the palette.
 */
export function datasetIn(argument: unknown): string | null {
  if (typeof argument === 'string') return fileIn(argument);
  if (typeof argument !== 'object' || argument === null) return null;
  if ('file' in argument && typeof argument.file === 'string') return checked(argument.file);
  const isFile = 'scheme' in argument && argument.scheme === 'file';
  return isFile && 'fsPath' in argument && typeof argument.fsPath === 'string'
    ? checked(argument.fsPath)
    : null;
}

/** The filter that a command's second argument is; an empty one for anything else. */
export function filterIn(argument: unknown): DatasetFilter {
  return typeof argument === 'object' && argument !== null && !Array.isArray(argument) ? argument : {};
}

/** Records by dataset and ids, or by a line of the view; null where the arguments name none. */
export function recordsIn(
  [first, second]: readonly unknown[],
  filterOf: (line: object) => DatasetFilter | null,
): MeantRecords | null {
  const file = datasetIn(first);
  if (file === null) return null;
  if (Array.isArray(second) && second.every((id) => typeof id === 'string')) return { file, ids: second };
  const filter = typeof first === 'object' && first !== null ? filterOf(first) : null;
  return filter === null ? null : { file, filter };
}

function fileIn(text: string): string | null {
  if (!text.startsWith('file://')) return checked(text);
  try {
    const { pathname, host } = new URL(text);
    if (host !== '') return null;
    return checked(decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:)/u, ''));
  } catch {
    return null;
  }
}

function checked(file: string): string | null {
  return file.toLowerCase().endsWith(datasetEnding) ? file : null;
}
