import { formatOf, type Row } from '../../../spar/datasets/export/formats';
import type { ExportPreview } from '../../../spar/datasets/export/previewExport';
import { rowText } from '../../../spar/datasets/export/rowWriters';
import { trainingFor } from '../../../spar/datasets/export/training';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import type { ExportChoices } from './choices';

export interface PreviewWords {
  /** Where the files go, as people see it. */
  readonly folder: string;
  /** Why there is no preview; empty where there is one. */
  readonly note?: string;
}

/** The preview as a document in Markdown: what will be written, how to train on it, the first rows. */
export function previewText(
  preview: ExportPreview | null,
  choices: ExportChoices,
  { folder, note = '' }: PreviewWords,
): string {
  const format = formatOf(choices.format);
  const names = choices.datasets.map(datasetNameOf).join(', ');
  const head = [
    `# Export of ${names}`,
    '',
    `- Format: ${format?.summary ?? choices.format}`,
    `- Contents: ${choices.what === 'pairs' ? 'preference pairs' : 'examples for the refiner'}`,
    `- Records: ${choices.statuses.join(' and ')}${choices.withoutErrors ? ', without those in which lint finds errors' : ''}`,
    `- Folder: ${folder}`,
    ...(note === '' ? [] : [`- ${note}`]),
    '',
  ];
  if (preview === null) return [...head, ...(note === '' ? ['Reading…', ''] : [])].join('\n');
  const { isComplete, count, splits, leftOut, rows } = preview;
  const sofar = isComplete ? '' : ' so far; still reading…';
  return [
    ...head,
    `## ${count} ${count === 1 ? 'row' : 'rows'}${sofar}`,
    '',
    ...splits.map(({ name, rows: part }) => `- ${name}.${format?.ending ?? 'jsonl'}: ${part}`),
    ...leftOut.map(({ count: left, words }) => `- ${left} left out: ${words}`),
    '',
    ...trainingLines(choices, splits),
    '## First rows',
    '',
    ...(rows.length === 0 ? ['None.', ''] : rows.flatMap((row) => rowLines(row, format?.ending === 'jsonl'))),
  ].join('\n');
}

/** Characters of a row that are shown: an answer of a million of them would hide the rest. */
const mostCharacters = 4000;

function rowLines(row: Row, isWritten: boolean): readonly string[] {
  const text = isWritten ? rowText(row) : JSON.stringify(row, null, 2);
  const shown =
    text.length > mostCharacters ? `${text.slice(0, mostCharacters)}… (${text.length} characters)` : text;
  return ['```json', shown, '```', ''];
}

function trainingLines(choices: ExportChoices, splits: ExportPreview['splits']): readonly string[] {
  const format = formatOf(choices.format);
  if (format === undefined || splits.length === 0) return [];
  const { text } = trainingFor({
    format,
    what: choices.what,
    method: choices.what === 'refiner' ? 'supervised' : format.method,
    files: splits.map(({ name }) => ({ split: name, name: `${name}.${format.ending}` })),
    entryName: (split) => `spar_${split}`,
  });
  return ['## To train on it, in that folder', '', '```', text, '```', ''];
}
