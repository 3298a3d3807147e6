import { JudgePrompts, type ExamplePrompt } from './judgePrompts';
import { Candidates, type ExportCounts, type LeftOut } from './candidates';
import type { Row } from './formats';
import type { ExportTarget } from './request';
import { RowPlaces } from './rowPlaces';
import { assignSplits, type SplitShare } from './split';

/** What an export would write; plain data. */
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
  /** How many rows are shown; 5 by default. */
  readonly rows?: number;
  /** Called once the first rows are there, before the rest is read. */
  readonly onFirst?: (preview: ExportPreview) => void;
}

/**
 * Reads as an export reads, and writes nothing.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function previewExport(
  target: Omit<ExportTarget, 'outputFolder'>,
  { rows: most = 5, onFirst }: PreviewOptions = {},
): Promise<ExportPreview> {
  const candidates = await Candidates.of(target);
  const rows: { readonly row: Row; readonly index: number }[] = [];
  const places = new RowPlaces();
  const prompts: (ExamplePrompt | null)[] = [];
  const made = (isComplete: boolean): ExportPreview => {
    const drawn = isComplete ? drawnOf(candidates, prompts) : null;
    const inFile = drawn === null ? places : places.only((row) => drawn.has(row));
    return {
      rows: rows.filter(({ index }) => drawn?.has(index) !== false).map(({ row }) => row),
      isComplete,
      count: inFile.size,
      splits: splitsOf(inFile, target.split ?? []),
      counts: candidates.counts(),
      leftOut: candidates.leftOut(),
    };
  };
  for await (const batch of candidates.read()) {
    for (const { row, instruction, assigned, prompt } of batch) {
      if (rows.length < most) rows.push({ row, index: places.size });
      places.add(instruction, assigned);
      if (candidates.draw !== null) prompts.push(prompt);
      if (places.size === most) onFirst?.(made(false));
    }
  }
  return made(true);
}

/** Which rows are written; null where all are. */
function drawnOf(
  candidates: Candidates,
  prompts: readonly (ExamplePrompt | null)[],
): ReadonlySet<number> | null {
  if (candidates.draw === null) return null;
  const drawn = new Set<number>();
  const seen = new JudgePrompts();
  for (const index of [...candidates.draw.indices()].sort((a, b) => a - b)) {
    if (seen.takes(prompts[index] ?? null)) drawn.add(index);
  }
  return drawn;
}

function splitsOf(places: RowPlaces, split: readonly SplitShare[]): ExportPreview['splits'] {
  if (places.size === 0) return [];
  const { names, of } = assignSplits(places, split);
  const counts = names.map(() => 0);
  for (const at of of) counts[at] = (counts[at] ?? 0) + 1;
  return names.map((name, index) => ({ name, rows: counts[index] ?? 0 }));
}
