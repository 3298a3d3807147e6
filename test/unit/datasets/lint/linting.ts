import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import type { Finding } from '../../../../src/spar/datasets/lint/finding';
import { lintDataset, lintRecords } from '../../../../src/spar/datasets/lint/lint';
import type { LintOptions } from '../../../../src/spar/datasets/lint/options';
import type { LintReport } from '../../../../src/spar/datasets/lint/report';
import { recordLine, type NewRecord } from '../../../../src/spar/datasets/newLines';
import type { DatasetLine } from '../../../../src/spar/datasets/schema';
import type { CuratedRecord } from '../../../../src/spar/datasets/curated';
import { linesForEdits, type DatasetEdit } from '../../../../src/spar/datasets/edits';
import { correctedRecord } from '../../../../src/spar/datasets/corrected';
import { DatasetFold } from '../../../../src/spar/datasets/fold';

/** Runs `work` with a file in a folder of its own, which goes afterwards. */
export async function withFile<Result>(
  content: string,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spar-lint-'));
  try {
    const file = path.join(folder, 'pairs.spar.jsonl');
    await writeFile(file, content);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A line for each pair, a minute apart. */
export function linesOf(pairs: readonly Partial<NewRecord>[]): readonly DatasetLine[] {
  return pairs.map((pair, at) =>
    recordLine({ ...plainPair, ...pair }, new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString()),
  );
}

export const plainPair: NewRecord = {
  instruction: 'Name the capital of France in one word.',
  rejected: 'The capital of France is Paris.',
  chosen: 'Paris',
};

export async function lintLines(
  lines: readonly DatasetLine[],
  options: LintOptions = {},
): Promise<LintReport> {
  return withFile(lines.map((line) => `${datasetLineText(line)}\n`).join(''), (file) =>
    lintDataset(file, options),
  );
}

export async function lintPairs(
  pairs: readonly Partial<NewRecord>[],
  options: LintOptions = {},
): Promise<LintReport> {
  return lintLines(linesOf(pairs), options);
}

/** `line code field` of each finding. */
export function shortly(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ line, code, field }) => `${line} ${code}${field === undefined ? '' : ` ${field}`}`);
}

/** A dataset in memory: its lines, folded as a file's are. */
export class LinesInMemory {
  readonly lines: DatasetLine[];

  constructor(lines: readonly DatasetLine[]) {
    this.lines = [...lines];
  }

  apply(edits: readonly DatasetEdit[]): void {
    this.lines.push(...linesForEdits(edits, { fold: this.fold(), path: 'memory', now: () => new Date() }));
  }

  lint(options: LintOptions = {}): Promise<LintReport> {
    return lintRecords(({ statuses }) => this.read(statuses ?? []), options);
  }

  private async *read(statuses: readonly string[]): AsyncGenerator<readonly CuratedRecord[]> {
    const fold = this.fold();
    const records = this.lines.flatMap((line, at): readonly CuratedRecord[] => {
      const state = line.kind === 'record' ? fold.state(line.id) : undefined;
      if (line.kind !== 'record' || state === undefined || fold.place(line.id)?.offset !== at) return [];
      const isMeant = !state.deleted && statuses.includes(state.status);
      return isMeant ? [{ record: correctedRecord(line, state), state, line: at + 1 }] : [];
    });
    yield await Promise.resolve(records);
  }

  private fold(): DatasetFold {
    const fold = new DatasetFold();
    for (const [offset, line] of this.lines.entries()) {
      if (line.kind === 'record')
        fold.addRecord({ id: line.id, created: line.created, offset, length: 1, checksum: 0 });
      else fold.addAbout(line);
    }
    return fold;
  }
}
