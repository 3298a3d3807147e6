import { Candidates, type ExportCounts, type LeftOut } from '../../../spar/datasets/export/candidates';
import { formatOf, type Row } from '../../../spar/datasets/export/formats';
import { rowText } from '../../../spar/datasets/export/rowWriters';
import { assignSplits, type SplitPlace } from '../../../spar/datasets/export/split';
import { trainingFor } from '../../../spar/datasets/export/training';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import { targetOf, type ExportChoices } from './choices';

/** What an export would write. */
export interface ExportPreview {
  /** The first few, as they will stand in the file. */
  readonly rows: readonly Row[];
  /** False while the rest is still read: then the counts are of what was read so far. */
  readonly isComplete: boolean;
  readonly count: number;
  /** Rows of each split, in the order of the files. */
  readonly splits: readonly { readonly name: string; readonly rows: number }[];
  readonly counts: ExportCounts;
  readonly leftOut: readonly LeftOut[];
}

export interface PreviewOptions {
  readonly signal: AbortSignal;
  /** Ids of records with errors. */
  readonly except: readonly string[];
  /** Called once the first rows are there, before the rest is read. */
  readonly onFirst: (preview: ExportPreview) => void;
}

const mostRows = 5;

/**
 * Reads as an export reads, and writes nothing.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function previewExport(choices: ExportChoices, options: PreviewOptions): Promise<ExportPreview> {
  const { signal, except, onFirst } = options;
  const candidates = await Candidates.of({ ...targetOf(choices, except), signal });
  const rows: { readonly row: Row; readonly index: number }[] = [];
  const places: SplitPlace[] = [];
  const prompts: (number | null)[] = [];
  const made = (isComplete: boolean): ExportPreview => {
    const drawn = isComplete ? drawnOf(candidates, prompts) : null;
    const inFile = drawn === null ? places : places.filter((_, index) => drawn.has(index));
    return {
      rows: rows.filter(({ index }) => drawn?.has(index) !== false).map(({ row }) => row),
      isComplete,
      count: inFile.length,
      splits: splitsOf(inFile, choices),
      counts: candidates.counts(),
      leftOut: candidates.leftOut(),
    };
  };
  for await (const { row, instruction, assigned, prompt } of candidates.read()) {
    if (rows.length < mostRows) rows.push({ row, index: places.length });
    places.push({ instruction, assigned });
    prompts.push(prompt);
    if (places.length === mostRows) onFirst(made(false));
  }
  return made(true);
}

/** Which rows are written; null where all are. */
function drawnOf(candidates: Candidates, prompts: readonly (number | null)[]): ReadonlySet<number> | null {
  if (candidates.draw === null) return null;
  const drawn = new Set<number>();
  const seen = new Set<number>();
  for (const index of [...candidates.draw.indices()].sort((a, b) => a - b)) {
    const prompt = prompts[index] ?? null;
    if (prompt !== null && seen.has(prompt)) continue;
    if (prompt !== null) seen.add(prompt);
    drawn.add(index);
  }
  return drawn;
}

function splitsOf(places: readonly SplitPlace[], { split }: ExportChoices): ExportPreview['splits'] {
  if (places.length === 0) return [];
  const { names, of } = assignSplits(places, split ?? []);
  const counts = names.map(() => 0);
  for (const at of of) counts[at] = (counts[at] ?? 0) + 1;
  return names.map((name, index) => ({ name, rows: counts[index] ?? 0 }));
}

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
