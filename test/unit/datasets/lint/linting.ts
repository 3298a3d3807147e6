import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import type { Finding } from '../../../../src/spar/datasets/lint/finding';
import { lintDataset } from '../../../../src/spar/datasets/lint/lint';
import type { LintOptions } from '../../../../src/spar/datasets/lint/options';
import type { LintReport } from '../../../../src/spar/datasets/lint/report';
import { recordLine, type NewRecord } from '../../../../src/spar/datasets/newLines';
import type { DatasetLine } from '../../../../src/spar/datasets/schema';

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
